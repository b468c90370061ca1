// SPDX-License-Identifier: Apache-2.0
#include "run/plan_end.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace pqpack {
namespace {

Uri Plan() { return Uri::Parse("memory://b/plan").ValueOrDie(); }

PlannedRun Planned(const std::string& digest) {
  PlannedRun planned;
  planned.digest = digest;
  return planned;
}

TEST(PlanEnd, IsOfAPlansBytes) {
  MemoryStore store({"b"});
  EXPECT_FALSE(FindPlanEnd(Planned("x"), store, Plan()).ValueOrDie());
  ASSERT_TRUE(WritePlanEnd(Planned("x"), {}, store, Plan()).ok());
  const auto end = FindPlanEnd(Planned("x"), store, Plan()).ValueOrDie();
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->ToStatus().ok());
  EXPECT_FALSE(FindPlanEnd(Planned("y"), store, Plan()).ValueOrDie());
}

TEST(PlanEnd, SaysAgainWhatWasLeftOut) {
  MemoryStore store({"b"});
  ASSERT_TRUE(WritePlanEnd(Planned("x"), {2, "k=1/: a was replaced"}, store, Plan()).ok());
  const Status status = FindPlanEnd(Planned("x"), store, Plan()).ValueOrDie()->ToStatus();
  EXPECT_EQ(CodeOf(status), ErrorCode::kSourceChanged);
  EXPECT_EQ(status.message(),
            "the plan was committed, but for 2 of its partitions; the first: k=1/: a was replaced");
}

}  // namespace
}  // namespace pqpack

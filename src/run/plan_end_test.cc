// SPDX-License-Identifier: Apache-2.0
#include "run/plan_end.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "store/memory_store.h"

namespace pqpack {
namespace {

Uri Plan() { return Uri::Parse("memory://b/plan").ValueOrDie(); }

PlannedRun Planned(const std::string& digest) {
  PlannedRun planned;
  planned.digest = digest;
  return planned;
}

std::optional<PlanEnd> Find(MemoryStore& store, const std::string& digest) {
  return FindPlanEnd(Planned(digest), store, Plan()).ValueOrDie().end;
}

// Of a commit that found what is there now.
void Write(MemoryStore& store, const std::string& digest, const PlanEnd& end) {
  WriteCondition unchanged = FindPlanEnd(Planned(digest), store, Plan()).ValueOrDie().unchanged;
  EXPECT_EQ(WritePlanEnd(Planned(digest), end, store, Plan(), &unchanged), Status::OK());
}

TEST(PlanEnd, IsOfAPlansBytes) {
  MemoryStore store({"b"});
  EXPECT_FALSE(Find(store, "x"));
  Write(store, "x", {});
  const auto end = Find(store, "x");
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->reached);
  EXPECT_TRUE(end->ToStatus().ok());
  EXPECT_FALSE(Find(store, "y"));
  Write(store, "y", {});
  EXPECT_TRUE(Find(store, "y"));
}

TEST(PlanEnd, SaysAgainWhatWasLeftOut) {
  MemoryStore store({"b"});
  Write(store, "x", {2, "k=1/: a was replaced"});
  const Status status = Find(store, "x")->ToStatus();
  EXPECT_EQ(CodeOf(status), ErrorCode::kSourceChanged);
  EXPECT_EQ(status.message(),
            "the plan was committed, but for 2 of its partitions; the first: k=1/: a was replaced");
}

TEST(PlanEnd, IsNotReachedBeforeItIsPublished) {
  MemoryStore store({"b"});
  Write(store, "x", {1, "k=1/: gone", false});
  const auto begun = Find(store, "x");
  ASSERT_TRUE(begun);
  EXPECT_FALSE(begun->reached);
  EXPECT_EQ(begun->left_out, 1);
  EXPECT_EQ(begun->first, "k=1/: gone");
}

TEST(PlanEnd, WhatSomebodyElseHasWrittenStays) {
  MemoryStore store({"b"});
  WriteCondition ours = FindPlanEnd(Planned("x"), store, Plan()).ValueOrDie().unchanged;
  WriteCondition theirs = ours;
  ASSERT_EQ(WritePlanEnd(Planned("x"), {1, "a", false}, store, Plan(), &theirs), Status::OK());
  ASSERT_EQ(WritePlanEnd(Planned("x"), {2, "b"}, store, Plan(), &theirs), Status::OK());
  const Status late = WritePlanEnd(Planned("x"), {}, store, Plan(), &ours);
  EXPECT_EQ(CodeOf(late), ErrorCode::kAlreadyExists);
  EXPECT_EQ(Find(store, "x")->left_out, 2);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "commit/run_folder.h"

#include <gtest/gtest.h>

#include "catalog/partition_path.h"

namespace pqpack {
namespace {

TEST(RunId, SaysWhenAndIsAnothersNever) {
  const TimePoint time{std::chrono::seconds(1795192925)};
  const std::string run = MakeRunId(time, 0x123456789abcdef);
  EXPECT_EQ(run, "20261120t164205z-0123456789abcdef");
  EXPECT_TRUE(IsRunId(run));
  for (const char* other :
       {"", "lock", "20261120t164205z-0123456789abcde", "..", "20261120t164205z-0123456789abcdeff",
        "20261120T164205Z-0123456789ABCDEF", "2026112_t164205z-0123456789abcdef"}) {
    EXPECT_FALSE(IsRunId(other)) << other;
  }
}

// Athena and Spark pass over folders that begin with '_'; a crawler that does not sees no name
// that ends in .parquet.
TEST(RunFolder, NothingOfItIsVisible) {
  const RunFolder folder{{Scheme::kS3, "b", "t"}, "20261120t164205z-0123456789abcdef"};
  for (const Uri& uri : {folder.journal(), folder.list(), folder.probe(), folder.staged(12),
                         LockName(folder.root)}) {
    EXPECT_TRUE(uri.key.starts_with("t/_pqpack/")) << uri.key;
    EXPECT_TRUE(IsHidden(uri.key.substr(2)));
    EXPECT_FALSE(uri.key.ends_with(".parquet"));
  }
  EXPECT_EQ(folder.staged(12).Name(), "_12.staged");
}

}  // namespace
}  // namespace pqpack

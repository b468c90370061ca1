// SPDX-License-Identifier: Apache-2.0
#include "cli/compact_digest.h"

#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

PartitionDone Done() {
  PartitionDone done;
  done.folder = "a=1/";
  done.files_before = 3;
  done.files_after = 1;
  done.sizes_before = {10, 20, 30};
  done.sizes_after = {50};
  done.bytes_by_level = {0, 20, 0, 40};
  done.merge_seconds = 2;
  done.proof_seconds = 1;
  done.left = {{"large", 1}};
  done.warnings = {{"dropped", "x"}, {"dropped", "y"}};
  return done;
}

using Counts = std::map<std::string, int64_t>;

TEST(CompactDigest, AddsUpWhatWasCompacted) {
  CompactDigest digest;
  digest.Add(Done());
  digest.Add(Done());
  EXPECT_EQ(digest.sizes_before, (std::vector<int64_t>{10, 20, 30, 10, 20, 30}));
  EXPECT_EQ(digest.sizes_after, (std::vector<int64_t>{50, 50}));
  EXPECT_EQ(digest.bytes_by_level, (LevelBytes{0, 40, 0, 80}));
  EXPECT_EQ(digest.merge_seconds, 4);
  EXPECT_EQ(digest.proof_seconds, 2);
  EXPECT_EQ(digest.left, (Counts{{"large", 2}}));
  EXPECT_EQ(digest.WarningTexts(), (Counts{{"dropped: x; and others", 2}}))
      << "once for each partition";
  EXPECT_EQ(digest.skipped, Counts());
}

TEST(CompactDigest, AWarningHasItsReason) {
  CompactDigest digest;
  PartitionDone done = Done();
  done.warnings = {{"stay apart", "x is INT32"}, {"no filters", ""}};
  digest.Add(done);
  digest.Add(done);
  EXPECT_EQ(digest.WarningTexts(), (Counts{{"stay apart: x is INT32", 2}, {"no filters", 2}}));
  done.warnings = {{"stay apart", "a is INT64"}};
  digest.Add(done);
  EXPECT_EQ(digest.WarningTexts(),
            (Counts{{"stay apart: a is INT64; and others", 3}, {"no filters", 2}}));
}

TEST(CompactDigest, WhatIsNotDoneIsAsItWas) {
  CompactDigest digest;
  PartitionDone skipped = Done();
  skipped.skip_reason = "one file";
  skipped.sizes_after = skipped.sizes_before;
  PartitionDone failed = Done();
  failed.status = Error(ErrorCode::kCorrupt, "bad");
  digest.Add(skipped);
  digest.Add(failed);
  EXPECT_EQ(digest.sizes_after, (std::vector<int64_t>{10, 20, 30, 10, 20, 30}));
  EXPECT_EQ(digest.bytes_by_level, LevelBytes());
  EXPECT_EQ(digest.skipped, (Counts{{"one file", 1}}));
  EXPECT_EQ(digest.left, Counts());
}

}  // namespace
}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <gtest/gtest.h>

#include "cli/human.h"

namespace pqpack::cli {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

ProgressState HalfWay() {
  ProgressState state;
  state.files_done = 1204;
  state.files_known = 5310;
  state.bytes_done = 1024 * kMiB;
  state.bytes_known = 4096 * kMiB;
  state.listed = true;
  state.seconds = 10;
  return state;
}

TEST(ProgressBar, At80Columns) {
  EXPECT_EQ(ProgressBar(HalfWay(), 80),
            "[####..............]  1,204/5,310 files  ETA 30 s  1.00 GiB/4.00 GiB  102 MiB/s");
}

TEST(ProgressBar, ErrorsComeSecond) {
  auto state = HalfWay();
  state.failed = 12;
  EXPECT_EQ(ProgressBar(state, 80),
            "[#......]  1,204/5,310 files  12 failed  ETA 30 s  1.00 GiB/4.00 GiB  102 MiB/s");
}

TEST(ProgressBar, WhatIsNotKnownYetIsMarked) {
  auto state = HalfWay();
  state.listed = false;
  EXPECT_EQ(ProgressBar(state, 80),
            "[###............]  1,204/5,310+ files  ETA 30 s+  1.00 GiB/4.00 GiB+  102 MiB/s");
}

TEST(ProgressBar, AtTheStartAndAtTheEnd) {
  EXPECT_EQ(ProgressBar(ProgressState(), 80),
            "[......................................]  0/0+ files  0 B/0 B+  0 B/s");
  auto state = HalfWay();
  state.files_done = state.files_known = 3;
  state.bytes_done = state.bytes_known;
  EXPECT_EQ(ProgressBar(state, 80),
            "[####################################]  3/3 files  4.00 GiB/4.00 GiB  410 MiB/s");
}

TEST(ProgressBar, NeverFillsTheLineAndNeverLosesTheCount) {
  auto state = HalfWay();
  state.failed = 123456;
  state.skipped = 1234567;
  for (int width = 1; width < 200; ++width) {
    const auto bar = ProgressBar(state, width);
    EXPECT_LT(Columns(bar), std::max(width, 1)) << width;
    EXPECT_EQ(bar.find("1,204/5,310 files") != std::string::npos, width > 17) << width;
  }
}

TEST(ProgressLine, IsTheSameForALog) {
  auto state = HalfWay();
  state.failed = 2;
  state.skipped = 7;
  EXPECT_EQ(ProgressLine(state),
            "progress: 1,204/5,310 files, 2 failed, ETA 30 s, 1.00 GiB/4.00 GiB, 102 MiB/s, "
            "7 skipped, 10.0 s");
}

TEST(ProgressCounter, CountsFilesAndBytes) {
  ProgressCounter counter;
  counter.Add(FilesFound{5, 1000});
  counter.Add(FileSkipped{.uri = "s", .output = "", .reason = "", .stale = false, .bytes = 300});
  counter.Add(FileQueued{"a", 100});
  counter.Add(FileQueued{"b", 200});
  auto state = counter.State(0);
  EXPECT_EQ(state.files_known, 4);
  EXPECT_EQ(state.bytes_known, 700);
  EXPECT_EQ(state.skipped, 1);
  EXPECT_EQ(state.bytes_done, 0);
  EXPECT_FALSE(state.listed);

  FileDone done;
  done.uri = "a";
  counter.Add(done);
  counter.Add(FileFailed{"b", Error(ErrorCode::kCorrupt, "bad")});
  counter.Add(ListingDone{2, 300});
  state = counter.State(0);
  EXPECT_EQ(state.files_done, 2);
  EXPECT_EQ(state.files_known, 2);
  EXPECT_EQ(state.bytes_done, 300);
  EXPECT_EQ(state.bytes_known, 300);
  EXPECT_EQ(state.failed, 1);
  EXPECT_TRUE(state.listed);
}

TEST(ProgressCounter, BytesOfALargeFileCountAsTheyAreRead) {
  ProgressCounter counter;
  counter.Add(FileQueued{"large", 1000});
  EXPECT_EQ(counter.State(400).bytes_done, 400);
  EXPECT_EQ(counter.State(5000).bytes_done, 1000);  // some were read twice
  FileDone done;
  done.uri = "large";
  counter.Add(done);
  EXPECT_EQ(counter.State(5000).bytes_done, 1000);
  EXPECT_EQ(counter.State(10).bytes_done, 1000);  // a dry run reads little
}

TEST(ProgressBar, OfATableHasItsPartitionsFirst) {
  auto state = HalfWay();
  state.partitions_done = 3;
  state.partitions_known = 12;
  EXPECT_EQ(ProgressBar(state, 80),
            "[###.........]  3/12 partitions  1,204/5,310 files  ETA 30 s  1.00 GiB/4.00 GiB");
}

TEST(ProgressBar, PublishingCountsFilesByThemselves) {
  ProgressState state;
  state.publishing = state.listed = true;
  state.files_done = 100;
  state.files_known = 400;
  state.seconds = 5;
  state.earlier_seconds = 60;
  EXPECT_EQ(ProgressBar(state, 60), "[#####................]  publishing 100/400 files  ETA 15 s")
      << "the time that is left follows from files";
  EXPECT_EQ(ProgressLine(state), "progress: publishing 100/400 files, ETA 15 s, 1m 05s");
}

TEST(ProgressCounter, BytesOfATaskCountAsItAdvances) {
  ProgressCounter counter;
  counter.Add(ListingDone{2, 300, 2});
  counter.Add(FileQueued{"a", 100});
  counter.Add(FileQueued{"b", 200});
  counter.Add(Advanced{.bytes = 120});
  counter.Add(Advanced{.bytes = 30});
  EXPECT_EQ(counter.State(0).bytes_done, 150);
  FileDone done;
  done.uri = "a";
  counter.Add(done);
  counter.Add(Advanced{.partitions = 1});
  const auto state = counter.State(0);
  EXPECT_EQ(state.bytes_done, 150) << "those of a file that is through are not added";
  EXPECT_EQ(state.files_done, 1);
  EXPECT_EQ(state.partitions_done, 1);
  EXPECT_EQ(state.partitions_known, 2);
  counter.Add(Advanced{.bytes = 1000});
  EXPECT_EQ(counter.State(0).bytes_done, 300) << "never more than there are";
}

TEST(ProgressCounter, PublishingBeginsAnew) {
  ProgressCounter counter;
  counter.Add(ListingDone{2, 300, 1});
  counter.Add(FileQueued{"a", 100});
  counter.Add(FileFailed{"a", Error(ErrorCode::kCorrupt, "bad")});
  counter.Add(PublishingBegan{7});
  counter.Add(Advanced{.files = 3});
  const auto state = counter.State(1000);
  EXPECT_TRUE(state.publishing);
  EXPECT_EQ(state.files_done, 3);
  EXPECT_EQ(state.files_known, 7);
  EXPECT_EQ(state.failed, 0);
  EXPECT_EQ(state.partitions_known, 0);
  EXPECT_EQ(state.bytes_done, 0);
}

}  // namespace
}  // namespace pqpack::cli

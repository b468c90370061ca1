// SPDX-License-Identifier: Apache-2.0
#include "cli/digest.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

FileFailed Failed(const std::string& uri, const std::string& message) {
  return {uri, Error(ErrorCode::kCorrupt, message, "Remove it.")};
}

TEST(Digest, EqualRepairsAndWarningsAreCountedTogether) {
  Digest digest;
  for (int i = 0; i < 5; ++i) {
    FileDone done;
    done.uri = fmt::format("/{}", i);
    done.repairs = {{"root", ""}};
    if (i < 2) done.repairs.push_back({"pages", ""});
    if (i == 4) done.warnings = {{"nanos", ""}};
    digest.Add(done);
  }
  const auto lines = digest.repairs.Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].finding.what, "root");
  EXPECT_EQ(lines[0].files, 5);
  EXPECT_EQ(lines[1].finding.what, "pages");
  EXPECT_EQ(lines[1].files, 2);
  EXPECT_EQ(digest.warnings.Lines().at(0).files, 1);
}

TEST(Digest, TheMostFrequentComesFirst) {
  Counts counts;
  for (const char* text : {"rare", "often", "often", "also rare"}) counts.Add({text, ""});
  const auto lines = counts.Lines();
  EXPECT_EQ(lines[0].finding.what, "often");
  EXPECT_EQ(lines[1].finding.what, "rare");
  EXPECT_EQ(lines[2].finding.what, "also rare");
}

TEST(Digest, StaysSmallWhateverComes) {
  Digest digest;
  for (int i = 0; i < 5000; ++i) {
    const auto uri = fmt::format("/{}.parquet", i);
    FileDone done;
    done.uri = done.output = uri;
    done.empty = true;
    done.repairs = {{fmt::format("repair {}", i), ""}};
    digest.Add(done);
    digest.Add(FileSkipped{.uri = uri, .output = uri, .reason = "old", .stale = true, .bytes = 0});
    digest.Add(Failed(uri, fmt::format("{}: trouble {}", uri, i)));
  }
  EXPECT_EQ(digest.repairs.Lines().size(), 1000u);
  EXPECT_EQ(digest.repairs.more(), 4000);
  EXPECT_EQ(digest.failures.size(), 1000u);
  EXPECT_EQ(digest.other_failures, 4000);
  EXPECT_EQ(digest.stale.first.size(), kMostNamed);
  EXPECT_EQ(digest.stale.count, 5000);
  EXPECT_EQ(digest.empty.count, 5000);
}

TEST(Digest, FailuresAreGroupedByWhatHappened) {
  Digest digest;
  digest.Add(Failed("/a", "/a: not Parquet"));
  digest.Add(Failed("/b", "/b: not Parquet"));
  digest.Add(Failed("/c", "/c: cut off"));
  ASSERT_EQ(digest.failures.size(), 2u);
  EXPECT_EQ(digest.failures[0].error, "not Parquet");
  EXPECT_EQ(digest.failures[0].action, "Remove it.");
  EXPECT_EQ(digest.failures[0].files.first, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(digest.failures[1].files.count, 1);
  EXPECT_TRUE(digest.Tells(Error(ErrorCode::kCorrupt, "/a: not Parquet")));
  EXPECT_FALSE(digest.Tells(Error(ErrorCode::kCorrupt, "/d: not Parquet")));
}

// A thousand files with other columns and other numbers are one line.
TEST(Digest, OneLineForEachKindWhateverItIsSaidOf) {
  Digest digest;
  for (int i = 0; i < 3; ++i) {
    FileDone done;
    done.repairs = {{"empty row groups dropped", fmt::format("{}", i % 2)},
                    {"codec LZ4 -> SNAPPY", "a, b"}};
    digest.Add(done);
  }
  const auto lines = digest.repairs.Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].finding.ToString(), "empty row groups dropped");
  EXPECT_EQ(lines[0].files, 3);
  EXPECT_EQ(lines[1].finding.ToString(), "codec LZ4 -> SNAPPY: a, b");
}

TEST(Digest, CountsPlannedFiles) {
  Digest digest;
  FilePlanned planned;
  planned.repairs = {{"root", ""}};
  digest.Add(planned);
  EXPECT_EQ(digest.planned, 1);
  EXPECT_EQ(digest.repairs.Lines().at(0).files, 1);
}

TEST(ErrorWithoutName, WhereverTheNameStands) {
  EXPECT_EQ(ErrorWithoutName(Failed("/a", "/a: bad magic")), "bad magic");
  EXPECT_EQ(ErrorWithoutName(Failed("/a", "opening: /a")), "opening");
  EXPECT_EQ(ErrorWithoutName(Failed("/a", "row group 1: /a: page 3")), "row group 1: page 3");
  EXPECT_EQ(ErrorWithoutName(Failed("/a", "reading /a failed")), "reading the file failed");
  EXPECT_EQ(ErrorWithoutName(Failed("/a", "cannot open /a: no right to")),
            "cannot open the file: no right to");
  EXPECT_EQ(ErrorWithoutName(Failed("/a", "no name")), "no name");
}

}  // namespace
}  // namespace pqpack::cli

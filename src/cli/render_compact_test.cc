// SPDX-License-Identifier: Apache-2.0
#include "cli/render_compact.h"

#include <gtest/gtest.h>

#include "cli/json_line.h"

namespace pqpack::cli {
namespace {

class CompactSummaryText : public ::testing::Test {
 protected:
  CompactSummaryText() {
    outcome.options = &options;
    outcome.seconds = 3.5;
    CompactSummary& summary = outcome.summary;
    summary.table = "lake/t";
    summary.completed = 2;
    summary.skipped = 1;
    summary.files_before = 5;
    summary.files_after = 2;
    summary.bytes_before = 5120;
    summary.bytes_after = 4096;
    summary.bytes_in = 4096;
    summary.rows = 1204;
    summary.deleted = 4;
    summary.proof.page_bytes[static_cast<size_t>(PageProof::kSameBytes)] = 1024;
    summary.proof.content_bytes = 3072;
    CompactDigest& digest = outcome.digest;
    digest.sizes_before = {1000, 1048, 1024, 1024, 1024};
    digest.sizes_after = {3072, 1024};
    digest.bytes_by_level = {0, 1024, 0, 3072};
    digest.merge_seconds = 3;
    digest.proof_seconds = 1;
    digest.skipped = {{"one file", 1}};
    digest.left = {{"large enough", 2}};
    digest.warnings = {{"Bloom filters are dropped", {2, "", false}}};
  }
  std::string Text(bool brief = false) { return cli::CompactSummaryText(outcome, brief); }

  CompactOptions options;
  CompactOutcome outcome;
};

TEST_F(CompactSummaryText, AllOfIt) {
  outcome.requests = {{"GetObject", {10, 2, 0, 0}}, {"PutObject", {3, 0, 0, 0}}};
  EXPECT_EQ(Text(),
            "Left as it is: 1 partition, one file\n"
            "Left as they are: 2 files, large enough\n"
            "Warning: Bloom filters are dropped (2 partitions)\n"
            "lake/t: Compacted\n"
            "Partitions: 2 compacted, 1 skipped, 0 failed\n"
            "                   before       after\n"
            "  files                 5           2\n"
            "  median size    1.00 KiB    2.00 KiB\n"
            "  bytes          5.00 KiB    4.00 KiB\n"
            "Merged 1,204 rows of 4.00 KiB: 1.00 KiB copied, 3.00 KiB decoded and encoded\n"
            "Deleted 4 originals\n"
            "Proven equal: 1.00 KiB in the same pages, 3.00 KiB by decoding (25% of the work)\n"
            "Requests: 13, 2 tried again; --stat names them\n"
            "Took 3.50 s\n");
}

TEST_F(CompactSummaryText, Brief) {
  EXPECT_EQ(Text(true),
            "lake/t: Compacted\n"
            "Partitions: 2 compacted, 1 skipped, 0 failed\n"
            "5 files became 2, 5.00 KiB became 4.00 KiB, 3.50 s\n");
}

TEST_F(CompactSummaryText, OfACopyThatOnlyCarriedFilesAlong) {
  outcome.summary.bytes_in = outcome.summary.rows = outcome.summary.deleted = 0;
  outcome.summary.proof = {};
  outcome.digest = {};
  const std::string text = Text();
  EXPECT_EQ(text.find("Merged"), std::string::npos) << text;
  EXPECT_EQ(text.find("Proven"), std::string::npos) << text;
}

TEST_F(CompactSummaryText, IsDoneWhereOnlyThePageAboutItFailed) {
  outcome.exit_code = 3;
  EXPECT_TRUE(Text(true).starts_with("lake/t: Compacted\n"));
  outcome.summary.failed = 1;
  EXPECT_TRUE(Text(true).starts_with("lake/t: Not all done\n"));
  outcome.summary.failed = 0;
  outcome.status = Error(ErrorCode::kCancelled, "interrupted");
  EXPECT_EQ(Text(true), "lake/t: Not all done\n");
}

TEST_F(CompactSummaryText, WithoutAPartition) {
  outcome.summary = {};
  outcome.digest = {};
  outcome.summary.table = "lake/t";
  EXPECT_EQ(Text(),
            "lake/t: Nothing to do\n"
            "Partitions: 0 compacted, 0 skipped, 0 failed\n"
            "There is no partition, or none that --partition-predicate selects, 3.50 s\n");
}

TEST_F(CompactSummaryText, HasWhatJsonHas) {
  const Json line = Json::parse(CompactSummaryJson(outcome));
  EXPECT_EQ(line["median_before"], 1024);
  EXPECT_EQ(line["median_after"], 2048);
  EXPECT_EQ(line["sizes"].dump(),
            R"([{"from":512,"before":1,"after":0},{"from":1024,"before":4,"after":1},)"
            R"({"from":2048,"before":0,"after":1}])");
  EXPECT_EQ(line["bytes_by_level"].dump(), "[0,1024,0,3072]");
  EXPECT_EQ(line["bytes_proven"].dump(),
            R"({"same_pages":1024,"recompressed":0,"rearranged":0,"decoded":3072})");
  EXPECT_EQ(line["seconds_merging"], 3.0);
  EXPECT_EQ(line["seconds_proving"], 1.0);
  EXPECT_EQ(line["skipped_by_reason"].dump(), R"({"one file":1})");
  EXPECT_EQ(line["left_by_reason"].dump(), R"({"large enough":2})");
}

}  // namespace
}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/report/compact_report.h"

#include <gtest/gtest.h>

#include "cli/report/report_parts.h"

namespace pqpack::cli {
namespace {

PartitionDone Done(const std::string& folder) {
  PartitionDone done;
  done.folder = folder;
  done.files_before = 3;
  done.files_after = 1;
  done.bytes_before = 6144;
  done.bytes_after = 4096;
  done.sizes_before = {1024, 2048, 3072};
  done.sizes_after = {4096};
  done.rows = 1204;
  done.bytes_by_level = {0, 0, 0, 6144};
  return done;
}

class CompactReportTest : public ::testing::Test {
 protected:
  CompactReportTest() {
    options.target = FindTarget("generic").ValueOrDie();
    options.run = "run-1";
    outcome.options = &options;
    outcome.summary.table = "lake/t";
  }
  void Add(const PartitionDone& done) {
    partitions.push_back(done);
    outcome.digest.Add(done);
    outcome.summary.Add(done);
  }
  ReportPage Page() { return CompactReport(outcome, partitions); }

  CompactOptions options;
  CompactOutcome outcome;
  std::vector<PartitionDone> partitions;
};

std::vector<std::string> Texts(const ReportRow& row) {
  std::vector<std::string> texts;
  for (const ReportCell& cell : row.cells) texts.push_back(cell.text);
  return texts;
}

TEST_F(CompactReportTest, TellsBeforeAndAfter) {
  Add(Done("a=1/"));
  const ReportPage page = Page();
  EXPECT_EQ(page.title, "lake/t");
  EXPECT_EQ(page.result, "Compacted");
  EXPECT_TRUE(page.good);
  EXPECT_EQ(page.tiles[0].value, "1");
  EXPECT_EQ(page.tiles[0].note, "was 3");
  EXPECT_EQ(page.tiles[1].value, "4.00 KiB");
  EXPECT_EQ(page.tiles[1].note, "was 2.00 KiB");
  EXPECT_EQ(page.tiles[2].note, "was 6.00 KiB, 33% less");
  EXPECT_EQ(page.sizes.before, (std::vector<int64_t>{1024, 2048, 3072}));
  EXPECT_EQ(page.sizes.after, std::vector<int64_t>{4096});
  EXPECT_EQ(page.sizes.aim, 128 * kMiB);
  EXPECT_EQ(Texts(page.table.rows.at(0)),
            (std::vector<std::string>{"a=1/", "compacted", "3", "1", "6.00 KiB", "4.00 KiB",
                                      "4.00 KiB", "1,204", ""}));
  EXPECT_EQ(page.table.rows[0].cells.size(), page.table.columns.size());
}

TEST_F(CompactReportTest, FailuresAndWhatWasLeftHaveTheirReasons) {
  PartitionDone failed = Done("a=1/");
  failed.status = Error(ErrorCode::kCorrupt, "a=1/x.parquet: no footer", "Remove it.");
  PartitionDone skipped = Done("a=2/");
  skipped.skip_reason = "one file";
  skipped.sizes_after = skipped.sizes_before;
  Add(Done("a=0/"));
  Add(failed);
  Add(skipped);
  outcome.summary.failed = 1;
  outcome.exit_code = 1;
  const ReportPage page = Page();
  EXPECT_FALSE(page.good);
  EXPECT_EQ(page.result, "Not all done");
  ASSERT_EQ(page.failures.size(), 1U);
  EXPECT_EQ(page.failures[0].groups.at(0).count, "a=1/");
  EXPECT_EQ(page.failures[0].groups.at(0).what, "a=1/x.parquet: no footer. Remove it.");
  EXPECT_EQ(page.notes.at(0).groups.at(0).what, "one file");
  EXPECT_EQ(page.notes.at(0).groups.at(0).count, "1 partition");
  ASSERT_EQ(page.table.rows.size(), 3U);
  EXPECT_EQ(Texts(page.table.rows[0]),
            (std::vector<std::string>{"a=1/", "failed", "3", "3", "6.00 KiB", "6.00 KiB",
                                      "2.00 KiB", "", "a=1/x.parquet: no footer. Remove it."}));
  EXPECT_EQ(page.table.rows[2].cells[1].text, "left");
}

TEST_F(CompactReportTest, OfManyPartitionsTheFailedOnesAreAllThere) {
  for (size_t i = 0; i < kMostReported + 5; ++i) Add(Done("a=" + std::to_string(i) + "/"));
  PartitionDone failed = Done("b/");
  failed.status = Error(ErrorCode::kCorrupt, "bad");
  Add(failed);
  const ReportPage page = Page();
  EXPECT_EQ(page.table.rows.size(), kMostReported);
  EXPECT_EQ(page.table.untold, 6);
  EXPECT_EQ(page.table.rows[0].cells[0].text, "b/");
}

TEST_F(CompactReportTest, ARunThatEndedEarlySaysWhy) {
  outcome.status = Error(ErrorCode::kConfig, "lake/t is an Iceberg table", "Use its own tools.");
  outcome.exit_code = 3;
  const ReportPage page = Page();
  EXPECT_EQ(page.failures.at(0).title, "The run ended early");
  EXPECT_EQ(page.failures[0].groups.at(0).what, "lake/t is an Iceberg table. Use its own tools.");
  EXPECT_FALSE(page.good);
}

}  // namespace
}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/report/repack_log.h"

#include <gtest/gtest.h>

#include "cli/report/report_parts.h"

namespace pqpack::cli {
namespace {

FileDone Done(const std::string& uri) {
  FileDone done;
  done.uri = uri;
  done.bytes_in = 2048;
  done.bytes_out = 1024;
  done.rows = 1204;
  done.seconds = 0.25;
  done.level = 1;
  done.repairs = {{"root repetition", ""}};
  done.warnings = {{"nanoseconds", "ts"}};
  return done;
}

std::vector<std::string> Texts(const ReportRow& row) {
  std::vector<std::string> texts;
  for (const ReportCell& cell : row.cells) texts.push_back(cell.text);
  return texts;
}

TEST(RepackLog, ARowForEachFile) {
  RepackLog log("s3://b/in/");
  log.Add(FileQueued{"s3://b/in/a.parquet", 2048});
  log.Add(Done("s3://b/in/b.parquet"));
  log.Add(FileSkipped{"s3://b/in/a.parquet", "s3://b/out/a.parquet", "exists", false, 7});
  log.Add(FileFailed{"s3://b/in/c.parquet",
                     Error(ErrorCode::kCorrupt, "s3://b/in/c.parquet: no footer")});
  const ReportTable table = log.Table();
  ASSERT_EQ(table.rows.size(), 3U);
  using Row = std::vector<std::string>;
  // By name, in whichever order they came.
  EXPECT_EQ(Texts(table.rows[0]),
            (Row{"a.parquet", "skipped", "7 B", "", "", "", "", "s3://b/out/a.parquet exists"}));
  EXPECT_EQ(Texts(table.rows[1]), (Row{"b.parquet", "repacked", "2.00 KiB", "1.00 KiB", "1,204",
                                       "1", "0.25 s", "root repetition; nanoseconds: ts"}));
  EXPECT_EQ(Texts(table.rows[2]), (Row{"c.parquet", "failed", "", "", "", "", "", "no footer"}));
  EXPECT_EQ(log.sizes_before(), std::vector<int64_t>{2048});
  EXPECT_EQ(log.sizes_after(), std::vector<int64_t>{1024});
  EXPECT_EQ(log.bytes_by_level()[1], 2048);
}

TEST(RepackLog, NamesAreBelowTheSource) {
  for (const char* source : {"/in", "/in/"}) {
    RepackLog log(source);
    log.Add(Done("/in/a/b.parquet"));
    EXPECT_EQ(log.Table().rows.at(0).cells[0].text, "a/b.parquet") << source;
  }
  RepackLog single("/in/a.parquet");
  single.Add(Done("/in/a.parquet"));
  EXPECT_EQ(single.Table().rows.at(0).cells[0].text, "/in/a.parquet");
}

TEST(RepackLog, OfManyFilesTheFirstAreKeptAndAllSizes) {
  RepackLog log("/in/");
  for (size_t i = 0; i < kMostReported + 3; ++i) log.Add(Done("/in/" + std::to_string(i)));
  log.Add(FileFailed{"/in/bad", Error(ErrorCode::kCorrupt, "bad")});
  const ReportTable table = log.Table();
  EXPECT_EQ(table.untold, 3);
  EXPECT_EQ(table.rows.size(), kMostReported + 1);
  EXPECT_EQ(table.rows.back().cells[0].text, "bad");
  EXPECT_EQ(log.sizes_after().size(), kMostReported + 3);
}

}  // namespace
}  // namespace pqpack::cli

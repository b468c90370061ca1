// SPDX-License-Identifier: Apache-2.0
#include "cli/render_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

FileDone Done() {
  return {.uri = "/in/a.parquet",
          .output = "/out/a.parquet",
          .bytes_in = 2048,
          .bytes_out = 1024,
          .rows = 1000,
          .seconds = 0.125,
          .empty = false,
          .level = 1,
          .reasons = {},
          .not_by_store = {},
          .repairs = {{"root repetition REPEATED -> REQUIRED", ""}, {"pages", ""}},
          .warnings = {{"ts is in nanoseconds", ""}}};
}

FileFailed Failed(const std::string& uri) {
  return {uri, Error(ErrorCode::kCorrupt, uri + ": not a Parquet file", "Remove it.")};
}

class SummaryText : public ::testing::Test {
 protected:
  SummaryText() {
    options.source = Uri::Parse("s3://lake/in").ValueOrDie();
    options.destination = Uri::Parse("s3://lake/out").ValueOrDie();
    target.name = "picky";
    options.target = &target;
    outcome.options = &options;
    outcome.seconds = 72.34;
  }
  std::string Text(bool brief = false) { return cli::SummaryText(outcome, brief); }

  Target target;
  RepackOptions options;
  Outcome outcome;
};

TEST(ErrorText, WrongWordsAreShownWithTheirPlace) {
  EXPECT_EQ(ErrorText(Error(ErrorCode::kInvalid, "no column\na = 1\n^", "Correct it.")),
            "error: no column. Correct it.\n  a = 1\n  ^");
}

TEST(ErrorText, IsOneSentencePerPart) {
  EXPECT_EQ(ErrorText(Error(ErrorCode::kNotFound, "bucket b does not exist", "Check its name.")),
            "error: bucket b does not exist. Check its name.");
  EXPECT_EQ(ErrorText(Error(ErrorCode::kNotFound, "bucket b.", "Check.")),
            "error: bucket b. Check.");
  EXPECT_EQ(ErrorText(Error(ErrorCode::kTransient, "two\nlines")),
            "error: two; lines. Run again later.");
}

TEST(LogText, OneLinePerEvent) {
  EXPECT_EQ(LogText(FileQueued{"/in/a.parquet", 2048}), "start /in/a.parquet (2.00 KiB)");
  EXPECT_EQ(LogText(Done()),
            "done /in/a.parquet -> /out/a.parquet (2.00 KiB -> 1.00 KiB, 1,000 rows, 0.12 s), "
            "pages copied: "
            "root repetition REPEATED -> REQUIRED; pages; warning: ts is in nanoseconds");
  FileDone mixed = Done();
  mixed.columns = {{"b", 3, "DELTA"}};
  EXPECT_NE(LogText(mixed).find("), pages copied, 1 column at level 3: root"), std::string::npos)
      << LogText(mixed);
  EXPECT_EQ(LogText(FileSkipped{"/in/a", "/out/a", "exists", false, 1}),
            "skipped /in/a: /out/a exists");
  EXPECT_EQ(LogText(FileSkipped{"/in/a", "/out/a", "is older", true, 1}),
            "stale /in/a: /out/a is older");
  EXPECT_EQ(LogText(Failed("/in/a")), "error: /in/a: not a Parquet file. Remove it.");
  EXPECT_EQ(LogText(Warning{"slow"}), "warning: slow");
  EXPECT_EQ(LogText(Retrying{"GetObject", "s3://b/k", "SlowDown", 2, 1.5}),
            "retry 2 of GetObject s3://b/k in 1.50 s: SlowDown");
  EXPECT_EQ(LogText(ListingDone{1204, 2048}), "listing complete, 1,204 files to do, 2.00 KiB");
  EXPECT_EQ(LogText(FilePlanned()), "");
  EXPECT_EQ(LogText(FilesFound{1, 1}), "");
}

TEST(LogText, NamesCantDriveTheTerminal) {
  EXPECT_EQ(LogText(Failed("/in/\x1b[2J\n.parquet")),
            "error: /in/\\x1b[2J; .parquet: not a Parquet file. Remove it.");
}

TEST(PlanText, SaysWhatAndWhy) {
  FilePlanned plan{.uri = "/in/a",
                   .output = "/out/a",
                   .bytes_in = 2048,
                   .level = 3,
                   .reasons = {{"V2", "b"}},
                   .not_by_store = {},
                   .repairs = {{"root", ""}},
                   .warnings = {{"nanos", ""}}};
  EXPECT_EQ(PlanText(plan),
            "/in/a -> /out/a (2.00 KiB)\n"
            "  level 3: values decoded and encoded\n"
            "    for: V2: b\n"
            "  repair: root\n"
            "  warning: nanos\n");
  plan.level = 1;
  plan.reasons.clear();
  plan.repairs.clear();
  plan.warnings.clear();
  EXPECT_EQ(PlanText(plan),
            "/in/a -> /out/a (2.00 KiB)\n"
            "  level 1: pages copied, the footer written anew\n"
            "  the footer shows nothing to repair\n");
  plan.columns = {{"a", 2, "V2"}, {"b", 3, "DELTA"}, {"c", 3, "DELTA"}};
  EXPECT_EQ(PlanText(plan),
            "/in/a -> /out/a (2.00 KiB)\n"
            "  level 1: pages copied, the footer written anew\n"
            "  level 2: 1 column of them\n"
            "  level 3: 2 columns of them\n"
            "  the footer shows nothing to repair\n");
  plan.level = 2;
  plan.columns.clear();
  EXPECT_EQ(PlanText(plan),
            "/in/a -> /out/a (2.00 KiB)\n"
            "  level 2: pages framed or compressed anew, values stay encoded\n"
            "  the footer shows nothing to repair\n");
  EXPECT_EQ(PlanText(FileSkipped{"/in/a", "/out/a", "exists", false, 1}),
            "/in/a: skipped, /out/a exists\n");
  EXPECT_EQ(PlanText(Failed("/in/a")), "/in/a: cannot be repacked: not a Parquet file\n");
  EXPECT_EQ(PlanText(Done()), "");
}

TEST(TargetText, IsTheTargetsTable) {
  Target target;
  target.name = "picky";
  target.summary = "for the test";
  target.pages = EnumSet<PageType>(PageType::kData, PageType::kDictionary);
  target.encodings = EnumSet<Encoding>(Encoding::kPlain, Encoding::kRle);
  target.codecs = EnumSet<Codec>(Codec::kSnappy);
  target.three_level_lists = true;
  target.nanos_to_micros = true;
  target.max_decimal_precision = 38;
  EXPECT_EQ(TargetText(target),
            "Target picky: for the test\n"
            "  root of the schema   REQUIRED\n"
            "  pages                DATA_PAGE, DICTIONARY_PAGE\n"
            "  encodings            PLAIN, RLE\n"
            "  codecs               SNAPPY; any other becomes SNAPPY\n"
            "  row groups           as in the source, without empty ones\n"
            "  lists and maps       list.element and key_value{key, value}\n"
            "  types' annotations   as in the source\n"
            "  statistics           min, max and null count\n"
            "  page index           not written\n"
            "  Bloom filters        dropped, with a warning\n"
            "  changed only with --convert-types, else warned about:\n"
            "    nanoseconds              -> microseconds\n"
            "    DECIMAL beyond 38 digits -> stays; only warned about\n");
}

TEST(TargetText, SaysHowDataPagesAreWrittenWhereBothVersionsMayStand) {
  EXPECT_NE(TargetText(**FindTarget("generic"))
                .find("DATA_PAGE_V2; data pages are written as DATA_PAGE\n"),
            std::string::npos);
  EXPECT_NE(TargetText(**FindTarget("snowflake")).find("DATA_PAGE, DICTIONARY_PAGE\n"),
            std::string::npos);
}

TEST_F(SummaryText, AllOfIt) {
  target.hint = "COPY INTO ...";
  for (int i = 0; i < 1204; ++i) outcome.digest.Add(Done());
  auto empty = Done();
  empty.empty = true;
  empty.repairs = {{"empty row groups dropped", "3"}};
  outcome.digest.Add(empty);
  outcome.digest.Add(FileSkipped{"/in/s", "/out/s", "is older", true, 1});
  outcome.digest.Add(Failed("/in/bad1"));
  outcome.digest.Add(Failed("/in/bad2"));
  outcome.summary = {.completed = 1205,
                     .skipped = 3,
                     .stale = 1,
                     .failed = 2,
                     .empty = 1,
                     .bytes_in = 3 << 20,
                     .bytes_out = 2 << 20,
                     .rows = 1234567,
                     .other_objects = 0,
                     .failed_by_code = {{ErrorCode::kCorrupt, 2}}};
  EXPECT_EQ(Text(),
            "Repaired:\n"
            "  1,204 files: root repetition REPEATED -> REQUIRED\n"
            "  1,204 files: pages\n"
            "       1 file: empty row groups dropped: 3\n"
            "Warnings:\n"
            "  1,205 files: ts is in nanoseconds\n"
            "Without rows (schema only):\n"
            "  /out/a.parquet\n"
            "Stale, older than their sources (--update-stale rewrites them):\n"
            "  /out/s\n"
            "Failed, nothing of these was published:\n"
            "  2 files: not a Parquet file. Remove it.\n"
            "    /in/bad1\n"
            "    /in/bad2\n"
            "Load with: COPY INTO ...\n"
            "s3://lake/in -> s3://lake/out\n"
            "Completed 1,205 files, skipped 3, stale 1, failed 2\n"
            "Read 3.00 MiB, wrote 2.00 MiB, 1,234,567 rows, 1m 12s\n");
  EXPECT_EQ(Text(true),
            "s3://lake/in -> s3://lake/out\n"
            "Completed 1,205 files, skipped 3, stale 1, failed 2\n"
            "Read 3.00 MiB, wrote 2.00 MiB, 1,234,567 rows, 1m 12s\n");
}

TEST_F(SummaryText, AThousandFailuresAreTwentyNames) {
  for (int i = 0; i < 1000; ++i) outcome.digest.Add(Failed(fmt::format("/in/{:03}", i)));
  for (int i = 0; i < 30; ++i) {
    outcome.digest.Add(FileFailed{"/in/x", Error(ErrorCode::kCorrupt, fmt::format("kind {}", i))});
  }
  outcome.summary.failed = 1030;
  std::string expected =
      "Failed, nothing of these was published:\n"
      "  1,000 files: not a Parquet file. Remove it.\n";
  for (int i = 0; i < 20; ++i) expected += fmt::format("    /in/{:03}\n", i);
  expected +=
      "    and 980 more\n"
      "  and 30 files more; the log on stderr and --output json name them all\n"
      "s3://lake/in -> s3://lake/out\n"
      "Completed 0 files, skipped 0, stale 0, failed 1,030\n"
      "Read 0 B, wrote 0 B, 0 rows, 1m 12s\n";
  EXPECT_EQ(Text(), expected);
}

TEST_F(SummaryText, ManyKindsOfRepairsAreTwentyLines) {
  for (int i = 0; i < 25; ++i) {
    auto done = Done();
    done.repairs = {{fmt::format("kind {}", i), ""}};
    done.warnings.clear();
    outcome.digest.Add(done);
  }
  outcome.summary.completed = 25;
  const auto text = Text();
  EXPECT_NE(
      text.find("  1 file: kind 19\n  and more kinds; --output json names them file by file\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(text.find("kind 20"), std::string::npos);
}

TEST_F(SummaryText, NothingToDoIsSaidAloud) {
  outcome.summary.other_objects = 12;
  EXPECT_EQ(Text(),
            "Nothing to do: no .parquet or .parq file below s3://lake/in (12 objects of other "
            "names).\n"
            "s3://lake/in -> s3://lake/out\n"
            "Completed 0 files, skipped 0, stale 0, failed 0\n"
            "Read 0 B, wrote 0 B, 0 rows, 1m 12s\n");
  outcome.summary.other_objects = 0;
  EXPECT_EQ(NothingToDoText(outcome), "Nothing to do: s3://lake/in is empty.");
  options.shard_count = 4;
  options.shard_index = 2;
  EXPECT_EQ(NothingToDoText(outcome),
            "Nothing to do: no .parquet or .parq file below s3://lake/in in share 2 of 4.");
  outcome.summary.skipped = 1;
  EXPECT_EQ(NothingToDoText(outcome), "");
  outcome.summary.skipped = 0;
  outcome.status = Error(ErrorCode::kTransient, "listing broke off");
  EXPECT_EQ(NothingToDoText(outcome), "");
}

TEST_F(SummaryText, DryRun) {
  options.dry_run = true;
  target.hint = "not for a dry run";
  outcome.digest.Add(FilePlanned{.uri = "/in/a",
                                 .output = "/out/a",
                                 .bytes_in = 2048,
                                 .level = 3,
                                 .reasons = {{"V2", "b"}},
                                 .not_by_store = {},
                                 .repairs = {{"root", ""}},
                                 .warnings = {}});
  outcome.summary.completed = 3;
  outcome.summary.bytes_in = 2048;
  outcome.summary.copied = 2;
  outcome.summary.bytes_copied = 1024;
  EXPECT_EQ(Text(),
            "Would be repaired:\n"
            "  1 file: root\n"
            "Would take more than copying pages:\n"
            "  1 file: V2: b\n"
            "s3://lake/in -> s3://lake/out\n"
            "Would repack 1 file, skipped 0, stale 0, failed 0\n"
            "Dry run: 2.00 KiB to read, nothing was written, 1m 12s\n"
            "2 files with pages copied, 1.00 KiB not decoded\n");
}

TEST_F(SummaryText, Interrupted) {
  outcome.status = Error(ErrorCode::kCancelled, "stopped");
  outcome.summary.completed = 2;
  EXPECT_EQ(Text(),
            "Interrupted; a rerun does the rest.\n"
            "s3://lake/in -> s3://lake/out\n"
            "Completed 2 files, skipped 0, stale 0, failed 0\n"
            "Read 0 B, wrote 0 B, 0 rows, 1m 12s\n");
}

TEST_F(SummaryText, RequestsByOperation) {
  outcome.stat = true;
  outcome.summary.completed = 1;
  outcome.requests = {{"GetObject", {1204, 3, 100, 2048}}, {"PutObject", {1, 0, 1 << 20, 0}}};
  EXPECT_EQ(Text(),
            "Requests                        count  retries       sent   received\n"
            "  GetObject                     1,204        3      100 B   2.00 KiB\n"
            "  PutObject                         1        0   1.00 MiB        0 B\n"
            "s3://lake/in -> s3://lake/out\n"
            "Completed 1 file, skipped 0, stale 0, failed 0\n"
            "Read 0 B, wrote 0 B, 0 rows, 1m 12s\n");
  outcome.requests.clear();
  EXPECT_NE(Text().find("\n  none\n"), std::string::npos);
}

}  // namespace
}  // namespace pqpack::cli

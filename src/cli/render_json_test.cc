// SPDX-License-Identifier: Apache-2.0
#include "cli/render_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace pqpack::cli {
namespace {

using nlohmann::json;

TEST(EventJson, ExactLines) {
  EXPECT_EQ(
      EventJson(FileDone{.uri = "/in/a",
                         .output = "/out/a",
                         .bytes_in = 2,
                         .bytes_out = 1,
                         .rows = 3,
                         .seconds = 0.12345,
                         .empty = false,
                         .level = 1,
                         .columns = {{"b", 3, "DELTA"}},
                         .reasons = {},
                         .not_by_store = {},
                         .repairs = {{"root", "a, b"}},
                         .warnings = {}}),
      R"({"v":1,"event":"file_done","uri":"/in/a","output":"/out/a","bytes_in":2,)"
      R"("bytes_out":1,"rows":3,"seconds":0.123,"empty":false,"level":1,)"
      R"("columns":[{"column":"b","level":3,"reason":"DELTA"}],"reasons":[],"not_by_store":[],)"
      R"("repairs":["root: a, b"],"warnings":[]})");
  EXPECT_EQ(EventJson(FileSkipped{"/in/a", "/out/a", "exists", true, 9}),
            R"({"v":1,"event":"file_skipped","uri":"/in/a","output":"/out/a","reason":"exists",)"
            R"("stale":true})");
  EXPECT_EQ(EventJson(FileFailed{"/in/a", Error(ErrorCode::kCorrupt, "/in/a: bad", "Remove it.")}),
            R"({"v":1,"event":"file_failed","uri":"/in/a","error":"/in/a: bad",)"
            R"("action":"Remove it.","code":"corrupt"})");
  EXPECT_EQ(
      EventJson(FilePlanned{.uri = "/in/a",
                            .output = "/out/a",
                            .bytes_in = 2,
                            .level = 3,
                            .reasons = {{"V2", "b"}},
                            .not_by_store = {{"small", ""}},
                            .repairs = {{"root", ""}},
                            .warnings = {{"nanos", "ts"}}}),
      R"({"v":1,"event":"file_planned","uri":"/in/a","output":"/out/a","bytes_in":2,)"
      R"("level":3,"columns":[],"reasons":["V2: b"],"not_by_store":["small"],"repairs":["root"],"warnings":["nanos: ts"]})");
  EXPECT_EQ(EventJson(Warning{"slow"}), R"({"v":1,"event":"warning","message":"slow"})");
  EXPECT_EQ(EventJson(Retrying{"GetObject", "s3://b/k", "SlowDown", 2, 1.5}),
            R"({"v":1,"event":"retrying","operation":"GetObject","uri":"s3://b/k",)"
            R"("reason":"SlowDown","attempt":2,"delay_seconds":1.5})");
  EXPECT_EQ(EventJson(ListingDone{4, 5}), R"({"v":1,"event":"listing_done","files":4,"bytes":5})");
  EXPECT_EQ(EventJson(FileQueued{"/in/a", 1}), "");
  EXPECT_EQ(EventJson(FilesFound{1, 1}), "");
  EXPECT_EQ(ErrorJson(Error(ErrorCode::kNotFound, "no bucket b", "Make it.")),
            R"({"v":1,"event":"error","error":"no bucket b","action":"Make it.",)"
            R"("code":"not_found"})");
}

TEST(EventJson, AnyNameIsALineOfValidJson) {
  const auto line = EventJson(Warning{"\xff\n\"\x1b ünï"});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(line)["message"], "\xEF\xBF\xBD\n\"\x1b ünï");
}

TEST(SummaryJson, ExactLine) {
  Target target;
  target.hint = "COPY";
  RepackOptions options;
  options.target = &target;
  options.source = Uri::Parse("s3://b/in").ValueOrDie();
  options.destination = Uri::Parse("s3://b/out").ValueOrDie();
  Outcome outcome;
  outcome.options = &options;
  outcome.summary = {.completed = 1,
                     .skipped = 2,
                     .stale = 1,
                     .failed = 3,
                     .empty = 1,
                     .bytes_in = 10,
                     .bytes_out = 9,
                     .rows = 8,
                     .other_objects = 7,
                     .failed_by_code = {{ErrorCode::kCorrupt, 2}, {ErrorCode::kTransient, 1}}};
  outcome.seconds = 1.2345;
  outcome.exit_code = 1;
  EXPECT_EQ(SummaryJson(outcome),
            R"({"v":1,"event":"summary","completed":1,"skipped":2,"stale":1,"failed":3,)"
            R"("bytes_in":10,"bytes_out":9,"seconds":1.235,"exit_code":1,"rows":8,"copied":0,)"
            R"("bytes_copied":0,"by_store":0,"bytes_by_store":0,"empty":1,)"
            R"("other_objects":7,"planned":0,"dry_run":false,"src":"s3://b/in","dst":"s3://b/out",)"
            R"("failed_by_code":{"transient":1,"corrupt":2},"hint":"COPY"})");
  outcome.stat = true;
  outcome.requests = {{"GetObject", {4, 3, 2, 1}}};
  EXPECT_EQ(json::parse(SummaryJson(outcome))["requests"],
            json::parse(R"({"GetObject":{"requests":4,"retries":3,"bytes_sent":2,)"
                        R"("bytes_received":1}})"));
}

TEST(SummaryJson, BeforeThereWereOptions) {
  Outcome outcome;
  outcome.exit_code = 2;
  const auto line = json::parse(SummaryJson(outcome));
  EXPECT_EQ(line["exit_code"], 2);
  EXPECT_EQ(line["completed"], 0);
}

// What docs/cli.md lists is what is written.
TEST(JsonEvents, ListTheFieldsOfEachEvent) {
  Target target;
  Outcome outcome;
  outcome.stat = true;
  std::vector<std::string> lines = {EventJson(FileDone()),
                                    EventJson(FileSkipped()),
                                    EventJson(FilePlanned()),
                                    EventJson(Warning()),
                                    EventJson(Retrying()),
                                    EventJson(ListingDone()),
                                    TargetJson(target),
                                    ErrorJson(Error(ErrorCode::kConfig, "x")),
                                    SummaryJson(outcome),
                                    EventJson(FileFailed{"u", Error(ErrorCode::kCorrupt, "x")}),
                                    ReportJson("u", Status::OK()),
                                    ReportJson("u", Error(ErrorCode::kDenied, "x"))};
  std::map<std::string, std::set<std::string>> written;
  for (const auto& text : lines) {
    const auto line = json::parse(text);
    EXPECT_EQ(line["v"], 1);
    for (const auto& [key, value] : line.items()) {
      if (key != "v" && key != "event") written[line["event"]].insert(key);
    }
  }
  std::map<std::string, std::set<std::string>> listed;
  for (const auto& event : JsonEvents()) {
    std::istringstream fields{std::string(event.fields)};
    for (std::string field; fields >> field;) {
      if (field.ends_with(',')) field.pop_back();
      listed[std::string(event.name)].insert(field);
    }
  }
  EXPECT_EQ(listed, written);
}

}  // namespace
}  // namespace pqpack::cli

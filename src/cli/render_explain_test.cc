// SPDX-License-Identifier: Apache-2.0
#include "cli/render_explain.h"

#include <gtest/gtest.h>

#include "cli/json_line.h"

namespace pqpack::cli {
namespace {

ExplainedTask Task() {
  return {.folder = "a=1/",
          .task = 3,
          .files = 19,
          .bytes = 2048,
          .apart = {},
          .status = {},
          .outlook = {.columns = {{.path = "a",
                                   .chunks = 19,
                                   .by_store = 0,
                                   .copied = 0,
                                   .moved = 19,
                                   .encoded = 0,
                                   .reasons = {},
                                   .filters = {}},
                                  {.path = "b",
                                   .chunks = 19,
                                   .by_store = 4,
                                   .copied = 1,
                                   .moved = 12,
                                   .encoded = 2,
                                   .reasons = {"values of another type", "old writer"},
                                   .filters = {"copied", "made anew"}},
                                  {.path = "c",
                                   .chunks = 19,
                                   .by_store = 0,
                                   .copied = 0,
                                   .moved = 19,
                                   .encoded = 0,
                                   .reasons = {},
                                   .filters = {}}},
                      .not_by_store = {{"pages have to be read", "f.parquet: row group 1 (b)"}}}};
}

TEST(ExplainText, ColumnsThatAreAlikeAreALine) {
  EXPECT_EQ(ExplainText(Task()),
            "a=1/ task 3: 19 files, 2.00 KiB\n"
            "  19 chunks at level 2, merged page by page: a, c\n"
            "  4 chunks at level 0, copied by the store; 1 chunk at level 1, copied; 12 chunks at "
            "level 2, merged page by page; 2 chunks at "
            "level 3, decoded and encoded: b\n"
            "    level 3 for: values of another type\n"
            "    level 3 for: old writer\n"
            "    Bloom filters copied\n"
            "    Bloom filters made anew\n"
            "  not by the store: pages have to be read: f.parquet: row group 1 (b)\n");
}

TEST(ExplainText, AThousandColumnsAreTwelveNames) {
  ExplainedTask task;
  for (int i = 0; i < 1000; ++i) task.outlook.columns.emplace_back().path = "c" + std::to_string(i);
  EXPECT_EQ(ExplainText(task),
            "(no partitions) task 0: 0 files, 0 B\n"
            "  no rows: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 and 988 more\n");
}

TEST(ExplainText, WhatCannotBeMergedSaysWhy) {
  ExplainedTask task;
  task.folder = "a=\x1b[2J/";
  task.apart = "another calendar";
  task.status = Error(ErrorCode::kCorrupt, "x.parquet: no footer", "Remove it.");
  EXPECT_EQ(ExplainText(task),
            "a=\\x1b[2J/ task 0: 0 files, 0 B\n"
            "  apart from the others: another calendar\n"
            "  error: x.parquet: no footer. Remove it.\n");
}

TEST(ExplainJson, HasAllColumns) {
  const Json line = Json::parse(ExplainJson(Task()));
  EXPECT_EQ(line["event"], "task_explained");
  EXPECT_EQ(line["task"], 3);
  EXPECT_EQ(line["columns"].size(), 3U);
  EXPECT_EQ(
      line["columns"][1].dump(),
      R"({"column":"b","chunks":19,"by_store":4,"copied":1,"moved":12,"encoded":2,)"
      R"("reasons":["values of another type","old writer"],"filters":["copied","made anew"]})");
  EXPECT_EQ(line["not_by_store"].dump(),
            R"x(["pages have to be read: f.parquet: row group 1 (b)"])x");
  EXPECT_FALSE(line.contains("error"));
}

}  // namespace
}  // namespace pqpack::cli

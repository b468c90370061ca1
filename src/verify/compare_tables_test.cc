// SPDX-License-Identifier: Apache-2.0
//
// test/e2e/test_verify.py has files of other writers.
#include "verify/compare_tables.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using testing::Change;
using testing::Changes;
using testing::CompareTablesTest;
using testing::FileOf;
using testing::Layout;
using testing::Row;
using testing::SomeRows;

TEST_F(CompareTablesTest, LayoutDoesNotCount) {
  const auto rows = SomeRows(1000);
  const std::string whole = FileOf(rows);
  for (const Layout& layout :
       {Layout{.rows_per_group = 100}, Layout{.rows_per_group = 333, .page_size = 50},
        Layout{.rows_per_group = 7, .dictionary = false}, Layout{.page_size = 1}}) {
    EXPECT_EQ(First({whole}, {FileOf(rows, layout)}), "");
    EXPECT_EQ(First({FileOf(rows, layout)}, {whole}), "");
    EXPECT_TRUE(SameSet({whole}, {FileOf(rows, layout)}));
  }
}

TEST_F(CompareTablesTest, FilesAreOneSequence) {
  const auto rows = SomeRows(500);
  const auto part = [&](size_t begin, size_t end) {
    return FileOf({rows.begin() + static_cast<long>(begin), rows.begin() + static_cast<long>(end)},
                  {.rows_per_group = 60});
  };
  const std::vector<std::string> parts = {part(0, 1), part(1, 1), part(1, 300), part(300, 500)};
  EXPECT_EQ(First(parts, {FileOf(rows, {.rows_per_group = 70})}), "");
  auto changed = rows;
  changed[420].number = -1;
  const auto result = Compare(parts, {FileOf(changed, {.rows_per_group = 70})});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->row, 420);
  EXPECT_EQ(result->difference->a.row, 120);  // of the fourth file
  EXPECT_EQ(result->difference->a.row_group, 2);
  EXPECT_EQ(result->difference->b.row_group, 6);
}

// Each change, wherever it is and however the other side is cut, is found at its place.
TEST_F(CompareTablesTest, EveryChangeIsFoundAtItsPlace) {
  const auto rows = SomeRows(60);
  for (const Change& change : Changes()) {
    for (const size_t at : {size_t{7}}) {
      auto changed = rows;
      change.apply(changed[at]);
      for (const size_t group : {size_t{1}, size_t{8}, size_t{1000}}) {
        const std::string other = FileOf(changed, {.rows_per_group = group, .page_size = 16});
        EXPECT_EQ(First({FileOf(rows, {.rows_per_group = 9})}, {other}),
                  std::to_string(at) + " " + change.found)
            << change.name << " in groups of " << group;
        EXPECT_FALSE(SameSet({FileOf(rows)}, {other})) << change.name;
      }
    }
  }
}

TEST_F(CompareTablesTest, TheFirstDifferenceIsTheSameInEveryRun) {
  const auto rows = SomeRows(3000);
  auto changed = rows;
  for (size_t i = 1234; i < changed.size(); i += 3) {
    changed[i].number = -1;
    changed[i].text = "other";
  }
  for (size_t i = 1235; i < changed.size(); ++i) changed[i].list.emplace();
  const std::string a = FileOf(rows, {.rows_per_group = 50});
  for (const size_t group : {size_t{50}, size_t{77}}) {
    const std::string b = FileOf(changed, {.rows_per_group = group});
    for (int run = 0; run < 50; ++run) EXPECT_EQ(First({a}, {b}), "1234 number: 1234 | -1");
  }
}

TEST_F(CompareTablesTest, MoreRowsOnOneSide) {
  const auto rows = SomeRows(100);
  auto fewer = rows;
  fewer.pop_back();
  for (const size_t group : {size_t{10}, size_t{1000}}) {
    EXPECT_EQ(First({FileOf(rows)}, {FileOf(fewer, {.rows_per_group = group})}),
              "99 : a row | no row");
    EXPECT_EQ(First({FileOf(fewer, {.rows_per_group = group})}, {FileOf(rows)}),
              "99 : no row | a row");
  }
  EXPECT_FALSE(SameSet({FileOf(rows)}, {FileOf(fewer)}));
}

TEST_F(CompareTablesTest, NullabilityDoesNotCountButNullsDo) {
  auto rows = SomeRows(100);
  for (Row& row : rows) row.text = "there";
  const std::string required = FileOf(rows, {.rows_per_group = 30, .required_text = true});
  EXPECT_EQ(First({required}, {FileOf(rows)}), "");
  EXPECT_EQ(First({FileOf(rows)}, {required}), "");
  EXPECT_TRUE(SameSet({required}, {FileOf(rows)}));
  rows[40].text.reset();
  EXPECT_EQ(First({required}, {FileOf(rows)}), "40 text: 'there' | null");
  EXPECT_EQ(First({FileOf(rows)}, {required}), "40 text: null | 'there'");
  EXPECT_FALSE(SameSet({required}, {FileOf(rows)}));
}

TEST_F(CompareTablesTest, SetsOfRows) {
  const auto rows = SomeRows(200);
  auto reversed = rows;
  std::ranges::reverse(reversed);
  EXPECT_TRUE(SameSet({FileOf(rows)}, {FileOf(reversed, {.rows_per_group = 13})}));
  EXPECT_EQ(First({FileOf(rows)}, {FileOf(reversed)}), "0 number: 0 | 199");

  auto twice = rows;
  twice[3] = twice[8];
  EXPECT_FALSE(SameSet({FileOf(rows)}, {FileOf(twice)}));

  // Every column has the same values.
  auto exchanged = rows;
  std::swap(exchanged[3].number, exchanged[8].number);
  const auto result = Compare({FileOf(rows)}, {FileOf(exchanged)}, /*unordered=*/true);
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->what, "each column has the same values, but they make other rows");

  // Elements that move from one row's list to the next one's.
  std::vector<Row> lists(2);
  lists[0].list = {{1, 2}};
  lists[1].list = {{3}};
  auto moved = lists;
  moved[0].list = {{1}};
  moved[1].list = {{2, 3}};
  EXPECT_FALSE(SameSet({FileOf(lists)}, {FileOf(moved)}));
}

TEST_F(CompareTablesTest, ProofByStructureWhereThePagesAreTheSame) {
  const auto rows = SomeRows(1000);
  auto changed = rows;
  changed[700].number = -1;
  const Layout layout{.rows_per_group = 100};
  options_.proof = Proof::kAuto;
  auto result = Compare({FileOf(rows, layout)}, {FileOf(changed, layout)});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->row, 700);
  result = Compare({FileOf(rows, layout)}, {FileOf(rows, layout)});
  ASSERT_TRUE(result.ok() && !result->difference);
  EXPECT_EQ(result->proof.by_structure, 30);
  EXPECT_EQ(result->proof.by_content, 0);
  EXPECT_GT(result->proof.bytes(PageProof::kSameBytes), 0);
  EXPECT_EQ(result->proof.bytes(PageProof::kRecompressed), 0);
  EXPECT_EQ(result->proof.bytes(PageProof::kRearranged), 0);
  options_.proof = Proof::kStructure;
  result = Compare({FileOf(rows, layout)}, {FileOf(changed, layout)});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->what,
            "not proven by structure: the values of page 1 and of page 1 differ");
  EXPECT_EQ(result->difference->a.row_group, 7);
}

TEST_F(CompareTablesTest, WhatIsTooLargeIsAnError) {
  CappedPool pool(arrow::system_memory_pool(), 1000);
  options_.pool = &pool;
  const std::string file = FileOf(SomeRows(1000));
  for (const bool unordered : {false, true}) {
    const auto result = Compare({file}, {file}, unordered);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(CodeOf(result.status()), ErrorCode::kTooLarge) << result.status();
  }
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

TEST_F(CompareTablesTest, AStopEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  options_.stop = stop.get_token();
  const auto result = Compare({FileOf(SomeRows(10))}, {FileOf(SomeRows(10))});
  EXPECT_EQ(CodeOf(result.status()), ErrorCode::kCancelled);
}

TEST_F(CompareTablesTest, WideDeltasOfArrowGoAreRead) {
  std::ifstream in("test/data/arrow_go_18_5_0/delta_int32.parquet", std::ios::binary);
  ASSERT_TRUE(in) << "tests run in the root of the checkout";
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  const auto result = Compare({file}, {file});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->difference);
  EXPECT_GT(result->rows_a, 0);
}

// Cut off at every byte, and each byte changed: an error or an answer, and the memory is free
// again.
TEST_F(CompareTablesTest, SurvivesDamage) {
  const std::string file = FileOf(SomeRows(30), {.rows_per_group = 10});
  CappedPool pool(arrow::system_memory_pool(), int64_t{64} << 20);
  options_.pool = &pool;
  int errors = 0;
  for (size_t at = 0; at < file.size(); at += 3) {
    errors += Compare({file}, {file.substr(0, at)}).ok() ? 0 : 1;
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    errors += Compare({file}, {flipped}, at % 2 == 0).ok() ? 0 : 1;
  }
  EXPECT_GT(errors, static_cast<int>(file.size()) / 3);
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

}  // namespace
}  // namespace pqpack

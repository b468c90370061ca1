// SPDX-License-Identifier: Apache-2.0
//
// Row groups that are written in several pieces.
#include "execute/copy_row_group.h"

#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "execute/memory_estimate.h"
#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using parquet::ByteArrayType;
using parquet::Int32Type;
using parquet::Int64Type;
using parquet::Repetition;
using parquet::WriterProperties;
using parquet::schema::PrimitiveNode;
using ::testing::ElementsAre;

struct Lists {
  std::vector<int16_t> definition, repetition;
  std::vector<int32_t> values;
};

// Rows of the given lengths.
Lists ListsOf(const std::vector<int>& lengths) {
  Lists lists;
  for (const int length : lengths) {
    for (int i = 0; i < std::max(length, 1); ++i) {
      lists.repetition.push_back(i == 0 ? 0 : 1);
      lists.definition.push_back(length == 0 ? 0 : 1);
      if (length > 0) lists.values.push_back(static_cast<int32_t>(lists.values.size()));
    }
  }
  return lists;
}

// A list and a plain column, in pages of `page_rows` rows.
BufferPtr FileOfLists(const std::vector<int>& lengths, int64_t page_rows) {
  WriterProperties::Builder properties;
  properties.max_rows_per_page(page_rows);
  const Lists lists = ListsOf(lengths);
  std::vector<int64_t> rows(lengths.size());
  std::iota(rows.begin(), rows.end(), 0);
  return WriteFile(Root({PrimitiveNode::Make("l", Repetition::REPEATED, parquet::Type::INT32),
                         PrimitiveNode::Make("n", Repetition::REQUIRED, parquet::Type::INT64)}),
                   {[&](parquet::RowGroupWriter* out) {
                     WriteColumn<Int32Type>(out, lists.definition, lists.repetition, lists.values);
                     WriteColumn<Int64Type>(out, {}, {}, rows);
                   }},
                   properties.build());
}

TEST(Pieces, TheTargetsLimitIsKept) {
  Target target = **FindTarget("generic");
  target.max_row_group_rows = 40;
  RewriteOptions options = OptionsFor("generic");
  options.target = &target;
  const BufferPtr file = FileOfLists(std::vector<int>(100, 3), 1000);
  const auto result = RewriteBytes(file, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->receipt.row_group_rows, ElementsAre(40, 40, 20));
  ExpectEqualData(file, result->file);
}

// Any lengths, pages, batches and pieces: rows are never torn or lost.
RC_GTEST_PROP(Pieces, EqualWhateverTheBoundaries, ()) {
  const auto lengths =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9)));
  Target target = **FindTarget("generic");
  target.max_row_group_rows = *rc::gen::inRange<int64_t>(1, 12);
  RewriteOptions options = OptionsFor("generic");
  options.target = &target;
  options.batch_size = *rc::gen::inRange<int64_t>(1, 20);
  const BufferPtr file = FileOfLists(lengths, *rc::gen::inRange<int64_t>(1, 20));
  const auto result = RewriteBytes(file, options);
  RC_ASSERT(result.ok());
  RC_ASSERT(*BitsOf(file) == *BitsOf(result->file));
  const int64_t rows = static_cast<int64_t>(lengths.size());
  const int64_t limit = target.max_row_group_rows;
  RC_ASSERT(static_cast<int64_t>(result->footer.row_groups.size()) == (rows + limit - 1) / limit);
}

// Row counts are checked where the row group is split as well.
TEST(Pieces, LyingFooterIsFound) {
  Target target = **FindTarget("generic");
  target.max_row_group_rows = 30;
  RewriteOptions options = OptionsFor("generic");
  options.target = &target;
  const BufferPtr file = FileOfLists(std::vector<int>(100, 3), 1000);
  for (const int64_t rows : {99, 101}) {
    auto footer = FooterOf(file);
    ASSERT_TRUE(footer.ok()) << footer.status();
    footer->row_groups[0].num_rows = rows;
    const auto plan = PlanRewrite(*footer, options);
    const Status status = Rewrite(std::make_shared<arrow::io::BufferReader>(file), *footer, *plan,
                                  *arrow::io::BufferOutputStream::Create(), options)
                              .status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
    EXPECT_EQ(status.message(), "row group 0: column l: the footer says " + std::to_string(rows) +
                                    " rows, the pages hold 100");
  }
}

// 2 million values whose dictionary keeps 4 MB of indices back.
BufferPtr LargeDictionaryColumn() {
  std::vector<int64_t> values(2'000'000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int64_t>(i * 7919 % 60000);
  return WriteFile(
      Root({PrimitiveNode::Make("n", Repetition::REQUIRED, parquet::Type::INT64)}),
      {[&](parquet::RowGroupWriter* out) { WriteColumn<Int64Type>(out, {}, {}, values); }});
}

TEST(Pieces, AreMadeWhereMemoryIsShort) {
  const BufferPtr file = LargeDictionaryColumn();
  const auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  RewriteOptions options = OptionsFor("snowflake");
  const RowGroupMemory memory = MemoryFor(footer->row_groups[0], options);
  EXPECT_EQ(RowsAtATime(footer->row_groups[0], options), 2'000'000);

  options.memory = memory.split_fixed + memory.split_variable / 3;
  ASSERT_LT(options.memory, memory.serial);
  const auto result = RewriteBytes(file, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_GT(result->receipt.row_group_rows.size(), 2u);
  EXPECT_EQ(std::accumulate(result->receipt.row_group_rows.begin(),
                            result->receipt.row_group_rows.end(), int64_t{0}),
            2'000'000);
  ExpectEqualData(file, result->file);
}

}  // namespace
}  // namespace pqpack::testing

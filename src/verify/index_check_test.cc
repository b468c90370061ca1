// SPDX-License-Identifier: Apache-2.0
//
// Indexes of shapes that no file in test/data has; what files have is broken in
// output_check_test.cc.
#include "verify/index_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "format/thrift_tree_testing.h"

namespace pqpack {
namespace {

using testing::ThriftTree;

ThriftTree List(ThriftTree::Type element, std::vector<ThriftTree> items) {
  ThriftTree list = ThriftTree::Integer(ThriftTree::kList, 0);
  list.element = element;
  list.items = std::move(items);
  return list;
}

ThriftTree I64(int64_t value) { return ThriftTree::Integer(ThriftTree::kI64, value); }

ThriftTree False() {
  ThriftTree tree = ThriftTree::Integer(ThriftTree::kByte, 0);
  tree.bytes = "\x02";
  return tree;
}

// Three V1 pages of 100 bytes of a nested column with 50 rows: the headers do not
// say where rows begin.
struct Nested {
  std::vector<int64_t> first_rows = {0, 10, 20};
  size_t null_pages = 3, bounds = 3, null_counts = 3, repetition = 6, definition = 12;

  Status Check() const {
    std::vector<PageFact> pages(3);
    ThriftTree locations = List(ThriftTree::kStruct, {});
    for (size_t i = 0; i < 3; ++i) {
      pages[i].offset = 4 + 100 * static_cast<int64_t>(i);
      pages[i].header_size = 10;
      pages[i].body_size = 90;
      pages[i].num_values = 40;
      ThriftTree location;
      location.Add(1, I64(pages[i].offset));
      location.Add(2, ThriftTree::Integer(ThriftTree::kI32, 100));
      location.Add(3, I64(first_rows[i]));
      locations.items.push_back(location);
    }
    ThriftTree offsets;
    offsets.Add(1, locations);

    ThriftTree columns;
    ThriftTree nulls = List(ThriftTree::kTrue, std::vector<ThriftTree>(null_pages, False()));
    const ThriftTree values =
        List(ThriftTree::kBinary, std::vector<ThriftTree>(bounds, ThriftTree::Binary("abcd")));
    columns.Add(1, nulls);
    columns.Add(2, values);
    columns.Add(3, values);
    columns.Add(4, ThriftTree::Integer(ThriftTree::kI32, 0));
    columns.Add(5, List(ThriftTree::kI64, std::vector<ThriftTree>(null_counts, I64(1))));
    columns.Add(6, List(ThriftTree::kI64, std::vector<ThriftTree>(repetition, I64(0))));
    columns.Add(7, List(ThriftTree::kI64, std::vector<ThriftTree>(definition, I64(0))));

    const std::string first = columns.Write();
    const std::string second = offsets.Write();
    ColumnChunk chunk;
    chunk.meta_data.emplace().num_values = 120;
    chunk.column_index_offset = 304;
    chunk.column_index_length = static_cast<int32_t>(first.size());
    chunk.offset_index_offset = 304 + static_cast<int64_t>(first.size());
    chunk.offset_index_length = static_cast<int32_t>(second.size());
    SchemaElement element;
    SchemaTree::Node node;
    node.max_repetition_level = 1;
    node.max_definition_level = 3;
    const std::string tail = first + second;
    Target target = **FindTarget("generic");
    target.page_index = true;
    return CheckIndexes({chunk, element, node, 50, pages}, target, AsBytes(tail), 304);
  }
};

TEST(CheckIndexes, RowsOfNestedV1PagesGrow) {
  EXPECT_TRUE(Nested().Check().ok()) << Nested().Check();
  const auto message = [](std::vector<int64_t> rows) {
    Nested nested;
    nested.first_rows = std::move(rows);
    return nested.Check().message();
  };
  EXPECT_EQ(message({0, 1, 49}), "");
  EXPECT_EQ(message({1, 10, 20}), "its offset index lets the page at 4 start with row 1");
  EXPECT_EQ(message({0, 0, 20}), "its offset index lets the page at 104 start with row 0");
  EXPECT_EQ(message({0, 10, 10}), "its offset index lets the page at 204 start with row 10");
  EXPECT_EQ(message({0, 10, 50}), "its offset index lets the page at 204 start with row 50");
}

TEST(CheckIndexes, ListsHaveAnEntryPerPageAndLevel) {
  const auto refused = [](size_t Nested::* list, size_t size) {
    Nested nested;
    nested.*list = size;
    return nested.Check().message() == "its column index has lists that do not fit its 3 pages";
  };
  EXPECT_TRUE(refused(&Nested::null_pages, 2));
  EXPECT_TRUE(refused(&Nested::bounds, 4));
  EXPECT_TRUE(refused(&Nested::null_counts, 2));
  EXPECT_TRUE(refused(&Nested::repetition, 5));
  EXPECT_TRUE(refused(&Nested::definition, 13));
  // Empty ones are as good as absent.
  EXPECT_FALSE(refused(&Nested::null_counts, 0));
  EXPECT_FALSE(refused(&Nested::repetition, 0));
  EXPECT_FALSE(refused(&Nested::definition, 0));
}

TEST(CheckNothingElse, WantsTheSpaceFilled) {
  FileMetaData footer;
  ColumnChunk& chunk = footer.row_groups.emplace_back().columns.emplace_back();
  chunk.meta_data.emplace();
  EXPECT_TRUE(CheckNothingElse(footer, {304, 0}).ok());
  EXPECT_FALSE(CheckNothingElse(footer, {304, 1}).ok());

  chunk.column_index_offset = 304;
  chunk.column_index_length = 10;
  chunk.offset_index_offset = 354;
  chunk.offset_index_length = 6;
  chunk.meta_data->bloom_filter_offset = 314;
  chunk.meta_data->bloom_filter_length = 40;
  EXPECT_TRUE(CheckNothingElse(footer, {304, 56}).ok());
  EXPECT_FALSE(CheckNothingElse(footer, {304, 55}).ok());
  EXPECT_FALSE(CheckNothingElse(footer, {304, 57}).ok());
  EXPECT_FALSE(CheckNothingElse(footer, {303, 57}).ok());
  chunk.meta_data->bloom_filter_length = 41;  // shares a byte with the next
  EXPECT_FALSE(CheckNothingElse(footer, {304, 56}).ok());
  chunk.meta_data->bloom_filter_length.reset();
  EXPECT_FALSE(CheckNothingElse(footer, {304, 56}).ok());
}

}  // namespace
}  // namespace pqpack

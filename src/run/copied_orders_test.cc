// SPDX-License-Identifier: Apache-2.0
#include "run/copied_orders.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace pqpack {
namespace {

using Order = std::vector<SortingColumn>;

SortingColumn By(int32_t column, bool descending = false) {
  SortingColumn by;
  by.column_idx = column;
  by.descending = descending;
  by.nulls_first = true;
  return by;
}

MergedRowGroup From(std::vector<RowGroupSource> sources) {
  MergedRowGroup made;
  made.sources = std::move(sources);
  return made;
}

TEST(CopiedOrders, HaveTheNumbersOfTheOutput) {
  FileMetaData none, usual, turned;
  none.row_groups.resize(1);
  usual.row_groups.resize(2);
  usual.row_groups[0].sorting_columns = {By(0)};
  usual.row_groups[1].sorting_columns = {By(1, true), By(0)};
  turned.row_groups.resize(2);
  turned.row_groups[0].sorting_columns = {By(0), By(2)};
  turned.row_groups[1].sorting_columns = {By(-1), By(1), By(3)};
  const std::vector<MergeInput> inputs{
      {"none", &none}, {"of another set", &none}, {"usual", &usual}, {"turned", &turned}};
  MergeSet set;
  set.inputs = {0, 2, 3};
  set.shapes.resize(2);
  set.shapes[0].column_of = {0, 1, -1};
  set.shapes[1].column_of = {2, 0, 1};
  set.shape_of = {0, 0, 1};
  MergedOutput output;
  output.row_groups = {From({{3, 0}}), From({{2, 1}}), From({{2, 0}, {2, 1}}),
                       From({{0, 0}}), From({{3, 1}}), From({{2, 0}})};
  const SourceOrders expected{Order{By(1), By(0)}, Order{By(1, true), By(0)},    std::nullopt,
                              std::nullopt,        Order{By(-1), By(2), By(-1)}, Order{By(0)}};
  EXPECT_EQ(CopiedOrders(inputs, set, output), expected);
}

// A number that is none of a column does not stand for one that the input has not.
TEST(CopiedOrders, OfColumnsThatAreNotThere) {
  FileMetaData footer;
  footer.row_groups.resize(1);
  footer.row_groups[0].sorting_columns = {By(-1)};
  const MergeInput input{"file", &footer};
  MergeSet set;
  set.inputs = {0};
  set.shapes.resize(1);
  set.shapes[0].column_of = {0, -1};
  set.shape_of = {0};
  MergedOutput output;
  output.row_groups = {From({{0, 0}})};
  EXPECT_EQ(CopiedOrders({&input, 1}, set, output), (SourceOrders{Order{By(-1)}}));
}

}  // namespace
}  // namespace pqpack

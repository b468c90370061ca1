// SPDX-License-Identifier: Apache-2.0
#include "run/level_bytes.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

// Row groups with column chunks of so many bytes.
FileMetaData Footer(const std::vector<std::vector<int64_t>>& groups) {
  FileMetaData footer;
  for (const auto& sizes : groups) {
    RowGroup& group = footer.row_groups.emplace_back();
    for (const int64_t size : sizes) {
      group.columns.emplace_back().meta_data.emplace().total_compressed_size = size;
    }
  }
  return footer;
}

TEST(LevelBytes, AreOfTheChunksThatWentIn) {
  const FileMetaData a = Footer({{1, 20}, {300, 4000}});
  const FileMetaData b = Footer({{50'000}});
  const std::vector<MergeInput> inputs = {{"other", nullptr}, {"a", &a}, {"b", &b}};
  MergeSet set;
  set.inputs = {2, 1};
  set.shapes.resize(2);
  set.shapes[0].column_of = {0, 1};
  set.shapes[1].column_of = {-1, 0};  // b has the second column alone
  set.shape_of = {1, 0};
  MergedOutput output;
  output.row_groups = {{.rows = 1, .bytes = 1, .sources = {{2, 0}, {1, 0}}, .levels = {3, 2}},
                       {.rows = 1, .bytes = 1, .sources = {{1, 1}}, .levels = {1, 3}}};
  LevelBytes bytes{};
  AddLevels(inputs, set, output, &bytes);
  EXPECT_EQ(bytes, (LevelBytes{0, 300, 50'020, 4001}));
}

}  // namespace
}  // namespace pqpack

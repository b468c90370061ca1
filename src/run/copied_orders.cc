// SPDX-License-Identifier: Apache-2.0
#include "run/copied_orders.h"

#include <map>

namespace pqpack {

SourceOrders CopiedOrders(std::span<const MergeInput> inputs, const MergeSet& set,
                          const MergedOutput& output) {
  SourceOrders orders;
  for (const MergedRowGroup& written : output.row_groups) {
    auto& order = orders.emplace_back();
    if (written.sources.size() != 1) continue;
    const RowGroupSource& source = written.sources.front();
    const FileMetaData& footer = *inputs[static_cast<size_t>(source.input)].footer;
    order = footer.row_groups[static_cast<size_t>(source.row_group)].sorting_columns;
    if (!order) continue;
    const auto place = std::ranges::find(set.inputs, source.input) - set.inputs.begin();
    const auto shape = static_cast<size_t>(set.shape_of[static_cast<size_t>(place)]);
    std::map<int, int> leaf_of;  // of columns of the input
    const std::vector<int>& column_of = set.shapes[shape].column_of;
    for (size_t leaf = 0; leaf < column_of.size(); ++leaf) {
      leaf_of[column_of[leaf]] = static_cast<int>(leaf);
    }
    for (SortingColumn& by : *order) {
      const auto leaf = leaf_of.find(by.column_idx);
      by.column_idx = leaf == leaf_of.end() || by.column_idx < 0 ? -1 : leaf->second;
    }
  }
  return orders;
}

}  // namespace pqpack

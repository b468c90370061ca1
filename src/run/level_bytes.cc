// SPDX-License-Identifier: Apache-2.0
#include "run/level_bytes.h"

#include <algorithm>
#include <map>

namespace pqpack {

void AddLevels(std::span<const MergeInput> inputs, const MergeSet& set, const MergedOutput& output,
               LevelBytes* bytes) {
  std::map<int, size_t> place_of;
  for (size_t place = 0; place < set.inputs.size(); ++place) place_of[set.inputs[place]] = place;
  for (const MergedRowGroup& written : output.row_groups) {
    for (const RowGroupSource& source : written.sources) {
      const auto shape = static_cast<size_t>(set.shape_of[place_of.at(source.input)]);
      const RowGroup& group = inputs[static_cast<size_t>(source.input)]
                                  .footer->row_groups[static_cast<size_t>(source.row_group)];
      for (size_t leaf = 0; leaf < written.levels.size(); ++leaf) {
        const int column = set.shapes[shape].column_of[leaf];
        if (column < 0) continue;
        const auto& chunk = *group.columns[static_cast<size_t>(column)].meta_data;
        (*bytes)[static_cast<size_t>(written.levels[leaf])] +=
            std::max<int64_t>(chunk.total_compressed_size, 0);
      }
    }
  }
}

}  // namespace pqpack

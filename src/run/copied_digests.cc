// SPDX-License-Identifier: Apache-2.0
#include "run/copied_digests.h"

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

// The place of a row group among those that have rows.
size_t AmongThoseWithRows(const FileMetaData& footer, size_t row_group) {
  return static_cast<size_t>(std::count_if(
      footer.row_groups.begin(), footer.row_groups.begin() + static_cast<std::ptrdiff_t>(row_group),
      [](const RowGroup& group) { return group.num_rows > 0; }));
}

}  // namespace

Result<FilterDigests> CopiedDigests::Of(const MergeSet& set, const MergedOutput& output) {
  FilterDigests all(output.row_groups.size());
  bool any = false;
  for (size_t g = 0; g < output.row_groups.size(); ++g) {
    const MergedRowGroup& written = output.row_groups[g];
    if (std::ranges::find(written.levels, int8_t{1}) == written.levels.end()) continue;
    const RowGroupSource& source = written.sources.front();
    const auto place = std::ranges::find(set.inputs, source.input) - set.inputs.begin();
    const InputShape& shape =
        set.shapes[static_cast<size_t>(set.shape_of[static_cast<size_t>(place)])];
    const FileMetaData& footer = *inputs_[static_cast<size_t>(source.input)].footer;
    const auto row_group = static_cast<size_t>(source.row_group);
    all[g].resize(written.levels.size());
    for (size_t leaf = 0; leaf < written.levels.size(); ++leaf) {
      if (written.levels[leaf] != 1) continue;
      const auto column = static_cast<size_t>(shape.column_of[leaf]);
      const ColumnChunk& chunk = footer.row_groups[row_group].columns[column];
      if (!chunk.meta_data->bloom_filter_offset) continue;
      PQ_ASSIGN(const FilterDigests* const digests, OfInput(source.input));
      all[g][leaf] = (*digests)[AmongThoseWithRows(footer, row_group)][column];
      any = true;
    }
  }
  if (!any) all.clear();
  return all;
}

Result<const FilterDigests*> CopiedDigests::OfInput(int input) {
  if (input_ != input) {
    const MergeInput& about = inputs_[static_cast<size_t>(input)];
    PQ_ASSIGN(const auto files, open_({&input, 1}));
    auto digests = DigestFilters(*files.at(0), *about.footer);
    if (!digests.ok()) return Within(about.name, digests.status());
    digests_ = *std::move(digests);
    input_ = input;
  }
  return &digests_;
}

}  // namespace pqpack

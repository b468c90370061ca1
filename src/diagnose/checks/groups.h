// SPDX-License-Identifier: Apache-2.0
//
// The checks by what they look at, a file each, and what these files share.
#pragma once

#include <span>

#include "diagnose/check.h"

namespace pqpack {

std::span<const Check> FileChecks();
std::span<const Check> SchemaChecks();
std::span<const Check> TypeChecks();
std::span<const Check> RowGroupChecks();
std::span<const Check> ChunkChecks();
std::span<const Check> StatisticsChecks();
std::span<const Check> IndexChecks();
std::span<const Check> FirstPageChecks();
std::span<const Check> WriterChecks();

// The same for every target.
inline Severity Warn(const Target&) { return Severity::kWarn; }
inline Severity Broken(const Target&) { return Severity::kError; }
inline Severity Lost(const Target&) { return Severity::kFatal; }

// Calls fn(place, group, chunk, meta) for each column chunk whose metadata are there.
template <typename Fn>
void ForEachChunk(const FileView& view, const Fn& fn) {
  for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
    const RowGroup& group = view.footer.row_groups[g];
    for (size_t c = 0; c < group.columns.size(); ++c) {
      if (!group.columns[c].meta_data) continue;
      const Place place{static_cast<int64_t>(g), static_cast<int64_t>(c)};
      fn(place, group, group.columns[c], *group.columns[c].meta_data);
    }
  }
}

// Calls fn(place, element) for each leaf of the schema.
template <typename Fn>
void ForEachLeaf(const FileView& view, const Fn& fn) {
  for (size_t c = 0; c < view.tree.leaves().size(); ++c) {
    Place place;
    place.column = static_cast<int64_t>(c);
    fn(place, view.tree.element(view.tree.leaves()[c]));
  }
}

// A column of a node that is no leaf: its first leaf, by which a reader finds it.
inline Place PlaceOf(const SchemaTree& tree, int node) {
  Place place;
  for (int i = node; i < tree.node(node).end; ++i) {
    if (!tree.is_leaf(i)) continue;
    place.column = tree.node(i).leaf;
    break;
  }
  return place;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Definition levels count the optional and repeated nodes on the way to a value that are
// there.  Where a REQUIRED node became OPTIONAL it is always there, so that what a level of
// the source says is said by the number of such nodes of the output above the first one that
// is not there.
#include "execute/merge/leaf_mapping.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "execute/merge/widening.h"

namespace pqpack {
namespace {

struct PathToLeaf {
  const SchemaNode* leaf = nullptr;
  std::vector<Repetition> steps;  // from the column down
};

void Collect(const SchemaNode& node, std::vector<Repetition>* steps, std::vector<PathToLeaf>* out) {
  steps->push_back(node.repetition);
  if (node.is_leaf()) out->push_back({&node, *steps});
  for (const SchemaNode& child : node.children) Collect(child, steps, out);
  steps->pop_back();
}

std::vector<PathToLeaf> LeavesBelow(const SchemaNode& column) {
  std::vector<PathToLeaf> leaves;
  std::vector<Repetition> steps;
  Collect(column, &steps, &leaves);
  return leaves;
}

// Levels of `from` -> levels of `to`; empty: they are the same.
std::vector<int16_t> LevelsTo(const std::vector<Repetition>& to,
                              const std::vector<Repetition>& from) {
  std::vector<int16_t> map;
  int16_t level = 0;  // of the output, with all nodes so far
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] != Repetition::kRequired) map.push_back(level);
    if (to[i] != Repetition::kRequired) ++level;
  }
  map.push_back(level);
  const bool same = map.size() == static_cast<size_t>(level) + 1;
  return same ? std::vector<int16_t>() : map;
}

// One after the other; -1 stays.
std::vector<int16_t> Composed(const std::vector<int16_t>& first,
                              const std::vector<int16_t>& second) {
  if (first.empty() || second.empty()) return first.empty() ? second : first;
  std::vector<int16_t> map;
  map.reserve(first.size());
  for (const int16_t level : first) {
    map.push_back(level < 0 ? int16_t{-1} : second[static_cast<size_t>(level)]);
  }
  return map;
}

}  // namespace

Result<InputShape> MapLeaves(const SourceSchema& source, const SchemaNode& output,
                             const std::vector<int>& place_of) {
  InputShape shape;
  PQ_ASSIGN(shape.source, ToParquetSchema(source.on_disk, /*annotated=*/false));
  std::vector<std::vector<PathToLeaf>> leaves_of;
  std::vector<size_t> first_of;  // leaf of each column of the output
  size_t leaves = 0;
  for (const SchemaNode& column : output.children) {
    leaves_of.push_back(LeavesBelow(column));
    first_of.push_back(leaves);
    leaves += leaves_of.back().size();
  }
  shape.column_of.assign(leaves, -1);
  for (size_t i = 0; i < source.standard.children.size(); ++i) {
    const auto place = static_cast<size_t>(place_of[i]);
    const std::vector<PathToLeaf> from = LeavesBelow(source.standard.children[i]);
    for (size_t k = 0; k < from.size(); ++k) {
      const PathToLeaf& to = leaves_of[place][k];
      SchemaNode leaf = *to.leaf;
      leaf.conversion = ConversionTo(*to.leaf, *from[k].leaf);
      leaf.level_map = Composed(from[k].leaf->level_map, LevelsTo(to.steps, from[k].steps));
      shape.column_of[first_of[place] + k] = static_cast<int>(shape.leaves.size());
      shape.leaves.push_back(std::move(leaf));
    }
  }
  return shape;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "diagnose/check_footer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "diagnose/check.h"
#include "diagnose/file_view.h"

namespace pqpack {
namespace {

void FindRootRepetition(const FileMetaData& footer, Findings* repairs) {
  const auto repetition = footer.schema.front().repetition;
  if (!repetition || *repetition == Repetition::kRequired) return;
  const bool arrow_go = *repetition == Repetition::kRepeated;
  repairs->Add(fmt::format("root repetition {} -> REQUIRED{}", ToString(*repetition),
                           arrow_go ? " (arrow-go before 18.6.0)" : ""));
}

void FindEmptyRowGroups(const FileMetaData& footer, Findings* repairs) {
  const auto empty = std::count_if(footer.row_groups.begin(), footer.row_groups.end(),
                                   [](const RowGroup& group) { return group.num_rows == 0; });
  if (empty > 0) repairs->Add("empty row groups dropped", std::to_string(empty));
}

// What is made anew or not at all: statistics, indexes, filters.
void FindDerived(const ColumnChunk& chunk, const Target& target, Diagnosis* diagnosis,
                 Diagnosis* encoding) {
  const ColumnMetaData& meta = *chunk.meta_data;
  if (meta.statistics && meta.statistics->distinct_count) {
    const bool made_up = *meta.statistics->distinct_count == 0;
    diagnosis->repairs.Add(made_up ? "distinct_count = 0 in statistics dropped"
                                   : "distinct_count in statistics dropped");
  }
  if (!target.page_index && (chunk.offset_index_offset || chunk.column_index_offset)) {
    diagnosis->repairs.Add("page index dropped");
  }
  if (meta.bloom_filter_offset) {
    // A copy of the pages can keep them, for targets that want such hints.
    (target.page_index ? encoding : diagnosis)->warnings.Add("Bloom filters are not carried over");
  }
}

// The library's footer writer has no keys without a value.
void FindKeysWithoutValue(const std::optional<std::vector<KeyValue>>& pairs, Findings* warnings) {
  if (!pairs) return;
  for (const KeyValue& pair : *pairs) {
    if (!pair.value)
      warnings->Add("keys of the metadata without a value get an empty one", pair.key);
  }
}

void FindUnknownFields(const FileMetaData& footer, Findings* warnings) {
  bool unknown = !footer.unknown.empty();
  for (const SchemaElement& element : footer.schema) unknown |= !element.unknown.empty();
  for (const RowGroup& group : footer.row_groups) unknown |= !group.unknown.empty();
  if (unknown) warnings->Add("fields of the footer that are not known are not carried over");
}

// Every output has its own offsets, sizes and numbers, taken from its pages, and of what a source
// says beside them keeps what is possible: however a footer is written, it has none of these
// faults.  What other checks find is told above, or by those who mend it.
constexpr std::string_view kMendedByAnyFooter[] = {
    "row-group-offset", "row-group-size",    "row-group-ordinal",
    "sorting-columns",  "dictionary-offset", "dictionary-encodings-mixed",
    "null-count",       "statistics-bounds", "infinite-bounds",
    "column-orders",    "level-histogram",
};

void FindMended(const Check& check, const FileView& view, const Target& target, Findings* repairs) {
  std::vector<Fault> faults;
  Finder finder(check, target, &faults);
  check.run(view, target, &finder);
  std::set<std::pair<int64_t, int64_t>> places;
  for (const Fault& fault : faults) {
    const bool column = view.HasLeaf(fault.place.column);
    const auto place = column ? std::pair(int64_t{-1}, fault.place.column)
                              : std::pair(fault.place.row_group, int64_t{-1});
    if (!places.insert(place).second) continue;
    std::string where;
    if (column) {
      where = view.tree.DottedPath(view.LeafNode(fault.place.column));
    } else if (fault.place.row_group >= 0) {
      where = fmt::format("row group {}", fault.place.row_group);
    }
    repairs->Add(RepairText(check.id), where);
  }
}

}  // namespace

std::string RepairText(std::string_view check) {
  return fmt::format("{}: {}", check, FindCheck(check)->mend);
}

void CheckFooter(const FileMetaData& footer, const SchemaTree& tree, const Target& target,
                 Diagnosis* diagnosis, Diagnosis* encoding) {
  FindRootRepetition(footer, &diagnosis->repairs);
  FindEmptyRowGroups(footer, &diagnosis->repairs);
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      if (!chunk.meta_data) continue;
      FindDerived(chunk, target, diagnosis, encoding);
      FindKeysWithoutValue(chunk.meta_data->key_value_metadata, &encoding->warnings);
    }
  }
  const Writer writer = ParseCreatedBy(footer.created_by.value_or(""));
  const FileView view{footer, tree, writer};
  for (const std::string_view id : kMendedByAnyFooter) {
    FindMended(*FindCheck(id), view, target, &diagnosis->repairs);
  }
  FindKeysWithoutValue(footer.key_value_metadata, &encoding->warnings);
  FindUnknownFields(footer, &encoding->warnings);
}

}  // namespace pqpack

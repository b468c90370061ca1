// SPDX-License-Identifier: Apache-2.0
//
// What a row group says of itself.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "diagnose/checks/groups.h"

namespace pqpack {
namespace {

void Empty(const FileView& view, const Target&, Finder* found) {
  for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
    if (view.footer.row_groups[g].num_rows == 0) found->Add({static_cast<int64_t>(g)}, "0 rows");
  }
}

// -1: no chunk of it has pages.
int64_t FirstByte(const RowGroup& group) {
  int64_t first = std::numeric_limits<int64_t>::max();
  for (const ColumnChunk& chunk : group.columns) {
    if (!chunk.meta_data || chunk.meta_data->total_compressed_size <= 0) continue;
    first = std::min(first, chunk.meta_data->pages().offset);
  }
  return first == std::numeric_limits<int64_t>::max() ? -1 : first;
}

void Offset(const FileView& view, const Target&, Finder* found) {
  for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
    const RowGroup& group = view.footer.row_groups[g];
    const int64_t first = FirstByte(group);
    if (!group.file_offset || first < 0 || *group.file_offset == first) continue;
    Place place{static_cast<int64_t>(g)};
    place.offset = *group.file_offset;
    found->Add(place,
               fmt::format("file_offset {}, its pages begin at {}", *group.file_offset, first));
  }
}

// A sum that overflows is no size.
template <int64_t ColumnMetaData::* size>
int64_t Sum(const RowGroup& group) {
  int64_t sum = 0;
  for (const ColumnChunk& chunk : group.columns) {
    if (!chunk.meta_data || __builtin_add_overflow(sum, (*chunk.meta_data).*size, &sum)) return -1;
  }
  return sum;
}

void Size(const FileView& view, const Target&, Finder* found) {
  for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
    const RowGroup& group = view.footer.row_groups[g];
    const int64_t unpacked = Sum<&ColumnMetaData::total_uncompressed_size>(group);
    const int64_t packed = Sum<&ColumnMetaData::total_compressed_size>(group);
    const Place place{static_cast<int64_t>(g)};
    if (group.total_byte_size != unpacked) {
      found->Add(place, fmt::format("total_byte_size {}, its columns have {}",
                                    group.total_byte_size, unpacked));
    } else if (group.total_compressed_size.value_or(packed) != packed) {
      found->Add(place, fmt::format("total_compressed_size {}, its columns have {}",
                                    *group.total_compressed_size, packed));
    }
  }
}

// Above 32,767 there is none that is right.
void Ordinal(const FileView& view, const Target&, Finder* found) {
  for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
    const auto& ordinal = view.footer.row_groups[g].ordinal;
    if (ordinal && *ordinal != static_cast<int64_t>(g)) {
      found->Add({static_cast<int64_t>(g)}, fmt::format("ordinal {}", *ordinal));
    }
  }
}

void Sorting(const FileView& view, const Target&, Finder* found) {
  const auto leaves = static_cast<int64_t>(view.tree.leaves().size());
  for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
    const auto& sorting = view.footer.row_groups[g].sorting_columns;
    if (!sorting) continue;
    for (const SortingColumn& by : *sorting) {
      if (by.column_idx >= 0 && by.column_idx < leaves) continue;
      found->Add({static_cast<int64_t>(g)}, fmt::format("column {} of {}", by.column_idx, leaves));
    }
  }
}

constexpr std::string_view kThrift = "https://parquet.apache.org/docs/file-format/metadata/";

constexpr Check kChecks[] = {
    {
        .id = "empty-row-group",
        .title = "a row group has no rows",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the row group is dropped",
        .evidence = "apache/arrow-adbc#1847 ClickHouse/ClickHouse#107746",
        .severity = Broken,
        .run = Empty,
    },
    {
        .id = "row-group-offset",
        .title = "RowGroup.file_offset is not where the row group begins",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "file_offset is set",
        .evidence = "apache/parquet-java#2640 trinodb/trino#26064",
        .severity =
            [](const Target& target) {
              return target.splits_by_offset ? Severity::kError : Severity::kWarn;
            },
        .run = Offset,
    },
    {
        .id = "row-group-size",
        .title = "RowGroup.total_byte_size is not the size of its columns, uncompressed",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the sizes are set",
        .evidence = "apache/arrow-go#1073 apache/arrow-go#144",
        .severity = Warn,
        .run = Size,
    },
    {
        .id = "row-group-ordinal",
        .title = "RowGroup.ordinal is not the row group's number",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "ordinals are set, up to 32,767",
        .evidence = kThrift,
        .severity = Warn,
        .run = Ordinal,
    },
    {
        .id = "sorting-columns",
        .title = "sorting_columns names a column that is not there",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "sorting_columns is dropped",
        .evidence = kThrift,
        .severity = Warn,
        .run = Sorting,
    },
};

}  // namespace

std::span<const Check> RowGroupChecks() { return kChecks; }

}  // namespace pqpack

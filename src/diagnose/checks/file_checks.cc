// SPDX-License-Identifier: Apache-2.0
//
// The file as a whole: does it add up, and is it of a size that readers like?
#include <fmt/format.h>

#include <algorithm>

#include "diagnose/checks/groups.h"

namespace pqpack {
namespace {

void RowCounts(const FileView& view, const Target&, Finder* found) {
  const auto& groups = view.footer.row_groups;
  int64_t rows = 0;
  bool sane = view.footer.num_rows >= 0;
  for (const RowGroup& group : groups) {
    sane &= group.num_rows >= 0 && !__builtin_add_overflow(rows, group.num_rows, &rows);
  }
  if (sane && rows == view.footer.num_rows) return;
  found->Add({},
             sane ? fmt::format("the footer says {}, its row groups {}", view.footer.num_rows, rows)
                  : "a number of rows is negative or makes no sense");
}

void ValueCounts(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view, [&](Place place, const RowGroup& group, const ColumnChunk&,
                         const ColumnMetaData& meta) {
    if (!view.HasLeaf(place.column)) return;
    const bool flat = view.tree.node(view.LeafNode(place.column)).max_repetition_level == 0;
    const bool fits = flat || group.num_rows == 0 ? meta.num_values == group.num_rows
                                                  : meta.num_values >= group.num_rows;
    if (!fits) {
      found->Add(place, fmt::format("{} values for {} rows", meta.num_values, group.num_rows));
    }
  });
}

void ChunksOutside(const FileView& view, const Target&, Finder* found) {
  const int64_t end = view.file_size - kFooterTailSize - view.footer.serialized_size;
  ForEachChunk(view,
               [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
                 const ByteRange pages = meta.pages();
                 if (pages.length == 0 && meta.num_values == 0) return;
                 if (pages.length > 0 && pages.offset >= kMagicSize && pages.offset <= end &&
                     pages.length <= end - pages.offset) {
                   return;
                 }
                 place.offset = pages.offset;
                 found->Add(place, fmt::format("{} bytes from {} on; data lies from 4 to {}",
                                               pages.length, pages.offset, end));
               });
}

void NoRowGroups(const FileView& view, const Target&, Finder* found) {
  if (view.footer.row_groups.empty()) found->Add({}, "");
}

void FileSize(const FileView& view, const Target& target, Finder* found) {
  if (view.file_size < target.smallest_file) {
    found->Add({}, fmt::format("smaller than {} MB", target.smallest_file / 1'000'000));
  } else if (view.file_size > target.largest_file) {
    found->Add({}, fmt::format("larger than {} MB", target.largest_file / 1'000'000));
  }
}

// Nothing says that a file belongs to an Iceberg table; what does are field ids everywhere.
void IcebergSchema(const FileView& view, const Target&, Finder* found) {
  const auto leaves = view.tree.leaves();
  const bool ids = !leaves.empty() && std::ranges::all_of(leaves, [&](int leaf) {
    return view.tree.element(leaf).field_id.value_or(-1) > 0;
  });
  const auto& pairs = view.footer.key_value_metadata;
  const bool named = pairs && std::ranges::any_of(*pairs, [](const KeyValue& pair) {
                       return pair.key == "iceberg.schema";
                     });
  if (ids && !named && view.writer.name == "parquet-rs") found->Add({}, "");
}

constexpr Check kChecks[] = {
    {
        .id = "row-counts",
        .title = "the row groups' rows do not add up to the footer's",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kImpossible,
        .evidence = "redpanda-data/connect#4605",
        .severity = Lost,
        .run = RowCounts,
    },
    {
        .id = "value-counts",
        .title = "a column chunk has too few or too many values for its rows",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kImpossible,
        .evidence = "redpanda-data/connect#4605",
        .severity = Lost,
        .run = ValueCounts,
    },
    {
        .id = "chunk-outside",
        .title = "a column chunk lies outside of the file's data",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kImpossible,
        .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
        .severity = Lost,
        .run = ChunksOutside,
    },
    {
        .id = "no-row-groups",
        .title = "the file has no row group",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence = "Snowflake-Labs/pg_lake#425",
        .severity =
            [](const Target& target) {
              return target.wants_rows ? Severity::kWarn : Severity::kNone;
            },
        .run = NoRowGroups,
    },
    {
        .id = "file-size",
        .title = "of another size than the reader is fast with",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence = "https://docs.snowflake.com/en/user-guide/data-load-considerations-prepare "
                    "https://docs.aws.amazon.com/athena/latest/ug/performance-tuning.html",
        .severity =
            [](const Target& target) {
              return target.largest_file > 0 ? Severity::kWarn : Severity::kNone;
            },
        .run = FileSize,
    },
    {
        .id = "iceberg-schema-missing",
        .title = "written by iceberg-rust, it seems, without the key iceberg.schema",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence = "apache/iceberg-rust#2184 apache/iceberg-rust#2724",
        .severity =
            [](const Target& target) {
              return target.wants_rows ? Severity::kWarn : Severity::kNone;
            },
        .run = IcebergSchema,
    },
};

}  // namespace

std::span<const Check> FileChecks() { return kChecks; }

}  // namespace pqpack

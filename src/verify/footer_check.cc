// SPDX-License-Identifier: Apache-2.0
#include "verify/footer_check.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "format/validate.h"
#include "verify/mismatch.h"
#include "verify/schema_check.h"

namespace pqpack {
namespace {

// An error of the format room, about bytes that we have written.
Status Ours(const Status& status) {
  if (status.ok()) return status;
  return Mismatch("the output's footer: {}", status.message());
}

Status CheckRows(const FileMetaData& footer, const Target& target, const ExpectedOutput& expected) {
  if (footer.num_rows != expected.num_rows) {
    return Mismatch("the output has {} rows instead of {}", footer.num_rows, expected.num_rows);
  }
  if (footer.row_groups.size() != expected.row_group_rows.size()) {
    return Mismatch("the output has {} row groups instead of {}", footer.row_groups.size(),
                    expected.row_group_rows.size());
  }
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const int64_t rows = footer.row_groups[g].num_rows;
    if (rows == 0) return Mismatch("row group {} has no rows", g);
    if (rows != expected.row_group_rows[g]) {
      return Mismatch("row group {} has {} rows instead of {}", g, rows,
                      expected.row_group_rows[g]);
    }
    if (target.max_row_group_rows > 0 && rows > target.max_row_group_rows) {
      return Mismatch("row group {} has {} rows, more than {} allows ({})", g, rows, target.name,
                      target.max_row_group_rows);
    }
  }
  return Status::OK();
}

Status CheckKeys(const FileMetaData& footer, const ExpectedOutput& expected) {
  std::set<std::string_view> keys;  // a file may bring a million
  if (footer.key_value_metadata) {
    for (const KeyValue& pair : *footer.key_value_metadata) keys.insert(pair.key);
  }
  for (const std::string& key : expected.keys) {
    if (!keys.contains(key)) {
      return Mismatch("the output lacks the key '{}' in its metadata", key);
    }
  }
  return Status::OK();
}

}  // namespace

Result<FileMetaData> ReadEnd(Bytes end, int64_t offset) {
  const int64_t size = offset + static_cast<int64_t>(end.size());
  if (static_cast<int64_t>(end.size()) < kFooterTailSize) {
    return Mismatch("the output of {} bytes has no footer", size);
  }
  const auto place = LocateFooter(end, size);
  if (!place.ok()) return Ours(place.status());
  const ByteRange range = place->footer;
  if (range.offset < offset) {
    return Mismatch("the output's footer starts at {}, among pages that end at {}", range.offset,
                    offset);
  }
  const Bytes bytes =
      end.subspan(static_cast<size_t>(range.offset - offset), static_cast<size_t>(range.length));
  auto footer = ParseFooter(bytes);
  if (!footer.ok()) return Ours(footer.status());
  if (footer->serialized_size != range.length) {
    return Mismatch("the output's footer takes {} of its {} bytes", footer->serialized_size,
                    range.length);
  }
  PQ_RETURN_NOT_OK(Ours(ValidateFooter(*footer, size)));
  return footer;
}

ByteRange BetweenPagesAndFooter(const FileMetaData& footer, Bytes end, int64_t offset) {
  return {offset, static_cast<int64_t>(end.size()) - kFooterTailSize - footer.serialized_size};
}

Status CheckFooter(const FileMetaData& footer, const SchemaTree& tree, const Target& target,
                   const ExpectedOutput& expected) {
  PQ_RETURN_NOT_OK(CheckSchema(footer, tree, target, expected));
  PQ_RETURN_NOT_OK(CheckRows(footer, target, expected));
  return CheckKeys(footer, expected);
}

Status CheckRowGroup(const RowGroup& group, size_t ordinal, size_t leaves) {
  int64_t uncompressed = 0;
  int64_t compressed = 0;
  for (const ColumnChunk& chunk : group.columns) {
    uncompressed += chunk.meta_data->total_uncompressed_size;
    compressed += chunk.meta_data->total_compressed_size;
  }
  if (group.total_byte_size != uncompressed) {
    return Mismatch("row group {} gives {} bytes, its columns {}", ordinal, group.total_byte_size,
                    uncompressed);
  }
  if (group.total_compressed_size.value_or(compressed) != compressed) {
    return Mismatch("row group {} gives {} compressed bytes, its columns {}", ordinal,
                    *group.total_compressed_size, compressed);
  }
  if (group.file_offset && !group.columns.empty() &&
      *group.file_offset != group.columns[0].meta_data->pages().offset) {
    return Mismatch("row group {} starts at {}, not at {}", ordinal,
                    group.columns[0].meta_data->pages().offset, *group.file_offset);
  }
  // 16 bits: above 32,767 it says nothing.
  if (group.ordinal && ordinal <= INT16_MAX && *group.ordinal != static_cast<int>(ordinal)) {
    return Mismatch("row group {} calls itself {}", ordinal, *group.ordinal);
  }
  if (!group.sorting_columns) return Status::OK();
  for (const SortingColumn& column : *group.sorting_columns) {
    if (column.column_idx < 0 || static_cast<size_t>(column.column_idx) >= leaves) {
      return Mismatch("row group {} is sorted by column {} of {}", ordinal, column.column_idx,
                      leaves);
    }
  }
  return Status::OK();
}

}  // namespace pqpack

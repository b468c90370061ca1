// SPDX-License-Identifier: Apache-2.0
#include "format/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "format/schema_tree.h"

namespace pqpack {
namespace {

struct Place {
  size_t row_group;
  size_t column;
};

std::string Name(Place place, const SchemaTree& tree) {
  return fmt::format("row group {}, column {} ({})", place.row_group, place.column,
                     tree.DottedPath(tree.leaves()[place.column]));
}

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

Status Unsupported(std::string problem, std::string action = {}) {
  return Error(ErrorCode::kUnsupported, std::move(problem), std::move(action));
}

// The data is here, readable, and of a codec that has a name.
Status CheckAvailable(const ColumnChunk& chunk) {
  if (chunk.encrypted()) return EncryptedError("it");
  if (chunk.file_path && !chunk.file_path->empty()) {
    return Unsupported(fmt::format("its data is in another file ('{}')", *chunk.file_path));
  }
  if (!chunk.meta_data) return Corrupt("no metadata");
  const auto codec = static_cast<int32_t>(chunk.meta_data->codec);
  if (codec < 0 || codec > static_cast<int32_t>(Codec::kLz4Raw)) {
    return Unsupported(fmt::format("compression codec {} is not known", codec));
  }
  return Status::OK();
}

// The chunk is that of this leaf.
Status CheckLeaf(const ColumnMetaData& meta, const SchemaTree& tree, int leaf) {
  const SchemaElement& element = tree.element(leaf);
  if (meta.type != *element.type) {
    return Corrupt(
        fmt::format("is {}, the schema says {}", ToString(meta.type), ToString(*element.type)));
  }
  const std::vector<std::string_view> path = tree.Path(leaf);
  if (!std::equal(path.begin(), path.end(), meta.path_in_schema.begin(),
                  meta.path_in_schema.end())) {
    return Corrupt(fmt::format("calls itself '{}'", meta.Path()));
  }
  return Status::OK();
}

Status CheckCounts(const ColumnMetaData& meta, const SchemaTree::Node& node, int64_t rows) {
  const bool flat = node.max_repetition_level == 0;
  const bool fits = flat || rows == 0 ? meta.num_values == rows : meta.num_values >= rows;
  if (fits) return Status::OK();
  return Corrupt(fmt::format("{} values for {} rows", meta.num_values, rows));
}

// `end`: where the footer starts.
Status CheckPlace(const ColumnMetaData& meta, int64_t end) {
  const ByteRange pages = meta.pages();
  if (meta.total_uncompressed_size < 0 || pages.length < 0) {
    return Corrupt(
        fmt::format("sizes of {} and {} bytes", pages.length, meta.total_uncompressed_size));
  }
  if (pages.length == 0) {
    // Writers of empty row groups leave any offset here.
    if (meta.num_values == 0) return Status::OK();
    return Corrupt(fmt::format("{} values in 0 bytes", meta.num_values));
  }
  if (pages.offset < kMagicSize || pages.offset > end || pages.length > end - pages.offset) {
    return Corrupt(fmt::format("{} bytes from offset {} on are outside of the data (4 to {})",
                               pages.length, pages.offset, end));
  }
  if (meta.data_page_offset >= pages.end()) {
    return Corrupt(fmt::format("its first data page is at {}, behind its end at {}",
                               meta.data_page_offset, pages.end()));
  }
  return Status::OK();
}

Status CheckChunk(const ColumnChunk& chunk, const SchemaTree& tree, int leaf, int64_t rows,
                  int64_t end) {
  PQ_RETURN_NOT_OK(CheckAvailable(chunk));
  PQ_RETURN_NOT_OK(CheckLeaf(*chunk.meta_data, tree, leaf));
  PQ_RETURN_NOT_OK(CheckCounts(*chunk.meta_data, tree.node(leaf), rows));
  return CheckPlace(*chunk.meta_data, end);
}

Status CheckRowCounts(const FileMetaData& footer) {
  if (footer.num_rows < 0) return Corrupt(fmt::format("the footer has {} rows", footer.num_rows));
  int64_t left = footer.num_rows;
  for (size_t i = 0; i < footer.row_groups.size(); ++i) {
    const int64_t rows = footer.row_groups[i].num_rows;
    if (rows < 0) return Corrupt(fmt::format("row group {} has {} rows", i, rows));
    if (rows > left) {
      return Corrupt(
          fmt::format("the row groups have more rows than the footer's {}, from row "
                      "group {} on",
                      footer.num_rows, i));
    }
    left -= rows;
  }
  if (left == 0) return Status::OK();
  return Corrupt(fmt::format("the footer has {} rows, its row groups {}", footer.num_rows,
                             footer.num_rows - left));
}

Status CheckNoOverlap(const FileMetaData& footer, const SchemaTree& tree) {
  struct Piece {
    ByteRange range;
    Place place;
  };
  std::vector<Piece> pieces;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const auto& columns = footer.row_groups[g].columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      const ByteRange pages = columns[c].meta_data->pages();
      if (pages.length > 0) pieces.push_back({pages, {g, c}});
    }
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece& a, const Piece& b) { return a.range.offset < b.range.offset; });
  for (size_t i = 1; i < pieces.size(); ++i) {
    if (pieces[i].range.offset >= pieces[i - 1].range.end()) continue;
    return Corrupt(fmt::format("{} and {} share bytes, from offset {} on",
                               Name(pieces[i - 1].place, tree), Name(pieces[i].place, tree),
                               pieces[i].range.offset));
  }
  return Status::OK();
}

}  // namespace

Status ValidateFooter(const FileMetaData& footer, int64_t file_size) {
  if (footer.has_encryption_algorithm) return EncryptedError("the file, or some of its columns,");
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  PQ_RETURN_NOT_OK(CheckRowCounts(footer));
  const int64_t end = file_size - kFooterTailSize - footer.serialized_size;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const RowGroup& group = footer.row_groups[g];
    if (group.columns.size() != tree.leaves().size()) {
      return Corrupt(fmt::format("row group {} has {} columns, the schema {}", g,
                                 group.columns.size(), tree.leaves().size()));
    }
    for (size_t c = 0; c < group.columns.size(); ++c) {
      const Status status =
          CheckChunk(group.columns[c], tree, tree.leaves()[c], group.num_rows, end);
      if (!status.ok()) return Within(Name({g, c}, tree), status);
    }
  }
  return CheckNoOverlap(footer, tree);
}

}  // namespace pqpack

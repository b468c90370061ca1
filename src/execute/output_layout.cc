// SPDX-License-Identifier: Apache-2.0
#include "execute/output_layout.h"

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "execute/codec.h"
#include "execute/parquet_call.h"
#include "format/page_codec.h"

namespace pqpack {
namespace {

using parquet::WriterProperties;

void SetColumn(const std::string& path, const ColumnLayout& column, arrow::Compression::type codec,
               WriterProperties::Builder* builder) {
  builder->compression(path, codec);
  builder->compression_level(path, CompressionLevel(column.codec));
  if (column.dictionary) builder->enable_dictionary(path);
  builder->encoding(path, static_cast<parquet::Encoding::type>(static_cast<int>(column.encoding)));
}

// The library knows columns by their dotted path, and `a.b` may also be the name
// of another one.  Those that share a path must get what suits any type.
std::set<std::string> SharedPaths(const parquet::SchemaDescriptor& columns) {
  std::set<std::string> seen, shared;
  for (int i = 0; i < columns.num_columns(); ++i) {
    const std::string path = columns.Column(i)->path()->ToDotString();
    if (!seen.insert(path).second) shared.insert(path);
  }
  return shared;
}

}  // namespace

bool IsSorting(const std::vector<SortingColumn>& columns, const SchemaNode& output) {
  const auto leaves = LeavesOf(output);
  return std::ranges::all_of(columns, [&](const SortingColumn& by) {
    const auto i = static_cast<size_t>(by.column_idx);
    // INT96 has no order that the format defines; its timestamps have another one.
    return by.column_idx >= 0 && i < leaves.size() &&
           leaves[i]->conversion != Conversion::kInt96ToMicros;
  });
}

bool MayHaveTexts(const OutputLayout& layout) {
  return std::ranges::any_of(LeavesOf(layout.tree), &SchemaNode::string_if_utf8);
}

Result<std::shared_ptr<WriterProperties>> PropertiesOf(
    const OutputLayout& layout, const std::shared_ptr<parquet::schema::GroupNode>& schema,
    const Target& target, arrow::MemoryPool* pool) {
  WriterProperties::Builder builder;
  builder.memory_pool(pool);
  builder.version(parquet::ParquetVersion::PARQUET_2_6);
  builder.data_page_version(parquet::ParquetDataPageVersion::V1);
  builder.data_pagesize(kMiB);
  builder.dictionary_pagesize_limit(kDictionaryLimit);
  builder.write_batch_size(kWriteBatch);
  builder.enable_page_checksum();
  builder.disable_dictionary();
  builder.set_sorting_columns(layout.sorting);
  if (target.page_index) {
    builder.enable_write_page_index();
  } else {
    builder.disable_write_page_index();
  }
  builder.set_size_statistics_level(target.size_statistics
                                        ? parquet::SizeStatisticsLevel::PageAndColumnChunk
                                        : parquet::SizeStatisticsLevel::None);
  std::shared_ptr<WriterProperties> result;
  parquet::SchemaDescriptor columns;
  columns.Init(schema);
  const std::set<std::string> shared = SharedPaths(columns);
  for (int i = 0; i < columns.num_columns(); ++i) {
    const std::string path = columns.Column(i)->path()->ToDotString();
    ColumnLayout column = layout.columns[static_cast<size_t>(i)];
    if (shared.contains(path)) column.encoding = Encoding::kPlain;
    PQ_ASSIGN(const auto codec, LibraryCodec(column.codec));
    PQ_RETURN_NOT_OK(WriteCall([&] { SetColumn(path, column, codec, &builder); }));
  }
  PQ_RETURN_NOT_OK(WriteCall([&] { result = builder.build(); }));
  return result;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "random_file.h"

#include <arrow/io/memory.h>
#include <arrow/memory_pool.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace pqpack::merges {
namespace {

using arrow::Compression;
using Builder = parquet::WriterProperties::Builder;
using parquet::Encoding;

Compression::type AnyCodec(Random& random) {
  if (Chance(random, 45)) return Compression::UNCOMPRESSED;
  if (Chance(random, 60)) return Compression::SNAPPY;
  return OneOf<Compression::type>(random, {Compression::ZSTD, Compression::GZIP, Compression::LZ4,
                                           Compression::LZ4_HADOOP, Compression::BROTLI});
}

// Beside PLAIN and dictionaries.
Encoding::type AnyEncoding(Random& random, parquet::Type::type type) {
  switch (type) {
    case parquet::Type::INT32:
    case parquet::Type::INT64:
      return OneOf(random, {Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT});
    case parquet::Type::BYTE_ARRAY:
      return OneOf(random, {Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY});
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return OneOf(random, {Encoding::DELTA_BYTE_ARRAY, Encoding::BYTE_STREAM_SPLIT});
    case parquet::Type::BOOLEAN:
      return Encoding::RLE;
    default:
      return Encoding::BYTE_STREAM_SPLIT;
  }
}

void SetColumn(Random& random, const parquet::ColumnDescriptor& column, Builder* builder) {
  const std::string path = column.path()->ToDotString();
  if (Chance(random, 10)) builder->compression(path, AnyCodec(random));
  if (Chance(random, 10)) builder->disable_statistics(path);
  if (Chance(random, 30)) {
    builder->disable_dictionary(path);
    if (Chance(random, 50)) builder->encoding(path, AnyEncoding(random, column.physical_type()));
  }
  if (column.physical_type() != parquet::Type::BOOLEAN && Chance(random, 5)) {
    parquet::BloomFilterOptions filter;
    filter.ndv = 100;
    builder->enable_bloom_filter(path, filter);
  }
}

Result<std::shared_ptr<parquet::WriterProperties>> AnyProperties(Random& random,
                                                                 const arrow::Schema& schema) {
  Builder builder;
  builder.compression(AnyCodec(random));
  builder.data_page_version(
      OneOf(random, {parquet::ParquetDataPageVersion::V1, parquet::ParquetDataPageVersion::V2}));
  // Pages of a value take the most time.
  const bool tiny = Chance(random, 4);
  builder.data_pagesize(tiny ? 1 : OneOf<int64_t>(random, {100, 3000, 64 * kKiB, kMiB, kMiB}));
  builder.max_rows_per_page(OneOf<int64_t>(random, {13, 20'000, 20'000, 1 << 20}));
  builder.write_batch_size(OneOf<int64_t>(random, {1, 7, 64, 1024}));
  builder.dictionary_pagesize_limit(OneOf<int64_t>(random, {20, 200, 4000, kMiB, kMiB, 4 * kMiB}));
  if (Chance(random, 20)) builder.disable_dictionary();
  if (Chance(random, 30)) builder.enable_page_checksum();
  if (Chance(random, 40)) builder.disable_write_page_index();
  if (Chance(random, 5)) builder.enable_content_defined_chunking();
  if (Chance(random, 20)) builder.set_size_statistics_level(parquet::SizeStatisticsLevel::None);
  std::shared_ptr<parquet::SchemaDescriptor> columns;
  PQ_RETURN_NOT_OK(
      parquet::arrow::ToParquetSchema(&schema, *parquet::default_writer_properties(), &columns));
  for (int i = 0; i < columns->num_columns(); ++i) {
    SetColumn(random, *columns->Column(i), &builder);
  }
  return builder.build();
}

}  // namespace

Result<BufferPtr> WriteFile(Random& random, const arrow::Table& table) {
  PQ_ASSIGN(const auto properties, AnyProperties(random, *table.schema()));
  parquet::ArrowWriterProperties::Builder of_arrow;
  if (Chance(random, 20)) of_arrow.store_schema();
  const int64_t row_group = Chance(random, 25) ? table.num_rows() / 4 + 1 : 1 << 20;
  PQ_ASSIGN(const auto sink, arrow::io::BufferOutputStream::Create());
  PQ_RETURN_NOT_OK(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), sink, row_group,
                                              properties, of_arrow.build()));
  return sink->Finish();
}

Result<std::shared_ptr<arrow::Table>> ReadFile(const BufferPtr& file) {
  parquet::arrow::FileReaderBuilder builder;
  PQ_RETURN_NOT_OK(builder.Open(std::make_shared<arrow::io::BufferReader>(file)));
  PQ_ASSIGN(const auto reader, builder.Build());
  return reader->ReadTable();
}

}  // namespace pqpack::merges

// SPDX-License-Identifier: Apache-2.0
//
// Input: a footer, without length and magic.
#include <arrow/util/key_value_metadata.h>
#include <parquet/metadata.h>

#include "format/footer.h"
#include "format/validate.h"
#include "fuzzing.h"

namespace pqpack::fuzz {
namespace {

void CompareChunk(const ColumnMetaData& ours, const parquet::ColumnChunkMetaData& theirs) {
  RequireSame(ours.type, theirs.type(), parquet::Type::FIXED_LEN_BYTE_ARRAY, "type");
  Require(ours.num_values == theirs.num_values(), "num_values");
  Require(ours.path_in_schema == theirs.path_in_schema()->ToDotVector(), "path_in_schema");
  Require(ours.encodings.size() == theirs.encodings().size(), "encodings");
  Require(ours.data_page_offset == theirs.data_page_offset(), "data_page_offset");
  Require(ours.dictionary_page_offset.has_value() == theirs.has_dictionary_page(), "dictionary");
  if (ours.dictionary_page_offset) {
    Require(*ours.dictionary_page_offset == theirs.dictionary_page_offset(), "dictionary offset");
  }
  Require(ours.bloom_filter_offset == theirs.bloom_filter_offset(), "bloom_filter_offset");
  Require(ours.total_compressed_size == theirs.total_compressed_size(), "compressed size");
  Require(ours.total_uncompressed_size == theirs.total_uncompressed_size(), "uncompressed size");
}

void CompareGroup(const RowGroup& ours, const parquet::RowGroupMetaData& theirs) {
  Require(ours.num_rows == theirs.num_rows(), "num_rows of a row group");
  Require(ours.total_byte_size == theirs.total_byte_size(), "total_byte_size");
  Require(ours.file_offset.value_or(0) == theirs.file_offset(), "file_offset");
  for (size_t i = 0; i < ours.columns.size() && static_cast<int>(i) < theirs.num_columns(); ++i) {
    const auto chunk = Attempt([&] { return theirs.ColumnChunk(static_cast<int>(i)); });
    if (!chunk || !*chunk || !ours.columns[i].meta_data || ours.columns[i].encrypted()) continue;
    CompareChunk(*ours.columns[i].meta_data, **chunk);
  }
}

void Compare(const FileMetaData& ours, const parquet::FileMetaData& theirs) {
  Require(static_cast<int64_t>(theirs.size()) == ours.serialized_size, "size of the footer");
  Require(ours.num_rows == theirs.num_rows(), "num_rows");
  Require(ours.created_by.value_or("") == theirs.created_by(), "created_by");
  Require(static_cast<int>(ours.schema.size()) == theirs.num_schema_elements(), "schema");
  Require(static_cast<int>(ours.row_groups.size()) == theirs.num_row_groups(), "row groups");
  const auto& pairs = theirs.key_value_metadata();
  const size_t count = ours.key_value_metadata ? ours.key_value_metadata->size() : 0;
  Require(count == (pairs ? static_cast<size_t>(pairs->size()) : 0), "key-values");
  for (size_t i = 0; i < count; ++i) {
    const KeyValue& pair = ours.key_value_metadata->at(i);
    Require(pair.key == pairs->key(static_cast<int64_t>(i)), "key");
    Require(pair.value.value_or("") == pairs->value(static_cast<int64_t>(i)), "value");
  }
  for (size_t i = 0; i < ours.row_groups.size(); ++i) {
    const auto group = Attempt([&] { return theirs.RowGroup(static_cast<int>(i)); });
    if (group) CompareGroup(ours.row_groups[i], **group);
  }
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  const Bytes bytes(data, size);
  const auto footer = ParseFooter(bytes, 64 * kMiB);
  if (!footer.ok()) return 0;
  fuzz::RequireRoundTrip(*footer, bytes, footer->serialized_size);
  // Whatever the answer is.
  (void)ValidateFooter(*footer, static_cast<int64_t>(size) + 1'000);
  const auto theirs =
      fuzz::Attempt([&] { return parquet::FileMetaData::Make(data, static_cast<int64_t>(size)); });
  if (theirs) fuzz::Compare(*footer, **theirs);
  return 0;
}

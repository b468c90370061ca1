// SPDX-License-Identifier: Apache-2.0
//
// Input: a page header and the page's body.
#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/schema.h>

#include <limits>

#include "format/page_header.h"
#include "fuzzing.h"

namespace pqpack::fuzz {
namespace {

// The page by Arrow, which reads a body along with its header.
std::shared_ptr<parquet::Page> ArrowPage(Bytes bytes) {
  static const parquet::ColumnDescriptor kColumn(
      parquet::schema::PrimitiveNode::Make("c", parquet::Repetition::OPTIONAL,
                                           parquet::Type::INT32),
      1, 0);
  auto stream = std::make_shared<arrow::io::BufferReader>(
      std::make_shared<arrow::Buffer>(bytes.data(), static_cast<int64_t>(bytes.size())));
  const auto reader = parquet::PageReader::Open(stream, std::numeric_limits<int64_t>::max(),
                                                parquet::Compression::UNCOMPRESSED,
                                                parquet::ReaderProperties(), kColumn);
  return reader->NextPage();
}

void RequireSameEncoding(Encoding ours, parquet::Encoding::type theirs) {
  RequireSame(ours, theirs, parquet::Encoding::BYTE_STREAM_SPLIT, "encoding");
}

void Compare(const PageHeader& ours, const parquet::Page& theirs) {
  if (const auto* page = dynamic_cast<const parquet::DataPageV1*>(&theirs)) {
    Require(ours.type == PageType::kData, "DATA_PAGE");
    Require(ours.data->num_values == page->num_values(), "num_values");
    RequireSameEncoding(ours.data->encoding, page->encoding());
    RequireSameEncoding(ours.data->definition_level_encoding, page->definition_level_encoding());
    RequireSameEncoding(ours.data->repetition_level_encoding, page->repetition_level_encoding());
  } else if (const auto* v2 = dynamic_cast<const parquet::DataPageV2*>(&theirs)) {
    Require(ours.type == PageType::kDataV2, "DATA_PAGE_V2");
    Require(ours.data_v2->num_values == v2->num_values(), "num_values");
    Require(ours.data_v2->num_nulls == v2->num_nulls(), "num_nulls");
    Require(ours.data_v2->num_rows == v2->num_rows(), "num_rows");
    RequireSameEncoding(ours.data_v2->encoding, v2->encoding());
    Require(ours.data_v2->definition_levels_byte_length == v2->definition_levels_byte_length(),
            "length of definition levels");
    Require(ours.data_v2->repetition_levels_byte_length == v2->repetition_levels_byte_length(),
            "length of repetition levels");
  } else if (const auto* dictionary = dynamic_cast<const parquet::DictionaryPage*>(&theirs)) {
    Require(ours.type == PageType::kDictionary, "DICTIONARY_PAGE");
    Require(ours.dictionary->num_values == dictionary->num_values(), "num_values");
    Require(ours.dictionary->is_sorted.value_or(false) == dictionary->is_sorted(), "is_sorted");
  }
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  const Bytes bytes(data, size);
  const auto parsed = ParsePageHeader(bytes);
  if (!parsed.ok() || !*parsed) return 0;
  const auto& [header, length] = **parsed;
  fuzz::RequireRoundTrip(header, bytes, length);
  fuzz::Require(!*ParsePageHeader(bytes.first(static_cast<size_t>(length) - 1)),
                "a header without its last byte asks for more");
  // Arrow passes over pages of kinds that it does not know, to the next header.
  const bool known = header.type == PageType::kData || header.type == PageType::kDictionary ||
                     header.type == PageType::kDataV2;
  if (!known || header.compressed_page_size > static_cast<int64_t>(size) - length) return 0;
  if (header.uncompressed_page_size > kMiB) return 0;
  const auto page = fuzz::Attempt([&] { return fuzz::ArrowPage(bytes); });
  if (page && *page) fuzz::Compare(header, **page);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "format/page_header.h"

#include <fmt/format.h>

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kDataPageHeader = StructFields<DataPageHeader>(
    "DataPageHeader", Field(1, &DataPageHeader::num_values), Field(2, &DataPageHeader::encoding),
    Field(3, &DataPageHeader::definition_level_encoding),
    Field(4, &DataPageHeader::repetition_level_encoding), Field(5, &DataPageHeader::statistics));

constexpr auto kDictionaryPageHeader = StructFields<DictionaryPageHeader>(
    "DictionaryPageHeader", Field(1, &DictionaryPageHeader::num_values),
    Field(2, &DictionaryPageHeader::encoding), Field(3, &DictionaryPageHeader::is_sorted));

constexpr auto kDataPageHeaderV2 = StructFields<DataPageHeaderV2>(
    "DataPageHeaderV2", Field(1, &DataPageHeaderV2::num_values),
    Field(2, &DataPageHeaderV2::num_nulls), Field(3, &DataPageHeaderV2::num_rows),
    Field(4, &DataPageHeaderV2::encoding),
    Field(5, &DataPageHeaderV2::definition_levels_byte_length),
    Field(6, &DataPageHeaderV2::repetition_levels_byte_length),
    Field(7, &DataPageHeaderV2::is_compressed), Field(8, &DataPageHeaderV2::statistics));

constexpr auto kPageHeader = StructFields<PageHeader>(
    "PageHeader", Field(1, &PageHeader::type), Field(2, &PageHeader::uncompressed_page_size),
    Field(3, &PageHeader::compressed_page_size), Field(4, &PageHeader::crc),
    Field(5, &PageHeader::data), Field(7, &PageHeader::dictionary), Field(8, &PageHeader::data_v2));

}  // namespace

std::optional<int32_t> PageHeader::num_values() const {
  if (type == PageType::kData) return data->num_values;
  if (type == PageType::kDataV2) return data_v2->num_values;
  if (type == PageType::kDictionary) return dictionary->num_values;
  return std::nullopt;
}

std::optional<Encoding> PageHeader::encoding() const {
  if (type == PageType::kData) return data->encoding;
  if (type == PageType::kDataV2) return data_v2->encoding;
  if (type == PageType::kDictionary) return dictionary->encoding;
  return std::nullopt;
}

void ReadStruct(CompactReader& in, DataPageHeader* out) { kDataPageHeader.Read(in, out); }
void WriteStruct(CompactWriter& out, const DataPageHeader& value) {
  kDataPageHeader.Write(out, value);
}

void ReadStruct(CompactReader& in, DictionaryPageHeader* out) {
  kDictionaryPageHeader.Read(in, out);
}
void WriteStruct(CompactWriter& out, const DictionaryPageHeader& value) {
  kDictionaryPageHeader.Write(out, value);
}

void ReadStruct(CompactReader& in, DataPageHeaderV2* out) { kDataPageHeaderV2.Read(in, out); }
void WriteStruct(CompactWriter& out, const DataPageHeaderV2& value) {
  kDataPageHeaderV2.Write(out, value);
}

void ReadStruct(CompactReader& in, PageHeader* out) { kPageHeader.Read(in, out); }
void WriteStruct(CompactWriter& out, const PageHeader& value) { kPageHeader.Write(out, value); }

namespace {

Status Broken(const std::string& problem) {
  return Error(ErrorCode::kCorrupt, "page header: " + problem);
}

Status CheckV2(const DataPageHeaderV2& page, int64_t body) {
  if (page.num_values < 0 || page.num_nulls < 0 || page.num_rows < 0) {
    return Broken("a negative count");
  }
  const int64_t definition = page.definition_levels_byte_length;
  const int64_t repetition = page.repetition_levels_byte_length;
  if (definition < 0 || repetition < 0 || definition + repetition > body) {
    return Broken(
        fmt::format("levels of {} + {} bytes in a body of {}", definition, repetition, body));
  }
  return Status::OK();
}

Status CheckPageHeader(const PageHeader& header) {
  if (header.uncompressed_page_size < 0 || header.compressed_page_size < 0) {
    return Broken(fmt::format("a body of {} bytes, {} uncompressed", header.compressed_page_size,
                              header.uncompressed_page_size));
  }
  switch (header.type) {
    case PageType::kData:
      if (!header.data) return Broken("DATA_PAGE without a DataPageHeader");
      if (header.data->num_values < 0) return Broken("a negative count");
      return Status::OK();
    case PageType::kDictionary:
      if (!header.dictionary) return Broken("DICTIONARY_PAGE without a DictionaryPageHeader");
      if (header.dictionary->num_values < 0) return Broken("a negative count");
      return Status::OK();
    case PageType::kDataV2:
      if (!header.data_v2) return Broken("DATA_PAGE_V2 without a DataPageHeaderV2");
      return CheckV2(*header.data_v2, header.compressed_page_size);
    default:
      // Index pages, and kinds to come: readers pass over them.
      return Status::OK();
  }
}

}  // namespace

Result<std::optional<ParsedPageHeader>> ParsePageHeader(Bytes window) {
  CompactReader in(window, "page header");
  ParsedPageHeader result;
  ReadStruct(in, &result.header);
  if (in.ended()) {
    if (static_cast<int64_t>(window.size()) < kMaxPageHeader) return std::nullopt;
    return Broken(fmt::format("larger than {} MiB", kMaxPageHeader / kMiB));
  }
  in.KeepForm(&result.header.as_written);
  PQ_RETURN_NOT_OK(in.status());
  PQ_RETURN_NOT_OK(CheckPageHeader(result.header));
  result.length = in.position();
  return result;
}

}  // namespace pqpack

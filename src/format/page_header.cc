// SPDX-License-Identifier: Apache-2.0
#include "format/page_header.h"

#include <fmt/format.h>

namespace pqpack {

void ReadStruct(CompactReader& in, DataPageHeader* out) {
  StructReader field(in, "DataPageHeader", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->num_values);
        break;
      case 2:
        field.Read(&out->encoding);
        break;
      case 3:
        field.Read(&out->definition_level_encoding);
        break;
      case 4:
        field.Read(&out->repetition_level_encoding);
        break;
      case 5:
        field.Read(&out->statistics);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3, 4});
}

void ReadStruct(CompactReader& in, DictionaryPageHeader* out) {
  StructReader field(in, "DictionaryPageHeader", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->num_values);
        break;
      case 2:
        field.Read(&out->encoding);
        break;
      case 3:
        field.Read(&out->is_sorted);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2});
}

void ReadStruct(CompactReader& in, DataPageHeaderV2* out) {
  StructReader field(in, "DataPageHeaderV2", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->num_values);
        break;
      case 2:
        field.Read(&out->num_nulls);
        break;
      case 3:
        field.Read(&out->num_rows);
        break;
      case 4:
        field.Read(&out->encoding);
        break;
      case 5:
        field.Read(&out->definition_levels_byte_length);
        break;
      case 6:
        field.Read(&out->repetition_levels_byte_length);
        break;
      case 7:
        field.Read(&out->is_compressed);
        break;
      case 8:
        field.Read(&out->statistics);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3, 4, 5, 6});
}

void ReadStruct(CompactReader& in, PageHeader* out) {
  StructReader field(in, "PageHeader", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->type);
        break;
      case 2:
        field.Read(&out->uncompressed_page_size);
        break;
      case 3:
        field.Read(&out->compressed_page_size);
        break;
      case 4:
        field.Read(&out->crc);
        break;
      case 5:
        field.Read(&out->data);
        break;
      case 7:
        field.Read(&out->dictionary);
        break;
      case 8:
        field.Read(&out->data_v2);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3});
}

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
  PQ_RETURN_NOT_OK(in.status());
  PQ_RETURN_NOT_OK(CheckPageHeader(result.header));
  result.length = in.position();
  return result;
}

}  // namespace pqpack

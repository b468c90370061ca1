// SPDX-License-Identifier: Apache-2.0
//
// For tests: takes the body of a page apart as far as format/ knows it, and holds what
// it finds against what the writer says of it.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/dictionary_indices.h"
#include "format/levels.h"
#include "format/page_codec.h"
#include "format/page_header.h"

namespace pqpack::testing {

// Where a page stands.
struct PageContext {
  Codec codec{};
  MaxLevels max;
  int64_t dictionary_size = 0;
};

namespace page_body_internal {

inline Status Wrong(const char* what) { return Status::Invalid(what); }

// Decodes the levels, writes and decodes them again.
inline Status Check(const StoredLevels& stored, int16_t max, std::vector<int16_t>* levels) {
  PQ_RETURN_NOT_OK(DecodeLevels(stored, max, *levels));
  const std::string runs = EncodeLevels(*levels, max);
  std::vector<int16_t> again(levels->size());
  PQ_RETURN_NOT_OK(DecodeLevels({AsBytes(runs)}, max, again));
  return again == *levels ? Status::OK() : Wrong("levels change when they are written");
}

inline Status CheckIndices(Bytes values, int64_t count, int64_t dictionary_size) {
  std::vector<uint32_t> indices(static_cast<size_t>(count));
  PQ_RETURN_NOT_OK(DecodeIndices(values, dictionary_size, indices));
  const std::string written = EncodeIndices(indices, dictionary_size);
  std::vector<uint32_t> again(indices.size());
  PQ_RETURN_NOT_OK(DecodeIndices(AsBytes(written), dictionary_size, again));
  return again == indices ? Status::OK() : Wrong("indices change when they are written");
}

// How many values the page has that are not null.
inline Result<int64_t> CheckLevels(const PageParts& parts, int64_t count, MaxLevels max,
                                   int64_t* rows) {
  std::vector<int16_t> levels(static_cast<size_t>(count));
  PQ_RETURN_NOT_OK(Check(parts.repetition, max.repetition, &levels));
  *rows = std::ranges::count(levels, int16_t{0});
  PQ_RETURN_NOT_OK(Check(parts.definition, max.definition, &levels));
  return std::ranges::count(levels, max.definition);
}

inline Status CheckV1(const DataPageHeader& header, Bytes body, const PageContext& context) {
  PQ_ASSIGN(const PageParts parts, SplitPage(LevelsOf(header), body, context.max));
  if (JoinPageV1(parts, context.max) != AsText(body)) return Wrong("joined it is another page");
  int64_t rows = 0;
  PQ_ASSIGN(const int64_t values, CheckLevels(parts, header.num_values, context.max, &rows));
  if (!IsDictionary(header.encoding)) return Status::OK();
  return CheckIndices(parts.values, values, context.dictionary_size);
}

inline Status CheckV2(const DataPageHeaderV2& header, const PageHeader& page, Bytes body,
                      const PageContext& context) {
  PQ_ASSIGN(PageParts parts, SplitPage(LevelsOf(header), body, context.max));
  int64_t rows = 0;
  PQ_ASSIGN(const int64_t values, CheckLevels(parts, header.num_values, context.max, &rows));
  if (rows != header.num_rows) return Wrong("other rows than the header says");
  if (values != header.num_values - header.num_nulls) return Wrong("other nulls");
  if (!IsDictionary(header.encoding)) return Status::OK();
  const int64_t size = page.uncompressed_page_size - header.repetition_levels_byte_length -
                       header.definition_levels_byte_length;
  std::shared_ptr<arrow::Buffer> plain;
  if (header.is_compressed.value_or(true) && !parts.values.empty()) {
    PQ_ASSIGN(plain, Decompress(context.codec, parts.values, size, arrow::default_memory_pool()));
    parts.values = {plain->data(), static_cast<size_t>(plain->size())};
  }
  return CheckIndices(parts.values, values, context.dictionary_size);
}

}  // namespace page_body_internal

// `body` is as stored.  What does not hold, or what format/ says of it.
inline Status CheckPageBody(const PageHeader& page, Bytes body, const PageContext& context) {
  if (page.type == PageType::kDataV2) {
    return page_body_internal::CheckV2(*page.data_v2, page, body, context);
  }
  if (page.type != PageType::kData) return Status::OK();
  PQ_ASSIGN(const auto plain, Decompress(context.codec, body, page.uncompressed_page_size,
                                         arrow::default_memory_pool()));
  return page_body_internal::CheckV1(*page.data,
                                     {plain->data(), static_cast<size_t>(plain->size())}, context);
}

}  // namespace pqpack::testing

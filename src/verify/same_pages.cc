// SPDX-License-Identifier: Apache-2.0
#include "verify/same_pages.h"

#include <arrow/buffer.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "format/page_header.h"
#include "verify/library_call.h"

namespace pqpack {
namespace {

using Stream = arrow::io::InputStream;

constexpr int64_t kPiece = 256 * kKiB;

// PLAIN_DICTIONARY is the old name of what a page of this kind has.
Encoding Modern(Encoding encoding, PageType type) {
  if (encoding != Encoding::kPlainDictionary) return encoding;
  return type == PageType::kDictionary ? Encoding::kPlain : Encoding::kRleDictionary;
}

// What decides how a body is decoded.
struct PageFacts {
  PageType type{};
  int32_t body = 0;
  int32_t uncompressed = 0;
  int32_t values = 0;
  Encoding encoding{};
  Encoding definition{}, repetition{};                 // version 1
  int32_t nulls = 0, rows = 0;                         // version 2
  int32_t definition_bytes = 0, repetition_bytes = 0;  // version 2
  bool compressed = true;                              // version 2
  bool operator==(const PageFacts&) const = default;
};

PageFacts FactsOf(const PageHeader& header) {
  PageFacts facts;
  facts.type = header.type;
  facts.body = header.compressed_page_size;
  facts.uncompressed = header.uncompressed_page_size;
  if (header.type == PageType::kData) {
    facts.values = header.data->num_values;
    facts.encoding = header.data->encoding;
    facts.definition = header.data->definition_level_encoding;
    facts.repetition = header.data->repetition_level_encoding;
  } else if (header.type == PageType::kDataV2) {
    const DataPageHeaderV2& v2 = *header.data_v2;
    facts.values = v2.num_values;
    facts.encoding = v2.encoding;
    facts.nulls = v2.num_nulls;
    facts.rows = v2.num_rows;
    facts.definition_bytes = v2.definition_levels_byte_length;
    facts.repetition_bytes = v2.repetition_levels_byte_length;
    facts.compressed = v2.is_compressed.value_or(true);
  } else if (header.type == PageType::kDictionary) {
    facts.values = header.dictionary->num_values;
    facts.encoding = header.dictionary->encoding;
  }
  facts.encoding = Modern(facts.encoding, facts.type);
  return facts;
}

// Whether the writer's faults change how this page is read (ReadQuirks).
bool ReadDifferently(const PageFacts& page, const ChunkSource& source) {
  const bool deltas = page.encoding == Encoding::kDeltaBinaryPacked &&
                      source.chunk->type == PhysicalType::kInt32 && source.quirks.wide_deltas;
  const bool flag =
      page.type == PageType::kDataV2 && !page.compressed && source.quirks.wrong_v2_flag;
  return deltas || flag;
}

// The next header, which is passed; nothing where none parses.
Result<std::optional<PageFacts>> NextPage(Stream& stream) {
  for (int64_t window = 512;; window *= 8) {
    PQ_ASSIGN(const std::string_view bytes, stream.Peek(std::min(window, kMaxPageHeader)));
    const auto parsed = ParsePageHeader(AsBytes(bytes));
    if (!parsed.ok()) return std::optional<PageFacts>();
    if (parsed->has_value()) {
      PQ_RETURN_NOT_OK(stream.Advance((*parsed)->length));
      return std::optional<PageFacts>(FactsOf((*parsed)->header));
    }
    const bool all = static_cast<int64_t>(bytes.size()) < window;
    if (all || window >= kMaxPageHeader) return std::optional<PageFacts>();
  }
}

Result<bool> SameBody(Stream& a, Stream& b, int64_t size) {
  while (size > 0) {
    const int64_t piece = std::min(size, kPiece);
    PQ_ASSIGN(const auto left, a.Read(piece));
    PQ_ASSIGN(const auto right, b.Read(piece));
    if (left->size() != piece || !left->Equals(*right)) return false;
    size -= piece;
  }
  return true;
}

std::optional<std::string> Differ(std::string what) { return what; }

Result<std::optional<std::string>> Compare(const ChunkSource& a, const ChunkSource& b,
                                           arrow::MemoryPool* pool) {
  if (a.chunk->codec != b.chunk->codec) return Differ("the codecs differ");
  if (a.chunk->num_values != b.chunk->num_values) return Differ("the numbers of values differ");
  if (a.rows != b.rows) return Differ("the numbers of rows differ");
  PQ_ASSIGN(const auto left, OpenChunk(a, pool));
  PQ_ASSIGN(const auto right, OpenChunk(b, pool));
  int64_t values = 0;
  for (int64_t page = 0; values < a.chunk->num_values; ++page) {
    PQ_ASSIGN(const auto of_a, NextPage(*left));
    PQ_ASSIGN(const auto of_b, NextPage(*right));
    if (!of_a || !of_b) return Differ(fmt::format("page {} has no header", page));
    if (ReadDifferently(*of_a, a) != ReadDifferently(*of_b, b)) {
      return Differ("their writers' faults are not the same");
    }
    if (*of_a != *of_b) return Differ(fmt::format("the headers of page {} differ", page));
    PQ_ASSIGN(const bool same, SameBody(*left, *right, of_a->body));
    if (!same) return Differ(fmt::format("the bytes of page {} differ", page));
    if (of_a->type != PageType::kDictionary) values += of_a->values;
  }
  // Padding may follow, more pages may not.
  for (Stream* stream : {left.get(), right.get()}) {
    PQ_ASSIGN(const auto more, NextPage(*stream));
    if (more && more->values > 0) return Differ("pages follow behind the last value");
  }
  if (values != a.chunk->num_values) return Differ("the pages hold more values than they should");
  return std::optional<std::string>();
}

}  // namespace

Result<std::optional<std::string>> ComparePages(const ChunkSource& a, const ChunkSource& b,
                                                arrow::MemoryPool* pool) {
  auto result = Compare(a, b, pool);
  if (!result.ok()) return ReadError(result.status());
  return result;
}

}  // namespace pqpack

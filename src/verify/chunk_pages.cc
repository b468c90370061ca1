// SPDX-License-Identifier: Apache-2.0
#include "verify/chunk_pages.h"

#include <arrow/io/interfaces.h>
#include <arrow/util/crc32.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "format/levels.h"
#include "format/page_codec.h"
#include "format/page_header.h"
#include "verify/library_call.h"

namespace pqpack {
namespace {

Status Corrupt(std::string what) { return Error(ErrorCode::kCorrupt, std::move(what)); }

// The `size` bytes that `stored` holds compressed.
Result<std::shared_ptr<arrow::Buffer>> Unpacked(Codec codec, Bytes stored, int64_t size,
                                                arrow::MemoryPool* pool) {
  auto unpacked = Decompress(codec, stored, size, pool);
  if (!unpacked.ok()) return ReadError(unpacked.status());
  return std::shared_ptr<arrow::Buffer>(*std::move(unpacked));
}

Bytes ViewOf(const arrow::Buffer& buffer) {
  return {buffer.data(), static_cast<size_t>(buffer.size())};
}

int64_t SizeOf(const ChunkPage& page) { return static_cast<int64_t>(page.body.size()); }

Result<OpenedPage> OpenV1(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                          arrow::MemoryPool* pool) {
  const int64_t size = page.fact.uncompressed_size;
  OpenedPage opened;
  Bytes body = page.body;
  if (source.chunk.codec != Codec::kUncompressed) {
    PQ_ASSIGN(opened.memory, Unpacked(source.chunk.codec, body, size, pool));
    body = ViewOf(*opened.memory);
  } else if (SizeOf(page) != size) {
    return Corrupt("two sizes although it is not compressed");
  }
  const LevelsV1 levels{page.fact.num_values, page.fact.repetition_levels,
                        page.fact.definition_levels};
  PQ_ASSIGN(opened.parts, SplitPage(levels, body, max));
  return opened;
}

Result<OpenedPage> OpenV2(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                          arrow::MemoryPool* pool) {
  const PageFact& fact = page.fact;
  OpenedPage opened;
  const LevelsV2 levels{fact.repetition_bytes, fact.definition_bytes};
  PQ_ASSIGN(opened.parts, SplitPage(levels, page.body, max));
  const int64_t size =
      int64_t{fact.uncompressed_size} - fact.definition_bytes - fact.repetition_bytes;
  if (size < 0) return Corrupt("levels that are longer than the page");
  const bool marked = fact.compressed || source.quirks.wrong_v2_flag;
  const bool compressed = marked && source.chunk.codec != Codec::kUncompressed;
  if (compressed && !opened.parts.values.empty()) {
    PQ_ASSIGN(opened.memory, Unpacked(source.chunk.codec, opened.parts.values, size, pool));
    opened.parts.values = ViewOf(*opened.memory);
  } else if (static_cast<int64_t>(opened.parts.values.size()) != size) {
    return Corrupt("two sizes although it is not compressed");
  }
  return opened;
}

}  // namespace

Encoding ChunkPage::encoding() const {
  if (fact.encoding != Encoding::kPlainDictionary) return fact.encoding;
  return is_data() ? Encoding::kRleDictionary : Encoding::kPlain;
}

Result<ChunkPages> ChunkPages::Open(const ChunkSource& source, arrow::MemoryPool* pool) {
  auto bytes = OpenChunkBytes(source, pool);
  if (!bytes.ok()) return ReadError(bytes.status());
  PQ_ASSIGN(const int64_t size, source.file->GetSize());
  return ChunkPages(*std::move(bytes), size - source.chunk.pages.offset);
}

Result<Bytes> ChunkPages::Peek(int64_t bytes) {
  if (bytes_.whole == nullptr) {
    PQ_ASSIGN(const std::string_view peeked, bytes_.stream->Peek(bytes));
    return AsBytes(peeked);
  }
  const Bytes left = ViewOf(*bytes_.whole).subspan(static_cast<size_t>(at_));
  return left.first(std::min(left.size(), static_cast<size_t>(bytes)));
}

Status ChunkPages::Skip(int64_t bytes) {
  if (bytes_.whole == nullptr) return bytes_.stream->Advance(bytes);
  at_ = std::min(at_ + bytes, bytes_.whole->size());
  return Status::OK();
}

Status ChunkPages::TakeBody(ChunkPage* page) {
  const int64_t size = page->fact.body_size;
  if (bytes_.whole == nullptr) {
    PQ_ASSIGN(page->memory, bytes_.stream->Read(size));
    page->body = ViewOf(*page->memory);
    return Status::OK();
  }
  PQ_ASSIGN(page->body, Peek(size));
  page->memory = bytes_.whole;
  return Skip(size);
}

// Nothing where none parses.
Result<std::optional<PageFact>> ChunkPages::PeekHeader() {
  for (int64_t window = 512;; window *= 8) {
    PQ_ASSIGN(const Bytes bytes, Peek(std::min(window, kMaxPageHeader)));
    if (bytes.empty()) return std::optional<PageFact>();
    const auto parsed = ParsePageHeader(bytes);
    if (!parsed.ok()) return std::optional<PageFact>();
    if (parsed->has_value()) return std::optional(FactOf(**parsed, /*offset=*/0));
    const bool all = static_cast<int64_t>(bytes.size()) < window;
    if (all || window >= kMaxPageHeader) return std::optional<PageFact>();
  }
}

Result<ChunkPage> ChunkPages::Next() {
  while (true) {
    const auto header = PeekHeader();
    if (!header.ok()) return ReadError(header.status());
    ChunkPage page;
    page.number = number_++;
    if (!header->has_value()) return Corrupt(fmt::format("page {} has no header", page.number));
    page.fact = **header;
    const auto cut_off = [&] { return Corrupt(fmt::format("page {} is cut off", page.number)); };
    if (page.fact.size() > bytes_left_) return cut_off();
    bytes_left_ -= page.fact.size();
    const bool wanted = page.is_data() || page.fact.type == PageType::kDictionary;
    const Status skipped = Skip(wanted ? page.fact.header_size : page.fact.size());
    if (!skipped.ok()) return ReadError(skipped);
    if (!wanted) continue;
    const Status taken = TakeBody(&page);
    if (!taken.ok()) return ReadError(taken);
    if (SizeOf(page) != page.fact.body_size) return cut_off();
    return page;
  }
}

Result<bool> ChunkPages::ValuesFollow() {
  const auto header = PeekHeader();
  if (!header.ok()) return ReadError(header.status());
  return header->has_value() && (**header).is_data() && (**header).num_values > 0;
}

Status CheckChecksum(const ChunkPage& page) {
  if (!page.fact.crc) return Status::OK();
  const uint32_t crc = arrow::internal::crc32(0, page.body.data(), page.body.size());
  if (crc == static_cast<uint32_t>(*page.fact.crc)) return Status::OK();
  return Corrupt("its bytes are not those of its checksum");
}

Status Within(const ChunkPage& page, const Status& status) {
  if (status.ok()) return status;
  return Within(fmt::format("page {}", page.number), status);
}

Result<OpenedPage> OpenPage(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                            arrow::MemoryPool* pool) {
  PQ_RETURN_NOT_OK(CheckChecksum(page));
  return page.fact.type == PageType::kData ? OpenV1(page, source, max, pool)
                                           : OpenV2(page, source, max, pool);
}

Result<std::shared_ptr<arrow::Buffer>> OpenDictionaryPage(const ChunkPage& page,
                                                          const ChunkSource& source,
                                                          arrow::MemoryPool* pool) {
  PQ_RETURN_NOT_OK(CheckChecksum(page));
  const int64_t size = page.fact.uncompressed_size;
  if (source.chunk.codec != Codec::kUncompressed) {
    return Unpacked(source.chunk.codec, page.body, size, pool);
  }
  if (SizeOf(page) == size) {
    return arrow::SliceBuffer(page.memory, page.body.data() - page.memory->data(), size);
  }
  return Corrupt("two sizes although it is not compressed");
}

}  // namespace pqpack

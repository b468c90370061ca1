// SPDX-License-Identifier: Apache-2.0
#include "verify/chunk_pages.h"

#include <arrow/io/interfaces.h>
#include <arrow/util/crc32.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "format/page_codec.h"
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

Result<OpenedPage> OpenV1(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                          arrow::MemoryPool* pool) {
  const int64_t size = page.header.uncompressed_page_size;
  OpenedPage opened;
  Bytes body = page.bytes();
  if (source.chunk.codec != Codec::kUncompressed) {
    PQ_ASSIGN(opened.memory, Unpacked(source.chunk.codec, body, size, pool));
    body = ViewOf(*opened.memory);
  } else if (page.body->size() != size) {
    return Corrupt("two sizes although it is not compressed");
  }
  PQ_ASSIGN(opened.parts, SplitPage(*page.header.data, body, max));
  return opened;
}

Result<OpenedPage> OpenV2(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                          arrow::MemoryPool* pool) {
  const DataPageHeaderV2& header = *page.header.data_v2;
  OpenedPage opened;
  PQ_ASSIGN(opened.parts, SplitPage(header, page.bytes(), max));
  const int64_t size = int64_t{page.header.uncompressed_page_size} -
                       header.definition_levels_byte_length - header.repetition_levels_byte_length;
  if (size < 0) return Corrupt("levels that are longer than the page");
  const bool marked = header.is_compressed.value_or(true) || source.quirks.wrong_v2_flag;
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
  const Encoding encoding = *header.encoding();
  if (encoding != Encoding::kPlainDictionary) return encoding;
  return is_data() ? Encoding::kRleDictionary : Encoding::kPlain;
}

Result<ChunkPages> ChunkPages::Open(const ChunkSource& source, arrow::MemoryPool* pool) {
  auto stream = OpenChunk(source, pool);
  if (!stream.ok()) return ReadError(stream.status());
  PQ_ASSIGN(const int64_t size, source.file->GetSize());
  return ChunkPages(*std::move(stream), size - source.chunk.pages.offset);
}

// Nothing where none parses.
Result<std::optional<ParsedPageHeader>> ChunkPages::PeekHeader() {
  for (int64_t window = 512;; window *= 8) {
    PQ_ASSIGN(const std::string_view bytes, stream_->Peek(std::min(window, kMaxPageHeader)));
    if (bytes.empty()) return std::optional<ParsedPageHeader>();
    auto parsed = ParsePageHeader(AsBytes(bytes));
    if (!parsed.ok()) return std::optional<ParsedPageHeader>();
    if (parsed->has_value()) return parsed;
    const bool all = static_cast<int64_t>(bytes.size()) < window;
    if (all || window >= kMaxPageHeader) return std::optional<ParsedPageHeader>();
  }
}

Result<ChunkPage> ChunkPages::Next() {
  while (true) {
    auto parsed = PeekHeader();
    if (!parsed.ok()) return ReadError(parsed.status());
    const int64_t number = number_++;
    if (!parsed->has_value()) return Corrupt(fmt::format("page {} has no header", number));
    ChunkPage page;
    page.number = number;
    page.header = std::move((**parsed).header);
    page.size = (**parsed).length + page.header.compressed_page_size;
    if (page.size > bytes_left_) return Corrupt(fmt::format("page {} is cut off", number));
    bytes_left_ -= page.size;
    Status advanced = stream_->Advance((**parsed).length);
    const bool wanted = page.header.encoding().has_value();
    if (advanced.ok() && !wanted) advanced = stream_->Advance(page.header.compressed_page_size);
    if (!advanced.ok()) return ReadError(advanced);
    if (!wanted) continue;
    auto body = stream_->Read(page.header.compressed_page_size);
    if (!body.ok()) return ReadError(body.status());
    page.body = *std::move(body);
    if (page.body->size() != page.header.compressed_page_size) {
      return Corrupt(fmt::format("page {} is cut off", number));
    }
    return page;
  }
}

Result<bool> ChunkPages::ValuesFollow() {
  auto parsed = PeekHeader();
  if (!parsed.ok()) return ReadError(parsed.status());
  if (!parsed->has_value()) return false;
  const PageHeader& header = (**parsed).header;
  return header.is_data() && *header.num_values() > 0;
}

Status CheckChecksum(const ChunkPage& page) {
  if (!page.header.crc) return Status::OK();
  const Bytes bytes = page.bytes();
  const uint32_t crc = arrow::internal::crc32(0, bytes.data(), bytes.size());
  if (crc == static_cast<uint32_t>(*page.header.crc)) return Status::OK();
  return Corrupt("its bytes are not those of its checksum");
}

Status Within(const ChunkPage& page, const Status& status) {
  if (status.ok()) return status;
  return Within(fmt::format("page {}", page.number), status);
}

Result<OpenedPage> OpenPage(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                            arrow::MemoryPool* pool) {
  PQ_RETURN_NOT_OK(CheckChecksum(page));
  return page.header.type == PageType::kData ? OpenV1(page, source, max, pool)
                                             : OpenV2(page, source, max, pool);
}

Result<std::shared_ptr<arrow::Buffer>> OpenDictionaryPage(const ChunkPage& page,
                                                          const ChunkSource& source,
                                                          arrow::MemoryPool* pool) {
  PQ_RETURN_NOT_OK(CheckChecksum(page));
  const int64_t size = page.header.uncompressed_page_size;
  if (source.chunk.codec != Codec::kUncompressed) {
    return Unpacked(source.chunk.codec, page.bytes(), size, pool);
  }
  if (page.body->size() == size) return page.body;
  return Corrupt("two sizes although it is not compressed");
}

}  // namespace pqpack

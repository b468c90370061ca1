// SPDX-License-Identifier: Apache-2.0
#include "inspect/walk_pages.h"

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/util/crc32.h>
#include <fmt/format.h>

#include <algorithm>

#include "format/page_codec.h"
#include "inspect/count_nulls.h"

namespace pqpack {
namespace {

// Headers take 20 to 100 bytes, more with statistics of long values.
constexpr int64_t kHeaderGuess = kKiB;
constexpr int64_t kChecksumStep = kMiB;

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

Bytes View(const arrow::Buffer& buffer) {
  return {buffer.data(), static_cast<size_t>(buffer.size())};
}

// What is known of the nulls without the body.
void NullsOfHeader(const std::optional<LevelLayout>& layout, WalkedPage* page) {
  const auto set = [page](int64_t nulls, NullSource source) {
    page->nulls = nulls;
    page->nulls_from = source;
  };
  if (!page->is_data()) return;
  if (page->header.type == PageType::kDataV2) {
    set(page->header.data_v2->num_nulls, NullSource::kHeader);
  } else if (layout && layout->max.definition == 0) {
    set(0, NullSource::kSchema);
  } else if (const Statistics* statistics = page->statistics();
             statistics != nullptr && statistics->null_count) {
    set(*statistics->null_count, NullSource::kStatistics);
  }
}

}  // namespace

std::string_view ToString(CrcState state) {
  switch (state) {
    case CrcState::kAbsent:
      return "absent";
    case CrcState::kNotChecked:
      return "not checked";
    case CrcState::kOk:
      return "ok";
    case CrcState::kWrong:
      return "wrong";
  }
  return "";
}

std::string_view ToString(NullSource source) {
  switch (source) {
    case NullSource::kSchema:
      return "schema";
    case NullSource::kHeader:
      return "header";
    case NullSource::kLevels:
      return "levels";
    case NullSource::kStatistics:
      return "statistics";
    case NullSource::kUnknown:
      return "unknown";
  }
  return "";
}

std::optional<int64_t> WalkedPage::num_rows() const {
  if (header.type == PageType::kDataV2) return header.data_v2->num_rows;
  return std::nullopt;
}

const Statistics* WalkedPage::statistics() const {
  const std::optional<Statistics>* found = nullptr;
  if (header.type == PageType::kData) found = &header.data->statistics;
  if (header.type == PageType::kDataV2) found = &header.data_v2->statistics;
  return found != nullptr && *found ? &**found : nullptr;
}

Result<WalkEnd> PageWalker::Walk(ByteRange range, const std::optional<LevelLayout>& layout,
                                 const Visit& visit) {
  WalkEnd end{range.offset, Status::OK()};
  while (end.offset < range.end()) {
    PQ_ASSIGN(auto parsed, ReadHeader({end.offset, range.end() - end.offset}, &end.problem));
    if (!parsed) return end;
    WalkedPage page;
    page.offset = end.offset;
    page.header_size = parsed->length;
    page.header = std::move(parsed->header);
    if (page.header.crc) page.crc = CrcState::kNotChecked;
    NullsOfHeader(layout, &page);
    const bool inside = page.end() <= range.end();
    if (inside && options_.read_bodies) {
      PQ_RETURN_NOT_OK(ReadBody(layout, &page));
    }
    PQ_RETURN_NOT_OK(visit(page));
    if (!inside) {
      end.problem = Corrupt(fmt::format("the page at offset {} ends at {}, behind the end at {}",
                                        page.offset, page.end(), range.end()));
      return end;
    }
    end.offset = page.end();
  }
  return end;
}

// The header at the front of `range`; nothing where there is none, and why.
Result<std::optional<ParsedPageHeader>> PageWalker::ReadHeader(ByteRange range, Status* problem) {
  const std::string where = fmt::format("offset {}", range.offset);
  for (int64_t length = kHeaderGuess;; length *= 2) {
    length = std::min(length, range.length);
    PQ_ASSIGN(const auto window, file_.ReadAt(range.offset, length));
    auto parsed = ParsePageHeader(View(*window));
    if (!parsed.ok()) {
      *problem = Within(where, parsed.status());
      return std::nullopt;
    }
    if (*parsed) return parsed;
    if (length < range.length) continue;
    *problem = Corrupt(fmt::format("{}: the {} bytes up to {} end inside of a page header", where,
                                   range.length, range.end()));
    return std::nullopt;
  }
}

Status PageWalker::ReadBody(const std::optional<LevelLayout>& layout, WalkedPage* page) {
  if (page->header.crc) {
    PQ_ASSIGN(const uint32_t crc,
              Checksum({page->offset + page->header_size, page->header.compressed_page_size}));
    page->crc = crc == static_cast<uint32_t>(*page->header.crc) ? CrcState::kOk : CrcState::kWrong;
  }
  if (page->header.type != PageType::kData || !layout || layout->max.definition == 0) {
    return Status::OK();
  }
  PQ_ASSIGN(const auto nulls, Nulls(*layout, *page));
  if (nulls) {
    page->nulls = nulls;
    page->nulls_from = NullSource::kLevels;
  }
  return Status::OK();
}

Result<uint32_t> PageWalker::Checksum(ByteRange body) {
  uint32_t crc = 0;
  while (body.length > 0) {
    PQ_ASSIGN(const auto piece, file_.ReadAt(body.offset, std::min(body.length, kChecksumStep)));
    if (piece->size() == 0) return Corrupt("a page body ends behind the file");
    crc = arrow::internal::crc32(crc, piece->data(), static_cast<size_t>(piece->size()));
    body = {body.offset + piece->size(), body.length - piece->size()};
  }
  return crc;
}

Result<std::optional<int64_t>> PageWalker::Nulls(const LevelLayout& layout,
                                                 const WalkedPage& page) {
  const int64_t size = page.header.uncompressed_page_size;
  const int64_t compressed = page.header.compressed_page_size;
  if (std::max(size, compressed) > kMaxDecodedPage || size > decodable_) return std::nullopt;
  decodable_ -= size;
  PQ_ASSIGN(const auto body, file_.ReadAt(page.offset + page.header_size, compressed));
  const auto plain = Decompress(layout.codec, View(*body), size, arrow::default_memory_pool());
  if (!plain.ok()) return std::nullopt;
  return CountNulls(View(**plain), *page.header.data, layout.max);
}

}  // namespace pqpack

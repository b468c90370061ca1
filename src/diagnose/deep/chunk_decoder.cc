// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/chunk_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pqpack {

Result<std::optional<StoredPage>> ChunkDecoder::Next() {
  if (offset_ >= end_) return std::nullopt;
  for (int64_t guess = kKiB;; guess *= 16) {
    const int64_t length = std::min({guess, kMaxPageHeader, end_ - offset_});
    PQ_ASSIGN(const auto window, file_.ReadAt(offset_, length));
    PQ_ASSIGN(auto parsed, ParsePageHeader({window->data(), static_cast<size_t>(window->size())}));
    if (!parsed) {
      if (length < end_ - offset_) continue;
      return Error(ErrorCode::kCorrupt, "the chunk ends inside of a page header");
    }
    StoredPage page;
    page.number = number_++;
    page.offset = offset_;
    page.header_size = parsed->length;
    page.header = std::move(parsed->header);
    if (page.end() > end_) {
      return Error(ErrorCode::kCorrupt, fmt::format("the page ends at {}, behind its chunk's end "
                                                    "at {}",
                                                    page.end(), end_));
    }
    PQ_ASSIGN(page.body, Body(page));
    offset_ = page.end();
    return page;
  }
}

// A header may claim 2 GiB: the file would take them from a pool that refuses nothing.
Result<std::shared_ptr<arrow::Buffer>> ChunkDecoder::Body(const StoredPage& page) {
  const int64_t size = page.header.compressed_page_size;
  PQ_ASSIGN(std::shared_ptr<arrow::Buffer> body, arrow::AllocateBuffer(size, pool_));
  PQ_ASSIGN(const int64_t read,
            file_.ReadAt(page.offset + page.header_size, size, body->mutable_data()));
  if (read < size) return Error(ErrorCode::kCorrupt, "the file ends inside of the page");
  return body;
}

}  // namespace pqpack

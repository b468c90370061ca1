// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/chunk_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pqpack {

Result<std::optional<StoredPage>> ChunkDecoder::Next() {
  if (offset_ >= end_) return std::nullopt;
  for (int64_t guess = kKiB;; guess *= 16) {
    const int64_t length = std::min(guess, end_ - offset_);
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
    PQ_ASSIGN(page.body,
              file_.ReadAt(page.offset + page.header_size, page.header.compressed_page_size));
    offset_ = page.end();
    return page;
  }
}

}  // namespace pqpack

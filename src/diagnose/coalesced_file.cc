// SPDX-License-Identifier: Apache-2.0
#include "diagnose/coalesced_file.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "store/block_cache.h"

namespace pqpack {
namespace {

constexpr int kRequestsAtOnce = 8;

std::shared_ptr<arrow::Buffer> PartOf(const std::shared_ptr<arrow::Buffer>& bytes,
                                      int64_t bytes_offset, ByteRange range) {
  if (bytes == nullptr || range.offset < bytes_offset ||
      range.end() > bytes_offset + bytes->size()) {
    return nullptr;
  }
  return arrow::SliceBuffer(bytes, range.offset - bytes_offset, range.length);
}

}  // namespace

CoalesceOptions CoalesceFor(Scheme scheme) {
  if (scheme == Scheme::kS3) return {.whole = kMiB, .gap = kMiB, .most = 8 * kMiB};
  return {.whole = 64 * kKiB, .gap = 16 * kKiB, .most = kMiB};
}

std::vector<ByteRange> Coalesce(std::vector<ByteRange> places, int64_t size,
                                const CoalesceOptions& options) {
  std::erase_if(places, [&](const ByteRange& place) {
    return place.offset < 0 || place.length <= 0 || place.offset >= size;
  });
  std::ranges::sort(places, {}, &ByteRange::offset);
  std::vector<ByteRange> requests;
  for (ByteRange place : places) {
    place.length = std::min(place.length, size - place.offset);
    if (!requests.empty()) {
      ByteRange& last = requests.back();
      const int64_t end = std::max(last.end(), place.end());
      const bool near = place.offset - last.end() <= options.gap;
      if (place.end() <= last.end() || (near && end - last.offset <= options.most)) {
        last.length = end - last.offset;
        continue;
      }
    }
    requests.push_back(place);
  }
  return requests;
}

std::shared_ptr<arrow::Buffer> CoalescedFile::Held(ByteRange range) const {
  if (auto part = PartOf(tail_.bytes, tail_.offset, range)) return part;
  // The last piece that begins at or before it; only neighbours overlap.
  auto piece = std::ranges::upper_bound(pieces_, range.offset, {}, &Piece::offset);
  for (int n = 0; n < 2 && piece != pieces_.begin(); ++n) {
    --piece;
    if (auto part = PartOf(piece->bytes, piece->offset, range)) return part;
  }
  return nullptr;
}

Result<std::shared_ptr<arrow::Buffer>> CoalescedFile::Request(ByteRange range) {
  return ReadExactly(store_, object_, range);
}

Status CoalescedFile::Fetch(std::vector<ByteRange> places) {
  pieces_.clear();
  std::erase_if(places, [this](const ByteRange& place) { return Held(place) != nullptr; });
  const auto requests = Coalesce(std::move(places), object_.size, options_);
  std::vector<Piece> pieces(requests.size());
  const auto fetch = [&](int64_t i) {
    const auto at = static_cast<size_t>(i);
    pieces[at].offset = requests[at].offset;
    PQ_ASSIGN(pieces[at].bytes, Request(requests[at]));
    return Status::OK();
  };
  const auto count = static_cast<int64_t>(requests.size());
  if (io_ != nullptr && count > 1) {
    PQ_RETURN_NOT_OK(io_->ForEach(count, kRequestsAtOnce, fetch));
  } else {
    for (int64_t i = 0; i < count; ++i) PQ_RETURN_NOT_OK(fetch(i));
  }
  pieces_ = std::move(pieces);
  return Status::OK();
}

Result<std::shared_ptr<arrow::Buffer>> CoalescedFile::ReadAt(int64_t position, int64_t bytes) {
  if (position < 0 || bytes < 0) return Status::Invalid("a negative offset or length");
  const int64_t length = std::min(bytes, std::max<int64_t>(0, object_.size - position));
  const ByteRange range{position, length};
  if (auto held = Held(range)) return held;
  if (range.end() == object_.size) {
    const bool whole = object_.size <= options_.whole;
    tail_.offset = whole ? 0 : range.offset;
    PQ_ASSIGN(tail_.bytes, Request({tail_.offset, object_.size - tail_.offset}));
    return Held(range);
  }
  return Request(range);
}

Result<int64_t> CoalescedFile::ReadAt(int64_t position, int64_t bytes, void* out) {
  PQ_ASSIGN(const auto buffer, ReadAt(position, bytes));
  if (buffer->size() > 0) std::memcpy(out, buffer->data(), static_cast<size_t>(buffer->size()));
  return buffer->size();
}

Result<int64_t> CoalescedFile::Read(int64_t bytes, void* out) {
  PQ_ASSIGN(const int64_t read, ReadAt(position_, bytes, out));
  position_ += read;
  return read;
}

Result<std::shared_ptr<arrow::Buffer>> CoalescedFile::Read(int64_t bytes) {
  PQ_ASSIGN(auto buffer, ReadAt(position_, bytes));
  position_ += buffer->size();
  return buffer;
}

Status CoalescedFile::Seek(int64_t position) {
  if (position < 0) return Status::Invalid("a negative position");
  position_ = position;
  return Status::OK();
}

Status CoalescedFile::Close() {
  closed_ = true;
  pieces_.clear();
  tail_ = {};
  return Status::OK();
}

int64_t CoalescedFile::bytes_held() const {
  int64_t bytes = tail_.bytes == nullptr ? 0 : tail_.bytes->size();
  for (const Piece& piece : pieces_) bytes += piece.bytes->size();
  return bytes;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "verify/filter_check.h"

#include <arrow/buffer.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "format/bloom_filter_header.h"
#include "format/split_block_filter.h"
#include "verify/index_check.h"
#include "verify/mismatch.h"

namespace pqpack {
namespace {

constexpr int64_t kPiece = kMiB;
// A header has 10 to 20 bytes; unknown fields could make it longer.
constexpr int64_t kMostHeader = kKiB;

class Digester {
 public:
  Digester() { XXH3_128bits_reset(&state_); }

  void Add(const uint8_t* bytes, int64_t size) {
    XXH3_128bits_update(&state_, bytes, static_cast<size_t>(size));
    length_ += size;
  }
  FilterDigest Digest() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(&state_);
    return {length_, hash.low64, hash.high64};
  }

 private:
  alignas(64) XXH3_state_t state_{};
  int64_t length_ = 0;
};

class SourceFilters {
 public:
  SourceFilters(arrow::io::RandomAccessFile& file, int64_t size)
      : file_(file), size_(size), left_(size) {}

  Result<std::optional<FilterDigest>> Digest(const ColumnMetaData& meta) {
    PQ_ASSIGN(const ByteRange place, PlaceOf(meta));
    std::optional<FilterDigest> digest;
    if (place.length == 0 || place.length > left_) return digest;
    left_ -= place.length;
    Digester digester;
    for (int64_t at = place.offset; at < place.end(); at += kPiece) {
      PQ_ASSIGN(const auto bytes, file_.ReadAt(at, std::min(kPiece, place.end() - at)));
      digester.Add(bytes->data(), bytes->size());
    }
    digest.emplace(digester.Digest());
    return digest;
  }

 private:
  // Empty where it lies outside of the file or is none.
  Result<ByteRange> PlaceOf(const ColumnMetaData& meta) {
    const int64_t offset = meta.bloom_filter_offset.value_or(-1);
    if (offset < 0 || offset >= size_) return ByteRange{};
    PQ_ASSIGN(const auto bytes, file_.ReadAt(offset, std::min(kMostHeader, size_ - offset)));
    const auto parsed = ParseBloomFilterHeader({bytes->data(), static_cast<size_t>(bytes->size())});
    if (!parsed.ok()) return ByteRange{};
    const int64_t length = parsed->length + parsed->header.num_bytes;
    return length <= size_ - offset ? ByteRange{offset, length} : ByteRange{};
  }

  arrow::io::RandomAccessFile& file_;
  const int64_t size_;
  int64_t left_;  // what all together may still have: they share no bytes
};

// Header and bits of a filter that readers know, and nothing else.
Status CheckForm(Bytes bytes) {
  const auto parsed = ParseBloomFilterHeader(bytes);
  if (!parsed.ok()) return Mismatch("{}", parsed.status().message());
  const Status known = CheckSplitBlock(parsed->header);
  if (!known.ok()) return Mismatch("{}", known.message());
  if (parsed->length + parsed->header.num_bytes == static_cast<int64_t>(bytes.size())) {
    return Status::OK();
  }
  return Mismatch("a Bloom filter of {} bytes with a header of {} in {} bytes",
                  parsed->header.num_bytes, parsed->length, bytes.size());
}

}  // namespace

Result<FilterDigests> DigestFilters(arrow::io::RandomAccessFile& source,
                                    const FileMetaData& footer) {
  PQ_ASSIGN(const int64_t size, source.GetSize());
  SourceFilters filters(source, size);
  FilterDigests digests;
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0) continue;
    auto& columns = digests.emplace_back();
    for (const ColumnChunk& chunk : group.columns) {
      PQ_ASSIGN(columns.emplace_back(), filters.Digest(*chunk.meta_data));
    }
  }
  return digests;
}

Status CheckFilter(const ColumnMetaData& meta, const ExpectedFilters& expected, size_t row_group,
                   size_t column, Bytes tail, int64_t tail_offset) {
  if (!meta.bloom_filter_offset) return Status::OK();
  const FilterDigests& source = expected.source;
  const bool in_source = row_group < source.size() && column < source[row_group].size() &&
                         source[row_group][column].has_value();
  if (!in_source && !expected.made) {
    return Mismatch("it has a Bloom filter, which the source has not");
  }
  PQ_ASSIGN(const Bytes bytes,
            BytesBehind(*meta.bloom_filter_offset, meta.bloom_filter_length.value_or(0),
                        "Bloom filter", tail, tail_offset));
  if (!in_source) return CheckForm(bytes);
  Digester digester;
  digester.Add(bytes.data(), static_cast<int64_t>(bytes.size()));
  if (digester.Digest() == *source[row_group][column]) return Status::OK();
  return Mismatch("its Bloom filter at {} is not that of the source", *meta.bloom_filter_offset);
}

}  // namespace pqpack

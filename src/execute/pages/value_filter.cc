// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/value_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "format/bloom_filter_header.h"
#include "format/compact_writer.h"

namespace pqpack {
namespace {

BloomFilterHeader HeaderOf(int64_t bytes) {
  BloomFilterHeader header;
  header.num_bytes = static_cast<int32_t>(bytes);
  header.algorithm = BloomFilterAlgorithm::kBlock;
  header.hash = BloomFilterHash::kXxHash;
  header.compression = BloomFilterCompression::kUncompressed;
  return header;
}

}  // namespace

int64_t FilterBytesFor(int64_t values) {
  const int64_t most = kMostFilterBytes / 21 * 16;  // of which 10.5 bits each are the most
  const int64_t wanted = std::clamp(values, int64_t{0}, most) * 21 / 16;
  const auto bytes = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(wanted)));
  return std::clamp(bytes, kFilterBlock, kMostFilterBytes);
}

Result<ValueFilter> ValueFilter::Make(int64_t values, arrow::MemoryPool* pool) {
  PQ_ASSIGN(auto bits, arrow::AllocateBuffer(FilterBytesFor(values), pool));
  std::memset(bits->mutable_data(), 0, static_cast<size_t>(bits->size()));
  return ValueFilter(std::move(bits), pool);
}

Result<std::shared_ptr<arrow::Buffer>> ValueFilter::Finish() && {
  while (bits_->size() > kFilterBlock) {
    PQ_ASSIGN(auto half, arrow::AllocateBuffer(bits_->size() / 2, pool_));
    const std::span<uint8_t> folded(half->mutable_data(), size() / 2);
    FoldFilter(bits(), folded);
    if (FalsePositives(folded) > kUsualFalsePositives) break;
    bits_ = std::move(half);
  }
  if (FalsePositives(bits()) > kMostFalsePositives) return nullptr;
  const std::string header = Serialize(HeaderOf(bits_->size()));
  PQ_ASSIGN(std::shared_ptr<arrow::Buffer> filter,
            arrow::AllocateBuffer(static_cast<int64_t>(header.size()) + bits_->size(), pool_));
  std::memcpy(filter->mutable_data(), header.data(), header.size());
  std::memcpy(filter->mutable_data() + header.size(), bits_->data(), size());
  return filter;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "format/split_block_filter.h"

#include <fmt/format.h>

#include <cstring>

namespace pqpack {
namespace {

// BloomFilter.md, "Technical Approach": one for each 32-bit word of a block.
constexpr uint32_t kSalt[] = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU,
                              0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U};

}  // namespace

Status CheckSplitBlock(const BloomFilterHeader& header) {
  if (header.algorithm != BloomFilterAlgorithm::kBlock || header.hash != BloomFilterHash::kXxHash ||
      header.compression != BloomFilterCompression::kUncompressed) {
    return Error(ErrorCode::kUnsupported,
                 "a Bloom filter of another algorithm, hash or compression than is defined");
  }
  if (header.num_bytes >= kFilterBlock && header.num_bytes <= kMaxFilter &&
      header.num_bytes % kFilterBlock == 0) {
    return Status::OK();
  }
  return Error(ErrorCode::kCorrupt,
               fmt::format("a Bloom filter of {} bytes, which are no blocks", header.num_bytes));
}

bool MayHold(Bytes bits, uint64_t hash) {
  const uint64_t blocks = bits.size() / kFilterBlock;
  const uint8_t* block = bits.data() + ((hash >> 32) * blocks >> 32) * kFilterBlock;
  const auto key = static_cast<uint32_t>(hash);
  for (const uint32_t salt : kSalt) {
    uint32_t word = 0;
    std::memcpy(&word, block, sizeof(word));
    if ((word >> (key * salt >> 27) & 1) == 0) return false;
    block += sizeof(word);
  }
  return true;
}

}  // namespace pqpack

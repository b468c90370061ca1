// SPDX-License-Identifier: Apache-2.0
#include "format/split_block_filter.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace pqpack {
namespace {

// BloomFilter.md, "Technical Approach": one for each 32-bit word of a block.
constexpr uint32_t kSalt[] = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU,
                              0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U};

constexpr size_t kBlockBytes = kFilterBlock;
constexpr size_t kWordBytes = sizeof(uint32_t);

size_t BlockOf(uint64_t hash, size_t bytes) {
  return ((hash >> 32) * (bytes / kBlockBytes) >> 32) * kBlockBytes;
}

uint32_t WordAt(const uint8_t* bytes) {
  uint32_t word = 0;
  std::memcpy(&word, bytes, kWordBytes);
  return word;
}

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
  const uint8_t* word = bits.data() + BlockOf(hash, bits.size());
  const auto key = static_cast<uint32_t>(hash);
  for (const uint32_t salt : kSalt) {
    if ((WordAt(word) >> (key * salt >> 27) & 1) == 0) return false;
    word += kWordBytes;
  }
  return true;
}

void PutHash(uint64_t hash, std::span<uint8_t> bits) {
  uint8_t* at = bits.data() + BlockOf(hash, bits.size());
  const auto key = static_cast<uint32_t>(hash);
  for (const uint32_t salt : kSalt) {
    const uint32_t word = WordAt(at) | uint32_t{1} << (key * salt >> 27);
    std::memcpy(at, &word, kWordBytes);
    at += kWordBytes;
  }
}

void FoldFilter(Bytes bits, std::span<uint8_t> half) {
  for (size_t at = 0; at < half.size(); ++at) {
    const size_t first = at / kBlockBytes * 2 * kBlockBytes + at % kBlockBytes;
    half[at] = bits[first] | bits[first + kBlockBytes];
  }
}

double FalsePositives(Bytes bits) {
  double sum = 0;
  for (size_t block = 0; block < bits.size(); block += kBlockBytes) {
    double all_set = 1;
    for (size_t word = 0; word < kBlockBytes; word += kWordBytes) {
      all_set *= std::popcount(WordAt(bits.data() + block + word)) / 32.0;
    }
    sum += all_set;
  }
  const size_t blocks = bits.size() / kBlockBytes;
  return sum / static_cast<double>(blocks);
}

}  // namespace pqpack

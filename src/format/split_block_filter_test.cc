// SPDX-License-Identifier: Apache-2.0
//
// That readers of other makers see the same in the same bits is tested where their libraries may
// be used (diagnose/deep/value_filter_test.cc, test/e2e/test_bloom_filters.py).
#include "format/split_block_filter.h"

#include <gtest/gtest.h>

#include <vector>

namespace pqpack {
namespace {

BloomFilterHeader Good() {
  BloomFilterHeader header;
  header.num_bytes = 64;
  header.algorithm = BloomFilterAlgorithm::kBlock;
  header.hash = BloomFilterHash::kXxHash;
  header.compression = BloomFilterCompression::kUncompressed;
  return header;
}

TEST(CheckSplitBlock, TakesWhatIsDefined) {
  EXPECT_TRUE(CheckSplitBlock(Good()).ok());
  for (const int32_t size : {32, 96, 1 << 20, 128 << 20}) {
    BloomFilterHeader header = Good();
    header.num_bytes = size;
    EXPECT_TRUE(CheckSplitBlock(header).ok()) << size;
  }
}

TEST(CheckSplitBlock, RefusesSizes) {
  for (const int32_t size : {0, 31, 33, -32, (128 << 20) + 32}) {
    BloomFilterHeader header = Good();
    header.num_bytes = size;
    EXPECT_EQ(CodeOf(CheckSplitBlock(header)), ErrorCode::kCorrupt) << size;
  }
}

TEST(CheckSplitBlock, RefusesWhatIsNotDefined) {
  BloomFilterHeader algorithm = Good(), hash = Good(), compression = Good();
  algorithm.algorithm = BloomFilterAlgorithm::kNone;
  hash.hash = static_cast<BloomFilterHash>(2);
  compression.compression = static_cast<BloomFilterCompression>(2);
  for (const BloomFilterHeader& header : {algorithm, hash, compression}) {
    EXPECT_EQ(CodeOf(CheckSplitBlock(header)), ErrorCode::kUnsupported);
  }
}

// Hash 0 has the first bit of each word of the first block; the upper half chooses the block.
TEST(MayHold, NeedsAllEightBits) {
  std::vector<uint8_t> bits(96, 0);
  for (size_t word = 0; word < 8; ++word) bits[32 + 4 * word] = 1;
  EXPECT_FALSE(MayHold(bits, 0));
  EXPECT_TRUE(MayHold(bits, uint64_t{0x55555556} << 32));  // a third: the second block of three
  EXPECT_FALSE(MayHold(bits, uint64_t{0xffffffff} << 32));
  for (size_t word = 0; word < 8; ++word) {
    std::vector<uint8_t> lacking = bits;
    lacking[32 + 4 * word] = 0xfe;
    EXPECT_FALSE(MayHold(lacking, uint64_t{0x55555556} << 32)) << word;
  }
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/value_filter.h"

#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/bloom_filter.h>

#include <cstring>
#include <vector>

#include "format/bloom_filter_header.h"

namespace pqpack {
namespace {

std::vector<uint64_t> Hashes(size_t count, uint64_t seed) {
  std::vector<uint64_t> hashes;
  parquet::BlockSplitBloomFilter hasher;
  hasher.Init(32);
  for (size_t i = 0; i < count; ++i) {
    hashes.push_back(hasher.Hash(static_cast<int64_t>(seed * 1'000'000'000 + i)));
  }
  return hashes;
}

struct Made {
  std::shared_ptr<arrow::Buffer> bytes;
  BloomFilterHeader header;
  Bytes bits;
};

Made FilterOf(const std::vector<uint64_t>& hashes, int64_t most) {
  ValueFilter filter = ValueFilter::Make(most, arrow::default_memory_pool()).ValueOrDie();
  for (const uint64_t hash : hashes) filter.Put(hash);
  Made made;
  made.bytes = std::move(filter).Finish().ValueOrDie();
  if (made.bytes == nullptr) return made;
  const Bytes all(made.bytes->data(), static_cast<size_t>(made.bytes->size()));
  const auto parsed = ParseBloomFilterHeader(all).ValueOrDie();
  made.header = parsed.header;
  made.bits = all.subspan(static_cast<size_t>(parsed.length));
  return made;
}

// The bits that Arrow's library sets for the same hashes.
std::vector<uint8_t> BitsByArrow(const std::vector<uint64_t>& hashes, size_t bytes) {
  parquet::BlockSplitBloomFilter filter;
  filter.Init(static_cast<uint32_t>(bytes));
  for (const uint64_t hash : hashes) filter.InsertHash(hash);
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  filter.WriteTo(sink.get());
  const auto written = sink->Finish().ValueOrDie();
  const Bytes all(written->data(), static_cast<size_t>(written->size()));
  return {all.end() - static_cast<std::ptrdiff_t>(bytes), all.end()};
}

TEST(FilterOfValues, IsWhatArrowMakesOfTheSameHashes) {
  for (const size_t count : {0, 1, 20, 1000, 50'000}) {
    const auto hashes = Hashes(count, 1);
    const Made made = FilterOf(hashes, static_cast<int64_t>(count));
    ASSERT_NE(made.bytes, nullptr);
    EXPECT_TRUE(CheckSplitBlock(made.header).ok());
    EXPECT_EQ(made.header.num_bytes, static_cast<int32_t>(made.bits.size()));
    EXPECT_EQ(std::vector<uint8_t>(made.bits.begin(), made.bits.end()),
              BitsByArrow(hashes, made.bits.size()));
  }
}

// One thousand values, each a thousand times, need what one thousand need.
TEST(FilterOfValues, IsFoldedToWhatDifferentValuesNeed) {
  const auto hashes = Hashes(1000, 2);
  const Made made = FilterOf(hashes, 1'000'000);
  EXPECT_EQ(made.bits.size(), 2048U);
  EXPECT_EQ(std::vector<uint8_t>(made.bits.begin(), made.bits.end()), BitsByArrow(hashes, 2048));
}

TEST(FilterOfValues, FewStrangersPass) {
  const Made made = FilterOf(Hashes(90'000, 3), 90'000);
  EXPECT_EQ(made.bits.size(), 131'072U);
  const auto strangers = Hashes(100'000, 4);
  int passed = 0;
  for (const uint64_t hash : strangers) passed += MayHold(made.bits, hash) ? 1 : 0;
  EXPECT_NEAR(passed / 100'000.0, FalsePositives(made.bits), 0.001);
  EXPECT_LE(FalsePositives(made.bits), kUsualFalsePositives);
}

TEST(FilterOfValues, TooManyValuesMakeNone) {
  EXPECT_EQ(FilterOf(Hashes(14'000'000, 5), int64_t{1} << 40).bytes, nullptr);
  EXPECT_EQ(FilterOf(Hashes(1000, 6), 10).bytes, nullptr);
}

TEST(FilterOfValues, SizesArePowersOfTwoWithinLimits) {
  EXPECT_EQ(FilterBytesFor(0), 32);
  EXPECT_EQ(FilterBytesFor(24), 32);
  EXPECT_EQ(FilterBytesFor(25), 32);
  EXPECT_EQ(FilterBytesFor(26), 64);
  EXPECT_EQ(FilterBytesFor(1'000'000), 2 * kMiB);
  EXPECT_EQ(FilterBytesFor(int64_t{1} << 60), kMostFilterBytes);
}

}  // namespace
}  // namespace pqpack

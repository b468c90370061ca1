// SPDX-License-Identifier: Apache-2.0
#include "execute/hybrid_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/encoding.h>

#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "format/hybrid_codec.h"
#include "format/hybrid_testing.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;

HybridEncoder EncoderOf(int width) { return {width, arrow::default_memory_pool()}; }

template <typename T>
std::vector<uint8_t> Encoded(const std::vector<T>& values, int width) {
  HybridEncoder encoder = EncoderOf(width);
  EXPECT_TRUE(encoder.Put(values.data(), static_cast<int64_t>(values.size())).ok());
  const Bytes bytes = *encoder.Finish();
  return {bytes.begin(), bytes.end()};
}

// The example of Encodings.md.
TEST(HybridEncoder, PacksFromTheLowestBit) {
  const std::vector<int32_t> values = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_THAT(Encoded(values, 3), ElementsAre(0x03, 0x88, 0xC6, 0xFA));
}

TEST(HybridEncoder, EqualValuesAreARun) {
  EXPECT_THAT(Encoded(std::vector<int16_t>(100, 4), 3), ElementsAre(0xC8, 0x01, 0x04));
  EXPECT_THAT(Encoded(std::vector<int32_t>(3, 0x1234), 13), ElementsAre(0x06, 0x34, 0x12));
  EXPECT_THAT(Encoded(std::vector<int32_t>(), 13), ElementsAre());
  // Where the length takes a byte more.
  EXPECT_THAT(Encoded(std::vector<int16_t>(63, 4), 3), ElementsAre(0x7E, 0x04));
  EXPECT_THAT(Encoded(std::vector<int16_t>(64, 4), 3), ElementsAre(0x80, 0x01, 0x04));
  EXPECT_THAT(Encoded(std::vector<int16_t>(8191, 4), 3), ElementsAre(0xFE, 0x7F, 0x04));
  EXPECT_THAT(Encoded(std::vector<int16_t>(8192, 4), 3), ElementsAre(0x80, 0x80, 0x01, 0x04));
}

std::vector<uint32_t> ArrowDecode(Bytes runs, int width, size_t count) {
  const auto decoder = parquet::MakeDictDecoder<parquet::Int32Type>();
  std::vector<uint8_t> page = {static_cast<uint8_t>(width)};
  page.insert(page.end(), runs.begin(), runs.end());
  decoder->SetData(static_cast<int>(count), page.data(), static_cast<int>(page.size()));
  std::vector<int32_t> out(count);
  EXPECT_EQ(decoder->DecodeIndices(static_cast<int>(count), out.data()), static_cast<int>(count));
  return {out.begin(), out.end()};
}

// Put in pieces of any length, and used again and again.
template <typename T>
void ExpectSameFromAllDecoders(int widths) {
  std::mt19937 random(1);
  for (int width = 1; width <= widths; ++width) {
    HybridEncoder encoder = EncoderOf(width);
    for (int round = 0; round < 200; ++round) {
      const auto values = testing::RandomRuns(random, width);
      const std::vector<T> typed(values.begin(), values.end());
      for (size_t at = 0, length = 0; at < typed.size(); at += length) {
        length = std::min<size_t>(random() % 40, typed.size() - at);
        ASSERT_TRUE(encoder.Put(typed.data() + at, static_cast<int64_t>(length)).ok());
      }
      const Bytes runs = *encoder.Finish();
      ASSERT_EQ(ArrowDecode(runs, width, values.size()), values) << width;
      std::vector<uint32_t> ours(values.size());
      ASSERT_TRUE(DecodeHybrid(runs, width, std::span(ours)).ok());
      ASSERT_EQ(ours, values) << width;
      encoder.Clear();
    }
  }
}

TEST(HybridEncoder, IndicesOfEveryWidthAreRead) { ExpectSameFromAllDecoders<int32_t>(32); }

TEST(HybridEncoder, LevelsOfEveryWidthAreRead) { ExpectSameFromAllDecoders<int16_t>(15); }

TEST(HybridEncoder, APoolThatRefusesIsAnError) {
  arrow::CappedMemoryPool pool(arrow::default_memory_pool(), 1000);
  HybridEncoder encoder(20, &pool);
  std::vector<int32_t> values(10'000);
  EXPECT_TRUE(encoder.Put(values.data(), 10'000).IsOutOfMemory());
}

}  // namespace
}  // namespace pqpack

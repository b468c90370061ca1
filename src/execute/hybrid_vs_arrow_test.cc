// SPDX-License-Identifier: Apache-2.0
//
// format/'s RLE/bit-packed runs against Arrow's, in both directions.  Here, since
// format/ links no Parquet library.
#include <gtest/gtest.h>
#include <parquet/column_reader.h>
#include <parquet/column_writer.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>

#include <random>
#include <string>
#include <vector>

#include "format/hybrid_codec.h"
#include "format/hybrid_runs.h"
#include "format/hybrid_testing.h"
#include "format/levels.h"

namespace pqpack {
namespace {

// Arrow's indices, of a page that has `bit_width` in front.
std::vector<uint32_t> ArrowDecode(const std::string& runs, int bit_width, size_t count) {
  const auto decoder = parquet::MakeDictDecoder<parquet::Int32Type>();
  const std::string page = static_cast<char>(bit_width) + runs;
  decoder->SetData(static_cast<int>(count), AsBytes(page).data(), static_cast<int>(page.size()));
  std::vector<int32_t> out(count);
  const int decoded = decoder->DecodeIndices(static_cast<int>(count), out.data());
  EXPECT_EQ(decoded, static_cast<int>(count));
  return {out.begin(), out.end()};
}

TEST(HybridVsArrow, ArrowReadsOurRunsOfEveryWidth) {
  std::mt19937 random(1);
  for (int width = 0; width <= kMaxBitWidth; ++width) {
    for (int round = 0; round < 200; ++round) {
      const auto values = testing::RandomRuns(random, width);
      std::string runs;
      EncodeHybrid(std::span<const uint32_t>(values), width, &runs);
      ASSERT_EQ(ArrowDecode(runs, width, values.size()), values) << width;
    }
  }
}

// Some writers cut the last group of 8 behind its last value (GH-47981), which readers accept.  Of
// a group of which not even a byte is there Arrow refuses the whole run; DuckDB and Polars read
// what there is, and so do we, lest what they read be lost.
TEST(HybridVsArrow, RunsThatClaimMoreThanThereIs) {
  std::vector<uint32_t> values(25);
  for (uint32_t i = 0; i < 25; ++i) values[i] = i;
  std::string runs;
  EncodeHybrid(std::span<const uint32_t>(values), 5, &runs);
  ASSERT_EQ(runs.size(), 1 + 4 * 5);  // a header, four groups of 5 bits
  const auto ours = [&](const std::string& bytes) {
    std::vector<uint32_t> out(25);
    const Status status = DecodeHybrid(AsBytes(bytes), 5, std::span(out));
    return status.ok() ? out : std::vector<uint32_t>();
  };
  for (size_t size = 17; size < 21; ++size) {
    EXPECT_EQ(ArrowDecode(runs.substr(0, size), 5, 25), values) << size;
    EXPECT_EQ(ours(runs.substr(0, size)), values) << size;
  }
  EXPECT_EQ(ours(runs.substr(0, 16)), std::vector<uint32_t>());
  for (const int groups : {5, 40}) {
    std::string more = runs;
    more[0] = static_cast<char>(groups << 1 | 1);
    EXPECT_THROW((void)ArrowDecode(more, 5, 25), parquet::ParquetException) << groups;
    EXPECT_EQ(ours(more), values) << groups;
  }
}

TEST(HybridVsArrow, ArrowReadsOurLevels) {
  std::mt19937 random(2);
  for (int16_t max = 1; max < 130; ++max) {
    const auto values = testing::RandomRuns(random, LevelWidth(max));
    std::vector<int16_t> levels;
    for (const uint32_t value : values) levels.push_back(static_cast<int16_t>(value % (max + 1)));
    const std::string runs = EncodeLevels(levels, max);
    parquet::LevelDecoder decoder;
    decoder.SetDataV2(static_cast<int32_t>(runs.size()), max, static_cast<int>(levels.size()),
                      AsBytes(runs).data());
    std::vector<int16_t> out(levels.size());
    const int decoded = decoder.Decode(static_cast<int>(levels.size()), out.data());
    ASSERT_EQ(decoded, static_cast<int>(levels.size()));
    ASSERT_EQ(out, levels);
  }
}

TEST(HybridVsArrow, WeReadArrowsLevels) {
  std::mt19937 random(3);
  for (int width = 1; width <= 15; ++width) {
    for (int round = 0; round < 100; ++round) {
      const auto values = testing::RandomRuns(random, width);
      const std::vector<int16_t> levels(values.begin(), values.end());
      const auto max = static_cast<int16_t>((1 << width) - 1);
      const auto count = static_cast<int>(levels.size());
      std::vector<uint8_t> bytes(static_cast<size_t>(
          parquet::LevelEncoder::MaxBufferSize(parquet::Encoding::RLE, max, count)));
      parquet::LevelEncoder encoder;
      encoder.Init(parquet::Encoding::RLE, max, count, bytes.data(),
                   static_cast<int>(bytes.size()));
      ASSERT_EQ(encoder.Encode(count, levels.data()), count);
      bytes.resize(static_cast<size_t>(encoder.len()));
      std::vector<int16_t> out(levels.size());
      const Status status = DecodeLevels({bytes}, max, out);
      ASSERT_TRUE(status.ok()) << status;
      ASSERT_EQ(out, levels);
    }
  }
}

TEST(HybridVsArrow, WeReadArrowsIndices) {
  std::mt19937 random(4);
  for (const int entries : {1, 2, 3, 200, 256, 257, 5'000, 70'000}) {
    const auto encoder = dynamic_cast<parquet::DictEncoder<parquet::Int32Type>*>(
        parquet::MakeEncoder(parquet::Type::INT32, parquet::Encoding::PLAIN, true).release());
    const std::unique_ptr<parquet::DictEncoder<parquet::Int32Type>> owner(encoder);
    std::vector<int32_t> values;
    for (int i = 0; i < entries; ++i) values.push_back(i);  // each is its own index
    for (int i = 0; i < 10'000; ++i) {
      const auto value = static_cast<int32_t>(random() % static_cast<uint32_t>(entries));
      values.insert(values.end(), 1 + random() % 20, value);
    }
    encoder->Put(values.data(), static_cast<int>(values.size()));
    std::vector<uint8_t> bytes(static_cast<size_t>(encoder->EstimatedDataEncodedSize()));
    const int size = encoder->WriteIndices(bytes.data(), static_cast<int>(bytes.size()));
    ASSERT_GT(size, 0);
    std::vector<uint32_t> out(values.size());
    const Bytes runs(bytes.data() + 1, static_cast<size_t>(size) - 1);
    const Status status = DecodeHybrid(runs, bytes[0], std::span(out));
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_EQ(out, std::vector<uint32_t>(values.begin(), values.end()));
  }
}

}  // namespace
}  // namespace pqpack

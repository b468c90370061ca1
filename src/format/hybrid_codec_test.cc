// SPDX-License-Identifier: Apache-2.0
//
// hybrid_vs_arrow_test.cc in execute/ holds the same against Arrow's decoder and encoder.
#include "format/hybrid_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "format/dictionary_indices.h"
#include "format/hybrid_runs.h"
#include "format/hybrid_testing.h"
#include "format/levels.h"

namespace pqpack {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

// A literal that may hold zeros.
template <size_t N>
std::string Raw(const char (&text)[N]) {
  return {text, N - 1};
}

template <typename T>
Result<std::vector<T>> Decode(const std::string& bytes, int bit_width, size_t count) {
  // A copy of the size, so that AddressSanitizer sees a read behind it.
  const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
  std::vector<T> out(count, T{77});
  PQ_RETURN_NOT_OK(DecodeHybrid(Bytes(exact), bit_width, std::span<T>(out)));
  return out;
}

std::string Encode(const std::vector<uint32_t>& values, int bit_width) {
  std::string out;
  EncodeHybrid(std::span<const uint32_t>(values), bit_width, &out);
  return out;
}

// The example of Encodings.md: 0 to 7 in three bits.
TEST(Hybrid, PacksAsTheSpecificationShows) {
  const std::vector<uint32_t> values = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(Encode(values, 3), Raw("\x03\x88\xc6\xfa"));
  EXPECT_THAT(*Decode<uint32_t>(Raw("\x03\x88\xc6\xfa"), 3, 8), ElementsAreArray(values));
}

TEST(Hybrid, RepeatsFromEightOnAndInWholeBytes) {
  EXPECT_EQ(Encode(std::vector<uint32_t>(8, 5), 3), Raw("\x10\x05"));
  EXPECT_EQ(Encode(std::vector<uint32_t>(7, 5), 3), Raw("\x03\x6d\xdb\x16"));
  EXPECT_EQ(Encode(std::vector<uint32_t>(100, 0x123456), 24), Raw("\xc8\x01\x56\x34\x12"));
  EXPECT_EQ(Encode(std::vector<uint32_t>(3, 0), 0), Raw("\x06"));
  EXPECT_EQ(Encode({}, 7), "");
}

// One value, then eight equal ones: they fill the group, and too few are left for a run.
TEST(Hybrid, APackedRunInTheMiddleHoldsWholeGroups) {
  std::vector<uint32_t> values = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(Encode(values, 1), Raw("\x05\x01\x00"));
  values.resize(17);
  EXPECT_EQ(Encode(values, 1), Raw("\x03\x01\x12\x00"));
}

// Readers that unpack long runs slowly are the reason (kMostPackedGroups).
TEST(Hybrid, APackedRunHasNoMoreThan504Values) {
  std::vector<uint32_t> values(1009);
  for (size_t i = 0; i < values.size(); ++i) values[i] = i % 2;
  std::vector<int64_t> counts;
  const std::string bytes = Encode(values, 1);
  HybridRuns runs(AsBytes(bytes), 1, 1009);
  for (HybridRun run; runs.Next(&run);) counts.push_back(run.repeated ? -run.count : run.count);
  EXPECT_EQ(counts, (std::vector<int64_t>{504, 504, 1}));
  values.assign(512, 1);
  values.insert(values.begin(), {0, 1, 0, 1, 0, 1, 0, 1});
  EXPECT_EQ(Encode(values, 1), Raw("\x03\xaa\x80\x08\x01"));
}

TEST(Hybrid, EveryWidthAndShapeComesBack) {
  std::mt19937 random(20261121);
  for (int width = 0; width <= kMaxBitWidth; ++width) {
    for (int round = 0; round < 300; ++round) {
      const std::vector<uint32_t> values = testing::RandomRuns(random, width);
      const std::string bytes = Encode(values, width);
      const auto decoded = Decode<uint32_t>(bytes, width, values.size());
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      ASSERT_EQ(*decoded, values) << width;
      if (width > 15) continue;
      const std::vector<int16_t> levels(values.begin(), values.end());
      std::string level_bytes;
      EncodeHybrid(std::span<const int16_t>(levels), width, &level_bytes);
      ASSERT_EQ(level_bytes, bytes);
      ASSERT_EQ(*Decode<int16_t>(bytes, width, levels.size()), levels);
    }
  }
}

TEST(Hybrid, NeverReadsBehindTheBytes) {
  std::mt19937 random(7);
  for (int width = 1; width <= kMaxBitWidth; ++width) {
    std::vector<uint32_t> values(100);
    for (uint32_t& value : values) value = static_cast<uint32_t>(random()) >> (32 - width);
    const std::string bytes = Encode(values, width);
    // The last group of four values may be cut behind them, as some writers do.
    const size_t needed = 1 + static_cast<size_t>(100 * width + 7) / 8;
    EXPECT_EQ(*Decode<uint32_t>(bytes.substr(0, needed), width, 100), values);
    for (size_t size = 0; size < needed; ++size) {
      const auto cut = Decode<uint32_t>(bytes.substr(0, size), width, 100);
      EXPECT_EQ(CodeOf(cut.status()), ErrorCode::kCorrupt) << width << " " << size;
    }
  }
}

TEST(Hybrid, SaysWhatItTookAndCutsTheLastRun) {
  const std::string bytes = Raw("\x10\x05\x03\x88\xc6\xfa and more");
  HybridRuns runs(AsBytes(bytes), 3, 10);
  HybridRun run;
  ASSERT_TRUE(runs.Next(&run));
  EXPECT_TRUE(run.repeated);
  EXPECT_EQ(run.count, 8);
  EXPECT_EQ(run.value, 5u);
  ASSERT_TRUE(runs.Next(&run));
  EXPECT_FALSE(run.repeated);
  EXPECT_EQ(run.count, 2);
  EXPECT_EQ(run.packed.size(), 3u);
  EXPECT_FALSE(runs.Next(&run));
  EXPECT_TRUE(runs.status().ok());
  EXPECT_EQ(runs.position(), 6);
  // A repeated run that says more than there are.
  EXPECT_THAT(*Decode<uint32_t>(Raw("\xfe\xff\xff\xff\x0f\x05"), 3, 2), ElementsAre(5, 5));
}

TEST(Hybrid, RefusesWhatIsBroken) {
  const struct {
    std::string bytes;
    int width;
    const char* message;
  } cases[] = {
      {"", 3, "runs of 3 bits: the bytes end at byte 0 of 0, with 9 values to come"},
      {Raw("\x10\x05"), 3, "runs of 3 bits: the bytes end at byte 2 of 2, with 1 values to come"},
      {Raw("\x10"), 3, "runs of 3 bits: the bytes end at byte 1 of 1, with 9 values to come"},
      {Raw("\x00\x00"), 3, "runs of 3 bits: an empty run at byte 1 of 2, with 9 values to come"},
      {Raw("\x01\x00"), 3, "runs of 3 bits: an empty run at byte 1 of 2, with 9 values to come"},
      {Raw("\x12\x08"), 3,
       "runs of 3 bits: a value wider than that at byte 1 of 2, with 9 values to come"},
      {Raw("\x80\x80\x80\x80\x10\x00"), 3,
       "runs of 3 bits: a run's header of more than 32 bits at byte 5 of 6, with 9 values to come"},
      {Raw("\xff\xff\xff\xff\xff\x01"), 3,
       "runs of 3 bits: a run's header of more than 32 bits at byte 5 of 6, with 9 values to come"},
      {Raw("\xff\xff\xff\xff\x0f\x01"), 8,
       "runs of 8 bits: the bytes end at byte 5 of 6, with 9 values to come"},
      {Raw("\x12\x00"), 33,
       "runs of 33 bits: a bit width that does not exist at byte 0 of 2, with 9 values to come"},
      {Raw("\x12\x00"), -1,
       "runs of -1 bits: a bit width that does not exist at byte 0 of 2, with 9 values to come"},
  };
  for (const auto& each : cases) {
    const auto result = Decode<uint32_t>(each.bytes, each.width, 9);
    EXPECT_EQ(CodeOf(result.status()), ErrorCode::kCorrupt);
    EXPECT_EQ(result.status().message(), each.message);
  }
  EXPECT_EQ(CodeOf(Decode<int16_t>(Raw("\x12\xff\xff"), 16, 9).status()), ErrorCode::kInternal);
}

TEST(Levels, OfAV1PageAreTakenApartAndJoined) {
  const std::string body = Raw("\x02\0\0\0\x06\x01\x01\0\0\0\x07values");
  DataPageHeader header;
  header.repetition_level_encoding = header.definition_level_encoding = Encoding::kRle;
  const MaxLevels both{1, 1};
  const auto parts = SplitPage(LevelsOf(header), AsBytes(body), both);
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(AsText(parts->repetition.bytes), Raw("\x06\x01"));
  EXPECT_EQ(AsText(parts->definition.bytes), "\x07");
  EXPECT_EQ(AsText(parts->values), "values");
  EXPECT_EQ(JoinPageV1(*parts, both), body);

  const auto flat = SplitPage(LevelsOf(header), AsBytes(body), {});
  EXPECT_EQ(AsText(flat->values), body);
  EXPECT_EQ(JoinPageV1(*flat, {}), body);
  EXPECT_EQ(AsText(SplitPage(LevelsOf(header), AsBytes(body), {0, 1})->definition.bytes),
            Raw("\x06\x01"));

  EXPECT_EQ(SplitPage(LevelsOf(header), AsBytes("\x02\0\0"), both).status().message(),
            "data page: it ends inside of its levels");
  EXPECT_EQ(SplitPage(LevelsOf(header), AsBytes(body).first(5), both).status().message(),
            "data page: levels of 2 bytes in a body of 5");
  header.repetition_level_encoding = Encoding::kPlain;
  EXPECT_EQ(CodeOf(SplitPage(LevelsOf(header), AsBytes(body), both).status()),
            ErrorCode::kUnsupported);
  EXPECT_TRUE(SplitPage(LevelsOf(header), AsBytes(body), {0, 1})
                  .ok());  // that of levels that are not there
}

// The example of Encodings.md: 0 to 7 in three bits, from the highest one on.
TEST(Levels, BitPackedOnesStandWithoutTheirLength) {
  const std::string body = Raw("\x05\x39\x77values");
  DataPageHeader header;
  header.num_values = 8;
  header.definition_level_encoding = Encoding::kBitPacked;
  const auto parts = SplitPage(LevelsOf(header), AsBytes(body), {0, 7});
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(AsText(parts->values), "values");
  EXPECT_EQ(JoinPageV1(*parts, {0, 7}), body);
  std::vector<int16_t> levels(8);
  ASSERT_TRUE(DecodeLevels(parts->definition, 7, levels).ok());
  EXPECT_THAT(levels, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(CodeOf(DecodeLevels(parts->definition, 6, levels)), ErrorCode::kCorrupt);
  levels.resize(9);
  EXPECT_EQ(CodeOf(DecodeLevels(parts->definition, 7, levels)), ErrorCode::kCorrupt);
  header.num_values = INT32_MAX;
  EXPECT_EQ(CodeOf(SplitPage(LevelsOf(header), AsBytes(body), {0, 7}).status()),
            ErrorCode::kCorrupt);
}

TEST(Levels, OfAV2PageStandInFront) {
  DataPageHeaderV2 header;
  header.repetition_levels_byte_length = 2;
  header.definition_levels_byte_length = 3;
  const auto parts = SplitPage(LevelsOf(header), AsBytes("rrdddvalues"), {1, 1});
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(AsText(parts->repetition.bytes), "rr");
  EXPECT_EQ(AsText(parts->definition.bytes), "ddd");
  EXPECT_EQ(AsText(parts->values), "values");
  EXPECT_TRUE(
      SplitPage(LevelsOf(header), AsBytes("rrdddvalues"), {0, 1})->repetition.bytes.empty());
  EXPECT_EQ(SplitPage(LevelsOf(header), AsBytes("rrdd"), {1, 1}).status().message(),
            "data page: levels of 2 + 3 bytes in a body of 4");
  header.definition_levels_byte_length = -1;
  EXPECT_EQ(CodeOf(SplitPage(LevelsOf(header), AsBytes("rrdd"), {1, 1}).status()),
            ErrorCode::kCorrupt);
}

TEST(Levels, AreHeldAgainstTheirMaximum) {
  const std::vector<int16_t> levels = {0, 1, 2, 2, 1};
  const std::string runs = EncodeLevels(levels, 2);
  std::vector<int16_t> out(5);
  ASSERT_TRUE(DecodeLevels({AsBytes(runs)}, 2, out).ok());
  EXPECT_EQ(out, levels);
  // Two bits hold 3, too.
  EXPECT_EQ(DecodeLevels({AsBytes(EncodeLevels(std::vector<int16_t>{0, 3}, 3))}, 2,
                         std::span(out).first(2))
                .message(),
            "data page: a level of 3 where 2 is the largest");
  EXPECT_EQ(EncodeLevels(levels, 0), "");
  ASSERT_TRUE(DecodeLevels({}, 0, out).ok());
  EXPECT_THAT(out, Each(0));
  EXPECT_THAT((std::vector{LevelWidth(0), LevelWidth(1), LevelWidth(2), LevelWidth(255)}),
              ElementsAre(0, 1, 2, 8));
}

TEST(DictionaryIndices, HaveTheirWidthInFront) {
  const std::vector<uint32_t> indices = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(EncodeIndices(indices, 8), Raw("\x03\x03\x88\xc6\xfa"));
  EXPECT_EQ(EncodeIndices(std::vector<uint32_t>(9), 1), Raw("\x00\x12"));
  EXPECT_EQ(EncodeIndices({}, 0), Raw("\x00"));
  std::vector<uint32_t> out(8);
  ASSERT_TRUE(DecodeIndices(AsBytes(Raw("\x03\x03\x88\xc6\xfa")), 8, out).ok());
  EXPECT_EQ(out, indices);
  EXPECT_EQ(DecodeIndices(AsBytes(Raw("\x03\x03\x88\xc6\xfa")), 7, out).message(),
            "dictionary indices: 7 in a dictionary of 7");
  EXPECT_EQ(DecodeIndices(AsBytes(Raw("\x21\x03")), 7, out).message(),
            "dictionary indices: 33 bits wide");
  EXPECT_EQ(CodeOf(DecodeIndices({}, 7, out)), ErrorCode::kCorrupt);
  EXPECT_TRUE(DecodeIndices({}, 0, {}).ok());
  EXPECT_EQ(CodeOf(DecodeIndices(AsBytes("\x21"), 0, {})), ErrorCode::kCorrupt);
}

TEST(DictionaryIndices, OfEverySizeAreAsNarrowAsTheyCanBe) {
  for (const int64_t size : {1, 2, 3, 4, 255, 256, 257, 65'537}) {
    std::vector<uint32_t> indices(static_cast<size_t>(size));
    std::iota(indices.begin(), indices.end(), 0u);
    const std::string values = EncodeIndices(indices, size);
    EXPECT_EQ(1 << values[0] >= size && (values[0] == 0 || 1 << (values[0] - 1) < size), true);
    std::vector<uint32_t> out(indices.size());
    ASSERT_TRUE(DecodeIndices(AsBytes(values), size, out).ok());
    EXPECT_EQ(out, indices);
  }
}

}  // namespace
}  // namespace pqpack

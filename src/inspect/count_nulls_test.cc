// SPDX-License-Identifier: Apache-2.0
#include "inspect/count_nulls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pqpack {
namespace {

using Body = std::vector<uint8_t>;

DataPageHeader Header(int32_t values, Encoding definition = Encoding::kRle) {
  DataPageHeader header;
  header.num_values = values;
  header.definition_level_encoding = definition;
  header.repetition_level_encoding = Encoding::kRle;
  return header;
}

// Levels with their length in front, as RLE has them.
Body Prefixed(const Body& levels) {
  Body body = {static_cast<uint8_t>(levels.size()), 0, 0, 0};
  body.insert(body.end(), levels.begin(), levels.end());
  return body;
}

TEST(CountNulls, RunsAndPackedGroups) {
  // 5 of level 1; 8 packed of which 3 are 1; 4 of level 0.
  const Body levels = {5 << 1, 1, 1 << 1 | 1, 0b00010101, 4 << 1, 0};
  EXPECT_EQ(CountNulls(Prefixed(levels), Header(17), MaxLevels{0, 1}), 9);
  // The last run is longer than what is left of it.
  EXPECT_EQ(CountNulls(Prefixed(levels), Header(15), MaxLevels{0, 1}), 7);
  // So is a packed group.
  EXPECT_EQ(CountNulls(Prefixed({1 << 1 | 1, 0b11110111}), Header(5), MaxLevels{0, 1}), 1);
}

TEST(CountNulls, WiderLevels) {
  // 2 bits: 3 3 0 1 2 3 3 0, lowest first.
  EXPECT_EQ(CountNulls(Prefixed({1 << 1 | 1, 0b01001111, 0b00111110}), Header(8), MaxLevels{0, 3}),
            4);
  // 9 bits, a run of 300 ones of level 257.
  EXPECT_EQ(CountNulls(Prefixed({0xD8, 0x04, 0x01, 0x01}), Header(300), MaxLevels{0, 257}), 0);
  EXPECT_EQ(CountNulls(Prefixed({0xD8, 0x04, 0x00, 0x01}), Header(300), MaxLevels{0, 257}), 300);
}

TEST(CountNulls, BehindRepetitionLevels) {
  Body body = Prefixed({3 << 1, 0});
  const Body definition = Prefixed({1 << 1, 2, 2 << 1, 1});
  body.insert(body.end(), definition.begin(), definition.end());
  EXPECT_EQ(CountNulls(body, Header(3), MaxLevels{1, 2}), 2);
}

TEST(CountNulls, TheDeprecatedEncodingIsPackedFromTheTop) {
  const DataPageHeader header = Header(10, Encoding::kBitPacked);
  EXPECT_EQ(CountNulls(Body{0b10110000, 0b01000000}, header, MaxLevels{0, 1}), 6);
  // 2 bits each: 2 2 0 1 2 0 0 0 0 2.
  EXPECT_EQ(CountNulls(Body{0b10100001, 0b10000000, 0b00100000}, header, MaxLevels{0, 2}), 6);
}

TEST(CountNulls, NoneWhereTheSchemaHasNone) {
  EXPECT_EQ(CountNulls({}, Header(17), MaxLevels{0, 0}), 0);
}

TEST(CountNulls, WhatIsNoLevelsGivesNothing) {
  EXPECT_EQ(CountNulls({}, Header(1), MaxLevels{0, 1}), std::nullopt);
  EXPECT_EQ(CountNulls(Body{9, 0, 0, 0, 2, 1}, Header(1), MaxLevels{0, 1}),
            std::nullopt);  // too long
  EXPECT_EQ(CountNulls(Prefixed({2, 1}), Header(2), MaxLevels{0, 1}),
            std::nullopt);  // one is missing
  EXPECT_EQ(CountNulls(Prefixed({0, 1}), Header(1), MaxLevels{0, 1}),
            std::nullopt);  // a run of none
  EXPECT_EQ(CountNulls(Prefixed({3}), Header(8), MaxLevels{0, 1}), std::nullopt);
  EXPECT_EQ(CountNulls(Prefixed({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}), Header(8), MaxLevels{0, 1}),
            std::nullopt);
  EXPECT_EQ(CountNulls(Prefixed({2, 1}), Header(1, Encoding::kPlain), MaxLevels{0, 1}),
            std::nullopt);
  EXPECT_EQ(CountNulls(Body{0}, Header(9, Encoding::kBitPacked), MaxLevels{0, 1}), std::nullopt);
}

TEST(CountNulls, NoBytesAreTooMany) {
  for (uint32_t seed = 1; seed < 20000; ++seed) {
    uint32_t state = seed * 2654435761u;
    Body body(state % 24);
    for (auto& byte : body) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<uint8_t>(state >> 24);
    }
    if (body.size() > 4) body[1] = body[2] = body[3] = 0;
    const auto encoding = seed % 3 == 0 ? Encoding::kBitPacked : Encoding::kRle;
    const auto nulls =
        CountNulls(body, Header(100, encoding),
                   MaxLevels{static_cast<int16_t>(seed % 2), static_cast<int16_t>(seed % 9)});
    if (nulls) {
      EXPECT_GE(*nulls, 0);
      EXPECT_LE(*nulls, 100);
    }
  }
}

}  // namespace
}  // namespace pqpack

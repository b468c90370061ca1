// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/merged_dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "execute/pages/pages_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;

// Against std::map: each entry once, in order of first appearance.
TEST(MergedDictionary, HasEachEntryOnce) {
  std::mt19937 random(2);
  for (const int64_t width : {0, 1, 3, 4, 8, 12, 24}) {
    MergedDictionary merged({PhysicalType::kByteArray, width}, kMiB, arrow::default_memory_pool());
    std::map<std::string, uint32_t> expected;
    std::string bytes;
    for (int i = 0; i < 6; ++i) {
      const auto values = RandomValues(&random, width, random() % 500);
      std::vector<uint32_t> map, expected_map;
      for (const std::string& value : values) {
        const auto [found, is_new] =
            expected.emplace(value, static_cast<uint32_t>(expected.size()));
        expected_map.push_back(found->second);
        if (is_new) bytes += InPlain(value, width);
      }
      const auto entries = EntriesOf(values, width);
      ASSERT_TRUE(entries.ok()) << entries.status();
      const auto fits = merged.Add(*entries, &map);
      ASSERT_TRUE(fits.ok() && *fits) << fits.status();
      EXPECT_EQ(map, expected_map);
    }
    EXPECT_EQ(merged.size(), static_cast<int64_t>(expected.size()));
    EXPECT_EQ(AsText(merged.bytes()), bytes) << width;
  }
}

TEST(MergedDictionary, StaysAsItIsWhereTheLimitWouldBePassed) {
  for (const int64_t width : {0, 4}) {
    const int64_t limit = width > 0 ? 8 : 12;
    MergedDictionary merged({PhysicalType::kByteArray, width}, limit, arrow::default_memory_pool());
    std::vector<uint32_t> map;
    const auto one = EntriesOf({"aaaa"}, width);
    ASSERT_TRUE(merged.Add(*one, &map).ValueOrDie());
    const auto two = EntriesOf({"aaaa", "bbbb", "cccc"}, width);
    EXPECT_FALSE(merged.Add(*two, &map).ValueOrDie());
    EXPECT_EQ(merged.size(), 1);
    EXPECT_EQ(AsText(merged.bytes()), InPlain("aaaa", width));
  }
}

TEST(MergedDictionary, TheFirstOneKeepsItsIndices) {
  MergedDictionary merged({PhysicalType::kInt32, 4}, kMiB, arrow::default_memory_pool());
  std::vector<uint32_t> map;
  ASSERT_TRUE(merged.Add(*EntriesOf({"aaaa", "bbbb"}, 4), &map).ValueOrDie());
  EXPECT_TRUE(IsIdentity(map));
  ASSERT_TRUE(merged.Add(*EntriesOf({"cccc", "bbbb"}, 4), &map).ValueOrDie());
  EXPECT_THAT(map, ElementsAre(2, 1));
  EXPECT_FALSE(IsIdentity(map));
}

}  // namespace
}  // namespace pqpack::testing

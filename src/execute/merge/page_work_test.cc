// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/page_work.h"

#include <gtest/gtest.h>

namespace pqpack::testing {
namespace {

// Dictionaries of numbers of 8 bytes.
PageSums Numbers(int64_t dictionaries, int64_t entries, int64_t slots) {
  PageSums sums;
  sums.pages = sums.dictionaries = dictionaries;
  sums.most_entries = entries;
  sums.most_entry_bytes = 8 * entries;
  sums.entries = dictionaries * entries;
  sums.entry_bytes = 8 * sums.entries;
  sums.indexed_slots = slots;
  return sums;
}

TEST(PageWork, ADictionaryPaysWhereItTakesLessThanTheValues) {
  EXPECT_EQ(ChoosePageWork(Numbers(10, 100, 10'000)).work, PageWork::kRemap);
  // 1,000 values that are all different, in one file.
  EXPECT_EQ(ChoosePageWork(Numbers(1, 1000, 1000)).work, PageWork::kExpand);
  EXPECT_TRUE(DictionaryPays(Numbers(10, 100, 10'000), 1000, 8000));
  EXPECT_FALSE(DictionaryPays(Numbers(10, 1000, 10'000), 10'000, 80'000));
}

TEST(PageWork, WithoutDictionariesValuesMove) {
  EXPECT_EQ(ChoosePageWork(PageSums()).work, PageWork::kMove);
}

TEST(PageWork, SmallPagesThatCantBeJoinedAreEncodedAnew) {
  PageSums sums;
  sums.pages = sums.whole_pages = 4;
  sums.whole_bytes = 4 * kSmallPageBytes;
  EXPECT_EQ(ChoosePageWork(sums).work, PageWork::kMove);
  --sums.whole_bytes;
  EXPECT_EQ(ChoosePageWork(sums).work, PageWork::kReencode);
}

TEST(PageWork, TheLimitIsArrowsOrThatOfALargerSource) {
  EXPECT_EQ(DictionaryLimit(Numbers(2, 10, 100)), kMiB);
  EXPECT_EQ(DictionaryLimit(Numbers(2, 1'000'000, 100)), 8'000'000);
}

}  // namespace
}  // namespace pqpack::testing

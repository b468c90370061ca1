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

// 10 files of 1,000 values, each of another one: then there are 10,000, 5,000 ... in all.
TEST(PageWork, AMergedDictionaryIsGivenUpWhenTooFewEntriesAreEqual) {
  const PageSums sums = Numbers(10, 1000, 10'000);
  EXPECT_TRUE(DictionaryMayPay(sums, 1000, 1000));  // less than an eighth
  EXPECT_FALSE(DictionaryMayPay(sums, 2000, 2000));
  EXPECT_FALSE(DictionaryMayPay(sums, 2000, 1995));
  EXPECT_TRUE(DictionaryMayPay(sums, 2000, 1900));
  EXPECT_TRUE(DictionaryMayPay(sums, 2000, 1000));
  // So many values that a dictionary of all entries pays.
  EXPECT_TRUE(DictionaryMayPay(Numbers(10, 1000, 20'000), 2000, 2000));
  // 200,000 numbers take more than 1 MiB.
  EXPECT_FALSE(DictionaryMayPay(Numbers(200, 1000, 2'000'000), 30'000, 30'000));
  EXPECT_TRUE(DictionaryMayPay(Numbers(200, 1000, 2'000'000), 30'000, 25'000));
}

TEST(PageWork, WithoutDictionariesValuesMove) {
  EXPECT_EQ(ChoosePageWork(PageSums()).work, PageWork::kMove);
}

// A writer gives a dictionary up when it gets too large: what it had by then may pay by itself.
TEST(PageWork, PagesOfBothKindsAreExpandedWhereDictionariesAreOfLittleUse) {
  PageSums sums = Numbers(10, 1000, 10'500);
  EXPECT_EQ(ChoosePageWork(sums).work, PageWork::kRemap);
  sums.other_pages = 1;
  EXPECT_EQ(ChoosePageWork(sums).work, PageWork::kExpand);
  sums = Numbers(10, 1000, 50'000);
  sums.other_pages = 1;
  EXPECT_EQ(ChoosePageWork(sums).work, PageWork::kReencode);
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

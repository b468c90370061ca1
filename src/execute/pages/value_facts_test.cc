// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/value_facts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

namespace pqpack::testing {
namespace {

template <typename T>
std::string Raw(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

SchemaElement Leaf(PhysicalType type) {
  SchemaElement leaf;
  leaf.type = type;
  return leaf;
}

Statistics Bounds(std::string min, std::string max, std::optional<int64_t> nulls = 0) {
  Statistics statistics;
  statistics.min_value = std::move(min);
  statistics.max_value = std::move(max);
  statistics.null_count = nulls;
  return statistics;
}

ValueFacts Joined(const FactRules& rules, const ValueFacts& a, const ValueFacts& b) {
  ValueFacts all;
  rules.Join(a, &all);
  rules.Join(b, &all);
  return all;
}

TEST(FactRules, JoinTakesTheOuterBoundsInTheOrderOfTheType) {
  const FactRules rules(Leaf(PhysicalType::kInt32));
  const auto a = rules.Read(Bounds(Raw(-5), Raw(7), 1), 10, true);
  const auto b = rules.Read(Bounds(Raw(3), Raw(300), 2), 20, true);
  const ValueFacts all = Joined(rules, a, b);
  EXPECT_EQ(all.slots, 30);
  EXPECT_EQ(all.nulls, 3);
  ASSERT_TRUE(all.bounds);
  EXPECT_EQ(all.bounds->min.value, Raw(-5));
  EXPECT_EQ(all.bounds->max.value, Raw(300));
}

TEST(FactRules, APartWithoutBoundsLeavesNoneUnlessItIsAllNull) {
  const FactRules rules(Leaf(PhysicalType::kInt32));
  const auto known = rules.Read(Bounds(Raw(1), Raw(2)), 10, true);
  const ValueFacts silent{5, 0, {}}, uncounted{5, {}, {}}, null{5, 5, {}};
  for (const bool swapped : {false, true}) {
    const auto join = [&](const ValueFacts& other) {
      return swapped ? Joined(rules, other, known) : Joined(rules, known, other);
    };
    EXPECT_FALSE(join(silent).bounds);
    EXPECT_FALSE(join(uncounted).bounds);
    EXPECT_FALSE(join(uncounted).nulls);
    ASSERT_TRUE(join(null).bounds);
    EXPECT_EQ(join(null).bounds->min.value, Raw(1));
    EXPECT_EQ(join(null).nulls, 5);
  }
}

TEST(FactRules, ExactnessIsThatOfTheBoundThatIsKept) {
  const FactRules rules(Leaf(PhysicalType::kByteArray));
  Statistics cut = Bounds("aaa", "zzz");
  cut.is_min_value_exact = false;
  cut.is_max_value_exact = false;
  Statistics whole = Bounds("b", "zzzz");
  whole.is_min_value_exact = true;
  whole.is_max_value_exact = true;
  const auto all = Joined(rules, rules.Read(cut, 1, true), rules.Read(whole, 1, true));
  EXPECT_EQ(rules.Write(all)->min_value, "aaa");
  EXPECT_EQ(rules.Write(all)->is_min_value_exact, false);
  EXPECT_EQ(rules.Write(all)->max_value, "zzzz");
  EXPECT_EQ(rules.Write(all)->is_max_value_exact, true);
}

// A single flag at the end of statistics keeps parquet-go 0.25.1 from reading the footer.
TEST(FactRules, ExactnessIsToldOfBothBoundsOrOfNone) {
  const FactRules rules(Leaf(PhysicalType::kByteArray));
  Statistics told = Bounds("b", "z");
  told.is_min_value_exact = true;
  told.is_max_value_exact = true;
  const auto all = Joined(rules, rules.Read(told, 1, true), rules.Read(Bounds("a", "c"), 1, true));
  const auto written = rules.Write(all);
  EXPECT_EQ(written->min_value, "a");
  EXPECT_EQ(written->max_value, "z");
  EXPECT_FALSE(written->is_min_value_exact);
  EXPECT_FALSE(written->is_max_value_exact);
}

TEST(FactRules, WhatIsNoBoundIsNotRead) {
  const FactRules reals(Leaf(PhysicalType::kDouble));
  EXPECT_FALSE(reals.Read(Bounds(Raw(NAN + 0.0), Raw(1.0)), 9, true).bounds);
  EXPECT_FALSE(reals.Read(Bounds(Raw(2.0), Raw(1.0)), 9, true).bounds);
  EXPECT_FALSE(reals.Read(Bounds(Raw(1.0f), Raw(2.0f)), 9, true).bounds);
  const auto zeros = reals.Read(Bounds(Raw(0.0), Raw(-0.0)), 9, true);
  EXPECT_EQ(zeros.bounds->min.value, Raw(-0.0));
  EXPECT_EQ(zeros.bounds->max.value, Raw(0.0));
  const FactRules stamps(Leaf(PhysicalType::kInt96));
  EXPECT_FALSE(stamps.Read(Bounds(std::string(12, 'a'), std::string(12, 'b')), 9, true).bounds);
  EXPECT_FALSE(reals.Read(Bounds(Raw(1.0), Raw(2.0), 10), 9, true).nulls);
  EXPECT_EQ(reals.Read(std::nullopt, 9, false).nulls, 0);
}

// Old writers have the deprecated fields alone, which compare signed.
TEST(FactRules, DeprecatedBoundsHoldForSignedNumbersOnly) {
  Statistics old;
  old.min = Raw(-1);
  old.max = Raw(4);
  const FactRules numbers(Leaf(PhysicalType::kInt32));
  EXPECT_TRUE(numbers.Read(old, 1, true).bounds);
  const FactRules texts(Leaf(PhysicalType::kByteArray));
  EXPECT_FALSE(texts.Read(old, 1, true).bounds);
  old.min = "a";
  old.max = "b";
  EXPECT_FALSE(texts.Read(old, 1, true).bounds);
}

TEST(FactRules, AnIndexNeedsBoundsOfEachPageThatHasValues) {
  const FactRules rules(Leaf(PhysicalType::kInt32));
  const auto page = [&](int32_t low, int32_t high) {
    return rules.Read(Bounds(Raw(low), Raw(high)), 10, true);
  };
  const std::vector<ValueFacts> up{page(1, 5), {4, 4, {}}, page(1, 9)};
  const auto index = rules.IndexOf(up);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->boundary_order, BoundaryOrder::kAscending);
  EXPECT_EQ(index->null_pages, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(index->min_values[1], "");
  EXPECT_EQ(index->null_counts, (std::vector<int64_t>{0, 4, 0}));
  const std::vector<ValueFacts> silent{page(1, 2), {3, 0, {}}};
  EXPECT_FALSE(rules.IndexOf(silent));
  ValueFacts uncounted = page(1, 2);
  uncounted.nulls.reset();
  const std::vector<ValueFacts> some{page(1, 2), uncounted};
  EXPECT_FALSE(rules.IndexOf(some)->null_counts);
}

// Readers search by it: pages of nulls have no place in it, and both bounds of all others follow
// it.
TEST(FactRules, TheOrderOfPagesIsThatOfBothBounds) {
  const FactRules rules(Leaf(PhysicalType::kInt32));
  const ValueFacts nulls{4, 4, {}};
  const auto page = [&](int32_t low, int32_t high) {
    return rules.Read(Bounds(Raw(low), Raw(high)), 10, true);
  };
  const auto order = [&](const std::vector<ValueFacts>& pages) {
    return rules.IndexOf(pages)->boundary_order;
  };
  constexpr auto kUp = BoundaryOrder::kAscending, kDown = BoundaryOrder::kDescending,
                 kNone = BoundaryOrder::kUnordered;
  EXPECT_EQ(order({page(1, 5), page(1, 6), page(2, 6)}), kUp);
  EXPECT_EQ(order({page(2, 6), page(1, 6), page(1, 5)}), kDown);
  // Both orders hold.
  EXPECT_EQ(order({page(1, 5), page(1, 5)}), kUp);
  EXPECT_EQ(order({page(1, 5)}), kUp);
  EXPECT_EQ(order({nulls, nulls}), kUp);
  // One bound up, the other one down.
  EXPECT_EQ(order({page(1, 9), page(2, 8)}), kNone);
  EXPECT_EQ(order({page(2, 8), page(1, 9)}), kNone);
  // One pair up, the other one down.
  EXPECT_EQ(order({page(1, 5), page(2, 6), page(1, 5)}), kNone);
  EXPECT_EQ(order({page(2, 6), page(1, 5), page(2, 6)}), kNone);
  // Across pages of nulls, and by the page before, not by the first one.
  EXPECT_EQ(order({nulls, page(2, 6), nulls, nulls, page(1, 5), nulls}), kDown);
  EXPECT_EQ(order({page(1, 5), nulls, page(3, 7), page(2, 6)}), kNone);
}

}  // namespace
}  // namespace pqpack::testing

// SPDX-License-Identifier: Apache-2.0
#include "verify/dictionary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/memory_budget.h"
#include "verify/encoded_values.h"

namespace pqpack {
namespace {

// Texts as PLAIN has them.
std::string Texts(const std::vector<std::string>& texts) {
  std::string plain;
  for (const auto& text : texts) {
    const auto length = static_cast<uint32_t>(text.size());
    for (int shift = 0; shift < 32; shift += 8) plain += static_cast<char>(length >> shift);
    plain += text;
  }
  return plain;
}

Result<std::unique_ptr<Dictionary>> Make(const std::string& body, int64_t count, int64_t width) {
  return Dictionary::Make(arrow::Buffer::FromString(body), count, width,
                          arrow::default_memory_pool());
}

std::unique_ptr<Dictionary> OfTexts(const std::vector<std::string>& texts) {
  return Make(Texts(texts), static_cast<int64_t>(texts.size()), 0).ValueOrDie();
}

using Indices = std::vector<uint32_t>;

TEST(Dictionary, EntriesAreTheBytesOfPlain) {
  const auto texts = OfTexts({"a", "", "bcd"});
  EXPECT_EQ(AsText(texts->Entries(0, 1)), Texts({"a"}));
  EXPECT_EQ(AsText(texts->Entries(1, 2)), Texts({"", "bcd"}));
  const auto numbers = Make("aaaabbbbcccc", 3, 4).ValueOrDie();
  EXPECT_EQ(AsText(numbers->Entries(1, 2)), "bbbbcccc");
}

TEST(Dictionary, WhatIsTooShortIsNoDictionary) {
  const std::string texts = Texts({"a", "bcd"});
  EXPECT_TRUE(Make(texts, 2, 0).ok());
  for (size_t size = 0; size < texts.size(); ++size) {
    EXPECT_EQ(CodeOf(Make(texts.substr(0, size), 2, 0).status()), ErrorCode::kCorrupt) << size;
  }
  EXPECT_EQ(CodeOf(Make("aaaabbb", 2, 4).status()), ErrorCode::kCorrupt);
  // Before anything is allocated for them.
  EXPECT_EQ(CodeOf(Make(texts, INT32_MAX, 0).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(Make(std::string("\xff\xff\xff\xff", 4) + "a", 1, 0).status()),
            ErrorCode::kCorrupt);
}

TEST(Dictionary, TheSameAreTheSameBytes) {
  const auto texts = OfTexts({"a", "bc"});
  EXPECT_TRUE(texts->SameAs(*OfTexts({"a", "bc"})));
  EXPECT_FALSE(texts->SameAs(*OfTexts({"ab", "c"})));
  EXPECT_FALSE(texts->SameAs(*OfTexts({"a", "bd"})));
  EXPECT_FALSE(texts->SameAs(*OfTexts({"a", "bc", "d"})));
  EXPECT_FALSE(texts->SameAs(*OfTexts({"a"})));
}

bool SameByMap(const std::vector<std::string>& a, const Indices& of_a,
               const std::vector<std::string>& b, const Indices& of_b) {
  const auto left = OfTexts(a);
  const auto right = OfTexts(b);
  DictionaryMap map;
  EXPECT_TRUE(map.Reset(*left, *right, arrow::default_memory_pool()).ok());
  return map.Same(of_a, of_b);
}

TEST(DictionaryMap, FindsTheSameEntriesAtOtherPlaces) {
  const std::vector<std::string> a = {"x", "y", "z"};
  const std::vector<std::string> b = {"z", "x", "unused", "y"};
  EXPECT_TRUE(SameByMap(a, {0, 1, 2, 0, 2}, b, {1, 3, 0, 1, 0}));
  EXPECT_TRUE(SameByMap(b, {1, 3, 0, 1, 0}, a, {0, 1, 2, 0, 2}));  // the map goes the other way
  EXPECT_TRUE(SameByMap(a, {}, b, {}));
}

// One index among a hundred, known or not before.
TEST(DictionaryMap, SeesEveryWrongIndex) {
  const std::vector<std::string> a = {"x", "y", "z"};
  const std::vector<std::string> b = {"z", "x", "unused", "y"};
  Indices of_a, of_b;
  for (uint32_t i = 0; i < 100; ++i) {
    of_a.push_back(i % 3);
    of_b.push_back(Indices{1, 3, 0}[i % 3]);
  }
  EXPECT_TRUE(SameByMap(a, of_a, b, of_b));
  for (size_t at = 0; at < of_b.size(); ++at) {
    for (const uint32_t wrong : {1U, 2U}) {
      Indices changed = of_b;
      changed[at] = (changed[at] + wrong) % 4;
      EXPECT_FALSE(SameByMap(a, of_a, b, changed)) << at;
      EXPECT_FALSE(SameByMap(b, changed, a, of_a)) << at;
    }
  }
}

TEST(DictionaryMap, AnEntryMayBeThereTwice) {
  EXPECT_TRUE(SameByMap({"x", "y"}, {0, 0, 1, 0}, {"x", "x", "y"}, {0, 1, 2, 0}));
  EXPECT_TRUE(SameByMap({"x", "x", "y"}, {0, 1, 2, 0}, {"x", "y"}, {0, 0, 1, 0}));
  EXPECT_FALSE(SameByMap({"x", "y"}, {0, 0, 1, 0}, {"x", "x", "y"}, {0, 1, 2, 2}));
}

TEST(DictionaryMap, ForgetsTheDictionariesBefore) {
  const auto x = OfTexts({"x"});
  const auto y = OfTexts({"y"});
  DictionaryMap map;
  ASSERT_TRUE(map.Reset(*x, *x, arrow::default_memory_pool()).ok());
  EXPECT_TRUE(map.Same(Indices{0}, Indices{0}));
  ASSERT_TRUE(map.Reset(*x, *y, arrow::default_memory_pool()).ok());
  EXPECT_FALSE(map.Same(Indices{0}, Indices{0}));
}

TEST(DictionaryMap, TakesItsMemoryFromThePool) {
  CappedPool pool(arrow::system_memory_pool(), 3);
  const auto x = OfTexts({"x"});
  DictionaryMap map;
  EXPECT_EQ(CodeOf(map.Reset(*x, *x, &pool)), ErrorCode::kTooLarge);
}

bool Plain(const std::string& a, const std::string& b, int64_t count, int64_t width,
           size_t* left = nullptr) {
  Bytes of_a = AsBytes(a);
  Bytes of_b = AsBytes(b);
  const bool same = SamePlain(of_a, of_b, count, width);
  if (left != nullptr) *left = of_b.size();
  return same;
}

TEST(EncodedValues, PlainAgainstPlain) {
  size_t left = 0;
  EXPECT_TRUE(Plain("aaaabbbbcccc", "aaaabbbbdddddddd", 2, 4, &left));
  EXPECT_EQ(left, 8U);
  EXPECT_FALSE(Plain("aaaabbbb", "aaaabbbx", 2, 4));
  EXPECT_FALSE(Plain("aaaabbbb", "aaaabbb", 2, 4));  // it ends early
  EXPECT_FALSE(Plain("aaaabbb", "aaaabbbb", 2, 4));
  EXPECT_TRUE(Plain(Texts({"a", "bc", "d"}), Texts({"a", "bc", "other"}), 2, 0, &left));
  EXPECT_EQ(left, Texts({"other"}).size());
  EXPECT_FALSE(Plain(Texts({"a", "bc"}), Texts({"ab", "c"}), 2, 0));
  EXPECT_FALSE(Plain(Texts({"a", "bc"}), Texts({"a"}), 2, 0));
  EXPECT_FALSE(Plain(Texts({"a"}), Texts({"a", "bc"}), 2, 0));
  const std::string endless("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  EXPECT_FALSE(Plain(endless, endless, 2, 0));
}

bool Expanded(const Dictionary& dictionary, const Indices& indices, const std::string& plain,
              int64_t width, size_t* left = nullptr) {
  Bytes bytes = AsBytes(plain);
  const bool same = SameExpanded(dictionary, indices, bytes, width);
  if (left != nullptr) *left = bytes.size();
  return same;
}

TEST(EncodedValues, ADictionaryAgainstPlain) {
  size_t left = 0;
  for (const int64_t width : {4, 8, 12, 3}) {
    const auto value = [width](char c) { return std::string(static_cast<size_t>(width), c); };
    const auto entries = Make(value('a') + value('b') + value('c'), 3, width).ValueOrDie();
    const std::string plain = value('b') + value('c') + value('a') + value('a');
    EXPECT_TRUE(Expanded(*entries, {1, 2, 0, 0}, plain + "more", width, &left)) << width;
    EXPECT_EQ(left, 4U);
    EXPECT_FALSE(Expanded(*entries, {1, 2, 0}, plain.substr(1), width)) << width;
    for (size_t at = 0; at < plain.size(); ++at) {
      std::string changed = plain;
      changed[at] ^= 1;
      EXPECT_FALSE(Expanded(*entries, {1, 2, 0, 0}, changed, width)) << width << " at " << at;
    }
    EXPECT_FALSE(Expanded(*entries, {1, 2, 0, 0}, plain.substr(1), width));
  }
}

// Each bit of each value that is named counts, and no other one.
TEST(EncodedValues, NumbersOfTwoDictionaries) {
  for (const int64_t width : {4, 8}) {
    const auto value = [width](char c) { return std::string(static_cast<size_t>(width), c); };
    const std::string body = value('z') + value('x') + value('?') + value('y') + value('x');
    const auto a = Make(value('x') + value('y') + value('z'), 3, width).ValueOrDie();
    const Indices of_a = {0, 1, 2, 0, 2, 0}, of_b = {1, 3, 0, 4, 0, 1};
    const auto same = [&](const std::string& entries, const Indices& indices) {
      const auto b = Make(entries, 5, width).ValueOrDie();
      const bool forth = SameNumbers(*a, of_a, *b, indices, width);
      EXPECT_EQ(forth, SameNumbers(*b, indices, *a, of_a, width));
      return forth;
    };
    EXPECT_TRUE(same(body, of_b));
    EXPECT_TRUE(SameNumbers(*a, {}, *a, {}, width));
    for (size_t at = 0; at < body.size(); ++at) {
      std::string changed = body;
      changed[at] ^= 0x10;
      const bool used = at / static_cast<size_t>(width) != 2;
      EXPECT_EQ(same(changed, of_b), !used) << width << " at " << at;
    }
    for (size_t at = 0; at < of_b.size(); ++at) {
      Indices changed = of_b;
      changed[at] = 2;
      EXPECT_FALSE(same(body, changed)) << width << " at " << at;
    }
  }
}

TEST(EncodedValues, TextsAgainstPlain) {
  const auto entries = OfTexts({"a", "", "bcd"});
  size_t left = 0;
  EXPECT_TRUE(
      Expanded(*entries, {0, 1, 2, 2, 0}, Texts({"a", "", "bcd", "bcd", "a", "z"}), 0, &left));
  EXPECT_EQ(left, Texts({"z"}).size());
  EXPECT_FALSE(Expanded(*entries, {0, 1, 2, 2, 0}, Texts({"a", "", "bcd", "bcd"}), 0));
  EXPECT_FALSE(Expanded(*entries, {0, 1}, Texts({"a", "b"}), 0));
  EXPECT_FALSE(Expanded(*entries, {2, 2}, Texts({"bcd", "bce"}), 0));
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "catalog/like.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

bool Like(std::string_view text, std::string_view pattern, std::optional<char> escape = {}) {
  return LikePattern::Parse(pattern, escape).value().Matches(text);
}

TEST(LikePattern, StandInsForText) {
  EXPECT_TRUE(Like("", ""));
  EXPECT_TRUE(Like("", "%"));
  EXPECT_FALSE(Like("", "_"));
  EXPECT_TRUE(Like("abcabd", "%abd"));
  EXPECT_TRUE(Like("abcabd", "a%b_"));
  EXPECT_TRUE(Like("aXbXc", "a%X%c"));
  EXPECT_FALSE(Like("abc", "ab"));
  EXPECT_FALSE(Like("abc", "bc"));
  EXPECT_FALSE(Like("abc", "ABC"));
  EXPECT_TRUE(Like("a\nb", "a_b"));
}

TEST(LikePattern, OneCharacterIsOneOfUtf8) {
  EXPECT_TRUE(Like("é", "_"));
  EXPECT_FALSE(Like("é", "__"));
  EXPECT_TRUE(Like("日本語", "%_本_"));
}

TEST(LikePattern, Escapes) {
  EXPECT_TRUE(Like("a%b", "a!%b", '!'));
  EXPECT_FALSE(Like("axb", "a!%b", '!'));
  EXPECT_TRUE(Like("a_!", "a!_!!", '!'));
  EXPECT_TRUE(Like("a\\", "a\\"));  // none unless one is given
  EXPECT_FALSE(LikePattern::Parse("a!b", '!'));
  EXPECT_FALSE(LikePattern::Parse("a!", '!'));
}

// 2^40 ways for who tries them all.
TEST(LikePattern, ManyPercentSignsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "%a";
  EXPECT_FALSE(Like(std::string(5000, 'a'), pattern + "b"));
  EXPECT_TRUE(Like(std::string(5000, 'a'), pattern));
}

}  // namespace
}  // namespace pqpack

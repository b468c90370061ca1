// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/plain_values.h"

#include <gtest/gtest.h>

#include <string>

#include "execute/pages/pages_testing.h"

namespace pqpack::testing {
namespace {

constexpr ValueShape kTexts{PhysicalType::kByteArray, 0};
constexpr ValueShape kNumbers{PhysicalType::kInt64, 8};

TEST(PlainValues, NumbersTakeTheirWidth) {
  const std::string two(16, 'x');
  EXPECT_EQ(SizeInPlain(kNumbers, AsBytes(two), 2).ValueOrDie(), 16);
  EXPECT_EQ(SizeInPlain(kNumbers, AsBytes(two), 1).ValueOrDie(), 8);
  EXPECT_EQ(CodeOf(SizeInPlain(kNumbers, AsBytes(two), 3).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(SizeInPlain(kNumbers, AsBytes(two), INT64_MAX).status()), ErrorCode::kCorrupt);
}

TEST(PlainValues, TextsTakeWhatTheirLengthsSay) {
  const std::string texts = InPlain("abc", 0) + InPlain("", 0) + InPlain("d", 0);
  EXPECT_EQ(SizeInPlain(kTexts, AsBytes(texts), 0).ValueOrDie(), 0);
  EXPECT_EQ(SizeInPlain(kTexts, AsBytes(texts), 2).ValueOrDie(), 11);
  EXPECT_EQ(SizeInPlain(kTexts, AsBytes(texts), 3).ValueOrDie(), 16);
  EXPECT_EQ(CodeOf(SizeInPlain(kTexts, AsBytes(texts), 4).status()), ErrorCode::kCorrupt);
}

// Each cut is within the last text or its length.
TEST(PlainValues, ATextDoesNotEndBehindItsPage) {
  const std::string texts = InPlain("abc", 0) + InPlain("defg", 0);
  for (size_t size = 7; size < texts.size(); ++size) {
    const auto bytes = AsBytes(texts).first(size);
    EXPECT_EQ(CodeOf(SizeInPlain(kTexts, bytes, 2).status()), ErrorCode::kCorrupt) << size;
  }
  const std::string endless = "\xff\xff\xff\xff";
  EXPECT_EQ(CodeOf(SizeInPlain(kTexts, AsBytes(endless), 1).status()), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace pqpack::testing

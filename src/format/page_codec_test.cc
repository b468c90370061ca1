// SPDX-License-Identifier: Apache-2.0
#include "format/page_codec.h"

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <gtest/gtest.h>

#include <string>

namespace pqpack {
namespace {

// By Arrow, not by what is tested.
std::string Packed(arrow::Compression::type type, const std::string& text) {
  const auto codec = arrow::util::Codec::Create(type).ValueOrDie();
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  std::string packed(static_cast<size_t>(codec->MaxCompressedLen(size, bytes)), '\0');
  const int64_t written = codec
                              ->Compress(size, bytes, static_cast<int64_t>(packed.size()),
                                         reinterpret_cast<uint8_t*>(packed.data()))
                              .ValueOrDie();
  packed.resize(static_cast<size_t>(written));
  return packed;
}

const std::string kLong(1000, 'a');
const std::string kShort = "bcd";

class DecompressorTest : public ::testing::Test {
 protected:
  std::string Text(const arrow::Buffer& buffer) { return buffer.ToString(); }

  const std::string long_ = Packed(arrow::Compression::SNAPPY, kLong);
  const std::string short_ = Packed(arrow::Compression::SNAPPY, kShort);
  Decompressor unpack_{arrow::default_memory_pool()};
};

TEST_F(DecompressorTest, MemoryIsUsedAgainWhenNobodyHoldsIt) {
  const uint8_t* first = nullptr;
  {
    const auto page = unpack_.Run(Codec::kSnappy, AsBytes(long_), 1000);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(Text(**page), kLong);
    first = (*page)->data();
  }
  const auto page = unpack_.Run(Codec::kSnappy, AsBytes(short_), 3);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(Text(**page), kShort);
  EXPECT_EQ((*page)->data(), first);
}

TEST_F(DecompressorTest, WhatIsHeldStaysWhatItIs) {
  const auto held = unpack_.Run(Codec::kSnappy, AsBytes(long_), 1000);
  ASSERT_TRUE(held.ok()) << held.status();
  const auto next = unpack_.Run(Codec::kSnappy, AsBytes(short_), 3);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(Text(**held), kLong);
  EXPECT_EQ(Text(**next), kShort);
}

TEST_F(DecompressorTest, EachPageHasItsCodecAndSize) {
  const std::string zstd = Packed(arrow::Compression::ZSTD, kLong);
  EXPECT_EQ(Text(**unpack_.Run(Codec::kSnappy, AsBytes(short_), 3)), kShort);
  EXPECT_EQ(Text(**unpack_.Run(Codec::kZstd, AsBytes(zstd), 1000)), kLong);
  EXPECT_EQ(Text(**unpack_.Run(Codec::kUncompressed, AsBytes(kShort), 3)), kShort);
  EXPECT_EQ(CodeOf(unpack_.Run(Codec::kSnappy, AsBytes(short_), 4).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(unpack_.Run(Codec::kUncompressed, AsBytes(kShort), 4).status()),
            ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(unpack_.Run(Codec::kLzo, AsBytes(short_), 3).status()), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/held_bytes.h"

#include <arrow/io/memory.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace pqpack {
namespace {

std::string SomeBytes(size_t count) {
  std::string bytes(count, '\0');
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * 131 % 251);
  return bytes;
}

// In pieces of `piece` bytes.
std::shared_ptr<HeldBytes> Held(const std::string& bytes, size_t piece, arrow::MemoryPool* pool) {
  auto held = std::make_shared<HeldBytes>(pool);
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const size_t size = std::min(piece, bytes.size() - at);
    EXPECT_TRUE(held->Write(bytes.data() + at, static_cast<int64_t>(size)).ok());
  }
  return held;
}

class HeldBytesTest : public ::testing::Test {
 protected:
  static constexpr int64_t kSize = 100'003;  // of many blocks
  static constexpr int64_t kEnd = HeldBytes::kBegin + kSize;

  std::string At(int64_t position, int64_t bytes) {
    return file_->ReadAt(position, bytes).ValueOrDie()->ToString();
  }

  const std::string bytes_ = SomeBytes(kSize);
  const std::shared_ptr<HeldBytes> held_ = Held(bytes_, 777, arrow::default_memory_pool());
  const std::shared_ptr<arrow::io::RandomAccessFile> file_ =
      OpenHeld(held_, arrow::default_memory_pool());
};

TEST_F(HeldBytesTest, AreWrittenAsTheyCame) {
  EXPECT_EQ(held_->size(), kSize);
  EXPECT_EQ(held_->Tell().ValueOrDie(), kEnd);
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  ASSERT_TRUE(held_->WriteTo(*sink).ok());
  EXPECT_EQ(sink->Finish().ValueOrDie()->ToString(), bytes_);
}

// Within a block, from one into the next, and over some.
TEST_F(HeldBytesTest, AreReadByPlace) {
  for (const int64_t length : {1, 100, 5000, 30'000}) {
    for (int64_t at = 0; at + length <= kSize; at += 997) {
      ASSERT_EQ(At(HeldBytes::kBegin + at, length),
                bytes_.substr(static_cast<size_t>(at), static_cast<size_t>(length)))
          << at;
    }
  }
  EXPECT_EQ(At(HeldBytes::kBegin, kSize), bytes_);
}

TEST_F(HeldBytesTest, EndWhereTheyEnd) {
  EXPECT_EQ(file_->GetSize().ValueOrDie(), kEnd);
  EXPECT_EQ(At(kEnd - 3, 10), bytes_.substr(kSize - 3));
  EXPECT_EQ(At(kEnd - 3, int64_t{1} << 60), bytes_.substr(kSize - 3));
  EXPECT_EQ(At(kEnd, 10), "");
  EXPECT_EQ(At(0, HeldBytes::kBegin), "");  // there is nothing
}

TEST_F(HeldBytesTest, AreReadOneBehindTheOther) {
  ASSERT_TRUE(file_->Seek(HeldBytes::kBegin + 10).ok());
  EXPECT_EQ(file_->Read(20).ValueOrDie()->ToString(), bytes_.substr(10, 20));
  std::string next(5, ' ');
  EXPECT_EQ(file_->Read(5, next.data()).ValueOrDie(), 5);
  EXPECT_EQ(next, bytes_.substr(30, 5));
  EXPECT_EQ(file_->Tell().ValueOrDie(), HeldBytes::kBegin + 35);
}

// A fifth of the blocks is not used at the most, and they are not many.
TEST(HeldBytes, WasteLittleInFewBlocks) {
  constexpr int64_t kSize = 3 * kMiB;
  const std::string piece(1000, 'x');
  arrow::ProxyMemoryPool pool(arrow::default_memory_pool());
  HeldBytes held(&pool);
  for (int64_t left = kSize; left > 0; left -= 1000) {
    ASSERT_TRUE(held.Write(piece.data(), 1000).ok());
    ASSERT_LE(pool.bytes_allocated(), 4 * kKiB + held.size() * 5 / 4);
  }
  EXPECT_LT(pool.num_allocations(), 40);
}

}  // namespace
}  // namespace pqpack

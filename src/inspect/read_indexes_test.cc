// SPDX-License-Identifier: Apache-2.0
#include "inspect/read_indexes.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace pqpack {
namespace {

TEST(IndexAllowance, IsOfPlacesAmongTheData) {
  IndexAllowance allowance(100, 1000);
  for (const ByteRange place : {ByteRange{3, 5}, {4, 0}, {4, -1}, {-1, 5}, {90, 3}, {INT64_MAX, 1}})
    EXPECT_EQ(CodeOf(allowance.Charge(place)), ErrorCode::kCorrupt) << place.offset;
  EXPECT_TRUE(allowance.Charge({4, 88}).ok()) << "what was refused does not count";
  EXPECT_TRUE(allowance.Charge({4, 12}).ok());
  EXPECT_EQ(CodeOf(allowance.Charge({4, 1})), ErrorCode::kCorrupt)
      << "more than the file has: some share bytes";
}

TEST(IndexAllowance, HoldsNoMoreThanIsToBeHeld) {
  IndexAllowance allowance(1000, 100);
  EXPECT_TRUE(allowance.Charge({4, 60}).ok());
  EXPECT_EQ(CodeOf(allowance.Charge({64, 41})), ErrorCode::kTooLarge);
  EXPECT_TRUE(allowance.Charge({64, 40}).ok());
  IndexAllowance alone(kGiB, kGiB);
  EXPECT_EQ(CodeOf(alone.Charge({4, kMaxIndexes + 1})), ErrorCode::kTooLarge);
  EXPECT_TRUE(alone.Charge({4, kMaxIndexes}).ok());
}

// The place is in the file: what is told is that it was not read.
TEST(IndexReader, ReadsNoIndexThatIsTooLarge) {
  const std::string bytes(static_cast<size_t>(kMaxIndexes) + 100, '\0');
  arrow::io::BufferReader file(std::make_shared<arrow::Buffer>(bytes));
  IndexReader reader(file, static_cast<int64_t>(bytes.size()));
  ColumnChunk chunk;
  chunk.offset_index_offset = 4;
  chunk.offset_index_length = static_cast<int32_t>(kMaxIndexes) + 1;
  const auto index = reader.ReadOffsetIndex(chunk).ValueOrDie();
  EXPECT_FALSE(index.value);
  EXPECT_EQ(CodeOf(index.problem), ErrorCode::kTooLarge);
  EXPECT_EQ(index.place->length, kMaxIndexes + 1);
}

}  // namespace
}  // namespace pqpack

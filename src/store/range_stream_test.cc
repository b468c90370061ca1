// SPDX-License-Identifier: Apache-2.0
#include "store/range_stream.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "base/memory_budget.h"

namespace pqpack {
namespace {

std::string Data(int64_t size) {
  std::string data(static_cast<size_t>(size), '\0');
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * 7 + i / 251);
  return data;
}

std::shared_ptr<arrow::io::InputStream> Open(
    const std::string& data, ByteRange range, int64_t buffer,
    arrow::MemoryPool* pool = arrow::system_memory_pool()) {
  auto file = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(data));
  return OpenRange(std::move(file), range, buffer, pool);
}

TEST(RangeStream, EndsWithTheRange) {
  const auto stream = Open("0123456789", {2, 5}, 3);
  EXPECT_EQ(stream->Peek(100).ValueOrDie(), "23456");
  EXPECT_EQ(stream->Read(2).ValueOrDie()->ToString(), "23");
  EXPECT_EQ(stream->Tell().ValueOrDie(), 2);
  ASSERT_EQ(stream->Advance(1), Status::OK());
  EXPECT_EQ(stream->Read(100).ValueOrDie()->ToString(), "56");
  EXPECT_EQ(stream->Peek(1).ValueOrDie(), "");
  EXPECT_EQ(stream->Read(1).ValueOrDie()->size(), 0);
}

TEST(RangeStream, EndsWithTheFile) {
  const auto stream = Open("0123456789", {8, 100}, 4);
  EXPECT_EQ(stream->Peek(4).ValueOrDie(), "89");
  EXPECT_EQ(stream->Read(4).ValueOrDie()->ToString(), "89");
}

TEST(RangeStream, ManySmallLooksHoldNoMoreThanTheBuffer) {
  const std::string data = Data(100'000);
  CappedPool pool(arrow::system_memory_pool(), 4096);
  const auto stream = Open(data, {0, 100'000}, 1000, &pool);
  for (int64_t at = 0; at + 20 <= 100'000; at += 20) {
    ASSERT_EQ(stream->Peek(300).ValueOrDie(), std::string_view(data).substr(at, 300)) << at;
    ASSERT_EQ(stream->Advance(20), Status::OK());
  }
  EXPECT_LE(pool.max_memory(), 1024 + 64);  // the buffer, and what Advance() reads
}

// Whatever is asked for, in whatever order, is what the file has there.
RC_GTEST_PROP(RangeStreamProperty, GivesTheBytesOfTheRange, ()) {
  const std::string data = Data(500);
  const auto offset = *rc::gen::inRange<int64_t>(0, 500);
  const auto length = *rc::gen::inRange<int64_t>(0, 600);
  const auto stream = Open(data, {offset, length}, *rc::gen::inRange<int64_t>(1, 64));
  const std::string range = data.substr(offset, length);
  size_t at = 0;
  for (int i = 0; i < 30; ++i) {
    const auto bytes = *rc::gen::inRange<int64_t>(0, 90);
    const std::string next = range.substr(std::min(at, range.size()), bytes);
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        RC_ASSERT(stream->Peek(bytes).ValueOrDie() == next);
        break;
      case 1:
        RC_ASSERT(stream->Read(bytes).ValueOrDie()->ToString() == next);
        at += next.size();
        break;
      default:
        RC_ASSERT(stream->Advance(static_cast<int64_t>(next.size())).ok());
        at += next.size();
    }
    RC_ASSERT(stream->Tell().ValueOrDie() == static_cast<int64_t>(at));
  }
}

}  // namespace
}  // namespace pqpack

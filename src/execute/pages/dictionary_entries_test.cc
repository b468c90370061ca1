// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/dictionary_entries.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "execute/pages/pages_testing.h"

namespace pqpack::testing {
namespace {

std::string Gathered(const DictionaryEntries& entries, const std::vector<uint32_t>& indices) {
  arrow::BufferBuilder out;
  EXPECT_TRUE(out.Append("before", 6).ok());
  EXPECT_TRUE(entries.Gather(indices, &out).ok());
  std::string bytes(reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.length()));
  EXPECT_EQ(bytes.substr(0, 6), "before");
  return bytes.substr(6);
}

// Against the plain loop, for every width that has its own way and some that have none.
TEST(DictionaryEntries, GatherWhatIndicesStandFor) {
  std::mt19937 random(1);
  for (const int64_t width : {0, 1, 2, 3, 4, 8, 12, 16, 40}) {
    for (const size_t count : {size_t{1}, size_t{2}, size_t{300}}) {
      const std::vector<std::string> values = RandomValues(&random, width, count);
      const auto entries = EntriesOf(values, width);
      ASSERT_TRUE(entries.ok()) << entries.status();
      std::vector<uint32_t> indices;
      std::string expected;
      for (uint32_t left = random() % 1000; left > 0; --left) {
        indices.push_back(static_cast<uint32_t>(random() % count));
        expected += InPlain(values[indices.back()], width);
      }
      EXPECT_EQ(Gathered(*entries, indices), expected) << width;
    }
  }
}

TEST(DictionaryEntries, HoldAsManyAsTheHeaderSays) {
  const std::vector<std::string> texts{"", "abc", "x"};
  std::string body;
  for (const std::string& text : texts) body += InPlain(text, 0);
  const auto make = [](const std::string& bytes, int64_t count, int64_t width) {
    return DictionaryEntries::Make(arrow::Buffer::FromString(bytes), count,
                                   {PhysicalType::kByteArray, width}, arrow::default_memory_pool());
  };
  ASSERT_TRUE(make(body, 3, 0).ok());
  EXPECT_EQ(AsText(make(body, 3, 0)->Entry(1)), std::string("\3\0\0\0abc", 7));
  EXPECT_EQ(CodeOf(make(body, 2, 0).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(make(body, 4, 0).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(make(body + '\7', 3, 0).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(make(body.substr(0, body.size() - 1), 3, 0).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(make("\xff\xff\xff\xff", 1, 0).status()), ErrorCode::kCorrupt);
  EXPECT_TRUE(make("12345678", 2, 4).ok());
  EXPECT_EQ(CodeOf(make("12345678", 3, 4).status()), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(make("123456789", 2, 4).status()), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace pqpack::testing

// SPDX-License-Identifier: Apache-2.0
//
// Pages are put together by hand: what a header says and what its body is can differ.
#include "inspect/walk_pages.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "format/compact_writer.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;

// zlib.crc32(b"123456789"), the check value of that CRC.
constexpr uint32_t kCrcOfDigits = 0xCBF43926;

PageHeader V1(int64_t body, int32_t values) {
  PageHeader header;
  header.type = PageType::kData;
  header.compressed_page_size = header.uncompressed_page_size = static_cast<int32_t>(body);
  header.data.emplace();
  header.data->num_values = values;
  header.data->encoding = Encoding::kPlain;
  header.data->definition_level_encoding = Encoding::kRle;
  header.data->repetition_level_encoding = Encoding::kRle;
  return header;
}

// 8 values of which 3 are null, and their levels.
const std::string kLevels("\x02\0\0\0\x03\x1f", 6);

class WalkPagesTest : public ::testing::Test {
 protected:
  void Add(const PageHeader& header, const std::string& body) { file_ += Serialize(header) + body; }

  Result<WalkEnd> Walk(const std::optional<LevelLayout>& layout =
                           LevelLayout{{.repetition = 0, .definition = 1}, {}},
                       PageWalker::Options options = {}, int64_t length = -1) {
    const auto buffer = arrow::Buffer::FromString(file_);
    arrow::io::BufferReader reader(buffer);
    pages_.clear();
    PageWalker walker(reader, options);
    return walker.Walk({0, length < 0 ? buffer->size() : length}, layout,
                       [this](const WalkedPage& page) {
                         pages_.push_back(page);
                         return Status::OK();
                       });
  }

  std::string file_;
  std::vector<WalkedPage> pages_;
};

TEST_F(WalkPagesTest, EachKindByItsHeader) {
  PageHeader dictionary;
  dictionary.type = PageType::kDictionary;
  dictionary.compressed_page_size = 3;
  dictionary.uncompressed_page_size = 5;
  dictionary.dictionary.emplace();
  dictionary.dictionary->num_values = 2;
  PageHeader v2;
  v2.type = PageType::kDataV2;
  v2.compressed_page_size = v2.uncompressed_page_size = 4;
  v2.data_v2.emplace();
  v2.data_v2->num_values = 9;
  v2.data_v2->num_nulls = 4;
  v2.data_v2->num_rows = 7;
  v2.data_v2->encoding = Encoding::kDeltaBinaryPacked;
  PageHeader other;
  other.type = static_cast<PageType>(17);
  Add(dictionary, "abc");
  Add(V1(6, 8), kLevels);
  Add(v2, "abcd");
  Add(other, "");
  const auto end = Walk();
  ASSERT_TRUE(end.ok() && end->problem.ok()) << end.status();
  EXPECT_EQ(end->offset, static_cast<int64_t>(file_.size()));
  ASSERT_EQ(pages_.size(), 4u);
  EXPECT_EQ(pages_[0].offset, 0);
  EXPECT_EQ(pages_[0].header_size, static_cast<int64_t>(Serialize(dictionary).size()));
  EXPECT_EQ(pages_[0].num_values(), 2);
  EXPECT_EQ(pages_[0].nulls, std::nullopt);
  EXPECT_EQ(pages_[1].offset, pages_[0].end());
  EXPECT_EQ(pages_[1].nulls, 3);
  EXPECT_EQ(pages_[1].nulls_from, NullSource::kLevels);
  EXPECT_EQ(pages_[1].num_rows(), std::nullopt);
  EXPECT_EQ(pages_[2].num_values(), 9);
  EXPECT_EQ(pages_[2].encoding(), Encoding::kDeltaBinaryPacked);
  EXPECT_EQ(pages_[2].nulls, 4);
  EXPECT_EQ(pages_[2].nulls_from, NullSource::kHeader);
  EXPECT_EQ(pages_[2].num_rows(), 7);
  EXPECT_EQ(pages_[3].num_values(), std::nullopt);
  EXPECT_EQ(pages_[3].encoding(), std::nullopt);
  EXPECT_FALSE(pages_[3].is_data());
}

TEST_F(WalkPagesTest, ChecksumsAreHeldAgainstBodies) {
  PageHeader header = V1(9, 1);
  Add(header, "123456789");
  header.crc = static_cast<int32_t>(kCrcOfDigits);
  Add(header, "123456789");
  Add(header, "123456780");
  ASSERT_TRUE(Walk().ok());
  EXPECT_EQ(pages_[0].crc, CrcState::kAbsent);
  EXPECT_EQ(pages_[1].crc, CrcState::kOk);
  EXPECT_EQ(pages_[2].crc, CrcState::kWrong);
  ASSERT_TRUE(Walk(std::nullopt, {.read_bodies = false}).ok());
  EXPECT_EQ(pages_[1].crc, CrcState::kNotChecked);
}

TEST_F(WalkPagesTest, AChecksumOfALargeBodyIsMadeInSteps) {
  std::string body(3 * kMiB + 17, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i % 251);
  PageHeader header = V1(static_cast<int64_t>(body.size()), 1);
  // zlib.crc32 of it.
  header.crc = static_cast<int32_t>(0x887A6EE4);
  Add(header, body);
  ASSERT_TRUE(Walk(std::nullopt).ok());
  EXPECT_EQ(pages_[0].crc, CrcState::kOk);
}

TEST_F(WalkPagesTest, NullsOfVersionOneFromTheBestEvidence) {
  PageHeader header = V1(6, 8);
  header.data->statistics.emplace();
  header.data->statistics->null_count = 5;
  Add(header, kLevels);
  header.data->definition_level_encoding = Encoding::kPlain;
  Add(header, kLevels);
  header.data->statistics.reset();
  Add(header, kLevels);
  ASSERT_TRUE(Walk().ok());
  EXPECT_EQ(pages_[0].nulls, 3);
  EXPECT_EQ(pages_[0].nulls_from, NullSource::kLevels);
  EXPECT_EQ(pages_[1].nulls, 5);
  EXPECT_EQ(pages_[1].nulls_from, NullSource::kStatistics);
  EXPECT_EQ(pages_[2].nulls, std::nullopt);
  EXPECT_EQ(pages_[2].nulls_from, NullSource::kUnknown);
  ASSERT_TRUE(Walk(LevelLayout{{.repetition = 0, .definition = 0}, {}}).ok());
  EXPECT_EQ(pages_[2].nulls, 0);
  EXPECT_EQ(pages_[2].nulls_from, NullSource::kSchema);
  ASSERT_TRUE(Walk(std::nullopt).ok());
  EXPECT_EQ(pages_[0].nulls_from, NullSource::kStatistics);
  ASSERT_TRUE(
      Walk(LevelLayout{{.repetition = 0, .definition = 1}, {}}, {.read_bodies = false}).ok());
  EXPECT_EQ(pages_[0].nulls_from, NullSource::kStatistics);
}

TEST_F(WalkPagesTest, CompressedLevels) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::ZSTD).ValueOrDie();
  std::string body(100, '\0');
  const auto* levels = reinterpret_cast<const uint8_t*>(kLevels.data());
  const int64_t size =
      codec->Compress(6, levels, 100, reinterpret_cast<uint8_t*>(body.data())).ValueOrDie();
  body.resize(static_cast<size_t>(size));
  PageHeader header = V1(size, 8);
  header.uncompressed_page_size = 6;
  Add(header, body);
  header.uncompressed_page_size = 7;  // a lie
  Add(header, body);
  ASSERT_TRUE(Walk(LevelLayout{{.repetition = 0, .definition = 1}, Codec::kZstd}).ok());
  EXPECT_EQ(pages_[0].nulls, 3);
  EXPECT_EQ(pages_[1].nulls, std::nullopt);
  ASSERT_TRUE(Walk(LevelLayout{{.repetition = 0, .definition = 1}, Codec::kSnappy}).ok());
  EXPECT_EQ(pages_[0].nulls, std::nullopt);
  ASSERT_TRUE(Walk(LevelLayout{{.repetition = 0, .definition = 1}, Codec::kLzo}).ok());
  EXPECT_EQ(pages_[0].nulls, std::nullopt);
}

TEST_F(WalkPagesTest, NoMoreIsDecodedThanAllowed) {
  for (int i = 0; i < 3; ++i) Add(V1(6, 8), kLevels);
  ASSERT_TRUE(Walk(LevelLayout{{.repetition = 0, .definition = 1}, {}}, {.max_decoded = 12}).ok());
  EXPECT_EQ(pages_[1].nulls, 3);
  EXPECT_EQ(pages_[2].nulls, std::nullopt);
  PageHeader bomb = V1(6, 8);
  bomb.uncompressed_page_size = INT32_MAX;
  file_.clear();
  Add(bomb, kLevels);
  ASSERT_TRUE(Walk(LevelLayout{{.repetition = 0, .definition = 1}, Codec::kZstd}).ok());
  EXPECT_EQ(pages_[0].nulls, std::nullopt);
}

TEST_F(WalkPagesTest, SaysWhereItBrokeOff) {
  Add(V1(6, 8), kLevels);
  const auto first = static_cast<int64_t>(file_.size());
  file_ += "\xff\xff no page header";
  auto end = Walk();
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->offset, first);
  EXPECT_EQ(CodeOf(end->problem), ErrorCode::kCorrupt);
  EXPECT_THAT(end->problem.message(),
              HasSubstr("offset " + std::to_string(first) + ": page header"));
  EXPECT_EQ(pages_.size(), 1u);

  end = Walk(std::nullopt, {}, first - 1);
  EXPECT_EQ(pages_.size(), 1u);  // it is shown, though it is cut
  EXPECT_EQ(end->offset, 0);
  EXPECT_THAT(end->problem.message(),
              HasSubstr("the page at offset 0 ends at " + std::to_string(first) +
                        ", behind the end at " + std::to_string(first - 1)));

  end = Walk(std::nullopt, {}, 5);
  EXPECT_EQ(pages_.size(), 0u);
  EXPECT_THAT(end->problem.message(),
              HasSubstr("offset 0: the 5 bytes up to 5 end inside of a page header"));
}

TEST_F(WalkPagesTest, LongHeadersAreReadInLongerPieces) {
  PageHeader header = V1(6, 8);
  header.data->statistics.emplace();
  header.data->statistics->max_value = std::string(100'000, 'm');
  Add(header, kLevels);
  Add(V1(6, 8), kLevels);
  ASSERT_TRUE(Walk().ok());
  ASSERT_EQ(pages_.size(), 2u);
  EXPECT_EQ(pages_[0].statistics()->max_value->size(), 100'000u);
  EXPECT_EQ(pages_[1].nulls, 3);
}

TEST_F(WalkPagesTest, ErrorsOfVisitAreTheWalks) {
  Add(V1(6, 8), kLevels);
  arrow::io::BufferReader reader(arrow::Buffer::FromString(file_));
  PageWalker walker(reader, {});
  const auto end = walker.Walk({0, static_cast<int64_t>(file_.size())}, std::nullopt,
                               [](const WalkedPage&) { return Status::Cancelled("enough"); });
  EXPECT_EQ(CodeOf(end.status()), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "format/page_header.h"

#include <gtest/gtest.h>

#include <string>

#include "format/test_file_testing.h"
#include "format/thrift_tree_testing.h"

namespace pqpack {
namespace {

using testing::ThriftTree;

ThriftTree Integer(int64_t value) { return ThriftTree::Integer(ThriftTree::kI32, value); }

ThriftTree Page(PageType type, int member, std::initializer_list<int64_t> fields) {
  ThriftTree page;
  page.Add(1, Integer(static_cast<int64_t>(type)));
  page.Add(2, Integer(100));
  page.Add(3, Integer(60));
  ThriftTree inner;
  int id = 0;
  for (const int64_t field : fields) inner.Add(++id, Integer(field));
  if (member > 0) page.Add(member, inner);
  return page;
}

const ThriftTree kV1 = Page(PageType::kData, 5, {10, 8, 3, 3});
const ThriftTree kDictionary = Page(PageType::kDictionary, 7, {10, 0});
const ThriftTree kV2 = Page(PageType::kDataV2, 8, {10, 2, 9, 5, 20, 30});

Result<std::optional<ParsedPageHeader>> Parse(const ThriftTree& tree) {
  const std::string bytes = tree.Write();
  return ParsePageHeader(AsBytes(bytes));
}

TEST(PageHeader, ReadsTheThreeKinds) {
  const auto v1 = Parse(kV1);
  ASSERT_TRUE(v1.ok() && *v1) << v1.status();
  EXPECT_EQ((*v1)->length, static_cast<int64_t>(kV1.Write().size()));
  const PageHeader& header = (*v1)->header;
  EXPECT_EQ(header.type, PageType::kData);
  EXPECT_EQ(header.uncompressed_page_size, 100);
  EXPECT_EQ(header.compressed_page_size, 60);
  EXPECT_EQ(header.crc, std::nullopt);
  EXPECT_EQ(header.data->num_values, 10);
  EXPECT_EQ(header.data->encoding, Encoding::kRleDictionary);
  EXPECT_EQ(header.data->definition_level_encoding, Encoding::kRle);

  const auto dictionary = Parse(kDictionary);
  ASSERT_TRUE(dictionary.ok() && *dictionary) << dictionary.status();
  EXPECT_EQ((*dictionary)->header.dictionary->num_values, 10);
  EXPECT_EQ((*dictionary)->header.dictionary->is_sorted, std::nullopt);

  const auto v2 = Parse(kV2);
  ASSERT_TRUE(v2.ok() && *v2) << v2.status();
  EXPECT_EQ((*v2)->header.data_v2->num_nulls, 2);
  EXPECT_EQ((*v2)->header.data_v2->num_rows, 9);
  EXPECT_EQ((*v2)->header.data_v2->definition_levels_byte_length, 20);
  EXPECT_EQ((*v2)->header.data_v2->repetition_levels_byte_length, 30);
  EXPECT_EQ((*v2)->header.data_v2->is_compressed, std::nullopt);
}

TEST(PageHeader, AsksForMoreAtEveryByteButTheLast) {
  for (const ThriftTree& tree : {kV1, kDictionary, kV2}) {
    const std::string bytes = tree.Write();
    for (size_t size = 0; size < bytes.size(); ++size) {
      const std::string cut = bytes.substr(0, size);
      const auto parsed = ParsePageHeader(AsBytes(cut));
      ASSERT_TRUE(parsed.ok()) << size << parsed.status();
      EXPECT_FALSE(parsed->has_value()) << size;
    }
    // What follows the header is not looked at.
    const std::string more = bytes + "\xff\xff\xff";
    const auto parsed = ParsePageHeader(AsBytes(more));
    ASSERT_TRUE(parsed.ok() && *parsed);
    EXPECT_EQ((*parsed)->length, static_cast<int64_t>(bytes.size()));
  }
}

TEST(PageHeader, DoesNotAskForMoreThan16MiB) {
  ThriftTree page = kV1;
  ThriftTree statistics;
  statistics.Add(5, ThriftTree::Binary(std::string(17 * kMiB, 'x')));
  page(5).Add(5, statistics);
  const std::string bytes = page.Write();
  const auto less = ParsePageHeader(AsBytes(bytes).first(16 * kMiB - 1));
  ASSERT_TRUE(less.ok()) << less.status();
  EXPECT_FALSE(less->has_value());
  const auto parsed = ParsePageHeader(AsBytes(bytes).first(16 * kMiB));
  EXPECT_EQ(parsed.status().message(), "page header: larger than 16 MiB");
}

TEST(PageHeader, RefusesWhatCannotBe) {
  struct Case {
    const char* message;
    ThriftTree page;
    void (*damage)(ThriftTree&);
  };
  const Case cases[] = {
      {"page header: a body of -1 bytes, 100 uncompressed", kV1,
       [](ThriftTree& page) { page(3).number = -1; }},
      {"page header: a body of 60 bytes, -100 uncompressed", kV1,
       [](ThriftTree& page) { page(2).number = -100; }},
      {"page header: DATA_PAGE without a DataPageHeader", kV1,
       [](ThriftTree& page) { page.Erase(5); }},
      {"page header: DICTIONARY_PAGE without a DictionaryPageHeader", kV1,
       [](ThriftTree& page) { page(1).number = 2; }},
      {"page header: DATA_PAGE_V2 without a DataPageHeaderV2", kV1,
       [](ThriftTree& page) { page(1).number = 3; }},
      {"page header: a negative count", kV1, [](ThriftTree& page) { page(5)(1).number = -1; }},
      {"page header: a negative count", kDictionary,
       [](ThriftTree& page) { page(7)(1).number = -1; }},
      {"page header: a negative count", kV2, [](ThriftTree& page) { page(8)(1).number = -1; }},
      {"page header: a negative count", kV2, [](ThriftTree& page) { page(8)(2).number = -1; }},
      {"page header: a negative count", kV2, [](ThriftTree& page) { page(8)(3).number = -1; }},
      {"page header: levels of 31 + 30 bytes in a body of 60", kV2,
       [](ThriftTree& page) { page(8)(5).number = 31; }},
      {"page header: levels of -1 + 30 bytes in a body of 60", kV2,
       [](ThriftTree& page) { page(8)(5).number = -1; }},
      {"page header: levels of 20 + 2147483647 bytes in a body of 60", kV2,
       [](ThriftTree& page) { page(8)(6).number = INT32_MAX; }},
      {"page header: PageHeader lacks its field 2 at byte 15", kV1,
       [](ThriftTree& page) { page.Erase(2); }},
  };
  for (const Case& c : cases) {
    ThriftTree page = c.page;
    c.damage(page);
    const auto parsed = Parse(page);
    EXPECT_EQ(CodeOf(parsed.status()), ErrorCode::kCorrupt) << c.message;
    EXPECT_EQ(parsed.status().message().substr(0, std::string(c.message).size()), c.message);
  }
}

TEST(PageHeader, OtherKindsOfPagesAreHeaders) {
  EXPECT_TRUE(Parse(Page(PageType::kIndex, 6, {}))->has_value());
  EXPECT_TRUE(Parse(Page(static_cast<PageType>(9), 0, {}))->has_value());
}

// How a walk over pages finds their end.
TEST(PageHeader, NothingElseInAFileParsesAsOne) {
  const std::string file = testing::ReadTestFile("test/data/outputs/indexed.parquet");
  const std::string bytes = testing::FooterBytes(file);
  EXPECT_FALSE(ParsePageHeader(AsBytes(bytes)).ok());
  const FileMetaData footer = ParseFooter(AsBytes(bytes)).ValueOrDie();
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      for (const int64_t offset : {*chunk.column_index_offset, *chunk.offset_index_offset}) {
        EXPECT_FALSE(ParsePageHeader(AsBytes(file).subspan(static_cast<size_t>(offset))).ok());
      }
    }
  }
  // A Bloom filter's header: numBytes and three unions.
  ThriftTree bloom;
  bloom.Add(1, Integer(32));
  ThriftTree choice;
  choice.Add(1, {});
  for (const int id : {2, 3, 4}) bloom.Add(id, choice);
  EXPECT_FALSE(Parse(bloom).ok());
}

}  // namespace
}  // namespace pqpack

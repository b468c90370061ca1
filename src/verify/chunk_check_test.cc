// SPDX-License-Identifier: Apache-2.0
//
// Shapes of pages that no file in test/data has; what files have is broken in
// output_check_test.cc.
#include "verify/chunk_check.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace pqpack {
namespace {

PageFact Page(PageType type, Encoding encoding, int32_t values) {
  PageFact page;
  page.type = type;
  page.encoding = encoding;
  page.num_values = values;
  page.header_size = 10;
  page.body_size = 90;
  page.uncompressed_size = 90;
  return page;
}

// A chunk of INT32 from offset 100 on that says of its pages what they are.
struct Chunk {
  ColumnChunk chunk;
  SchemaElement element;
  SchemaTree::Node node;
  int64_t rows = 0;
  std::vector<PageFact> pages;

  explicit Chunk(std::vector<PageFact> list) : pages(std::move(list)) {
    element.type = PhysicalType::kInt32;
    ColumnMetaData& meta = chunk.meta_data.emplace();
    meta.type = PhysicalType::kInt32;
    meta.encodings = {Encoding::kRle};
    int64_t at = 100;
    for (PageFact& page : pages) {
      page.offset = at;
      at = page.end();
      meta.encodings.push_back(page.encoding);
      meta.total_uncompressed_size += page.header_size + page.uncompressed_size;
      if (page.type == PageType::kDictionary) {
        if (page.offset == 100) meta.dictionary_page_offset = 100;
      } else if (page.is_data()) {
        if (meta.data_page_offset == 0) meta.data_page_offset = page.offset;
        meta.num_values += page.num_values;
      }
    }
    meta.total_compressed_size = at - 100;
    rows = meta.num_values;
  }

  ColumnMetaData& meta() { return *chunk.meta_data; }
  Status Check(std::string_view target = "generic") const {
    return CheckChunk({chunk, element, node, rows, pages}, **FindTarget(target));
  }
};

constexpr PageType kData = PageType::kData;
constexpr PageType kDictionary = PageType::kDictionary;

Chunk Good() {
  return Chunk({Page(kDictionary, Encoding::kPlain, 5), Page(kData, Encoding::kRleDictionary, 30),
                Page(kData, Encoding::kPlain, 20)});
}

TEST(CheckChunk, LetsAFallbackPass) {
  EXPECT_TRUE(Good().Check().ok()) << Good().Check();
  EXPECT_TRUE(Good().Check("snowflake").ok()) << Good().Check("snowflake");
}

TEST(CheckChunk, WantsTheDictionaryFirstAndOnce) {
  const Chunk twice({Page(kDictionary, Encoding::kPlain, 5), Page(kDictionary, Encoding::kPlain, 5),
                     Page(kData, Encoding::kRleDictionary, 30)});
  EXPECT_EQ(twice.Check().message(), "a dictionary page at 200 behind other pages");
  const Chunk late({Page(kData, Encoding::kPlain, 30), Page(kDictionary, Encoding::kPlain, 5)});
  EXPECT_EQ(late.Check().message(), "a dictionary page at 200 behind other pages");
  const Chunk none({Page(kData, Encoding::kRleDictionary, 30)});
  EXPECT_EQ(none.Check().message(),
            "the page at 100 is in RLE_DICTIONARY without a dictionary page");
}

TEST(CheckChunk, WantsADataPage) {
  EXPECT_EQ(Chunk({Page(kDictionary, Encoding::kPlain, 5)}).Check().message(), "no data page");
  EXPECT_EQ(Chunk(std::vector<PageFact>{}).Check().message(), "no page");
}

TEST(CheckChunk, HoldsTheOffsetsAgainstThePages) {
  Chunk chunk({Page(kData, Encoding::kPlain, 30)});
  ASSERT_TRUE(chunk.Check().ok()) << chunk.Check();
  chunk.meta().dictionary_page_offset = 0;
  EXPECT_EQ(chunk.Check().message(),
            "dictionary_page_offset is given, although there is no dictionary page");

  Chunk lost = Good();
  lost.pages[0].offset = 99;  // as if the walk had seen it elsewhere
  EXPECT_EQ(lost.Check().message(), "its bytes from 100 to 400 are not whole pages, from 100 on");
}

TEST(CheckChunk, AllowsBitPackedLevelsOnlyWhereTheTargetDoes) {
  Chunk chunk({Page(kData, Encoding::kPlain, 30)});
  chunk.pages[0].repetition_levels = Encoding::kBitPacked;
  EXPECT_TRUE(chunk.Check("generic").ok()) << chunk.Check();
  EXPECT_EQ(chunk.Check("snowflake").message(), "the page at 100 has levels in BIT_PACKED");
  chunk.pages[0].repetition_levels = Encoding::kPlain;
  EXPECT_EQ(chunk.Check("generic").message(), "the page at 100 has levels in PLAIN");
}

TEST(CheckChunk, PassesOverIndexPagesWhereTheTargetDoes) {
  const Chunk chunk(
      {Page(kData, Encoding::kPlain, 30), Page(PageType::kIndex, Encoding::kPlain, 0)});
  EXPECT_TRUE(chunk.Check("generic").ok()) << chunk.Check();
  EXPECT_EQ(chunk.Check("snowflake").message(), "snowflake does not read the INDEX_PAGE at 200");
}

// Arrow calls V2 pages DATA_PAGE in encoding_stats, others do not.
TEST(CheckChunk, CountsV2PagesAsDataPages) {
  Chunk chunk({Page(PageType::kDataV2, Encoding::kPlain, 30)});
  chunk.pages[0].num_rows = 30;
  for (const PageType type : {PageType::kData, PageType::kDataV2}) {
    chunk.meta().encoding_stats = {{type, Encoding::kPlain, 1, {}}};
    EXPECT_TRUE(chunk.Check().ok()) << chunk.Check();
  }
  chunk.meta().encoding_stats = {{PageType::kData, Encoding::kPlain, 2, {}}};
  EXPECT_EQ(chunk.Check().message(), "its encoding_stats are off by 1 for DATA_PAGE in PLAIN");
}

TEST(CheckChunk, WantsTheDictionaryInTheStatistics) {
  Chunk chunk = Good();
  chunk.meta().encoding_stats.emplace();
  EXPECT_EQ(chunk.Check().message(), "its encoding_stats do not start with the dictionary page");
}

TEST(PagesIn, TakesThePagesThatStartInTheRange) {
  const Chunk chunk = Good();  // pages at 100, 200, 300
  EXPECT_EQ(PagesIn(chunk.pages, {100, 300}).size(), 3u);
  EXPECT_EQ(PagesIn(chunk.pages, {101, 99}).size(), 0u);
  EXPECT_EQ(PagesIn(chunk.pages, {101, 100}).size(), 1u);
  EXPECT_EQ(PagesIn(chunk.pages, {0, 100}).size(), 0u);
  EXPECT_EQ(PagesIn(chunk.pages, {300, 1}).front().offset, 300);
  EXPECT_EQ(PagesIn({}, {0, 100}).size(), 0u);
}

}  // namespace
}  // namespace pqpack

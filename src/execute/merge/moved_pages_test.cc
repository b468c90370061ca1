// SPDX-License-Identifier: Apache-2.0
//
// Pages that are large enough to go as they are, and dictionaries of several sources: what keeps
// them from being moved, and what stays theirs where they are.
#include <arrow/io/memory.h>
#include <arrow/scalar.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/merge/crafted_pages_testing.h"
#include "execute/merge/merge_testing.h"
#include "inspect/read_indexes.h"

namespace pqpack::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;

constexpr int64_t kLarge = 20'000;  // rows that make a page that is not joined

std::string Numbers(int64_t first, int64_t count, int64_t modulus) {
  std::string text = "[";
  for (int64_t i = 0; i < count; ++i) {
    text += (i > 0 ? "," : "") + std::to_string(first + i % modulus);
  }
  return text + "]";
}

using Builder = parquet::WriterProperties::Builder;

BufferPtr NumbersFile(int64_t first, int64_t count, int64_t modulus, Builder* builder,
                      const std::shared_ptr<arrow::DataType>& type = arrow::int64()) {
  return FileOf(TableFrom({{"a", type, Numbers(first, count, modulus)}}), 1 << 20,
                builder->build());
}

const ColumnMetaData& MetaOf(const MergedFiles& merged) {
  return *merged.footers[0].row_groups[0].columns[0].meta_data;
}

int8_t LevelOf(const MergedFiles& merged) {
  return merged.receipts[0].outputs[0].row_groups[0].levels[0];
}

std::vector<PageType> PageTypesOf(const MergedFiles& merged) {
  std::vector<PageType> types;
  for (const PageBytes& page : PagesOf(merged.outputs[0], MetaOf(merged))) {
    types.push_back(page.header.type);
  }
  return types;
}

MergedFiles Merged(const Files& files, const char* target, const TableColumns& columns = {}) {
  auto merged = MergeBuffers(files, MergeFor(target), columns);
  EXPECT_TRUE(merged.ok()) << merged.status();
  return *std::move(merged);
}

TEST(MovedPages, AreOfAVersionThatTheTargetReads) {
  Builder builder;
  builder.disable_dictionary()->data_page_version(parquet::ParquetDataPageVersion::V2);
  const Files files{NumbersFile(0, kLarge, kLarge, &builder), NumbersFile(7, 9, 9, &builder)};
  const MergedFiles moved = Merged(files, "generic");
  EXPECT_EQ(LevelOf(moved), 2);
  EXPECT_THAT(PageTypesOf(moved), Contains(PageType::kDataV2));
  const MergedFiles framed = Merged(files, "snowflake");
  EXPECT_EQ(LevelOf(framed), 2);
  EXPECT_THAT(PageTypesOf(framed), Each(PageType::kData));
  ExpectSameRows(files, framed);
}

TEST(MovedPages, AreInAnEncodingThatTheTargetReads) {
  Builder builder;
  builder.disable_dictionary()->encoding(parquet::Encoding::DELTA_BINARY_PACKED);
  builder.data_pagesize(kMiB)->max_rows_per_page(1 << 20);
  // Of differences that take 64 KiB and more.
  std::string values = "[0";
  for (uint64_t i = 1; i < kLarge; ++i) values += "," + std::to_string(i * i * i % 1'000'000'007);
  const BufferPtr file =
      FileOf(TableFrom({{"a", arrow::int64(), values + "]"}}), 1 << 20, builder.build());
  EXPECT_EQ(LevelOf(Merged({file, file}, "generic")), 2);
  const MergedFiles encoded = Merged({file, file}, "snowflake");
  EXPECT_EQ(LevelOf(encoded), 3);
  ExpectSameRows({file, file}, encoded);
}

// A page of 20,000 numbers of 4 bytes says of itself what one of 8 bytes does.
TEST(MovedPages, AreOfTheTypeOfTheOutput) {
  Builder builder;
  builder.disable_dictionary();
  const Files files{NumbersFile(0, kLarge, kLarge, &builder, arrow::int32()),
                    NumbersFile(7, 9, 9, &builder)};
  const MergedFiles merged = Merged(files, "generic", {{"a", "bigint"}});
  EXPECT_EQ(LevelOf(merged), 3);
  const auto rows = TableOfAll(merged.outputs);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto last = (*rows)->column(0)->GetScalar(kLarge - 1);
  EXPECT_EQ((*last)->ToString(), std::to_string(kLarge - 1));
}

TEST(MovedPages, DoNotBeginWithinARow) {
  CraftedPage page;
  page.repetition.assign(kLarge, 0);
  page.repetition[0] = 1;
  page.definition.assign(kLarge, 3);
  page.values = PlainNumbers(std::vector<int64_t>(kLarge, 5));
  CraftedPage good = page;
  good.repetition[0] = 0;
  const Files files{Craft({{1, 3}, {}, {good}, kLarge, {}}),
                    Craft({{1, 3}, {}, {page}, kLarge - 1, {}})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  EXPECT_TRUE(!merged.ok() || LevelOf(*merged) == 3);
}

// Also that of the dictionary, which is made anew.
TEST(MovedPages, MadePagesHaveAChecksumWhereOneOfTheSourcesHad) {
  Builder with, without;
  with.enable_page_checksum();
  const auto checked = [](const Files& files) {
    std::vector<bool> has;
    const MergedFiles merged = Merged(files, "generic");
    EXPECT_EQ(LevelOf(merged), 2);
    for (const PageBytes& page : PagesOf(merged.outputs[0], MetaOf(merged))) {
      has.push_back(page.header.crc.has_value());
    }
    return has;
  };
  const BufferPtr a = NumbersFile(0, 900, 30, &without), b = NumbersFile(9, 900, 30, &with);
  EXPECT_THAT(checked({a, b}), ElementsAre(true, true));
  EXPECT_THAT(checked({a, a}), ElementsAre(false, false));
}

// Its indices stay what they are, so its large pages are not touched.
TEST(MovedPages, AreThoseOfTheLargestDictionary) {
  Builder builder;
  const Files files{NumbersFile(1000, 40, 4, &builder), NumbersFile(0, kLarge, 300, &builder)};
  const MergedFiles merged = Merged(files, "generic");
  EXPECT_EQ(LevelOf(merged), 2);
  ExpectSameRows(files, merged);
  EXPECT_THAT(Bodies(merged.outputs[0]), Contains(Bodies(files[1]).back()));
}

// Behind the dictionary that is one too many comes one that is not: its indices are of none.
TEST(MovedPages, NoIndexIsLeftOfADictionaryThatWasGivenUp) {
  Builder builder;
  builder.dictionary_pagesize_limit(4 * kMiB)->data_pagesize(16 * kMiB);
  const Files files{NumbersFile(0, 300'000, 131'072, &builder),
                    NumbersFile(1'000'000, 5000, 100, &builder),
                    NumbersFile(5, 5000, 100, &builder)};
  const MergedFiles merged = Merged(files, "generic");
  ExpectSameRows(files, merged);
  EXPECT_FALSE(MetaOf(merged).dictionary_page_offset && LevelOf(merged) == 2);
}

// Of which each has as many rows as lists begin in it.
TEST(MovedPages, JoinedPagesOfListsAreFoundByTheirRows) {
  Builder builder;
  builder.disable_dictionary()->data_pagesize(1000);
  std::string lists = "[[1,2,3]";
  for (int i = 1; i < 12'000; ++i) lists += ",[1,2,3]";
  const BufferPtr file = FileOf(TableFrom({{"a", arrow::list(arrow::int64()), lists + "]"}}),
                                1 << 20, builder.build());
  const MergedFiles merged = Merged({file, file}, "generic");
  EXPECT_EQ(LevelOf(merged), 2);
  arrow::io::BufferReader bytes(merged.outputs[0]);
  IndexReader reader(bytes, merged.outputs[0]->size());
  const auto index = reader.ReadOffsetIndex(merged.footers[0].row_groups[0].columns[0]);
  ASSERT_TRUE(index.ok() && index->value);
  const auto pages = PagesOf(merged.outputs[0], MetaOf(merged));
  ASSERT_EQ(pages.size(), index->value->page_locations.size());
  EXPECT_GT(pages.size(), 2u);
  int64_t rows = 0;
  for (size_t i = 0; i < pages.size(); ++i) {
    EXPECT_EQ(index->value->page_locations[i].first_row_index, rows);
    rows += *pages[i].header.num_values() / 3;
  }
  EXPECT_EQ(rows, 24'000);
}

TEST(MovedPages, HaveWhatTheTargetWantsBesides) {
  Builder builder;
  const BufferPtr file = NumbersFile(0, 900, 30, &builder);
  for (const char* const target : {"generic", "snowflake"}) {
    const MergedFiles merged = Merged({file, file}, target);
    EXPECT_EQ(LevelOf(merged), 2);
    const bool wanted = std::string(target) == "generic";
    const ColumnChunk& chunk = merged.footers[0].row_groups[0].columns[0];
    EXPECT_EQ(chunk.offset_index_offset.has_value(), wanted);
    EXPECT_EQ(chunk.column_index_offset.has_value(), wanted);
    EXPECT_EQ(chunk.meta_data->size_statistics.has_value(), wanted);
  }
}

// Also where its levels are one run.
TEST(MovedPages, NullsAloneAreNoReasonToDecode) {
  Builder builder;
  std::string nulls = "[null";
  for (int i = 1; i < 100; ++i) nulls += ",null";
  const Files files{NumbersFile(0, 900, 30, &builder),
                    FileOf(TableFrom({{"a", arrow::int64(), nulls + "]"}}))};
  const MergedFiles merged = Merged(files, "generic");
  EXPECT_EQ(LevelOf(merged), 2);
  ExpectSameRows(files, merged);
  EXPECT_THAT(MetaOf(merged).encodings, Contains(Encoding::kRle));  // that of the levels
  EXPECT_EQ(MetaOf(merged).statistics->null_count, 100);
}

// `bytes` of the last page from its middle on.
BufferPtr Damaged(const BufferPtr& file, std::string_view bytes) {
  const auto footer = FooterOf(file);
  EXPECT_TRUE(footer.ok()) << footer.status();
  const ColumnMetaData& meta = *footer->row_groups[0].columns[0].meta_data;
  const auto size = static_cast<int64_t>(PagesOf(file, meta).back().body.size());
  std::string damaged = file->ToString();
  damaged.replace(static_cast<size_t>(meta.pages().end() - size / 2), bytes.size(), bytes);
  return arrow::Buffer::FromString(damaged);
}

// Readers would not come to the other files' rows behind it.
TEST(MovedPages, AreWhole) {
  using Version = parquet::ParquetDataPageVersion;
  const std::string zeros(64, '\0'), ones(64, '\xff');
  const auto refuses = [&](const BufferPtr& file, std::string_view bytes) {
    const auto merged = MergeBuffers({file, Damaged(file, bytes), file}, MergeFor("generic"));
    EXPECT_EQ(LevelOf(Merged({file, file}, "generic")), 2);
    return !merged.ok() && CodeOf(merged.status()) == ErrorCode::kCorrupt;
  };
  std::string texts = "[\"text\"";
  for (int64_t i = 1; i < kLarge; ++i) texts += ",\"text " + std::to_string(i * i % 997) + "\"";
  const auto table = TableFrom({{"a", arrow::utf8(), texts + "]"}});
  for (const Version version : {Version::V1, Version::V2}) {
    Builder plain, packed, deltas;
    plain.disable_dictionary()->data_page_version(version);
    packed.disable_dictionary()->data_page_version(version)->compression(
        arrow::Compression::SNAPPY);
    deltas.disable_dictionary()->data_page_version(version)->compression(arrow::Compression::ZSTD);
    deltas.encoding(parquet::Encoding::DELTA_BYTE_ARRAY);
    EXPECT_TRUE(refuses(FileOf(table, 1 << 20, plain.build()), ones));
    EXPECT_TRUE(refuses(FileOf(table, 1 << 20, packed.build()), zeros));
    EXPECT_TRUE(refuses(FileOf(table, 1 << 20, deltas.build()), zeros));
  }
}

// Not those that a footer or page header tells of.
TEST(MovedPages, NullsAreThoseOfTheirLevels) {
  CraftedPage page;
  page.definition.assign(kLarge, 1);
  std::fill_n(page.definition.begin(), 30, 0);
  page.values = PlainNumbers(std::vector<int64_t>(kLarge - 30, 5));
  const auto file = [&](int64_t nulls) {
    return Craft({{0, 1}, {}, {page}, kLarge, [&](FileMetaData& footer) {
                    Statistics& said =
                        footer.row_groups[0].columns[0].meta_data->statistics.emplace();
                    said.null_count = nulls;
                  }});
  };
  for (const int64_t nulls : {int64_t{30}, int64_t{0}, kLarge}) {
    const MergedFiles merged = Merged({file(nulls), file(30)}, "generic");
    EXPECT_EQ(LevelOf(merged), 2);
    EXPECT_EQ(MetaOf(merged).statistics->null_count, 60);
  }
}

// A column index has no bounds of a page of nulls, whatever its chunk says.
TEST(MovedPages, NullsAloneHaveNoBounds) {
  CraftedPage page;
  page.definition.assign(kLarge, 0);
  const BufferPtr file =
      Craft({{0, 1}, {}, {page}, kLarge, [](FileMetaData& footer) {
               Statistics& said = footer.row_groups[0].columns[0].meta_data->statistics.emplace();
               said.min_value = said.max_value = PlainNumbers({7});
               said.null_count = 0;
             }});
  const MergedFiles merged = Merged({file, file}, "generic");
  EXPECT_EQ(LevelOf(merged), 2);
  arrow::io::BufferReader bytes(merged.outputs[0]);
  IndexReader reader(bytes, merged.outputs[0]->size());
  const auto index = reader.ReadColumnIndex(merged.footers[0].row_groups[0].columns[0]);
  ASSERT_TRUE(index.ok() && index->value);
  EXPECT_THAT(index->value->null_pages, ElementsAre(true, true));
  EXPECT_THAT(index->value->min_values, ElementsAre("", ""));
  EXPECT_EQ(MetaOf(merged).statistics->null_count, 2 * kLarge);
}

}  // namespace
}  // namespace pqpack::testing

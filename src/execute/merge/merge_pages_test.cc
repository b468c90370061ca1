// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_pages.h"

#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/merge/merge_testing.h"
#include "inspect/read_indexes.h"

namespace pqpack::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

const MergedRowGroup& OnlyGroup(const MergedFiles& merged) {
  EXPECT_EQ(merged.outputs.size(), 1u);
  EXPECT_EQ(merged.receipts[0].outputs[0].row_groups.size(), 1u);
  return merged.receipts[0].outputs[0].row_groups[0];
}

std::vector<Encoding> EncodingsOf(const std::vector<PageBytes>& pages) {
  std::vector<Encoding> encodings;
  for (const PageBytes& page : pages) encodings.push_back(*page.header.encoding());
  return encodings;
}

BufferPtr FileOfJson(const std::vector<JsonColumn>& columns,
                     parquet::WriterProperties::Builder* builder) {
  return FileOf(TableFrom(columns), 1 << 20, builder->build());
}

std::string Numbers(int64_t first, int64_t count, int64_t modulus) {
  std::string text = "[";
  for (int64_t i = first; i < first + count; ++i) {
    text += (i > first ? "," : "") + std::to_string(i % modulus);
  }
  return text + "]";
}

// 255 entries and two more: indices of 8 bits become such of 9; the same value has another index
// in each file.
TEST(MergePages, IndicesAreThoseOfOneDictionary) {
  const Files files{FileOf(TableFrom({{"a", arrow::int64(), Numbers(0, 2550, 255)}})),
                    FileOf(TableFrom({{"a", arrow::int64(), Numbers(100, 2570, 257)}})),
                    FileOf(TableFrom({{"a", arrow::int64(), Numbers(7, 99, 1)}}))};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  EXPECT_THAT(OnlyGroup(*merged).levels, ElementsAre(2));
  const ColumnMetaData& meta = *merged->footers[0].row_groups[0].columns[0].meta_data;
  const auto pages = PagesOf(merged->outputs[0], meta);
  EXPECT_THAT(EncodingsOf(pages), ElementsAre(Encoding::kPlain, Encoding::kRleDictionary));
  EXPECT_EQ(pages[0].header.dictionary->num_values, 257);
  EXPECT_EQ(pages[1].header.data->num_values, 2550 + 2570 + 99);
  EXPECT_EQ(meta.statistics->null_count, 0);
  ASSERT_TRUE(meta.encoding_stats);
  ASSERT_EQ(meta.encoding_stats->size(), 2u);
  EXPECT_EQ(meta.encoding_stats->front().page_type, PageType::kDictionary);
}

// Every row an entry of its own: a dictionary is of no use.
TEST(MergePages, ADictionaryThatDoesNotPayBecomesItsValues) {
  Files files;
  for (int64_t i = 0; i < 3; ++i) {
    files.push_back(FileOf(TableFrom({{"a", arrow::int64(), Numbers(i * 3000, 3000, 1 << 20)}})));
  }
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  const ColumnMetaData& meta = *merged->footers[0].row_groups[0].columns[0].meta_data;
  EXPECT_FALSE(meta.dictionary_page_offset);
  EXPECT_THAT(EncodingsOf(PagesOf(merged->outputs[0], meta)), ElementsAre(Encoding::kPlain));
}

// Pages that are large enough are not touched: the same bytes.
TEST(MergePages, LargePagesGoAsTheyAre) {
  parquet::WriterProperties::Builder builder;
  builder.disable_dictionary()->compression(arrow::Compression::ZSTD)->enable_page_checksum();
  Files files;
  for (int64_t i = 0; i < 2; ++i) {
    files.push_back(FileOfJson({{"a", arrow::int64(), Numbers(i * 9, 30'000, 1 << 20)}}, &builder));
  }
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  std::vector<std::string> bodies = Bodies(files[0]);
  for (std::string& body : Bodies(files[1])) bodies.push_back(std::move(body));
  // Of each file a page of 20,000 values and one of 10,000, which has 80,000 bytes.
  EXPECT_EQ(bodies.size(), 4u);
  EXPECT_THAT(Bodies(merged->outputs[0]), ::testing::ElementsAreArray(bodies));
}

// What no file says of its bounds the merged one does not say either.
TEST(MergePages, BoundsHoldForAllOrAreNotThere) {
  const auto column = [](const char* values) {
    return std::vector<JsonColumn>{{"a", arrow::int64(), values}, {"b", arrow::float64(), values}};
  };
  parquet::WriterProperties::Builder silent;
  silent.disable_statistics("a");
  parquet::WriterProperties::Builder usual;
  const auto statistics = [](const Files& files, size_t i) {
    const auto merged = MergeBuffers(files, MergeFor("generic"));
    EXPECT_TRUE(merged.ok()) << merged.status();
    return merged->footers[0].row_groups[0].columns[i].meta_data->statistics;
  };
  const Files all{FileOfJson(column("[5, 7, null]"), &usual), FileOfJson(column("[null]"), &usual),
                  FileOfJson(column("[-2, 6]"), &usual)};
  const int64_t low = -2, high = 7;
  EXPECT_EQ(statistics(all, 0)->min_value, std::string(reinterpret_cast<const char*>(&low), 8));
  EXPECT_EQ(statistics(all, 0)->max_value, std::string(reinterpret_cast<const char*>(&high), 8));
  EXPECT_EQ(statistics(all, 0)->null_count, 2);
  const Files one_silent{all[0], FileOfJson(column("[100]"), &silent), all[2]};
  const auto kept = statistics(one_silent, 0);
  EXPECT_FALSE(kept && kept->HasBounds());
  EXPECT_EQ(kept->null_count, 1);  // of pages that were counted
  EXPECT_TRUE(statistics(one_silent, 1)->HasBounds());
}

TEST(MergePages, ZerosAreNormalisedInBounds) {
  const Files files{FileOf(TableFrom({{"a", arrow::float64(), "[0, 3]"}})),
                    FileOf(TableFrom({{"a", arrow::float64(), "[-0.0, 0]"}}))};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const auto& statistics = merged->footers[0].row_groups[0].columns[0].meta_data->statistics;
  EXPECT_EQ(statistics->min_value, std::string("\0\0\0\0\0\0\0\x80", 8));
}

TEST(MergePages, ARequiredColumnBecomesOptionalAndAMissingOneIsNull) {
  const Files files{FileOf(TableFrom({{"a", arrow::int64(), "[1, 2]", false},
                                      {"b", arrow::utf8(), R"(["x", "y"])"}})),
                    FileOf(TableFrom({{"a", arrow::int64(), "[null, 3]"}}))};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(OnlyGroup(*merged).levels, ElementsAre(2, 2));
  const auto rows = TableOfAll(merged->outputs);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto expected = TableFrom({{"a", arrow::int64(), "[1, 2, null, 3]"},
                                   {"b", arrow::utf8(), R"(["x", "y", null, null])"}});
  EXPECT_TRUE((*rows)->Equals(*expected)) << (*rows)->ToString();
  const auto& statistics = merged->footers[0].row_groups[0].columns[1].meta_data->statistics;
  EXPECT_EQ(statistics->null_count, 2);
  EXPECT_EQ(statistics->min_value, "x");
}

// Their pages are found and passed over by the index that the merged file has.
TEST(MergePages, PageIndexIsThatOfThePages) {
  Files files;
  for (int64_t i = 0; i < 4; ++i) {
    files.push_back(FileOf(TableFrom({{"a", arrow::int64(), Numbers(i * 9000, 9000, 1 << 20)}})));
  }
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const ColumnChunk& chunk = merged->footers[0].row_groups[0].columns[0];
  arrow::io::BufferReader file(merged->outputs[0]);
  IndexReader reader(file, merged->outputs[0]->size());
  const auto offsets = reader.ReadOffsetIndex(chunk);
  const auto bounds = reader.ReadColumnIndex(chunk);
  ASSERT_TRUE(offsets.ok() && offsets->value);
  ASSERT_TRUE(bounds.ok() && bounds->value);
  const auto& pages = offsets->value->page_locations;
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].first_row_index, 0);
  EXPECT_EQ(pages[1].first_row_index, 27'000);
  EXPECT_EQ(bounds->value->boundary_order, BoundaryOrder::kAscending);
  const int64_t first = 27'000;
  EXPECT_EQ(bounds->value->min_values[1], std::string(reinterpret_cast<const char*>(&first), 8));
  EXPECT_EQ(bounds->value->null_counts, (std::vector<int64_t>{0, 0}));
}

// What the inputs' page headers say, else their chunks.
TEST(MergePages, MovedPagesKeepTheirBounds) {
  for (const bool in_headers : {true, false}) {
    SCOPED_TRACE(in_headers);
    parquet::WriterProperties::Builder builder;
    builder.disable_dictionary()->data_page_version(parquet::ParquetDataPageVersion::V2);
    if (in_headers) builder.disable_write_page_index();
    std::string values = Numbers(0, 39'999, 1 << 20);
    values.insert(1, "null,");
    const Files files{FileOfJson({{"a", arrow::int64(), values}}, &builder),
                      FileOfJson({{"a", arrow::int64(), "[null, 7]"}}, &builder)};
    const auto merged = MergeBuffers(files, MergeFor("generic"));
    ASSERT_TRUE(merged.ok()) << merged.status();
    ExpectSameRows(files, *merged);
    const ColumnChunk& chunk = merged->footers[0].row_groups[0].columns[0];
    arrow::io::BufferReader file(merged->outputs[0]);
    const auto index = IndexReader(file, merged->outputs[0]->size()).ReadColumnIndex(chunk);
    ASSERT_TRUE(index.ok() && index->value);
    ASSERT_EQ(index->value->min_values.size(), 3u);
    const int64_t first = in_headers ? 19'999 : 0;
    EXPECT_EQ(index->value->min_values[1], std::string(reinterpret_cast<const char*>(&first), 8));
    EXPECT_EQ(index->value->null_counts, (std::vector<int64_t>{1, 0, 1}));
  }
}

// Numbers of which each file has others.
TEST(MergePages, DictionariesAreMergedUpToTheLimit) {
  Files files;
  for (int64_t i = 0; i < 5; ++i) {
    std::string values = Numbers(0, 100'000, 50'000);
    std::ranges::replace(values, ',', ' ');
    std::istringstream in(values.substr(1));
    std::string moved = "[";
    for (int64_t value = 0; in >> value;) {
      moved += (moved.size() > 1 ? "," : "") + std::to_string(value + i * 50'000);
    }
    files.push_back(FileOf(TableFrom({{"a", arrow::int64(), moved + "]"}})));
  }
  const auto indexed = [](const Files& inputs) {
    const auto merged = MergeBuffers(inputs, MergeFor("generic"));
    EXPECT_TRUE(merged.ok()) << merged.status();
    ExpectSameRows(inputs, *merged);
    EXPECT_THAT(OnlyGroup(*merged).levels, ElementsAre(2));
    int64_t values = 0;
    const ColumnMetaData& meta = *merged->footers[0].row_groups[0].columns[0].meta_data;
    for (const PageBytes& page : PagesOf(merged->outputs[0], meta)) {
      if (page.header.is_data() && IsDictionary(*page.header.encoding())) {
        values += *page.header.num_values();
      }
    }
    return values;
  };
  EXPECT_EQ(indexed({files[0], files[1]}), 200'000);
  EXPECT_EQ(indexed(files), 0);
}

TEST(MergePages, SizeStatisticsAreSummedWhereAllHaveThem) {
  parquet::WriterProperties::Builder usual, silent;
  silent.set_size_statistics_level(parquet::SizeStatisticsLevel::None);
  const std::vector<JsonColumn> column{{"a", arrow::utf8(), R"(["xy", null, "z"])"}};
  const auto sizes = [&](const Files& files) {
    const auto merged = MergeBuffers(files, MergeFor("generic"));
    EXPECT_TRUE(merged.ok()) << merged.status();
    return merged->footers[0].row_groups[0].columns[0].meta_data->size_statistics;
  };
  const BufferPtr told = FileOfJson(column, &usual), untold = FileOfJson(column, &silent);
  const auto sum = sizes({told, told, told});
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->unencoded_byte_array_data_bytes, 9);
  EXPECT_EQ(sum->definition_level_histogram, (std::vector<int64_t>{3, 6}));
  EXPECT_FALSE(sizes({told, untold, told}));
  EXPECT_FALSE(sizes({untold, told}));
}

TEST(MergePages, LevelsChangeBelowAStructToo) {
  const auto point = [](bool nullable) {
    return arrow::struct_({arrow::field("x", arrow::int64(), nullable)});
  };
  const Files files{FileOf(TableFrom({{"p", point(false), R"([{"x": 1}, null])"}})),
                    FileOf(TableFrom({{"p", point(true), R"([{"x": null}, {"x": 2}, null])"}}))};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(OnlyGroup(*merged).levels, ElementsAre(2));
  const auto rows = TableOfAll(merged->outputs);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto expected =
      TableFrom({{"p", point(true), R"([{"x": 1}, null, {"x": null}, {"x": 2}, null])"}});
  EXPECT_TRUE((*rows)->Equals(*expected)) << (*rows)->ToString();
}

// Small pages of an encoding that is not taken apart: that column alone is encoded.
TEST(MergePages, WhatCantBeJoinedIsEncodedAnew) {
  parquet::WriterProperties::Builder builder;
  builder.disable_dictionary("a")->encoding("a", parquet::Encoding::DELTA_BINARY_PACKED);
  Files files;
  for (int64_t i = 0; i < 3; ++i) {
    files.push_back(FileOfJson({{"a", arrow::int64(), Numbers(i, 500, 1 << 20)},
                                {"b", arrow::int64(), Numbers(i, 500, 30)}},
                               &builder));
  }
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  EXPECT_THAT(OnlyGroup(*merged).levels, ElementsAre(3, 2));
  EXPECT_GT(merged->receipts[0].bytes_decoded, 0);
}

}  // namespace
}  // namespace pqpack::testing

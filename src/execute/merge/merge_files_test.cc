// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_files.h"

#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "base/executor.h"
#include "execute/copy/copy_testing.h"
#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<arrow::Table> Numbers(int64_t first, int64_t rows) {
  std::string ids = "[", names = "[", prices = "[";
  for (int64_t i = first; i < first + rows; ++i) {
    const char* comma = i > first ? "," : "";
    ids += comma + std::to_string(i);
    names +=
        comma + (i % 7 == 0 ? std::string("null") : "\"name " + std::to_string(i % 300) + "\"");
    prices += comma + std::to_string(static_cast<double>(i * 7919 % 100003) / 8);
  }
  return TableFrom({{"id", arrow::int64(), ids + "]", false},
                    {"name", arrow::utf8(), names + "]"},
                    {"price", arrow::float64(), prices + "]"}});
}

Files ManyFiles(int count, int64_t rows) {
  Files files;
  for (int i = 0; i < count; ++i) files.push_back(FileOf(Numbers(i * rows, rows)));
  return files;
}

TEST(MergeFiles, ManySmallFilesBecomeOneRowGroup) {
  const Files files = ManyFiles(5, 1000);
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  ExpectSameRows(files, *merged);
  const FileMetaData& footer = merged->footers[0];
  ASSERT_EQ(footer.row_groups.size(), 1u);
  EXPECT_EQ(footer.num_rows, 5000);
  const MergeReceipt& receipt = merged->receipts[0];
  EXPECT_EQ(receipt.rows, 5000);
  ASSERT_EQ(receipt.outputs.size(), 1u);
  EXPECT_EQ(receipt.outputs[0].bytes, merged->outputs[0]->size());
  ASSERT_EQ(receipt.outputs[0].row_groups.size(), 1u);
  const MergedRowGroup& group = receipt.outputs[0].row_groups[0];
  EXPECT_THAT(group.sources,
              ElementsAre(RowGroupSource{0, 0}, RowGroupSource{1, 0}, RowGroupSource{2, 0},
                          RowGroupSource{3, 0}, RowGroupSource{4, 0}));
  EXPECT_THAT(group.levels, ElementsAre(2, 2, 2));
  EXPECT_EQ(receipt.bytes_decoded, 0);
}

TEST(MergeFiles, DictionariesBecomeOneAndBoundsAreThoseOfAll) {
  const auto merged = MergeBuffers(ManyFiles(3, 1000), MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const RowGroup& group = merged->footers[0].row_groups[0];
  const ColumnMetaData& name = *group.columns[1].meta_data;
  EXPECT_THAT(name.encodings, ::testing::Contains(Encoding::kRleDictionary));
  const auto pages = PagesOf(merged->outputs[0], name);
  ASSERT_GT(pages.size(), 1u);
  ASSERT_TRUE(pages[0].header.dictionary);
  EXPECT_EQ(pages[0].header.dictionary->num_values, 300);
  EXPECT_EQ(name.statistics->null_count, 429);  // multiples of 7 below 3000
  EXPECT_EQ(name.statistics->min_value, "name 0");
  EXPECT_EQ(name.statistics->max_value, "name 99");
  int64_t largest = 0;
  std::memcpy(&largest, group.columns[0].meta_data->statistics->max_value->data(), sizeof(largest));
  EXPECT_EQ(largest, 2999);
  EXPECT_TRUE(group.columns[0].offset_index_offset);
  EXPECT_TRUE(group.columns[0].column_index_offset);
}

TEST(MergeFiles, ColumnsInParallelGiveTheSameBytes) {
  const Files files = ManyFiles(4, 3000);
  const auto serial = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(serial.ok()) << serial.status();
  Executor executor(3);
  MergeOptions options = MergeFor("generic");
  options.encode.width = 3;
  options.encode.executor = &executor;
  const auto parallel = MergeBuffers(files, options);
  ASSERT_TRUE(parallel.ok()) << parallel.status();
  EXPECT_TRUE(serial->outputs[0]->Equals(*parallel->outputs[0]));
}

// Each keeps its own codec, however many there are.
TEST(MergeFiles, AThousandColumnsAndMore) {
  constexpr size_t kColumns = 1100;
  const auto codec = [](size_t i) { return i % 3 == 0 ? Codec::kZstd : Codec::kSnappy; };
  std::vector<JsonColumn> columns;
  parquet::WriterProperties::Builder properties;
  properties.compression(parquet::Compression::SNAPPY);
  for (size_t i = 0; i < kColumns; ++i) {
    const std::string name = "c" + std::to_string(i);
    columns.push_back({name, arrow::int32(), "[" + std::to_string(i) + ", null]"});
    if (codec(i) == Codec::kZstd) properties.compression(name, parquet::Compression::ZSTD);
  }
  const Files files(2, FileOf(TableFrom(columns), 1 << 20, properties.build()));
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  ExpectSameRows(files, *merged);
  const auto& chunks = merged->footers[0].row_groups[0].columns;
  ASSERT_EQ(chunks.size(), kColumns);
  for (size_t i = 0; i < kColumns; ++i) EXPECT_EQ(chunks[i].meta_data->codec, codec(i)) << i;
}

// A column that is encoded is laid out by all of its chunks, however its files differ.
class LayoutOfAColumn : public ::testing::Test {
 protected:
  // Numbers in one page and no dictionary.
  static BufferPtr File(int64_t rows, parquet::Compression::type codec,
                        parquet::Encoding::type encoding = parquet::Encoding::PLAIN) {
    parquet::WriterProperties::Builder properties;
    properties.disable_dictionary()->compression(codec)->encoding(encoding);
    std::string values = "[0";
    for (int64_t i = 1; i < rows; ++i) values += "," + std::to_string(i * 7919 % 100'003);
    return FileOf(TableFrom({{"a", arrow::int64(), values + "]"}}), 1 << 20, properties.build());
  }
  static BufferPtr Plain() { return File(100, parquet::Compression::SNAPPY); }
  static BufferPtr Delta() {
    return File(100, parquet::Compression::SNAPPY, parquet::Encoding::DELTA_BINARY_PACKED);
  }
  // With other words about its pages.
  static BufferPtr Saying(const BufferPtr& file, const std::vector<Encoding>& encodings,
                          std::optional<Encoding> of_pages) {
    return WithFooter(file, [&](FileMetaData& footer) {
      ColumnMetaData& meta = Meta(footer);
      meta.encodings = encodings;
      meta.encoding_stats.reset();
      if (of_pages) meta.encoding_stats = {{PageType::kData, *of_pages, 1, {}}};
    });
  }

  static ColumnMetaData Encoded(const Files& files) {
    MergeOptions options = MergeFor("generic");
    options.copy = false;
    const auto merged = MergeBuffers(files, options);
    EXPECT_TRUE(merged.ok()) << merged.status();
    ExpectSameTable(files, *merged);
    return *merged->footers[0].row_groups[0].columns[0].meta_data;
  }
  static void ExpectDelta(const BufferPtr& first, const BufferPtr& second) {
    for (const Files& files : {Files{first, second}, Files{second, first}}) {
      EXPECT_THAT(Encoded(files).encodings, ::testing::Contains(Encoding::kDeltaBinaryPacked));
    }
  }
};

// Three files that are smaller than the first, but not together.
TEST_F(LayoutOfAColumn, CodecIsThatOfMostBytes) {
  const BufferPtr large = File(1000, parquet::Compression::SNAPPY);
  const BufferPtr small = File(900, parquet::Compression::ZSTD);
  EXPECT_EQ(Encoded({large, small}).codec, Codec::kSnappy);
  EXPECT_EQ(Encoded({large, small, small, small}).codec, Codec::kZstd);
  EXPECT_EQ(Encoded({small, small, small, large}).codec, Codec::kZstd);
}

TEST_F(LayoutOfAColumn, EncodingIsOneThatAFileHas) {
  const std::vector<Encoding> plain{Encoding::kPlain, Encoding::kRle};
  const std::vector<Encoding> delta{Encoding::kDeltaBinaryPacked, Encoding::kRle};
  const std::vector<Encoding> both{Encoding::kPlain, Encoding::kDeltaBinaryPacked, Encoding::kRle};
  EXPECT_THAT(Encoded({Plain(), Plain()}).encodings,
              ::testing::Not(::testing::Contains(Encoding::kDeltaBinaryPacked)));
  ExpectDelta(Plain(), Delta());
  // By the list alone, by what is said of pages alone, by the list of one that says nothing of
  // them.
  ExpectDelta(Saying(Plain(), plain, {}), Saying(Delta(), delta, {}));
  ExpectDelta(Saying(Plain(), both, Encoding::kPlain),
              Saying(Delta(), both, Encoding::kDeltaBinaryPacked));
  ExpectDelta(Saying(Plain(), both, Encoding::kPlain), Saying(Delta(), both, {}));
}

TEST_F(LayoutOfAColumn, RowGroupsWithoutRowsHaveNoSay) {
  const BufferPtr file = WithFooter(Plain(), [](FileMetaData& footer) {
    footer.row_groups.push_back(footer.row_groups[0]);
    footer.row_groups[1].num_rows = 0;
    ColumnMetaData& meta = Meta(footer, 1);
    meta.num_values = meta.total_compressed_size = 0;
    meta.encodings = {Encoding::kDeltaBinaryPacked, Encoding::kRle};
    meta.encoding_stats.reset();
  });
  EXPECT_THAT(Encoded({file, Plain()}).encodings,
              ::testing::Not(::testing::Contains(Encoding::kDeltaBinaryPacked)));
}

TEST_F(LayoutOfAColumn, ThereIsADictionaryWhereAFileHasOne) {
  const std::vector<Encoding> plain{Encoding::kPlain, Encoding::kRle};
  const BufferPtr without = Saying(Plain(), plain, {});
  // Whose list leaves that of its indices out: nothing else that is said of it is different.
  parquet::WriterProperties::Builder snappy;
  snappy.compression(parquet::Compression::SNAPPY);
  const auto usual =
      FileOf(TableFrom({{"a", arrow::int64(), "[1, 1, 1, 2]"}}), 1 << 20, snappy.build());
  const BufferPtr with = Saying(usual, plain, {});
  // Old writers' word for none.
  const BufferPtr zero =
      WithFooter(without, [](FileMetaData& footer) { Meta(footer).dictionary_page_offset = 0; });
  EXPECT_FALSE(Encoded({without, zero}).dictionary_page_offset);
  EXPECT_FALSE(Encoded({zero, zero}).dictionary_page_offset);
  EXPECT_TRUE(Encoded({without, with}).dictionary_page_offset);
  EXPECT_TRUE(Encoded({with, without}).dictionary_page_offset);
}

// 40 files in outputs of about 5 of them.
TEST(MergeFiles, OutputsAreAsFewAsTheTargetAllowsAndEven) {
  const Files files = ManyFiles(40, 2000);
  MergeOptions options = MergeFor("generic");
  options.target_file_size = 5 * files[0]->size();
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  int64_t total = 0, smallest = INT64_MAX, largest = 0;
  for (const BufferPtr& output : merged->outputs) {
    total += output->size();
    smallest = std::min(smallest, output->size());
    largest = std::max(largest, output->size());
  }
  const auto target = static_cast<double>(options.target_file_size);
  EXPECT_LE(static_cast<double>(largest), 1.1 * target);
  const auto fewest = static_cast<size_t>(std::ceil(static_cast<double>(total) / (1.1 * target)));
  EXPECT_LE(merged->outputs.size(), fewest + 1);
  EXPECT_GE(smallest, largest / 2) << "of " << merged->outputs.size();
}

TEST(MergeFiles, RowGroupsHaveTheSizeThatIsAskedFor) {
  const Files files = ManyFiles(20, 2000);
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 4 * files[0]->size();
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  ExpectSameRows(files, *merged);
  const auto& groups = merged->receipts[0].outputs[0].row_groups;
  EXPECT_GE(groups.size(), 4u);
  EXPECT_LE(groups.size(), 6u);
  for (const MergedRowGroup& group : groups)
    EXPECT_LE(group.bytes, options.row_group_size * 11 / 10);
}

TEST(MergeFiles, RowGroupsHaveTheRowsThatAreAskedFor) {
  const Files files = ManyFiles(10, 2000);
  MergeOptions options = MergeFor("generic");
  options.row_group_rows = 8000;
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  ExpectSameRows(files, *merged);
  std::vector<int64_t> rows;
  for (const RowGroup& group : merged->footers[0].row_groups) rows.push_back(group.num_rows);
  EXPECT_THAT(rows, ElementsAre(8000, 8000, 4000));
}

// Half of the rows that one should have are enough, however few bytes they take.
TEST(MergeFiles, RowGroupsOfManyRowsAreCopied) {
  const Files files{FileOf(Numbers(0, 3999)), FileOf(Numbers(3999, 4000)),
                    FileOf(Numbers(7999, 100))};
  MergeOptions options = MergeFor("generic");
  options.row_group_rows = 8000;
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  const auto& groups = merged->receipts[0].outputs[0].row_groups;
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_THAT(groups[0].levels, ElementsAre(2, 2, 2));
  EXPECT_THAT(groups[1].levels, ElementsAre(1, 1, 1));
  EXPECT_THAT(groups[2].levels, ElementsAre(2, 2, 2));
}

TEST(MergeFiles, LargeRowGroupsAreCopied) {
  const Files files{FileOf(Numbers(0, 500)), FileOf(Numbers(500, 500)),
                    FileOf(Numbers(1000, 40000), 20000), FileOf(Numbers(41000, 500))};
  MergeOptions options = MergeFor("generic");
  options.row_group_size = files[2]->size() / 2;
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  ExpectSameRows(files, *merged);
  const auto& groups = merged->receipts[0].outputs[0].row_groups;
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_THAT(groups[0].levels, ElementsAre(2, 2, 2));
  EXPECT_THAT(groups[1].levels, ElementsAre(1, 1, 1));
  EXPECT_THAT(groups[2].levels, ElementsAre(1, 1, 1));
  EXPECT_THAT(groups[3].levels, ElementsAre(2, 2, 2));
  EXPECT_THAT(groups[2].sources, ElementsAre(RowGroupSource{2, 1}));
  const auto old_bodies = Bodies(files[2]);
  const auto new_bodies = Bodies(merged->outputs[0]);
  for (const std::string& body : old_bodies) EXPECT_THAT(new_bodies, ::testing::Contains(body));
  EXPECT_TRUE(merged->footers[0].row_groups[1].columns[0].offset_index_offset);
}

TEST(MergeFiles, NothingIsCopiedWhereThatIsNotWanted) {
  const Files files{FileOf(Numbers(0, 5000)), FileOf(Numbers(5000, 5000))};
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 1;
  options.copy = false;
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectSameRows(files, *merged);
  for (const MergedRowGroup& group : merged->receipts[0].outputs[0].row_groups) {
    EXPECT_THAT(group.levels, ElementsAre(3, 3, 3));
  }
}

// Its pages may be wrong in ways that do not show, also where whole row groups are copied.
TEST(MergeFiles, LargeRowGroupsOfDoubtfulWritersAreEncoded) {
  const BufferPtr good = FileOf(Numbers(0, 500));
  const auto signed_by = [&](const char* writer) {
    return WithFooter(FileOf(Numbers(500, 500)),
                      [&](FileMetaData& footer) { footer.created_by = writer; });
  };
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 1;
  const auto levels_of = [&](const char* writer) {
    const Files files{good, signed_by(writer)};
    const auto merged = MergeBuffers(files, options);
    EXPECT_TRUE(merged.ok()) << merged.status();
    ExpectSameRows(files, *merged);
    const auto& groups = merged->receipts[0].outputs[0].row_groups;
    EXPECT_EQ(groups.size(), 2u);
    EXPECT_THAT(groups[0].levels, ElementsAre(1, 1, 1));
    return groups[1].levels;
  };
  EXPECT_THAT(levels_of("parquet-cpp-arrow version 20.0.0"), ElementsAre(1, 1, 1));
  EXPECT_THAT(levels_of("somebody"), ElementsAre(3, 3, 3));
  // It writes large values wrongly (apache/arrow-go#655).
  EXPECT_THAT(levels_of("parquet-go version 18.5.2"), ElementsAre(1, 3, 1));
}

// Of no source: a NaN makes bounds that readers pass over it by.
TEST(MergeFiles, AChunkWithNaNThatIsEncodedHasNoBounds) {
  const auto file = [](const char* values) {
    return FileOf(TableFrom({{"a", arrow::float64(), values}}));
  };
  const BufferPtr one = file("[1, 2]"), nan = file("[3, NaN]"), other = file("[4, 5]");
  MergeOptions options = MergeFor("generic");
  options.copy = false;
  const auto bounded = [&](const Files& files) {
    const auto merged = MergeBuffers(files, options);
    EXPECT_TRUE(merged.ok()) << merged.status();
    ExpectSameRows(files, *merged);
    EXPECT_THAT(merged->receipts[0].outputs[0].row_groups[0].levels, ElementsAre(3));
    const ColumnChunk& chunk = merged->footers[0].row_groups[0].columns[0];
    const auto& statistics = chunk.meta_data->statistics;
    const bool in_footer = statistics && statistics->HasBounds();
    EXPECT_EQ(in_footer, chunk.column_index_offset.has_value());
    return in_footer;
  };
  EXPECT_TRUE(bounded({one, other}));
  EXPECT_FALSE(bounded({one, nan}));
  EXPECT_FALSE(bounded({nan, other}));
}

// A column of a copied row group that the file lacks, or that has another type, is encoded.
TEST(MergeFiles, LevelsMixInOneRowGroup) {
  const Files files{
      FileOf(TableFrom({{"a", arrow::int64(), "[1, 2]"}, {"b", arrow::utf8(), R"(["x", "y"])"}})),
      FileOf(TableFrom({{"a", arrow::int32(), "[3, null]"}, {"c", arrow::float64(), "[0.5, 1]"}}))};
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 1;
  const auto merged = MergeBuffers(files, options, {{"a", "bigint"}});
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  const auto& groups = merged->receipts[0].outputs[0].row_groups;
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_THAT(groups[0].levels, ElementsAre(1, 1, 2));
  EXPECT_THAT(groups[1].levels, ElementsAre(3, 2, 1));
  const auto rows = TableOfAll(merged->outputs);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto expected = TableFrom({{"a", arrow::int64(), "[1, 2, 3, null]"},
                                   {"b", arrow::utf8(), R"(["x", "y", null, null])"},
                                   {"c", arrow::float64(), "[null, null, 0.5, 1]"}});
  EXPECT_TRUE((*rows)->Equals(*expected)) << (*rows)->ToString();
}

TEST(MergeFiles, FilesWithoutRowsGiveOneOutputWithTheSchema) {
  const Files files{FileOf(Numbers(0, 0)), FileOf(Numbers(0, 0))};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->outputs.size(), 1u);
  EXPECT_EQ(merged->footers[0].num_rows, 0);
  EXPECT_TRUE(merged->footers[0].row_groups.empty());
  const auto table = TableOf(merged->outputs[0]);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ((*table)->schema()->field_names(), (std::vector<std::string>{"id", "name", "price"}));
}

TEST(MergeFiles, MemoryMakesRowGroupsSmaller) {
  const Files files = ManyFiles(30, 20000);
  MergeOptions options = MergeFor("generic");
  const auto large = MergeBuffers(files, options);
  ASSERT_TRUE(large.ok()) << large.status();
  ASSERT_EQ(large->receipts[0].outputs[0].row_groups.size(), 1u);
  options.encode.memory = 1;
  const auto small = MergeBuffers(files, options);
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_GT(small->receipts[0].outputs[0].row_groups.size(), 1u);
  ExpectSameRows(files, *small);
}

TEST(MergeFiles, ADamagedInputIsNamed) {
  const Files good = ManyFiles(3, 1000);
  const auto footer = FooterOf(good[1]);
  ASSERT_TRUE(footer.ok());
  std::string bytes = good[1]->ToString();
  const ColumnMetaData& chunk = *footer->row_groups[0].columns[1].meta_data;
  for (int64_t i = 0; i < 40; ++i) {
    bytes[static_cast<size_t>(chunk.pages().end() - 1 - i)] ^= 0x5a;
  }
  const Files files{good[0], arrow::Buffer::FromString(bytes), good[2]};
  for (const int64_t row_group_size : {0, 1}) {
    MergeOptions options = MergeFor("generic");
    options.row_group_size = row_group_size;
    options.copy = false;
    const auto merged = MergeBuffers(files, options);
    ASSERT_FALSE(merged.ok());
    EXPECT_THAT(merged.status().message(), HasSubstr("file 1: row group 0: column name: "));
  }
}

TEST(MergeFiles, Stops) {
  std::stop_source stop;
  stop.request_stop();
  for (const int64_t row_group_size : {0, 1}) {
    MergeOptions options = MergeFor("generic");
    options.row_group_size = row_group_size;
    options.encode.stop = stop.get_token();
    const auto merged = MergeBuffers(ManyFiles(2, 100), options);
    EXPECT_EQ(CodeOf(merged.status()), ErrorCode::kCancelled) << merged.status();
  }
}

// Of writers that are not ours, with pages of version 2, deltas, lists and several row groups.
class OtherWriters : public ::testing::TestWithParam<std::string> {};

TEST_P(OtherWriters, TwiceTheSameFileIsTwiceItsRows) {
  const BufferPtr file = ReadTestFile("test/data/" + GetParam());
  ASSERT_NE(file, nullptr);
  const Files files{file, file, file};
  for (const int64_t row_group_size : {0, 1}) {
    SCOPED_TRACE(row_group_size);
    MergeOptions options = MergeFor("generic");
    options.row_group_size = row_group_size;
    const auto merged = MergeBuffers(files, options);
    ASSERT_TRUE(merged.ok()) << merged.status();
    ASSERT_EQ(merged->sets.size(), 1u);
    // Arrow's own reader does not read all of them (wide_delta.h).
    const auto readable = RewriteBytes(file, OptionsFor("generic"));
    ASSERT_TRUE(readable.ok()) << readable.status();
    ExpectSameRows(Files(3, readable->file), *merged);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, OtherWriters,
    ::testing::Values("arrow_go_18_5_0/delta_int32.parquet",
                      "arrow_go_18_5_0/empty_row_groups.parquet", "arrow_go_18_5_0/flat.parquet",
                      "arrow_go_18_5_0/int96.parquet", "arrow_go_18_5_0/nested.parquet",
                      "parquet_go_0_32_0/flat.parquet", "parquet_go_0_32_0/nested_v1.parquet",
                      "xitongsys_1_6_2/indexed.parquet"),
    [](const auto& file) {
      std::string name = file.param;
      std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

}  // namespace
}  // namespace pqpack::testing

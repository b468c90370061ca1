// SPDX-License-Identifier: Apache-2.0
//
// Bloom filters of merged chunks are, bit for bit, what Arrow's library makes of the chunk's
// values, whatever the inputs' filters say.
#include "execute/merge/made_filter.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/bloom_filter.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "execute/copy/plan_filters.h"
#include "execute/merge/merge_testing.h"
#include "execute/pages/value_filter.h"

namespace pqpack::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Hash = std::function<uint64_t(const parquet::BloomFilter&)>;

template <typename T>
Hash Number(T value) {
  return [value](const parquet::BloomFilter& filter) { return filter.Hash(value); };
}

Hash Text(const std::string& text) {
  return [text](const parquet::BloomFilter& filter) { return filter.Hash(std::string_view(text)); };
}

// Header and bits of a filter with these values, by Arrow's library.
std::string ByArrow(const std::vector<Hash>& values, int64_t bytes) {
  parquet::BlockSplitBloomFilter filter;
  filter.Init(static_cast<uint32_t>(bytes));
  for (const Hash& value : values) filter.InsertHash(value(filter));
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  filter.WriteTo(sink.get());
  return sink->Finish().ValueOrDie()->ToString();
}

const ColumnMetaData& MetaOf(const MergedFiles& merged, size_t column, size_t group = 0) {
  return *merged.footers[0].row_groups[group].columns[column].meta_data;
}

// The filter of a column of the first output; empty: there is none.
std::string FilterIn(const BufferPtr& file, const ColumnMetaData& meta) {
  if (!meta.bloom_filter_offset) return "";
  return file->ToString().substr(static_cast<size_t>(*meta.bloom_filter_offset),
                                 static_cast<size_t>(meta.bloom_filter_length.value_or(0)));
}

std::string FilterOf(const MergedFiles& merged, size_t column, size_t group = 0) {
  return FilterIn(merged.outputs[0], MetaOf(merged, column, group));
}

std::vector<std::string> WarningsOf(const MergedFiles& merged) {
  return Said(merged.receipts[0].warnings);
}

std::shared_ptr<parquet::WriterProperties> Filtered(const std::vector<std::string>& columns,
                                                    int32_t values = 100, bool dictionary = true,
                                                    const char* created_by = nullptr) {
  parquet::WriterProperties::Builder properties;
  parquet::BloomFilterOptions filter;
  filter.ndv = values;
  for (const std::string& column : columns) properties.enable_bloom_filter(column, filter);
  if (!dictionary) properties.disable_dictionary();
  if (created_by != nullptr) properties.created_by(created_by);
  return properties.build();
}

struct Rows {
  std::string n, k, d, l;
};

BufferPtr FileWith(const Rows& rows, bool dictionary) {
  return FileOf(TableFrom({{"n", arrow::int64(), rows.n},
                           {"k", arrow::utf8(), rows.k},
                           {"d", arrow::float64(), rows.d},
                           {"l", arrow::list(arrow::int32()), rows.l}}),
                1 << 20, Filtered({"n", "k", "d", "l.list.element"}, 100, dictionary));
}

Files SomeFiles(bool dictionary) {
  return {FileWith({"[1, 2, 1, 2, null]", R"(["a", "b", "a", "b", "a"])",
                    "[1.5, 0, 1.5, null, 1.5]", "[[1, 2], [], null, [1], [2]]"},
                   dictionary),
          FileWith({"[2, 3, 3, 2, 3]", R"(["b", "b", null, "", "b"])", "[2.5, 2.5, 2.5, 2.5, 2.5]",
                    "[[7], [7, 7], [1], [2, 1], []]"},
                   dictionary),
          FileWith({"[4, 4, 4, 4, 4]", R"(["d", "d", "d", "d", "d"])", "[NaN, 2.5, 2.5, 2.5, 2.5]",
                    "[[1], [2], [1], [7], [null]]"},
                   dictionary)};
}

void ExpectTheirFilters(const MergedFiles& merged) {
  EXPECT_EQ(FilterOf(merged, 0), ByArrow({Number(int64_t{1}), Number(int64_t{2}),
                                          Number(int64_t{3}), Number(int64_t{4})},
                                         32));
  EXPECT_EQ(FilterOf(merged, 1), ByArrow({Text("a"), Text("b"), Text(""), Text("d")}, 32));
  EXPECT_EQ(FilterOf(merged, 2), ByArrow({Number(1.5), Number(2.5), Number(0.0), Number(-0.0),
                                          Number(std::numeric_limits<double>::quiet_NaN())},
                                         32));
  EXPECT_EQ(FilterOf(merged, 3), ByArrow({Number(1), Number(2), Number(7)}, 32));
  EXPECT_THAT(WarningsOf(merged), IsEmpty());
}

TEST(MadeFilters, AreOfTheValuesOfMergedDictionaries) {
  const auto merged = MergeBuffers(SomeFiles(true), MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->receipts[0].outputs[0].row_groups[0].levels, ElementsAre(2, 2, 2, 2));
  ExpectTheirFilters(*merged);
  ExpectSameTable(SomeFiles(true), *merged);
}

TEST(MadeFilters, AreOfTheValuesOfPagesInPlain) {
  const auto merged = MergeBuffers(SomeFiles(false), MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->receipts[0].outputs[0].row_groups[0].levels, ElementsAre(2, 2, 2, 2));
  ExpectTheirFilters(*merged);
}

TEST(MadeFilters, AreOfTheValuesThatWereEncodedAnew) {
  MergeOptions options = MergeFor("generic");
  options.copy = false;
  for (const bool dictionary : {true, false}) {
    const auto merged = MergeBuffers(SomeFiles(dictionary), options);
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_THAT(merged->receipts[0].outputs[0].row_groups[0].levels, ElementsAre(3, 3, 3, 3));
    ExpectTheirFilters(*merged);
  }
}

// A chunk whose dictionary is full goes on in PLAIN.
TEST(MadeFilters, HoldWhatCameWhenTheDictionaryWasFull) {
  arrow::Int64Builder builder;
  std::vector<Hash> values;
  for (int64_t i = 0; i < 150'000; ++i) {
    ASSERT_TRUE(builder.Append(i * 7919).ok());
    values.push_back(Number(i * 7919));
  }
  const auto schema = arrow::schema({arrow::field("a", arrow::int64())});
  const BufferPtr file =
      FileOf(arrow::Table::Make(schema, {*builder.Finish()}), 1 << 20, Filtered({"a"}, 150'000));
  MergeOptions options = MergeFor("generic");
  options.copy = false;
  const auto merged = MergeBuffers({file}, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(MetaOf(*merged, 0).encodings, Contains(Encoding::kRleDictionary));
  EXPECT_THAT(MetaOf(*merged, 0).encodings, Contains(Encoding::kPlain));
  ASSERT_EQ(MetaOf(*merged, 0).encoding_stats->size(),
            3U);  // the dictionary, and pages of two kinds
  EXPECT_TRUE(FilterOf(*merged, 0) == ByArrow(values, FilterBytesFor(150'000)));
}

TEST(MadeFilters, OfAnyNaNHoldTheUsualOne) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  arrow::DoubleBuilder builder;
  ASSERT_TRUE(builder.Append(-nan).ok());
  const auto schema = arrow::schema({arrow::field("d", arrow::float64())});
  const BufferPtr file =
      FileOf(arrow::Table::Make(schema, {*builder.Finish()}), 10, Filtered({"d"}));
  const auto merged = MergeBuffers({file, file}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(FilterOf(*merged, 0), ByArrow({Number(-nan), Number(nan)}, 32));
}

TEST(MadeFilters, OfEitherZeroHoldBoth) {
  for (const char* zero : {"[0.0]", "[-0.0]"}) {
    const auto table = TableFrom({{"f", arrow::float32(), zero}, {"d", arrow::float64(), zero}});
    const BufferPtr file = FileOf(table, 1, Filtered({"f", "d"}));
    const auto merged = MergeBuffers({file, file}, MergeFor("generic"));
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(FilterOf(*merged, 0), ByArrow({Number(0.0F), Number(-0.0F)}, 32));
    EXPECT_EQ(FilterOf(*merged, 1), ByArrow({Number(0.0), Number(-0.0)}, 32));
  }
}

// The hash of a number is that of its bytes, which are others in the wider type.
TEST(MadeFilters, OfWiderTypesHoldTheWiderValues) {
  const BufferPtr narrow =
      FileOf(TableFrom({{"a", arrow::int32(), "[1, -2]"}}), 10, Filtered({"a"}));
  const BufferPtr wide = FileOf(TableFrom({{"a", arrow::int64(), "[3]"}}), 10, Filtered({"a"}));
  const auto merged = MergeBuffers({narrow, wide}, MergeFor("generic"), {{"a", "bigint"}});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(FilterOf(*merged, 0),
            ByArrow({Number(int64_t{1}), Number(int64_t{-2}), Number(int64_t{3})}, 32));
}

// What has no values has nothing to be found.
TEST(MadeFilters, NeedNoneOfChunksWithoutValues) {
  const BufferPtr with =
      FileOf(TableFrom({{"a", arrow::int32(), "[5, null]"}}), 10, Filtered({"a"}));
  const BufferPtr nulls = FileOf(TableFrom({{"a", arrow::int32(), "[null, null]"}}));
  const BufferPtr other = FileOf(TableFrom({{"b", arrow::int32(), "[1]"}}));
  const auto merged = MergeBuffers({with, nulls, other}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(FilterOf(*merged, 0), ByArrow({Number(5)}, 32));
  EXPECT_EQ(FilterOf(*merged, 1), "");
  EXPECT_THAT(WarningsOf(*merged), IsEmpty());
}

// Values count, not chunks, and nulls are none.
TEST(MadeFilters, AreMadeWhereHalfOfTheValuesHadOne) {
  const BufferPtr with = FileOf(TableFrom({{"a", arrow::int32(), "[5, 6]"}}), 10, Filtered({"a"}));
  const BufferPtr without = FileOf(TableFrom({{"a", arrow::int32(), "[null, 7]"}}));
  const auto merged = MergeBuffers({without, with, without}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(FilterOf(*merged, 0), ByArrow({Number(5), Number(6), Number(7)}, 32));
  EXPECT_THAT(WarningsOf(*merged), IsEmpty());
}

TEST(MadeFilters, AreNotMadeWhereMostValuesHadNone) {
  const auto some = TableFrom({{"a", arrow::int32(), "[5, 6, null]"}});
  const auto more = TableFrom({{"a", arrow::int32(), "[7, 8, 9]"}});
  const auto merged =
      MergeBuffers({FileOf(some, 10, Filtered({"a"})), FileOf(more)}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(FilterOf(*merged, 0), "");
  EXPECT_THAT(WarningsOf(*merged), ElementsAre("Bloom filters dropped: most values had none: a"));
}

TEST(MadeFilters, AreNotMadeForTargetsThatHaveNoUseForThem) {
  const auto merged = MergeBuffers(SomeFiles(true), MergeFor("snowflake"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  for (size_t column = 0; column < 4; ++column) EXPECT_EQ(FilterOf(*merged, column), "");
  EXPECT_THAT(WarningsOf(*merged), ElementsAre("Bloom filters dropped: the target has no use for "
                                               "them: n, k, d, l.list.element"));
}

// The filters of inputs tell that somebody wants some, and nothing else: these deny all.
TEST(MadeFilters, OfFilesWhoseFiltersLieAreRight) {
  Files files = SomeFiles(true);
  for (BufferPtr& file : files) {
    std::string bytes = file->ToString();
    const FileMetaData footer = *FootersOf({file})->begin();
    for (const ColumnChunk& chunk : footer.row_groups[0].columns) {
      const auto end = static_cast<size_t>(*chunk.meta_data->bloom_filter_offset +
                                           *chunk.meta_data->bloom_filter_length);
      bytes.replace(end - 32, 32, 32, '\0');
    }
    file = arrow::Buffer::FromString(bytes);
  }
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ExpectTheirFilters(*merged);
}

// Row groups that are large enough to be copied keep theirs, byte for byte.
TEST(MadeFilters, OfCopiedRowGroupsAreTheInputs) {
  const Files files = SomeFiles(false);
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 100;
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->footers[0].row_groups.size(), 3U);
  EXPECT_THAT(merged->receipts[0].outputs[0].row_groups[0].levels, ElementsAre(1, 1, 1, 1));
  const auto inputs = FootersOf(files);
  for (size_t group = 0; group < 3; ++group) {
    for (size_t column = 0; column < 4; ++column) {
      const ColumnMetaData& before = *(*inputs)[group].row_groups[0].columns[column].meta_data;
      EXPECT_EQ(FilterOf(*merged, column, group), FilterIn(files[group], before));
    }
  }
  EXPECT_THAT(WarningsOf(*merged), IsEmpty());
}

// By arrow-go, whose filters may lie: a copy would keep the lie, what is made does not have it.
TEST(MadeFilters, OfWritersThatAreNotTrustedWithThem) {
  const BufferPtr file = FileOf(TableFrom({{"a", arrow::int64(), "[1, 2, 3]"}}), 10,
                                Filtered({"a"}, 100, true, "parquet-go version 18.5.0"));
  const auto made = MergeBuffers({file, file}, MergeFor("generic"));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(FilterOf(*made, 0),
            ByArrow({Number(int64_t{1}), Number(int64_t{2}), Number(int64_t{3})}, 32));
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 10;
  const auto copied = MergeBuffers({file, file}, options);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_THAT(copied->receipts[0].outputs[0].row_groups[0].levels, ElementsAre(1));
  EXPECT_EQ(FilterOf(*copied, 0), "");
  EXPECT_THAT(WarningsOf(*copied),
              ElementsAre("Bloom filters dropped: the writer is not trusted with them: a"));
}

// They are held until the file ends.
TEST(MadeFilters, OfAFileTakeNoMoreThanTheyMay) {
  const BufferPtr plain = FileOf(TableFrom({{"a", arrow::int64(), "[1, 2, 3]"}}));
  FileMetaData footer = *FootersOf({plain})->begin();
  const std::string bits = ByArrow({}, kMaxFilters / 4);
  const auto filter = static_cast<int64_t>(bits.size());
  ColumnChunk& chunk = footer.row_groups[0].columns[0];
  chunk.column_index_offset.reset();
  chunk.offset_index_offset.reset();
  ColumnMetaData& meta = *chunk.meta_data;
  meta.bloom_filter_offset = meta.pages().end();
  meta.bloom_filter_length = static_cast<int32_t>(filter);
  const std::string pages = plain->ToString().substr(0, static_cast<size_t>(meta.pages().end()));
  const BufferPtr file = arrow::Buffer::FromString(pages + bits + *SerializeFooter(footer));
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 10;
  const auto merged = MergeBuffers({file, file, file, file}, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  const auto room = static_cast<size_t>(kMaxFilters / filter);
  for (size_t group = 0; group < 4; ++group) {
    EXPECT_EQ(FilterOf(*merged, 0, group).empty(), group >= room) << group;
  }
  EXPECT_THAT(WarningsOf(*merged), ElementsAre("Bloom filters dropped: the file has too many: a"));
}

}  // namespace
}  // namespace pqpack::testing

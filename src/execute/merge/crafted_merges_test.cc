// SPDX-License-Identifier: Apache-2.0
//
// Merges of files that are right but rare, and of such that lie.
#include <arrow/array.h>
#include <arrow/util/crc32.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/merge/crafted_pages_testing.h"
#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr MaxLevels kRequired{0, 0}, kOptional{0, 1}, kList{1, 3}, kRequiredList{1, 2};

CraftedPage Plain(const std::vector<int64_t>& values) {
  CraftedPage page;
  page.values = PlainNumbers(values);
  page.slots = static_cast<int32_t>(values.size());
  return page;
}

CraftedPage Indexed(const std::vector<uint32_t>& indices, int64_t dictionary_size) {
  CraftedPage page;
  page.encoding = Encoding::kRleDictionary;
  page.values = Indices(indices, dictionary_size);
  page.slots = static_cast<int32_t>(indices.size());
  return page;
}

std::vector<int64_t> ValuesOf(const MergedFiles& merged) {
  std::vector<int64_t> values;
  const auto table = TableOfAll(merged.outputs);
  EXPECT_TRUE(table.ok()) << table.status();
  for (const auto& chunk : (*table)->column(0)->chunks()) {
    const auto& numbers = static_cast<const arrow::Int64Array&>(*chunk);
    for (int64_t i = 0; i < numbers.length(); ++i) values.push_back(numbers.Value(i));
  }
  return values;
}

int8_t LevelOf(const MergedFiles& merged) {
  return merged.receipts[0].outputs[0].row_groups[0].levels[0];
}

const ColumnMetaData& MetaOf(const MergedFiles& merged) {
  return *merged.footers[0].row_groups[0].columns[0].meta_data;
}

// Readers leave row groups out by these counts.
void ExpectEncodingStats(const MergedFiles& merged) {
  std::vector<PageEncodingStats> counts;
  for (const PageBytes& page : PagesOf(merged.outputs[0], MetaOf(merged))) {
    const Encoding encoding = *page.header.encoding();
    const auto known = std::ranges::find_if(counts, [&](const PageEncodingStats& one) {
      return one.page_type == page.header.type && one.encoding == encoding;
    });
    if (known != counts.end()) {
      ++known->count;
      continue;
    }
    counts.emplace_back();
    counts.back().page_type = page.header.type;
    counts.back().encoding = encoding;
    counts.back().count = 1;
  }
  EXPECT_EQ(MetaOf(merged).encoding_stats, counts);
}

// PLAIN, indices, PLAIN, indices, of pages of both versions: Spark misreads them in one chunk.
TEST(CraftedMerges, PlainAndIndicesMix) {
  CraftedPage v2 = Indexed({1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0}, 2);
  v2.v2 = true;
  const Files files{
      Craft({kRequired, {}, {Plain({5, 6})}, 2, {}}),
      Craft({kRequired, {100, 200}, {v2, Plain({7})}, 12, {}}),
      Craft({kRequired, {}, {Plain({8, 9, 10})}, 3, {}}),
      Craft({kRequired, {200, 300}, {Indexed({0, 1, 1, 0, 0, 0, 0, 0, 0}, 2)}, 9, {}})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 3);
  EXPECT_THAT(ValuesOf(*merged),
              ElementsAre(5, 6, 200, 100, 200, 200, 200, 200, 200, 200, 200, 200, 100, 7, 8, 9, 10,
                          200, 300, 300, 200, 200, 200, 200, 200, 200));
  ExpectEncodingStats(*merged);
}

// A column that outgrew its dictionary, of which nearly each value was a new entry.
TEST(CraftedMerges, ADictionaryThatWasGivenUpAndOfLittleUseIsWrittenOut) {
  const Files files{
      Craft({kRequired, {100, 200, 300}, {Indexed({0, 1, 2}, 3), Plain({7, 8})}, 5, {}}),
      Craft({kRequired, {400, 100}, {Indexed({0, 1}, 2), Plain({9})}, 3, {}}),
      Craft({kRequired, {}, {Plain({5, 6})}, 2, {}})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  EXPECT_THAT(ValuesOf(*merged), ElementsAre(100, 200, 300, 7, 8, 400, 100, 9, 5, 6));
  EXPECT_FALSE(MetaOf(*merged).dictionary_page_offset);
  EXPECT_EQ(MetaOf(*merged).encodings, std::vector{Encoding::kPlain});
  ExpectEncodingStats(*merged);
}

// Some readers take the groups that are there, Arrow refuses the run: what is made of it all can
// read.
TEST(CraftedMerges, ARunThatClaimsGroupsThatAreNotThere) {
  CraftedPage page = Indexed({0, 1, 0, 1, 1, 0, 0, 1, 1}, 2);
  ASSERT_EQ(page.values.substr(0, 2), (std::string{1, 2 << 1 | 1}));  // their width, two groups
  page.values[1] = 4 << 1 | 1;
  const Files files{
      Craft({kRequired, {100, 200}, {page}, 9, {}}),
      Craft({kRequired, {200, 300}, {Indexed({0, 1, 1, 0, 0, 0, 0, 0, 0}, 2)}, 9, {}})};
  EXPECT_FALSE(TableOfAll({files[0]}).ok());
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  EXPECT_THAT(ValuesOf(*merged), ElementsAre(100, 200, 100, 200, 200, 100, 100, 200, 200, 200, 300,
                                             300, 200, 200, 200, 200, 200, 200));
}

// One entry takes no bits, and a page of nulls has no index at all, by some writers not even a
// width.
TEST(CraftedMerges, IndicesOfNoBitsAndOfNoValues) {
  CraftedPage one = Indexed({0, 0, 0}, 1);
  one.definition = {1, 1, 0, 1};
  CraftedPage nulls = Indexed({}, 1);
  nulls.definition = {0, 0};
  CraftedPage bare = nulls;
  bare.values.clear();
  const Files files{Craft({kOptional, {42}, {one, nulls, bare}, 8, {}}),
                    Craft({kOptional, {43}, {one}, 4, {}})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  const auto rows = TableOfAll(merged->outputs);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto expected = TableFrom(
      {{"a", arrow::int64(), "[42, 42, null, 42, null, null, null, null, 43, 43, null, 43]"}});
  EXPECT_TRUE((*rows)->Equals(*expected)) << (*rows)->ToString();
  EXPECT_EQ(MetaOf(*merged).statistics->null_count, 6);
}

// A file of nulls alone has a dictionary without entries.  In one chunk with indices its pages are
// pages of indices, too.
TEST(CraftedMerges, NullsAloneAreAmongIndices) {
  const auto file = [](const char* values) {
    return FileOf(TableFrom({{"a", arrow::int64(), values}}));
  };
  const Files files{file("[null, null]"), file("[7, 7, 7, 7, 8, 8]"), file("[null]")};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  ExpectSameTable(files, *merged);
  EXPECT_EQ(MetaOf(*merged).encodings,
            (std::vector{Encoding::kPlain, Encoding::kRle, Encoding::kRleDictionary}));
  const std::vector<PageBytes> pages = PagesOf(merged->outputs[0], MetaOf(*merged));
  ASSERT_EQ(pages.size(), 2);
  EXPECT_EQ(pages[1].header.encoding(), Encoding::kRleDictionary);
  EXPECT_EQ(pages[1].header.num_values(), 9);
  ExpectEncodingStats(*merged);
}

std::vector<int64_t> Ascending(int64_t first, size_t count) {
  std::vector<int64_t> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

// Pages of version 1 that cut a record: moved as they are they have no offset index, joined they
// do.
TEST(CraftedMerges, PagesThatCutRecords) {
  constexpr size_t kLong = 30'000;
  for (const size_t slots : {size_t{10}, kLong}) {
    SCOPED_TRACE(slots);
    CraftedPage head, tail;
    head.values = PlainNumbers(Ascending(0, slots));
    head.definition.assign(slots, 3);
    head.repetition.assign(slots, 1);
    head.repetition[0] = 0;
    tail = head;
    tail.repetition[0] = 1;  // goes on with the record
    tail.repetition[5] = 0;
    const Files files{Craft({kList, {}, {head, tail}, 2, {}}), Craft({kList, {}, {head}, 1, {}})};
    const auto merged = MergeBuffers(files, MergeFor("generic"));
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(LevelOf(*merged), 2);
    ExpectSameRows(files, *merged);
    const bool indexed =
        merged->footers[0].row_groups[0].columns[0].offset_index_offset.has_value();
    EXPECT_EQ(indexed, slots != kLong);
  }
}

// Alone they are large enough to go as they are; what they are in, or are numbered by, is not
// that of the output.
TEST(CraftedMerges, LargePagesThatHaveToChange) {
  constexpr int64_t kRows = 30'000;
  const auto file = [](int64_t step, bool nullable, parquet::WriterProperties::Builder* builder) {
    std::string values = "[";
    for (int64_t i = 0; i < kRows; ++i) {
      values += (i > 0 ? "," : "") + std::to_string(i * step % 301);
    }
    return FileOf(TableFrom({{"a", arrow::int64(), values + "]", nullable}}), 1 << 20,
                  builder->build());
  };
  parquet::WriterProperties::Builder snappy, gzip, plain;
  snappy.compression(arrow::Compression::SNAPPY);
  gzip.compression(arrow::Compression::GZIP)->disable_dictionary();
  plain.compression(arrow::Compression::SNAPPY)->disable_dictionary();
  const std::vector<Files> cases{
      {file(1, true, &snappy), file(7, true, &snappy), file(7, true, &snappy)},
      {file(1, true, &plain), file(3, true, &plain), file(1, true, &gzip)},
      {file(1, false, &plain), file(2, true, &plain)},
      {file(1, true, &snappy), file(2, false, &snappy)}};
  for (const Files& files : cases) {
    const auto merged = MergeBuffers(files, MergeFor("generic"));
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(LevelOf(*merged), 2);
    ExpectSameTable(files, *merged);
  }
}

// A made page ends where a row begins, not where a page of the source does.
TEST(CraftedMerges, MadePagesEndWhereRowsBegin) {
  const auto page = [](size_t slots, size_t row) {
    CraftedPage one;
    one.values = Indices(std::vector<uint32_t>(slots, 0), 1);
    one.encoding = Encoding::kRleDictionary;
    one.definition.assign(slots, 3);
    one.repetition.assign(slots, 1);
    one.repetition[row] = 0;
    return one;
  };
  const CraftedColumn column{kList, {7}, {page(19'000, 0), page(1500, 0), page(900, 5)}, 3, {}};
  const Files files{Craft(column), Craft({kList, {8}, {page(10, 0)}, 1, {}})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  ExpectSameRows(files, *merged);
  std::vector<int32_t> slots;
  for (const PageBytes& made : PagesOf(merged->outputs[0], MetaOf(*merged))) {
    if (made.header.is_data()) slots.push_back(*made.header.num_values());
  }
  EXPECT_THAT(slots, ElementsAre(20'505, 905));
  EXPECT_TRUE(merged->footers[0].row_groups[0].columns[0].offset_index_offset);
}

// What is behind the entries of its own file would be one of another's.
TEST(CraftedMerges, AnIndexBehindItsDictionaryIsNotMoved) {
  std::vector<uint32_t> indices(20'000);
  for (size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<uint32_t>(i % 3);
  const CraftedColumn more{kRequired, {400, 500}, {Indexed({0, 1, 0, 0, 0, 0, 0, 0}, 2)}, 8, {}};
  const CraftedColumn right{kRequired, {100, 200, 300}, {Indexed(indices, 3)}, 20'000, {}};
  const auto merged = MergeBuffers({Craft(right), Craft(more)}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  CraftedColumn wrong = right;
  indices[17'000] = 3;
  wrong.pages = {Indexed(indices, 4)};
  const auto refused = MergeBuffers({Craft(wrong), Craft(more)}, MergeFor("generic"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(CodeOf(refused.status()), ErrorCode::kCorrupt) << refused.status();
}

BufferPtr Checked(int64_t first, int64_t rows) {
  parquet::WriterProperties::Builder builder;
  builder.disable_dictionary()->enable_page_checksum()->compression(arrow::Compression::SNAPPY);
  std::string values = "[";
  for (int64_t i = 0; i < rows; ++i) {
    values += (i > 0 ? "," : "") + std::to_string(first + i);
  }
  return FileOf(TableFrom({{"a", arrow::int64(), values + "]"}}), 1 << 20, builder.build());
}

// Of pages that go as they are, and of made ones where a source had them.
TEST(CraftedMerges, ChecksumsAreThoseOfThePages) {
  const auto merged =
      MergeBuffers({Checked(0, 20'000), Checked(9, 5), Checked(3, 7)}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  const auto pages = PagesOf(merged->outputs[0], MetaOf(*merged));
  ASSERT_EQ(pages.size(), 2u);
  for (const PageBytes& page : pages) {
    const Bytes body = AsBytes(page.body);
    EXPECT_EQ(page.header.crc,
              static_cast<int32_t>(arrow::internal::crc32(0, body.data(), body.size())));
  }
}

TEST(CraftedMerges, APageWithAnotherChecksumIsNotMoved) {
  const BufferPtr good = Checked(0, 100);
  std::string bytes = good->ToString();
  const auto footer = FooterOf(good);
  ASSERT_TRUE(footer.ok());
  bytes[static_cast<size_t>(footer->row_groups[0].columns[0].meta_data->pages().end() - 1)] ^= 1;
  const auto merged = MergeBuffers({good, arrow::Buffer::FromString(bytes)}, MergeFor("generic"));
  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(CodeOf(merged.status()), ErrorCode::kCorrupt) << merged.status();
}

// In page headers they would be taken for bounds in the order that the output names.
TEST(CraftedMerges, StatisticsOfNoOrderLeavePageHeaders) {
  parquet::WriterProperties::Builder builder;
  builder.disable_dictionary()->disable_write_page_index();
  std::string values = "[0";
  for (int64_t i = 1; i < 20'000; ++i) values += "," + std::to_string(i);
  const BufferPtr told =
      FileOf(TableFrom({{"a", arrow::int64(), values + "]"}}), 1 << 20, builder.build());
  const auto has_statistics = [](const BufferPtr& file) {
    const auto merged = MergeBuffers({file, file}, MergeFor("generic"));
    EXPECT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(LevelOf(*merged), 2);
    const auto pages = PagesOf(merged->outputs[0], MetaOf(*merged));
    EXPECT_EQ(pages.size(), 2u);
    return pages[0].header.data->statistics.has_value();
  };
  EXPECT_TRUE(has_statistics(told));
  EXPECT_FALSE(
      has_statistics(WithFooter(told, [](FileMetaData& footer) { footer.column_orders.reset(); })));
}

// Each is refused by level 2; what is no fault of the rows level 3 reads all the same.
struct Lie {
  const char* name;
  CraftedColumn column;
  const char* error;  // of level 3; null: it reads the rows
};

CraftedPage WithLevels(CraftedPage page, std::vector<int16_t> definition,
                       std::vector<int16_t> repetition = {}) {
  page.definition = std::move(definition);
  page.repetition = std::move(repetition);
  return page;
}

class Lies : public ::testing::TestWithParam<Lie> {};

TEST_P(Lies, AreNotMoved) {
  const Lie& lie = GetParam();
  CraftedColumn good{lie.column.max, {}, {Plain({1})}, 1, {}};
  if (lie.column.max.definition > 0) {
    good.pages[0].definition = {lie.column.max.definition};
    if (lie.column.max.repetition > 0) good.pages[0].repetition = {0};
  }
  const Files files{Craft(good), Craft(lie.column)};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  if (lie.error != nullptr) {
    ASSERT_FALSE(merged.ok());
    EXPECT_THAT(merged.status().message(), HasSubstr(lie.error));
    return;
  }
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 3);
}

INSTANTIATE_TEST_SUITE_P(
    All, Lies,
    ::testing::Values(
        Lie{"index_beyond_the_dictionary",
            {kRequired, {7, 8, 9}, {Indexed({0, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 4)}, 10, {}},
            "column a: "},
        Lie{"index_beyond_a_dictionary_that_does_not_pay",
            {kRequired, {7, 8, 9}, {Indexed({0, 3}, 4)}, 2, {}},
            "column a: "},
        Lie{"bytes_behind_the_values",
            {kRequired,
             {},
             {[] {
               CraftedPage page = Plain({1, 2});
               page.values += "more";
               return page;
             }()},
             2,
             {}},
            nullptr},
        Lie{"fewer_values_than_slots",
            {kRequired,
             {},
             {[] {
               CraftedPage page = Plain({1, 2});
               page.slots = 3;
               return page;
             }()},
             3,
             {}},
            "column a: "},
        Lie{"more_values_than_the_footer_says",
            {kRequired,
             {},
             {Plain({1, 2}), Plain({3})},
             2,
             [](FileMetaData& footer) {
               footer.row_groups[0].columns[0].meta_data->num_values = 2;
             }},
            "column a: "},
        Lie{"a_level_above_the_largest",
            {kRequiredList, {}, {WithLevels(Plain({1}), {2, 3}, {0, 0})}, 2, {}},
            "column a.list.element: "},
        Lie{"a_first_level_within_a_row",
            {kList, {}, {WithLevels(Plain({1, 2}), {3, 3}, {1, 0})}, 1, {}},
            "column a.list.element: "},
        Lie{"other_rows_than_the_row_group",
            {kList, {}, {WithLevels(Plain({1, 2}), {3, 3}, {0, 1})}, 2, {}},
            "column a.list.element: "}),
    [](const auto& lie) { return std::string(lie.param.name); });

// Nulls that a footer does not count right: what was seen counts.
TEST(CraftedMerges, NullsAreCounted) {
  const auto lying = [](FileMetaData& footer) {
    Statistics statistics;
    statistics.null_count = 2;
    footer.row_groups[0].columns[0].meta_data->statistics = statistics;
  };
  const Files files{
      Craft({kOptional, {}, {WithLevels(Plain({1, 2}), {1, 1})}, 2, lying}),
      Craft({kOptional, {}, {WithLevels(Plain({3}), {1, 0})}, 2, [](FileMetaData& footer) {
               Statistics statistics;
               statistics.min_value = statistics.max_value = PlainNumbers({3});
               footer.row_groups[0].columns[0].meta_data->statistics = statistics;
             }})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  EXPECT_EQ(MetaOf(*merged).statistics->null_count, 1);
  EXPECT_FALSE(MetaOf(*merged).statistics->HasBounds());
}

// Bounds say nothing where the file does not say by which order, in page headers neither.
TEST(CraftedMerges, BoundsOfNoOrderAreDropped) {
  const auto disordered = [](FileMetaData& footer) {
    Statistics statistics;
    statistics.min_value = statistics.max_value = PlainNumbers({5});
    footer.row_groups[0].columns[0].meta_data->statistics = statistics;
    footer.column_orders.reset();
  };
  const Files files{Craft({kRequired, {}, {Plain({5})}, 1, disordered}),
                    Craft({kRequired, {}, {Plain({5})}, 1, disordered})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 2);
  EXPECT_FALSE(MetaOf(*merged).statistics->HasBounds());
}

// Its pages may be wrong in ways that do not show.
TEST(CraftedMerges, PagesOfWritersThatAreNotKnownAreDecoded) {
  const auto strange = [](FileMetaData& footer) { footer.created_by = "somebody"; };
  const Files files{Craft({kRequired, {}, {Plain({5})}, 1, {}}),
                    Craft({kRequired, {}, {Plain({6})}, 1, strange})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(LevelOf(*merged), 3);
  EXPECT_THAT(ValuesOf(*merged), ElementsAre(5, 6));
}

}  // namespace
}  // namespace pqpack::testing

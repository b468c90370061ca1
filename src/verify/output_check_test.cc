// SPDX-License-Identifier: Apache-2.0
//
// Good outputs of a writer that is not ours pass; each of them, broken in one
// place, does not, and the message says which.
#include "verify/output_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "verify/good_outputs_testing.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project

Status Check(const Output& output, size_t step = 1 << 20) {
  const std::string bytes = WithFooter(output.file, output.footer.Write());
  OutputCheck check;
  for (size_t at = 0; at < bytes.size(); at += step) {
    PQ_RETURN_NOT_OK(check.Append(AsBytes(bytes).subspan(at, std::min(step, bytes.size() - at))));
  }
  return check.Finish(output.target, output.expected);
}

TEST(OutputCheck, LetsGoodOutputsPass) {
  for (const size_t step : {1, 10, 1 << 20}) {
    EXPECT_EQ(Check(Plain(), step), Status::OK());
    EXPECT_EQ(Check(Indexed(), step), Status::OK());
  }
  Output no_rows = Load("no_rows", "snowflake");
  no_rows.expected.num_rows = 0;
  no_rows.expected.row_group_rows = {};
  EXPECT_EQ(Check(no_rows), Status::OK());
}

struct Break {
  const char* name;
  Output (*load)();
  std::function<void(Output&)> damage;
  const char* message;
};

void PrintTo(const Break& it, std::ostream* out) { *out << it.name; }

class OutputCheckBreaks : public ::testing::TestWithParam<Break> {};

TEST_P(OutputCheckBreaks, IsFound) {
  Output output = GetParam().load();
  GetParam().damage(output);
  const Status status = Check(output);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_EQ(status.message(), GetParam().message);
  EXPECT_FALSE(ActionOf(status).empty());
}

std::string NameOf(const ::testing::TestParamInfo<Break>& info) { return info.param.name; }

ThriftTree I32(int64_t value) { return ThriftTree::Integer(ThriftTree::kI32, value); }
ThriftTree I64(int64_t value) { return ThriftTree::Integer(ThriftTree::kI64, value); }

Output EmptyGroup() {
  Output output = Load("empty_row_group", "snowflake");
  output.expected.num_rows = 0;
  output.expected.row_group_rows = {0};
  return output;
}

// Against what was expected, and in the file as a whole.
INSTANTIATE_TEST_SUITE_P(
    File, OutputCheckBreaks,
    ::testing::Values(
        Break{"Rows", Plain, [](Output& o) { o.expected.num_rows = 301; },
              "the output has 300 rows instead of 301"},
        Break{"RowGroups", Plain, [](Output& o) { o.expected.row_group_rows = {300}; },
              "the output has 2 row groups instead of 1"},
        Break{"RowsOfAGroup", Plain, [](Output& o) { o.expected.row_group_rows = {100, 200}; },
              "row group 0 has 200 rows instead of 100"},
        Break{"EmptyRowGroup", EmptyGroup, [](Output&) {}, "row group 0 has no rows"},
        Break{"LargeRowGroup", Plain, [](Output& o) { o.target.max_row_group_rows = 199; },
              "row group 0 has 200 rows, more than snowflake allows (199)"},
        Break{"ColumnMissing", Plain, [](Output& o) { o.expected.leaves.push_back({}); },
              "the output has 6 columns instead of 7"},
        Break{"ColumnName", Plain, [](Output& o) { o.expected.leaves[3].path = {"tags"}; },
              "column 3 is called 'tags.list.element' instead of 'tags'"},
        Break{"ColumnType", Plain,
              [](Output& o) { o.expected.leaves[0].type = PhysicalType::kInt32; },
              "column 0 (id) is INT64 instead of INT32"},
        Break{"KeyMissing", Plain, [](Output& o) { o.expected.keys.push_back("more"); },
              "the output lacks the key 'more' in its metadata"},
        Break{"NoKeys", Plain, [](Output& o) { o.footer.Erase(5); },
              "the output lacks the key 'origin' in its metadata"},
        Break{"RootRepeated", Plain, [](Output& o) { o.footer(2)[0](3).number = 2; },
              "the schema's root is REPEATED"},
        Break{"ColumnOrders", Plain, [](Output& o) { o.footer(7).items.pop_back(); },
              "the output has 5 column orders for 6 columns"},
        Break{"NoColumnOrders", Plain, [](Output& o) { o.footer.Erase(7); },
              "row group 0, column 0 (id): its statistics have bounds, the file no column orders"},
        Break{"FooterRows", Plain, [](Output& o) { o.footer(3).number = 299; },
              "the output's footer: the row groups have more rows than the footer's 299, from row "
              "group 1 on"},
        Break{"FooterUnreadable", Plain, [](Output& o) { o.footer.Erase(3); },
              "the output's footer: footer: FileMetaData lacks its field 3 at byte 1381, in "
              "FileMetaData.7"},
        Break{"Encrypted", Plain, [](Output& o) { o.footer.Add(8, {}); },
              "the output's footer: the file, or some of its columns, is encrypted"},
        Break{"GroupSize", Plain, [](Output& o) { ++o.group(1)(2).number; },
              "row group 1 gives 2725 bytes, its columns 2724"},
        Break{"GroupCompressedSize", Plain, [](Output& o) { ++o.group(1)(6).number; },
              "row group 1 gives 1940 compressed bytes, its columns 1939"},
        Break{"GroupOffset", Plain, [](Output& o) { ++o.group(1)(5).number; },
              "row group 1 starts at 3480, not at 3481"},
        Break{"GroupOrdinal", Plain,
              [](Output& o) { o.group(1).Add(7, ThriftTree::Integer(ThriftTree::kI16, 0)); },
              "row group 1 calls itself 0"},
        Break{"SortedByWhat", Plain,
              [](Output& o) {
                ThriftTree column;
                column.Add(1, I32(6));
                column.Add(2, ThriftTree::Integer(ThriftTree::kTrue, 0));
                column.Add(3, ThriftTree::Integer(ThriftTree::kTrue, 0));
                ThriftTree& list = o.group(0).Add(4, ThriftTree::Integer(ThriftTree::kList, 0));
                list.element = ThriftTree::kStruct;
                list.items = {column};
              },
              "row group 0 is sorted by column 6 of 6"}),
    NameOf);

// The schema, for a target that is particular about it.
INSTANTIATE_TEST_SUITE_P(
    Schema, OutputCheckBreaks,
    ::testing::Values(
        Break{"ListName", Plain,
              [](Output& o) {
                o.footer(2)[5](4).bytes = "bag";
                for (size_t g = 0; g < 2; ++g) o.meta(g, 3)(3)[1].bytes = "bag";
                o.expected.leaves[3].path[1] = "bag";
              },
              "the list 'tags' is not `repeated group list { element }`"},
        Break{"MapName", Plain,
              [](Output& o) {
                o.footer(2)[8](4).bytes = "map";
                for (size_t g = 0; g < 2; ++g) {
                  for (size_t c : {4, 5}) o.meta(g, c)(3)[1].bytes = "map";
                }
                o.expected.leaves[4].path[1] = o.expected.leaves[5].path[1] = "map";
              },
              "the map 'map' is not `repeated group key_value { required key; [value] }`"},
        Break{"BareRepeated", Plain,
              [](Output& o) {
                o.footer(2)[4].Erase(6);
                o.footer(2)[4].Erase(10);
              },
              "'tags.list' is repeated without being a list or map"},
        Break{"NoConvertedType", Plain, [](Output& o) { o.footer(2)[3].Erase(6); },
              "'when' is TIMESTAMP(MICROS, UTC) without the converted type TIMESTAMP_MICROS"},
        Break{"WrongConvertedType", Plain, [](Output& o) { o.footer(2)[3](6).number = 9; },
              "'when' is TIMESTAMP(MICROS, UTC) without the converted type TIMESTAMP_MICROS"}),
    NameOf);

// Pages that are not what the footer says of them.  Chunk (0, 0) begins at 4 with
// a dictionary page.
INSTANTIATE_TEST_SUITE_P(
    Chunk, OutputCheckBreaks,
    ::testing::Values(
        Break{"Short", Plain, [](Output& o) { --o.meta(0, 0)(7).number; },
              "row group 0, column 0 (id): its bytes from 4 to 1283 are not whole pages, from 1284 "
              "on"},
        Break{"ShortByAPage", Plain,
              [](Output& o) {
                o.meta(0, 0)(5).number = 192;
                o.meta(0, 0)(7).number = 1189 - 4;
              },
              "the output's footer: row group 0, column 0 (id): 192 values for 200 rows"},
        Break{
            "Shifted", Plain,
            [](Output& o) {
              o.meta(0, 0)(11).number = 5;
              --o.meta(0, 0)(7).number;
            },
            "row group 0, column 0 (id): its bytes from 5 to 1284 are not whole pages, from 5 on"},
        Break{"OrphanPages", Plain,
              [](Output& o) {
                o.footer(4).items.pop_back();
                o.footer(3).number = 200;
                o.expected.row_group_rows = {200};
                o.expected.num_rows = 200;
              },
              "15 of the output's 36 pages belong to no column chunk"},
        Break{"NestedValues", Plain, [](Output& o) { ++o.meta(0, 3)(5).number; },
              "row group 0, column 3 (tags.list.element): its pages have 300 values, the footer "
              "says 301"},
        Break{"UncompressedSize", Plain, [](Output& o) { ++o.meta(0, 0)(6).number; },
              "row group 0, column 0 (id): its pages have 2058 bytes uncompressed, the footer says "
              "2059"},
        Break{"DataOffset", Plain, [](Output& o) { ++o.meta(0, 0)(9).number; },
              "row group 0, column 0 (id): data_page_offset is 835, the first data page is at 834"},
        Break{"DictionaryOffsetMissing", Plain,
              [](Output& o) {
                o.meta(0, 0).Erase(11);
                o.meta(0, 0)(9).number = 4;
              },
              "row group 0, column 0 (id): data_page_offset is 4, the first data page is at 834"},
        Break{"CodecOfTarget", Plain, [](Output& o) { o.meta(1, 2)(4).number = 7; },
              "row group 1, column 2 (when): snowflake does not read LZ4_RAW"},
        Break{
            "CodecNone", Plain, [](Output& o) { o.meta(0, 0)(4).number = 0; },
            "row group 0, column 0 (id): the page at 4 has 813 bytes and 1600 uncompressed, but is "
            "not compressed"},
        Break{"EncodingOfTarget", Plain,
              [](Output& o) { o.target.encodings = EnumSet<Encoding>(Encoding::kPlain); },
              "row group 0, column 0 (id): snowflake does not read RLE_DICTIONARY, in the page at "
              "834"},
        Break{"PageKindOfTarget", Indexed,
              [](Output& o) { o.target.pages = Named("snowflake").pages; },
              "row group 0, column 0 (id): generic does not read the DATA_PAGE_V2 at 4"},
        Break{"EncodingsLackOne", Plain, [](Output& o) { o.meta(0, 0)(2)[2].number = 0; },
              "row group 0, column 0 (id): its encodings lack RLE_DICTIONARY"},
        Break{"EncodingsNameOneMore", Plain,
              [](Output& o) { o.meta(0, 0)(2).items.push_back(I32(5)); },
              "row group 0, column 0 (id): its encodings name DELTA_BINARY_PACKED, which no page "
              "has"},
        Break{"EncodingStatsCount", Plain, [](Output& o) { ++o.meta(0, 0)(13)[1](3).number; },
              "row group 0, column 0 (id): its encoding_stats are off by 1 for DATA_PAGE in "
              "RLE_DICTIONARY"},
        Break{"EncodingStatsLackOne", Plain, [](Output& o) { o.meta(0, 0)(13).items.pop_back(); },
              "row group 0, column 0 (id): its encoding_stats are off by -4 for DATA_PAGE in "
              "RLE_DICTIONARY"},
        Break{"EncodingStatsHideFallback", Plain,
              [](Output& o) { o.meta(0, 0)(13)[1](2).number = 0; },
              "row group 0, column 0 (id): its encoding_stats are off by 4 for DATA_PAGE in PLAIN"},
        Break{"EncodingStatsOrder", Plain,
              [](Output& o) { std::swap(o.meta(0, 0)(13)[0], o.meta(0, 0)(13)[1]); },
              "row group 0, column 0 (id): its encoding_stats do not start with the dictionary "
              "page"},
        Break{"DistinctCount", Plain, [](Output& o) { o.meta(0, 1)(12).Add(4, I64(0)); },
              "row group 0, column 1 (name): its statistics have a distinct_count"},
        Break{"NullCountNegative", Plain, [](Output& o) { o.meta(0, 1)(12)(3).number = -1; },
              "row group 0, column 1 (name): its statistics give -1 nulls in 200 values"},
        Break{"NullCountLarge", Plain, [](Output& o) { o.meta(0, 1)(12)(3).number = 201; },
              "row group 0, column 1 (name): its statistics give 201 nulls in 200 values"},
        Break{"NullsInRequired", Plain, [](Output& o) { o.meta(0, 0)(12)(3).number = 1; },
              "row group 0, column 0 (id): its statistics give 1 nulls in a required column"},
        Break{"BoundWidth", Plain, [](Output& o) { o.meta(0, 0)(12)(5).bytes = "abc"; },
              "row group 0, column 0 (id): its statistics have a bound of 3 bytes"},
        Break{"SizeStatisticsUnwanted", [] { return Load("plain", "snowflake"); }, [](Output&) {},
              "row group 0, column 1 (name): it has size statistics"},
        Break{"HistogramEntries", Indexed, [](Output& o) { o.meta(0, 3)(16)(3).items.pop_back(); },
              "row group 0, column 3 (tags.list.element): a level histogram of 3 entries for 300 "
              "values and level 3 at the most"},
        Break{"HistogramSum", Indexed, [](Output& o) { ++o.meta(0, 3)(16)(2)[1].number; },
              "row group 0, column 3 (tags.list.element): a level histogram of 2 entries for 300 "
              "values and level 1 at the most"}),
    NameOf);

// Bytes of page headers, which the footer does not know: chunk (0, 0) has its
// dictionary page at 4 and its first data page at 834.  In the other file chunk
// (0, 1) has a V2 page at 118.
INSTANTIATE_TEST_SUITE_P(
    Page, OutputCheckBreaks,
    ::testing::Values(
        Break{"IndexPage", Plain, [](Output& o) { o.Patch(5, "\x04", "\x02"); },
              "row group 0, column 0 (id): snowflake does not read the INDEX_PAGE at 4"},
        Break{"DictionaryInRle", Plain, [](Output& o) { o.Patch(17, {"\0", 1}, "\x06"); },
              "row group 0, column 0 (id): the dictionary page at 4 is in RLE"},
        Break{"OneValueMore", Plain, [](Output& o) { o.Patch(842, "\x80", "\x82"); },
              "row group 0, column 0 (id): its pages have 201 values, the footer says 200"},
        Break{"OtherEncoding", Plain, [](Output& o) { o.Patch(845, "\x10", {"\0", 1}); },
              "row group 0, column 0 (id): its encoding_stats are off by -1 for DATA_PAGE in "
              "PLAIN"},
        Break{"DefinitionLevels", Plain, [](Output& o) { o.Patch(847, "\x06", "\x08"); },
              "row group 0, column 0 (id): the page at 834 has levels in BIT_PACKED"},
        Break{"RepetitionLevels", Plain, [](Output& o) { o.Patch(849, "\x06", "\x08"); },
              "row group 0, column 0 (id): the page at 834 has levels in BIT_PACKED"},
        Break{"PageDistinctCount", Plain,
              [](Output& o) { o.Patch(871, {"\x16\0\x28", 3}, {"\x26\0\x18", 3}); },
              "row group 0, column 0 (id): the page at 834 has a distinct_count in its statistics"},
        Break{"LargerUncompressed", Plain, [](Output& o) { o.Patch(837, "\x64", "\x66"); },
              "row group 0, column 0 (id): its pages have 2059 bytes uncompressed, the footer says "
              "2058"},
        Break{"LargerBody", Plain, [](Output& o) { o.Patch(839, "\x68", "\x6a"); },
              "row group 0, column 0 (id): its bytes from 4 to 1284 are not whole pages, from 951 "
              "on"},
        Break{"NoHeader", Plain, [](Output& o) { o.Patch(950, "\x15", {"\0", 1}); },
              "row group 0, column 0 (id): its bytes from 4 to 1284 are not whole pages, from 950 "
              "on"},
        Break{"MoreRowsThanValues", Indexed, [](Output& o) { o.Patch(137, "\x80", "\x82"); },
              "row group 0, column 1 (name): the page at 118 has 64 values with 10 nulls in 65 "
              "rows"},
        Break{"MoreNullsThanValues", Indexed,
              [](Output& o) { o.Patch(132, "\x80\x01", {"\x92\0", 2}); },
              "row group 0, column 1 (name): the page at 118 has 9 values with 10 nulls in 64 "
              "rows"},
        Break{"OneRowLess", Indexed, [](Output& o) { o.Patch(137, "\x80\x01", {"\xfe\0", 2}); },
              "row group 0, column 1 (name): its pages have 199 rows, its row group 200"},
        Break{"NotCompressed", Indexed, [](Output& o) { o.Patch(121, "\x4e", "\x50"); },
              "row group 0, column 1 (name): the page at 118 has 39 bytes and 40 uncompressed, but "
              "is not compressed"}),
    NameOf);

// What lies between the pages and the footer.
INSTANTIATE_TEST_SUITE_P(
    Tail, OutputCheckBreaks,
    ::testing::Values(
        Break{"IndexUnwanted", Indexed, [](Output& o) { o.target.page_index = false; },
              "row group 0, column 0 (id): it has a page index or Bloom filter"},
        Break{"BloomUnwanted", Plain, [](Output& o) { o.meta(1, 0).Add(14, I64(5419)); },
              "row group 1, column 0 (id): it has a page index or Bloom filter"},
        Break{"IndexAmongPages", Indexed, [](Output& o) { o.chunk(0, 1)(4).number = 100; },
              "row group 0, column 1 (name): its offset index of 50 bytes at 100 is not behind the "
              "pages"},
        Break{
            "IndexBehindTheEnd", Indexed, [](Output& o) { o.chunk(0, 1)(6).number = 5300; },
            "row group 0, column 1 (name): its column index of 85 bytes at 5300 is not behind the "
            "pages"},
        Break{"IndexWithoutLength", Indexed, [](Output& o) { o.chunk(0, 1).Erase(5); },
              "row group 0, column 1 (name): its offset index of 0 bytes at 3495 is not behind the "
              "pages"},
        Break{"IndexOfAnotherColumn", Indexed,
              [](Output& o) {
                std::swap(o.chunk(0, 0)(4), o.chunk(0, 1)(4));
                std::swap(o.chunk(0, 0)(5), o.chunk(0, 1)(5));
              },
              "row group 0, column 0 (id): its offset index has 4 pages instead of 1"},
        Break{"OffsetOfAPage", Indexed,
              [](Output& o) {
                o.PatchTree(o.chunk(0, 1)(4), [](ThriftTree& index) { ++index(1)[1](1).number; });
              },
              "row group 0, column 1 (name): its offset index has a page of 69 bytes at 188, where "
              "there is one of 69 at 187"},
        Break{"SizeOfAPage", Indexed,
              [](Output& o) {
                o.PatchTree(o.chunk(0, 1)(4), [](ThriftTree& index) { --index(1)[1](2).number; });
              },
              "row group 0, column 1 (name): its offset index has a page of 68 bytes at 187, where "
              "there is one of 69 at 187"},
        Break{"FirstRowOfAPage", Indexed,
              [](Output& o) {
                o.PatchTree(o.chunk(0, 1)(4), [](ThriftTree& index) { ++index(1)[1](3).number; });
              },
              "row group 0, column 1 (name): its offset index lets the page at 187 start with row "
              "65"},
        Break{"OffsetIndexLacksAPage", Indexed,
              [](Output& o) {
                o.PatchTree(o.chunk(0, 1)(4), [](ThriftTree& index) { index(1).items.pop_back(); });
              },
              "row group 0, column 1 (name): offset index: it ends early, at byte 41"},
        Break{"ColumnIndexNulls", Indexed,
              [](Output& o) {
                o.PatchTree(o.chunk(0, 1)(6), [](ThriftTree& index) { ++index(5)[1].number; });
              },
              "row group 0, column 1 (name): its column index has 30 nulls, its statistics 29"},
        Break{"ColumnIndexNegativeNulls", Indexed,
              [](Output& o) {
                o.PatchTree(o.chunk(0, 1)(6), [](ThriftTree& index) { index(5)[1].number = -1; });
              },
              "row group 0, column 1 (name): its column index has a page of -1 nulls"},
        Break{"ColumnIndexUnreadable", Indexed,
              [](Output& o) {
                o.Patch(static_cast<size_t>(o.chunk(0, 1)(6).number), "\x19", {"\0", 1});
              },
              "row group 0, column 1 (name): column index: ColumnIndex lacks its field 1 at byte "
              "1, in "
              "ColumnIndex.0"},
        Break{"IndexThatNobodyNames", Indexed,
              [](Output& o) {
                o.chunk(0, 0).Erase(6);
                o.chunk(0, 0).Erase(7);
              },
              "the bytes from 2861 to 3755, between pages and footer, are not what the footer "
              "names, from 2861 on"},
        Break{"Rubbish", Plain, [](Output& o) { o.file.insert(5419, "rubbish"); },
              "the bytes from 5419 to 5426, between pages and footer, are not what the footer "
              "names, from 5419 on"}),
    NameOf);

std::string FileOf(const Output& output) { return WithFooter(output.file, output.footer.Write()); }

Status CheckBytes(const std::string& bytes, const Output& output) {
  OutputCheck check;
  PQ_RETURN_NOT_OK(check.Append(AsBytes(bytes)));
  return check.Finish(output.target, output.expected);
}

TEST(OutputCheck, SaysWhenThereIsNothing) {
  EXPECT_EQ(CheckBytes("", Plain()).message(), "the output of 0 bytes has no footer");
  EXPECT_EQ(CheckBytes("PAR1PAR1", Plain()).message(), "the output of 8 bytes has no footer");
}

TEST(OutputCheck, RefusesEveryTruncation) {
  for (const Output& output : {Plain(), Indexed()}) {
    const std::string bytes = FileOf(output);
    ASSERT_TRUE(CheckBytes(bytes, output).ok());
    for (size_t size = 0; size < bytes.size(); ++size) {
      const Status status = CheckBytes(bytes.substr(0, size), output);
      ASSERT_EQ(CodeOf(status), ErrorCode::kMismatch) << size;
    }
  }
}

TEST(OutputCheck, FindsAFooterThatDoesNotFillItsPlace) {
  const Output output = Plain();
  const std::string footer = output.footer.Write();
  const Status longer = CheckBytes(WithFooter(output.file, footer + "more"), output);
  EXPECT_EQ(longer.message(), fmt::format("the output's footer takes {} of its {} bytes",
                                          footer.size(), footer.size() + 4));
  // A length that reaches back into the pages.
  std::string bytes = FileOf(output);
  bytes[bytes.size() - 7] = '\x0f';
  const Status among = CheckBytes(bytes, output);
  EXPECT_EQ(CodeOf(among), ErrorCode::kMismatch);
  EXPECT_NE(among.message().find("among pages that end at 5419"), std::string::npos) << among;
}

// Whatever the bytes: an answer, and only the one error.
TEST(OutputCheck, SurvivesDamage) {
  std::mt19937 random(20260719);
  int found = 0;
  constexpr int kRounds = 1'500;
  for (const Output& output : {Plain(), Indexed()}) {
    const std::string bytes = FileOf(output);
    for (int round = 0; round < kRounds; ++round) {
      std::string damaged = bytes;
      damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
      const Status status = CheckBytes(damaged, output);
      if (status.ok()) continue;  // a value, a bound, a name of no interest
      ++found;
      ASSERT_EQ(CodeOf(status), ErrorCode::kMismatch) << status;
    }
  }
  // Half of such a small file is footer, and of that nearly everything counts.
  EXPECT_GT(found, kRounds / 2);
}

// The second row group of a good output, as if the store had copied it from elsewhere in a source
// that says the same of it.
struct CopiedPart {
  explicit CopiedPart(Output from) : output(std::move(from)) {
    source = ParseFooter(AsBytes(FooterBytes(output.file))).ValueOrDie();
    const auto& columns = source.row_groups[1].columns;
    range = {columns.front().meta_data->pages().offset, 0};
    range.length = columns.back().meta_data->pages().end() - range.offset;
    for (const ColumnChunk& chunk : columns) {
      auto& pages = first_pages.emplace_back();
      int64_t at = chunk.meta_data->pages().offset;
      do {
        const auto header = ParsePageHeader(AsBytes(output.file).subspan(static_cast<size_t>(at)));
        pages.push_back(FactOf(**header, at));
        at = pages.back().end();
        pages.back().offset += kElsewhere;
      } while (!pages.back().is_data());
    }
    for (RowGroup& group : source.row_groups) {
      for (ColumnChunk& chunk : group.columns) {
        chunk.meta_data->data_page_offset += kElsewhere;
        if (auto& at = chunk.meta_data->dictionary_page_offset) *at += kElsewhere;
      }
    }
  }

  Status Check() {
    const std::string bytes = WithFooter(output.file, output.footer.Write());
    const auto piece = [&](int64_t begin, int64_t end) {
      return AsBytes(bytes).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    };
    OutputCheck check;
    PQ_RETURN_NOT_OK(check.Append(piece(0, range.offset + early)));
    PQ_RETURN_NOT_OK(check.AppendCopied({.footer = source,
                                         .row_group = row_group,
                                         .range = {range.offset + kElsewhere, range.length},
                                         .first_pages = first_pages}));
    PQ_RETURN_NOT_OK(check.Append(piece(range.end() + early, static_cast<int64_t>(bytes.size()))));
    return check.Finish(output.target, output.expected);
  }

  static constexpr int64_t kElsewhere = 100'000;
  Output output;
  FileMetaData source;
  size_t row_group = 1;
  ByteRange range;
  std::vector<std::vector<PageFact>> first_pages;
  int64_t early = 0;  // bytes of it that were seen

  ColumnMetaData& old(size_t c) { return *source.row_groups[1].columns[c].meta_data; }
};

TEST(OutputCheck, LetsCopiedRowGroupsPass) {
  EXPECT_EQ(CopiedPart(Plain()).Check(), Status::OK());
  EXPECT_EQ(CopiedPart(Indexed()).Check(), Status::OK());
}

struct CopyBreak {
  const char* name;
  std::function<void(CopiedPart&)> damage;
  const char* message;
};

void PrintTo(const CopyBreak& it, std::ostream* out) { *out << it.name; }

class CopiedPartBreaks : public ::testing::TestWithParam<CopyBreak> {};

TEST_P(CopiedPartBreaks, IsFound) {
  CopiedPart part(Plain());
  GetParam().damage(part);
  const Status status = part.Check();
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_EQ(status.message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, CopiedPartBreaks,
    ::testing::Values(
        CopyBreak{"AnotherRowGroup", [](CopiedPart& p) { p.row_group = 0; },
                  "row group 1: 100 rows, its source has 200"},
        CopyBreak{"Rows", [](CopiedPart& p) { p.source.row_groups[1].num_rows = 99; },
                  "row group 1: 100 rows, its source has 99"},
        CopyBreak{"Values", [](CopiedPart& p) { p.old(3).num_values -= 1; },
                  "row group 1, column 3 (tags.list.element): its number of values is not that of "
                  "the source, whose bytes it has"},
        CopyBreak{"Size", [](CopiedPart& p) { p.old(2).total_compressed_size -= 1; },
                  "row group 1, column 2 (when): its place is not that of the source, whose bytes "
                  "it has"},
        CopyBreak{"Place", [](CopiedPart& p) { *p.old(2).dictionary_page_offset += 1; },
                  "row group 1, column 2 (when): its place is not that of the source, whose bytes "
                  "it has"},
        CopyBreak{"Codec", [](CopiedPart& p) { p.old(0).codec = Codec::kGzip; },
                  "row group 1, column 0 (id): its type or codec is not that of the source, whose "
                  "bytes it has"},
        CopyBreak{"Encodings", [](CopiedPart& p) { p.old(0).encodings.clear(); },
                  "row group 1, column 0 (id): its lists of encodings are not that of the source, "
                  "whose bytes it has"},
        CopyBreak{"Statistics", [](CopiedPart& p) { p.old(0).statistics->min_value = "x"; },
                  "row group 1, column 0 (id): its statistics are not that of the source, whose "
                  "bytes it has"},
        CopyBreak{"Levels",
                  [](CopiedPart& p) {
                    for (auto& element : p.source.schema) {
                      if (element.name == "id") element.repetition = Repetition::kOptional;
                    }
                  },
                  "row group 1: column 0 (id) has levels up to 0 and 0 instead of 1 and 0"},
        CopyBreak{"FirstPage", [](CopiedPart& p) { p.first_pages[0].back().num_values = 101; },
                  "row group 1, column 0 (id): its first pages have 101 values and 931 bytes "
                  "uncompressed, all of it has 100 and 1031"},
        CopyBreak{"NoFirstPage", [](CopiedPart& p) { p.first_pages[4].clear(); },
                  "row group 1, column 4 (map.key_value.key): no page"},
        CopyBreak{"WithinAPage", [](CopiedPart& p) { p.early = 3; },
                  "bytes that are not seen, at 3483, within a page"},
        CopyBreak{"Short", [](CopiedPart& p) { p.range.length -= 8; },
                  "row group 1: its chunks end at 5419, the bytes that were copied at 5411"},
        CopyBreak{"OfNoRowGroup",
                  [](CopiedPart& p) {
                    p.output.expected.row_group_rows = {200};
                    p.output.expected.num_rows = 200;
                    p.output.footer(3).number = 200;
                    p.output.footer(4).items.pop_back();
                  },
                  "the bytes that were copied to 3480 belong to no row group"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace pqpack

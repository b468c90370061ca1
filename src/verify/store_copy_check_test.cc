// SPDX-License-Identifier: Apache-2.0
//
// An output that says of copied bytes what their source says passes; one that says something
// else of them, in any one place, does not.
#include "verify/store_copy_check.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "format/page_header.h"
#include "verify/good_outputs_testing.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project

// The good output is its own source; what is broken is one of the two.
struct Copy {
  Output output;
  FileMetaData source;
  std::string magic = "PAR1";
  std::vector<std::vector<std::vector<PageFact>>> first_pages;
  int64_t data_end = 0;
};

// The headers up to the first data page, as they lie in the file.
std::vector<PageFact> FirstPages(const std::string& file, ByteRange chunk) {
  std::vector<PageFact> pages;
  for (int64_t at = chunk.offset; at < chunk.end(); at = pages.back().end()) {
    const auto header = ParsePageHeader(AsBytes(file).subspan(static_cast<size_t>(at)));
    pages.push_back(FactOf(**header, at));
    if (pages.back().is_data()) break;
  }
  return pages;
}

Copy Of(Output output) {
  Copy copy;
  copy.source = ParseFooter(AsBytes(FooterBytes(output.file))).ValueOrDie();
  for (const RowGroup& group : copy.source.row_groups) {
    auto& chunks = copy.first_pages.emplace_back();
    for (const ColumnChunk& chunk : group.columns) {
      chunks.push_back(FirstPages(output.file, chunk.meta_data->pages()));
      copy.data_end = std::max(copy.data_end, chunk.meta_data->pages().end());
    }
  }
  copy.output = std::move(output);
  return copy;
}

Copy PlainCopy() { return Of(Plain()); }
Copy IndexedCopy() { return Of(Indexed()); }
Copy FilteredCopy() {
  Copy copy = Of(Filtered());
  copy.source = ParseFooter(AsBytes(copy.output.footer.Write())).ValueOrDie();
  return copy;
}
Copy SizedCopy() { return Of(Load("plain", "generic")); }

Status Check(const Copy& copy) {
  const std::string bytes = WithFooter(copy.output.file, copy.output.footer.Write());
  StoreCopyCheck check(copy.data_end);
  // In two pieces.
  const Bytes end = AsBytes(bytes).subspan(static_cast<size_t>(copy.data_end));
  PQ_RETURN_NOT_OK(check.Append(end.first(7)));
  PQ_RETURN_NOT_OK(check.Append(end.subspan(7)));
  EXPECT_EQ(check.size(), static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(AsText(check.end()), AsText(end));
  return check.Finish(copy.output.target, copy.output.expected,
                      {copy.source, AsBytes(copy.magic), copy.first_pages});
}

TEST(StoreCopyCheck, LetsGoodOutputsPass) {
  EXPECT_EQ(Check(PlainCopy()), Status::OK());
  EXPECT_EQ(Check(IndexedCopy()), Status::OK());
  EXPECT_EQ(Check(SizedCopy()), Status::OK());
  EXPECT_EQ(Check(FilteredCopy()), Status::OK());
}

TEST(StoreCopyCheck, FiltersAreThoseOfTheirChunks) {
  Copy swapped = FilteredCopy();
  std::swap(swapped.output.meta(0, 0)(14), swapped.output.meta(1, 0)(14));
  EXPECT_TRUE(Check(swapped).message().ends_with("is not that of the source"));
  Copy unknown = FilteredCopy();
  unknown.output.expected.filters.source.clear();
  EXPECT_EQ(Check(unknown).message(),
            "row group 0, column 0 (id): it has a Bloom filter, which the source has not");
}

// What is wrong or doubtful in them is left out by a repair.
TEST(StoreCopyCheck, StatisticsAndIndexesMayBeLeftOut) {
  Copy copy = PlainCopy();
  copy.output.meta(0, 0).Erase(12);
  copy.output.meta(1, 2)(12).Erase(5);
  copy.output.meta(1, 2)(12).Erase(6);
  EXPECT_EQ(Check(copy), Status::OK());
}

TEST(StoreCopyCheck, RowGroupsWithoutRowsAreLeftOut) {
  Copy copy = PlainCopy();
  RowGroup empty = copy.source.row_groups[0];
  empty.num_rows = 0;
  copy.source.row_groups.insert(copy.source.row_groups.begin() + 1, empty);
  copy.first_pages.emplace(copy.first_pages.begin() + 1);
  EXPECT_EQ(Check(copy), Status::OK());
}

TEST(StoreCopyCheck, NoMoreIsHeldThanAFooterCanBe) {
  StoreCopyCheck check(4);
  const std::vector<uint8_t> much(static_cast<size_t>(PageWalk::kMaxTail));
  EXPECT_TRUE(check.Append(much).ok());
  EXPECT_EQ(CodeOf(check.Append(Bytes(much).first(1))), ErrorCode::kMismatch);
}

struct Break {
  const char* name;
  Copy (*load)();
  std::function<void(Copy&)> damage;
  const char* message;
};

void PrintTo(const Break& it, std::ostream* out) { *out << it.name; }

class StoreCopyCheckBreaks : public ::testing::TestWithParam<Break> {};

TEST_P(StoreCopyCheckBreaks, IsFound) {
  Copy copy = GetParam().load();
  GetParam().damage(copy);
  const Status status = Check(copy);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_EQ(status.message(), GetParam().message);
}

std::string NameOf(const ::testing::TestParamInfo<Break>& info) { return info.param.name; }

ThriftTree I32(int64_t value) { return ThriftTree::Integer(ThriftTree::kI32, value); }
ThriftTree I64(int64_t value) { return ThriftTree::Integer(ThriftTree::kI64, value); }

ColumnMetaData& Source(Copy& copy, size_t g, size_t c) {
  return *copy.source.row_groups[g].columns[c].meta_data;
}

INSTANTIATE_TEST_SUITE_P(
    File, StoreCopyCheckBreaks,
    ::testing::Values(
        Break{"Magic", PlainCopy, [](Copy& c) { c.magic = "PARE"; },
              "the output does not start with PAR1"},
        Break{"NoMagic", PlainCopy, [](Copy& c) { c.magic = "PAR"; },
              "the output does not start with PAR1"},
        Break{"Rows", PlainCopy, [](Copy& c) { c.output.expected.num_rows = 301; },
              "the output has 300 rows instead of 301"},
        Break{"ColumnName", PlainCopy, [](Copy& c) { c.output.expected.leaves[3].path = {"t"}; },
              "column 3 is called 'tags.list.element' instead of 't'"},
        Break{"KeyMissing", PlainCopy, [](Copy& c) { c.output.expected.keys.push_back("more"); },
              "the output lacks the key 'more' in its metadata"},
        Break{"FooterUnreadable", PlainCopy, [](Copy& c) { c.output.footer.Erase(3); },
              "the output's footer: footer: FileMetaData lacks its field 3 at byte 1381, in "
              "FileMetaData.7"},
        Break{"CopiedTooFar", PlainCopy, [](Copy& c) { c.data_end += 16; },
              "the output's footer starts at 5419, among pages that end at 5435"},
        Break{"CopiedTooLittle", PlainCopy, [](Copy& c) { c.data_end -= 16; },
              "the column chunks end at 5419, the bytes that were copied at 5403"},
        Break{"RowGroupMissing", PlainCopy,
              [](Copy& c) {
                c.output.footer(4).items.pop_back();
                c.output.footer(3).number = 200;
                c.output.expected.row_group_rows = {200};
                c.output.expected.num_rows = 200;
              },
              "row group 1 is not row group 1 of the source"},
        Break{"RowGroupOfNobody", PlainCopy, [](Copy& c) { c.source.row_groups.pop_back(); },
              "the output has more row groups than the source"},
        Break{"RowGroupsSwapped", PlainCopy,
              [](Copy& c) {
                std::swap(c.source.row_groups[0], c.source.row_groups[1]);
                std::swap(c.first_pages[0], c.first_pages[1]);
              },
              "row group 0 is not row group 0 of the source"},
        // Both are silent about bytes that were copied.
        Break{"RowGroupHidden", PlainCopy,
              [](Copy& c) {
                c.output.footer(4).items.pop_back();
                c.source.row_groups.pop_back();
                c.output.footer(3).number = 200;
                c.output.expected.row_group_rows = {200};
                c.output.expected.num_rows = 200;
              },
              "the column chunks end at 3480, the bytes that were copied at 5419"},
        Break{"FirstRowGroupHidden", PlainCopy,
              [](Copy& c) {
                c.output.footer(4).items.erase(c.output.footer(4).items.begin());
                c.source.row_groups.erase(c.source.row_groups.begin());
                c.first_pages.erase(c.first_pages.begin());
                c.output.footer(3).number = 100;
                c.output.expected.row_group_rows = {100};
                c.output.expected.num_rows = 100;
              },
              "row group 0: a column chunk begins at 3480, the one before ends at 4"},
        Break{"GroupOffset", PlainCopy, [](Copy& c) { ++c.output.group(1)(5).number; },
              "row group 1 starts at 3480, not at 3481"},
        Break{"GroupSize", PlainCopy, [](Copy& c) { ++c.output.group(1)(2).number; },
              "row group 1 gives 2725 bytes, its columns 2724"},
        Break{"NoColumnOrders", PlainCopy, [](Copy& c) { c.output.footer.Erase(7); },
              "row group 0, column 0 (id): its statistics have bounds, the file no column orders"},
        Break{
            "Levels", PlainCopy,
            [](Copy& c) { c.output.footer(2)[1](3).number = 1 - c.output.footer(2)[1](3).number; },
            "column 0 (id) has levels up to 1 and 0 instead of 0 and 0"}),
    NameOf);

// What the output says of a chunk is not what the source says of it.
INSTANTIATE_TEST_SUITE_P(
    Chunk, StoreCopyCheckBreaks,
    ::testing::Values(
        Break{
            "Size", PlainCopy, [](Copy& c) { --c.output.meta(0, 0)(7).number; },
            "row group 0, column 0 (id): its place is not that of the source, whose bytes it has"},
        Break{
            "Place", PlainCopy,
            [](Copy& c) {
              c.output.meta(0, 0)(11).number = 5;
              --c.output.meta(0, 0)(7).number;
            },
            "row group 0, column 0 (id): its place is not that of the source, whose bytes it has"},
        Break{"ChunksSwapped", PlainCopy,
              [](Copy& c) { std::swap(c.output.meta(0, 0), c.output.meta(1, 0)); },
              "the output's footer: row group 0, column 0 (id): 100 values for 200 rows"},
        Break{"Codec", PlainCopy, [](Copy& c) { c.output.meta(1, 2)(4).number = 0; },
              "row group 1, column 2 (when): its type or codec is not that of the source, whose "
              "bytes it has"},
        Break{"NestedValues", PlainCopy, [](Copy& c) { ++c.output.meta(0, 3)(5).number; },
              "row group 0, column 3 (tags.list.element): its number of values is not that of the "
              "source, whose bytes it has"},
        Break{"UncompressedSize", PlainCopy,
              [](Copy& c) {
                ++c.output.meta(0, 0)(6).number;
                ++c.output.group(0)(2).number;
              },
              "row group 0, column 0 (id): its uncompressed size is not that of the source, whose "
              "bytes it has"},
        Break{"Encodings", PlainCopy,
              [](Copy& c) { c.output.meta(0, 0)(2).items.push_back(I32(2)); },
              "row group 0, column 0 (id): its lists of encodings are not that of the source, "
              "whose bytes it has"},
        Break{"EncodingStats", PlainCopy, [](Copy& c) { ++c.output.meta(0, 0)(13)[1](3).number; },
              "row group 0, column 0 (id): its lists of encodings are not that of the source, "
              "whose bytes it has"},
        Break{"NullCount", PlainCopy, [](Copy& c) { ++c.output.meta(0, 0)(12)(3).number; },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"Bound", PlainCopy, [](Copy& c) { c.output.meta(0, 0)(12)(5).bytes[0] ^= 1; },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"LowerBound", PlainCopy, [](Copy& c) { c.output.meta(0, 0)(12)(6).bytes[0] ^= 1; },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"ExactUpperBound", PlainCopy,
              [](Copy& c) { Source(c, 0, 0).statistics->is_max_value_exact = false; },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"ExactLowerBound", PlainCopy,
              [](Copy& c) { Source(c, 0, 0).statistics->is_min_value_exact = false; },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"NanCount", PlainCopy, [](Copy& c) { c.output.meta(0, 0)(12).Add(9, I64(1)); },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"BoundOfNobody", PlainCopy,
              [](Copy& c) { Source(c, 0, 0).statistics->max_value.reset(); },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{"StatisticsOfNobody", PlainCopy, [](Copy& c) { Source(c, 0, 0).statistics.reset(); },
              "row group 0, column 0 (id): its statistics are not that of the source, whose bytes "
              "it has"},
        Break{
            "SizeStatistics", SizedCopy, [](Copy& c) { Source(c, 0, 1).size_statistics.reset(); },
            "row group 0, column 1 (name): its statistics are not that of the source, whose bytes "
            "it has"},
        Break{"IndexPage", PlainCopy, [](Copy& c) { c.output.meta(0, 0).Add(10, I64(4)); },
              "row group 0, column 0 (id): it has an index page"}),
    NameOf);

// The first pages are not what both say of them, or not for the target.
INSTANTIATE_TEST_SUITE_P(
    FirstPages, StoreCopyCheckBreaks,
    ::testing::Values(
        Break{"NoPage", PlainCopy, [](Copy& c) { c.first_pages[0][0].clear(); },
              "row group 0, column 0 (id): no page"},
        Break{"Elsewhere", PlainCopy, [](Copy& c) { ++c.first_pages[0][0][0].offset; },
              "row group 0, column 0 (id): no page at 4, where one should be"},
        Break{"Gap", PlainCopy, [](Copy& c) { --c.first_pages[0][0][0].body_size; },
              "row group 0, column 0 (id): no page at 833, where one should be"},
        Break{"NoDictionary", PlainCopy,
              [](Copy& c) { c.first_pages[0][0].erase(c.first_pages[0][0].begin()); },
              "row group 0, column 0 (id): no page at 4, where one should be"},
        Break{"DataOffset", PlainCopy, [](Copy& c) { ++c.output.meta(0, 0)(9).number; },
              "row group 0, column 0 (id): data_page_offset is 835, the first data page is at 834"},
        Break{"Kind", IndexedCopy,
              [](Copy& c) { c.output.target.pages = Named("snowflake").pages; },
              "row group 0, column 0 (id): generic does not read the DATA_PAGE_V2 at 4"},
        Break{"Encoding", PlainCopy,
              [](Copy& c) { c.output.target.encodings = EnumSet<Encoding>(Encoding::kPlain); },
              "row group 0, column 0 (id): snowflake does not read RLE_DICTIONARY, in the page at "
              "834"},
        Break{"EncodingNotListed", PlainCopy,
              [](Copy& c) {
                c.output.meta(0, 0)(2)[2].number = 0;
                Source(c, 0, 0).encodings[2] = Encoding::kPlain;
              },
              "row group 0, column 0 (id): its encodings lack RLE_DICTIONARY"},
        Break{"EncodingNotCounted", PlainCopy,
              [](Copy& c) { c.first_pages[0][0][1].encoding = Encoding::kPlain; },
              "row group 0, column 0 (id): its encoding_stats lack the page at 834"},
        Break{"ListedEncodingOfTarget", PlainCopy,
              [](Copy& c) {
                c.output.meta(0, 0)(2).items.push_back(I32(5));
                Source(c, 0, 0).encodings.push_back(Encoding::kDeltaBinaryPacked);
              },
              "row group 0, column 0 (id): its encodings name DELTA_BINARY_PACKED, which snowflake "
              "does not read"},
        Break{"DistinctCount", PlainCopy,
              [](Copy& c) { c.first_pages[0][0][1].distinct_count = true; },
              "row group 0, column 0 (id): the page at 834 has a distinct_count in its statistics"},
        Break{"BitPackedLevels", PlainCopy,
              [](Copy& c) { c.first_pages[0][0][1].repetition_levels = Encoding::kBitPacked; },
              "row group 0, column 0 (id): the page at 834 has levels in BIT_PACKED"},
        Break{"MoreValues", PlainCopy, [](Copy& c) { c.first_pages[0][0][1].num_values = 201; },
              "row group 0, column 0 (id): its first pages have 201 values and 1731 bytes "
              "uncompressed, all of it has 200 and 2058"},
        Break{"MoreBytes", PlainCopy,
              [](Copy& c) { c.first_pages[0][0][1].uncompressed_size = 5000; },
              "row group 0, column 0 (id): its first pages have 64 values and 6681 bytes "
              "uncompressed, all of it has 200 and 2058"}),
    NameOf);

// Chunk (0, 1) of this file has four pages.
INSTANTIATE_TEST_SUITE_P(
    Indexes, StoreCopyCheckBreaks,
    ::testing::Values(
        Break{"NotWanted", IndexedCopy, [](Copy& c) { c.output.target.page_index = false; },
              "row group 0, column 0 (id): it has a page index or Bloom filter"},
        Break{"NotBehindPages", IndexedCopy, [](Copy& c) { c.output.chunk(0, 1)(4).number = 10; },
              "row group 0, column 1 (name): its offset index of 50 bytes at 10 is not behind the "
              "pages"},
        Break{"GapBeforeFooter", IndexedCopy,
              [](Copy& c) {
                c.output.chunk(0, 1).Erase(6);
                c.output.chunk(0, 1).Erase(7);
              },
              "the bytes from 2861 to 3755, between pages and footer, are not what the footer "
              "names, from 2892 on"},
        Break{"LacksAPage", IndexedCopy,
              [](Copy& c) {
                c.output.PatchTree(c.output.chunk(0, 1)(4),
                                   [](ThriftTree& index) { index(1).items.pop_back(); });
              },
              "row group 0, column 1 (name): offset index: it ends early, at byte 41"},
        Break{"PageElsewhere", IndexedCopy,
              [](Copy& c) {
                c.output.PatchTree(c.output.chunk(0, 1)(4),
                                   [](ThriftTree& index) { ++index(1)[1](1).number; });
              },
              "row group 0, column 1 (name): its offset index does not fill it: up to 187, its end "
              "is at 361"},
        Break{"RowsGoBack", IndexedCopy,
              [](Copy& c) {
                c.output.PatchTree(c.output.chunk(0, 1)(4),
                                   [](ThriftTree& index) { index(1)[2](3) = index(1)[1](3); });
              },
              "row group 0, column 1 (name): its offset index has a page of 0 rows"},
        Break{
            "FirstRow", IndexedCopy,
            [](Copy& c) {
              c.output.PatchTree(c.output.chunk(0, 1)(4),
                                 [](ThriftTree& index) { index(1)[0](3).number = 1; });
            },
            "row group 0, column 1 (name): its offset index lets the page at 118 start with row 1"},
        Break{"ColumnIndexOfOtherPages", IndexedCopy,
              [](Copy& c) {
                c.output.PatchTree(c.output.chunk(0, 1)(6),
                                   [](ThriftTree& index) { index(1).items.pop_back(); });
              },
              "row group 0, column 1 (name): column index: it ends early, at byte 84"}),
    NameOf);

}  // namespace
}  // namespace pqpack

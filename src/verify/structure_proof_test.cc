// SPDX-License-Identifier: Apache-2.0
//
// test/e2e/test_verify_structure.py has files of other writers.
#include "verify/structure_proof.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using testing::Change;
using testing::Changes;
using testing::FileOf;
using testing::KeepLists;
using testing::Layout;
using testing::Row;
using testing::SomeRows;
using testing::WithFooter;
using testing::WithPageHeader;

constexpr auto kV2 = parquet::ParquetDataPageVersion::V2;
constexpr auto kZstd = arrow::Compression::ZSTD;
constexpr auto kSnappy = arrow::Compression::SNAPPY;

// Each pair is proven in another way; nothing in them has to be decoded.
const std::vector<Layout>& Layouts() {
  static const std::vector<Layout> kLayouts = {
      {},
      {.codec = kZstd},
      {.codec = kSnappy, .pages = kV2},
      {.page_size = 64},
      {.rows_per_group = 7, .codec = kSnappy},
      {.rows_per_group = 100, .page_size = 100, .pages = kV2},
      {.dictionary = false},
      {.rows_per_group = 13, .page_size = 30, .dictionary = false, .pages = kV2},
      {.dictionary = false, .codec = kZstd, .checksums = true},
  };
  return kLayouts;
}

class StructureProofTest : public testing::CompareTablesTest {
 protected:
  StructureProofTest() { options_.proof = Proof::kStructure; }

  // Why not; "" where it is proven.
  std::string Proven(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto result = Compare(a, b);
    if (!result.ok()) return result.status().message();
    counts_ = result->proof;
    return result->difference ? result->difference->what : "";
  }

  ProofCounts counts_;
};

TEST_F(StructureProofTest, AnyLayoutAgainstAnyOther) {
  const auto rows = SomeRows(1000);
  std::vector<std::string> files;
  for (const Layout& layout : Layouts()) files.push_back(FileOf(rows, layout));
  for (size_t a = 0; a < files.size(); ++a) {
    for (size_t b = 0; b < files.size(); ++b) {
      EXPECT_EQ(Proven({files[a]}, {files[b]}), "") << a << " against " << b;
      EXPECT_EQ(counts_.by_content, 0);
      EXPECT_GE(counts_.by_structure, 3);
      const bool in_place = counts_.bytes(PageProof::kSameBytes) > 0;
      EXPECT_TRUE(a != b || in_place);
      EXPECT_EQ(a == b, counts_.bytes(PageProof::kRecompressed) == 0 &&
                            counts_.bytes(PageProof::kRearranged) == 0)
          << a << " against " << b;
    }
  }
}

TEST_F(StructureProofTest, EveryChangeIsSeenAndNamedByContent) {
  const auto rows = SomeRows(60);
  for (const Change& change : Changes()) {
    auto changed = rows;
    change.apply(changed[7]);
    for (const Layout& layout : Layouts()) {
      const std::string a = FileOf(rows, {.rows_per_group = 9});
      const std::string b = FileOf(changed, layout);
      options_.proof = Proof::kStructure;
      EXPECT_NE(Proven({a}, {b}), "") << change.name;
      EXPECT_NE(Proven({b}, {a}), "") << change.name;
      options_.proof = Proof::kAuto;
      EXPECT_EQ(First({a}, {b}), std::string("7 ") + change.found) << change.name;
    }
  }
}

// From the window on in which a column is not proven its values are decoded, and what was
// proven before is not looked at again.
TEST_F(StructureProofTest, ContentGoesOnWhereStructureEnds) {
  const auto rows = SomeRows(1000);
  auto changed = rows;
  changed[751].list = {{1, 2, 3}};
  options_.proof = Proof::kAuto;
  const auto result = Compare({FileOf(rows, {.rows_per_group = 100})}, {FileOf(changed)});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->row, 751);
  EXPECT_EQ(result->difference->a.row, 751);
  EXPECT_EQ(result->difference->a.row_group, 7);
  EXPECT_EQ(result->difference->b.row, 751);
  EXPECT_EQ(result->difference->a.value, "751");
  EXPECT_EQ(result->difference->b.value, "1");
}

// And structure goes on with the next row groups that begin together.
TEST_F(StructureProofTest, StructureGoesOnWhereContentEnds) {
  const auto rows = SomeRows(40);
  const std::vector<Row> first(rows.begin(), rows.begin() + 20);
  const std::vector<Row> second(rows.begin() + 20, rows.end());
  const Layout pieces{.rows_per_group = 5};
  const Layout deltas{.dictionary = false, .encoding = parquet::Encoding::DELTA_BINARY_PACKED};
  options_.proof = Proof::kAuto;
  EXPECT_EQ(Proven({FileOf(first, pieces), FileOf(second, pieces)},
                   {FileOf(first, deltas), FileOf(second)}),
            "");
  EXPECT_EQ(counts_.by_content, 2 * 4);
  EXPECT_EQ(counts_.by_structure, 4 + 3 * 4);
}

// A row that ends with a row group on one side and goes on on the other one.
TEST_F(StructureProofTest, ARowThatGoesOnBehindARowGroup) {
  auto rows = SomeRows(20);
  rows[9].list = {{1, 2}};
  auto changed = rows;
  changed[9].list = {{1, 2, 3}};
  const std::string a = FileOf(rows, {.rows_per_group = 10});
  const std::string b = FileOf(changed);
  EXPECT_EQ(Proven({a}, {b}), "not proven by structure: one side's row goes on");
  options_.proof = Proof::kAuto;
  EXPECT_EQ(First({a}, {b}), "9 list.list.element: the row has ended | 3");
  EXPECT_EQ(First({b}, {a}), "9 list.list.element: 3 | the row has ended");
}

TEST_F(StructureProofTest, FilesOfAFolderAgainstOne) {
  const auto rows = SomeRows(300);
  std::vector<std::string> parts;
  for (size_t at = 0; at < rows.size(); at += 25) {
    parts.push_back(
        FileOf({rows.begin() + static_cast<long>(at), rows.begin() + static_cast<long>(at) + 25}));
  }
  EXPECT_EQ(Proven(parts, {FileOf(rows)}), "");
  EXPECT_EQ(counts_.by_structure, 36);
  EXPECT_GT(counts_.bytes(PageProof::kRearranged), 0);
  std::swap(parts[3], parts[5]);
  EXPECT_NE(Proven(parts, {FileOf(rows)}), "");
  options_.proof = Proof::kAuto;
  EXPECT_EQ(First(parts, {FileOf(rows)}), "75 number: 125 | 75");
}

// Bytes of another encoding are proof where they are the same.
TEST_F(StructureProofTest, OtherEncodingsOnlyWherePagesAreTheSame) {
  const auto rows = SomeRows(500);
  const Layout deltas{.dictionary = false, .encoding = parquet::Encoding::DELTA_BINARY_PACKED};
  Layout other = deltas;
  other.codec = kZstd;
  other.pages = kV2;
  EXPECT_EQ(Proven({FileOf(rows, deltas)}, {FileOf(rows, other)}), "");
  other.rows_per_group = 250;
  EXPECT_EQ(Proven({FileOf(rows, deltas)}, {FileOf(rows, other)}),
            "not proven by structure: page 0 in DELTA_BINARY_PACKED and page 0 in "
            "DELTA_BINARY_PACKED are compared by content only");
  EXPECT_EQ(Proven({FileOf(rows, deltas)}, {FileOf(rows)}),
            "not proven by structure: page 0 in DELTA_BINARY_PACKED and page 1 in "
            "RLE_DICTIONARY are compared by content only");
  options_.proof = Proof::kAuto;
  EXPECT_EQ(Proven({FileOf(rows, deltas)}, {FileOf(rows, other)}), "");
  EXPECT_EQ(counts_.by_content, 2);
  EXPECT_EQ(counts_.by_structure, 1);
  EXPECT_GT(counts_.content_bytes, 0);
}

TEST_F(StructureProofTest, NullabilityDoesNotCountButNullsDo) {
  auto rows = SomeRows(100);
  for (Row& row : rows) row.text = "there";
  const std::string required = FileOf(rows, {.rows_per_group = 30, .required_text = true});
  EXPECT_EQ(Proven({required}, {FileOf(rows)}), "");
  EXPECT_EQ(Proven({FileOf(rows)}, {required}), "");
  rows[40].text.reset();
  EXPECT_NE(Proven({required}, {FileOf(rows)}), "");
  EXPECT_NE(Proven({FileOf(rows)}, {required}), "");
}

// A checksum that is not that of its page: nobody who checks it could read the page.
TEST_F(StructureProofTest, ChecksumsThatDifferAreChecked) {
  const auto rows = SomeRows(100);
  std::string good = FileOf(rows, {.checksums = true});
  EXPECT_EQ(Proven({FileOf(rows)}, {good}), "");
  // The checksum is field 4 of the first page's header, a zigzag number behind the two sizes.
  int seen = 0;
  for (size_t at = 5; at < 18; ++at) {
    std::string wrong = good;
    wrong[at] = static_cast<char>(wrong[at] ^ 2);
    const std::string says = Proven({FileOf(rows)}, {wrong});
    seen += says.find("page 0: its bytes are not those of its checksum") != says.npos ? 1 : 0;
  }
  EXPECT_GE(seen, 3);
}

TEST_F(StructureProofTest, ADamagedPageIsNamed) {
  const auto rows = SomeRows(100);
  const std::string a = FileOf(rows, {.codec = kZstd});
  std::string b = FileOf(rows, {.codec = kSnappy, .checksums = true});
  b[60] = static_cast<char>(b[60] ^ 1);
  for (const Proof proof : {Proof::kAuto, Proof::kStructure}) {
    options_.proof = proof;
    const auto result = Compare({a}, {b});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(CodeOf(result.status()), ErrorCode::kCorrupt);
    for (const char* part : {"memory://b/", "row group 0", "column number", "page 0"}) {
      EXPECT_NE(result.status().message().find(part), std::string::npos) << result.status();
    }
  }
}

// Which of two dictionaries would indices mean?
TEST_F(StructureProofTest, ASecondDictionaryIsRefused) {
  const std::string once = FileOf(SomeRows(10));
  const ByteRange range = testing::FooterOf(once).row_groups[0].columns[0].meta_data->pages();
  const std::string pages =
      once.substr(static_cast<size_t>(range.offset), static_cast<size_t>(range.length));
  const auto size = static_cast<size_t>(testing::FooterPlaceOf(once).offset);
  std::string twice = once;
  twice.replace(4, size - 4, pages + pages);
  twice = WithFooter(twice, [&](FileMetaData& footer) {
    footer.schema.resize(2);
    footer.schema[0].num_children = 1;
    footer.column_orders.reset();
    footer.num_rows = 20;
    footer.row_groups[0].num_rows = 20;
    footer.row_groups[0].columns.resize(1);
    ColumnMetaData& chunk = *footer.row_groups[0].columns[0].meta_data;
    chunk.num_values = 20;
    chunk.total_compressed_size = 2 * range.length;
  });
  EXPECT_NE(Proven({twice}, {twice}).find("a dictionary behind other pages"), std::string::npos);
}

// Memory that is too small for the structure proof is no answer.
TEST_F(StructureProofTest, WhatIsTooLargeIsAnError) {
  CappedPool pool(arrow::system_memory_pool(), 1000);
  options_.pool = &pool;
  const auto result =
      Compare({FileOf(SomeRows(1000))}, {FileOf(SomeRows(1000), {.codec = kSnappy})});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(CodeOf(result.status()), ErrorCode::kTooLarge) << result.status();
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

// The same bytes under a footer by which they are read in another way.
TEST_F(StructureProofTest, TheSameBytesThatMeanSomethingElse) {
  const auto rows = SomeRows(100);
  const std::string a = FileOf(rows, {.codec = kSnappy});
  EXPECT_EQ(Proven({a}, {WithFooter(a, [](FileMetaData&) {})}), "");

  const std::string codec = WithFooter(a, [](FileMetaData& footer) {
    for (auto& chunk : footer.row_groups[0].columns) chunk.meta_data->codec = Codec::kZstd;
  });
  EXPECT_NE(Proven({a}, {codec}), "");
  EXPECT_NE(Proven({codec}, {a}), "");

  // Nor are values compared as they are stored where they are stored in another way.
  const std::string plain = FileOf(rows, {.dictionary = false, .codec = kSnappy});
  const std::string as_zstd = WithFooter(plain, [](FileMetaData& footer) {
    for (auto& chunk : footer.row_groups[0].columns) chunk.meta_data->codec = Codec::kZstd;
  });
  EXPECT_NE(Proven({plain}, {as_zstd}), "");
  EXPECT_NE(Proven({as_zstd}, {plain}), "");
  const std::string v2 = FileOf(rows, {.dictionary = false, .codec = kSnappy, .pages = kV2});
  const std::string unpacked =
      WithPageHeader(v2, 0, [](auto& page) { page.data_v2->is_compressed = false; });
  EXPECT_NE(Proven({v2}, {unpacked}), "");

  const std::string required = WithFooter(
      a, [](FileMetaData& footer) { footer.schema[2].repetition = Repetition::kRequired; });
  EXPECT_NE(Proven({a}, {required}), "");
  EXPECT_NE(Proven({required}, {a}), "");

  // As many levels in both, but which of them is the null?
  const auto lists = [&](Repetition list, Repetition element) {
    return WithFooter(a, [=](FileMetaData& footer) {
      footer.schema[3].repetition = list;
      footer.schema[5].repetition = element;
      KeepLists(footer);
    });
  };
  EXPECT_NE(Proven({lists(Repetition::kOptional, Repetition::kRequired)},
                   {lists(Repetition::kRequired, Repetition::kOptional)}),
            "");

  // arrow-go's deltas of 33 bits.
  const std::string deltas =
      FileOf(rows, {.dictionary = false, .encoding = parquet::Encoding::DELTA_BINARY_PACKED});
  const std::string by_another = WithFooter(
      deltas, [](FileMetaData& footer) { footer.created_by = "parquet-go version 18.5.0"; });
  EXPECT_EQ(Proven({by_another}, {by_another}), "");
  EXPECT_NE(Proven({deltas}, {by_another}), "");
}

// Of lists rows are counted where row groups end at other rows.
TEST_F(StructureProofTest, RowsAreCounted) {
  const auto rows = SomeRows(20);
  const std::string one = WithFooter(FileOf(rows), KeepLists);
  EXPECT_EQ(Proven({WithFooter(FileOf(rows, {.rows_per_group = 11}), KeepLists)}, {one}), "");
  const std::string wrong =
      WithFooter(FileOf(rows, {.rows_per_group = 11}), [](FileMetaData& footer) {
        KeepLists(footer);
        for (RowGroup& group : footer.row_groups) group.num_rows = 10;
      });
  EXPECT_NE(Proven({wrong}, {one}).find("the footer says 10 rows, the pages hold 11"),
            std::string::npos);
}

// Four lists of one element, one of which begins no row any more: the footer has that row no
// longer, either.
class RowsThatGoOnTest : public StructureProofTest {
 protected:
  static std::vector<Row> Rows(const std::vector<std::vector<std::optional<int32_t>>>& lists) {
    std::vector<Row> rows(lists.size());
    for (size_t i = 0; i < lists.size(); ++i) rows[i].list = lists[i];
    return rows;
  }
  // `page` of a row group, whose repetition levels are bits: 0 begins a row.
  static std::string Continued(Layout layout, size_t group, size_t page, char levels) {
    layout.dictionary = false;
    std::string file = FileOf(Rows({{1}, {2}, {3}, {4}}), layout);
    file = WithFooter(file, [=](FileMetaData& footer) {
      KeepLists(footer);
      --footer.num_rows;
      --footer.row_groups[group].num_rows;
    });
    const RowGroup of = testing::FooterOf(file).row_groups[group];
    auto at = static_cast<size_t>(of.columns[0].meta_data->data_page_offset);
    for (;; --page) {
      auto parsed = **ParsePageHeader(AsBytes(file).subspan(at));
      if (page == 0 && parsed.header.data_v2) --parsed.header.data_v2->num_rows;
      const std::string header = Serialize(parsed.header);
      file.replace(at, header.size(), header);
      at += header.size();
      if (page == 0) break;
      at += static_cast<size_t>(parsed.header.compressed_page_size);
    }
    if (layout.pages != kV2) at += 4;  // their length
    file.replace(at, 2, {3, levels});  // a group of 8
    return file;
  }
  // Both sides have the same levels.
  void ExpectRefused(const std::string& a, const std::string& b) {
    for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
      const std::string why = Proven({one}, {other});
      EXPECT_NE(why.find("its first value continues a row that is not there"), why.npos) << why;
    }
  }
};

TEST_F(RowsThatGoOnTest, AtTheBeginOfARowGroupThatIsDecoded) {
  ExpectRefused(Continued({.rows_per_group = 2}, 0, 0, 1), Continued({}, 0, 0, 1));
}

TEST_F(RowsThatGoOnTest, AtTheBeginOfARowGroupWhosePagesArePassed) {
  ExpectRefused(Continued({.rows_per_group = 2, .page_size = 1}, 0, 0, 1),
                Continued({.page_size = 1}, 0, 0, 1));
}

// In version 1 a row may go on there.
TEST_F(RowsThatGoOnTest, AtTheBeginOfAnotherPage) {
  const std::string good = WithFooter(FileOf(Rows({{1}, {2, 3}, {4}})), KeepLists);
  const std::string pages = Continued({.page_size = 1}, 0, 2, 1);
  EXPECT_EQ(Proven({pages}, {good}), "");
  EXPECT_EQ(Proven({Continued({.rows_per_group = 3, .page_size = 1}, 0, 2, 1)}, {pages}), "");
  EXPECT_EQ(counts_.bytes(PageProof::kRearranged), 0);
  ExpectRefused(Continued({.page_size = 1, .pages = kV2}, 0, 2, 1), good);
}

// More slots than are decoded at a time, by which no row of three is cut evenly.
TEST_F(RowsThatGoOnTest, WhereABatchEnds) {
  const auto rows = Rows(std::vector<std::vector<std::optional<int32_t>>>(2000, {1, 2, 3}));
  const Layout indices{.rows_per_group = 2000};
  const Layout plain{.rows_per_group = 2000, .dictionary = false};
  EXPECT_EQ(Proven({FileOf(rows, indices)}, {FileOf(rows, plain)}), "");
}

// Lists that come as the same pages in other row groups: nothing but their rows is decoded.
TEST_F(StructureProofTest, TheSamePagesInOtherRowGroups) {
  auto rows = SomeRows(50);
  for (Row& row : rows) {  // each of them a page of its own
    row.text = "there";
    row.list = {{1, 2}};
  }
  const Layout pages{.page_size = 1, .dictionary = false, .codec = kSnappy};
  Layout groups = pages;
  groups.rows_per_group = 7;
  EXPECT_EQ(Proven({FileOf(rows, groups)}, {FileOf(rows, pages)}), "");
  EXPECT_EQ(counts_.by_structure, 24);
  EXPECT_GT(counts_.bytes(PageProof::kSameBytes), 0);
  EXPECT_EQ(counts_.bytes(PageProof::kRecompressed), 0);
  EXPECT_EQ(counts_.bytes(PageProof::kRearranged), 0);
  const std::string wrong = WithFooter(FileOf(rows, groups), [](FileMetaData& footer) {
    KeepLists(footer);
    footer.row_groups[0].num_rows = 8;
    footer.row_groups[1].num_rows = 6;
  });
  EXPECT_NE(Proven({wrong}, {WithFooter(FileOf(rows, pages), KeepLists)}), "");
}

// What a page header says is held against the levels, and against the size of the page.
TEST_F(StructureProofTest, PageHeadersThatLie) {
  const auto rows = SomeRows(100);
  const std::string a = FileOf(rows);
  const std::string b = FileOf(rows, {.dictionary = false, .pages = kV2});
  const auto says = [&](const std::string& file, const char* what) {
    return Proven({a}, {file}).find(what) != std::string::npos;
  };
  EXPECT_EQ(Proven({a}, {b}), "");
  EXPECT_TRUE(says(WithPageHeader(b, 1, [](auto& page) { page.data_v2->num_nulls -= 1; }),
                   "its header says"));
  EXPECT_TRUE(says(WithPageHeader(b, 2, [](auto& page) { page.data_v2->num_rows -= 1; }),
                   "its header says"));
  for (const bool v2 : {false, true}) {
    const std::string c = FileOf(
        rows, {.dictionary = false, .pages = v2 ? kV2 : parquet::ParquetDataPageVersion::V1});
    for (const int32_t more : {-1, 1}) {
      const auto lie = [more](auto& page) { page.uncompressed_page_size += more; };
      EXPECT_TRUE(says(WithPageHeader(c, 0, lie), "two sizes although it is not compressed"));
    }
  }
}

// The last column's only page under another header, of any length.
std::string WithLastHeader(std::string file, const std::function<void(PageHeader&)>& change) {
  FileMetaData footer = testing::FooterOf(file);
  ColumnMetaData& chunk = *footer.row_groups[0].columns.back().meta_data;
  const auto begin = static_cast<size_t>(chunk.data_page_offset);
  auto parsed = **ParsePageHeader(AsBytes(file).subspan(begin));
  change(parsed.header);
  const std::string header = Serialize(parsed.header);
  const int64_t more = static_cast<int64_t>(header.size()) - parsed.length;
  const auto end = static_cast<size_t>(testing::FooterPlaceOf(file).offset);
  const std::string body = file.substr(begin + static_cast<size_t>(parsed.length),
                                       end - begin - static_cast<size_t>(parsed.length));
  chunk.total_compressed_size += more;
  chunk.total_uncompressed_size += more;
  return file.substr(0, begin) + header + body + SerializeFooter(footer).ValueOrDie();
}

// What the header says of the levels is another way to read the same bytes.
TEST_F(StructureProofTest, LevelsThatAreReadInAnotherWay) {
  const auto rows = SomeRows(100);
  const std::string v1 = FileOf(rows, {.dictionary = false});
  const std::string v2 = FileOf(rows, {.dictionary = false, .pages = kV2});
  const auto v1_as = [&](size_t column, const std::function<void(DataPageHeader&)>& change) {
    const auto other = WithPageHeader(v1, column, [&](auto& page) { change(*page.data); });
    return Proven({v1}, {other});
  };
  const auto v2_as = [&](size_t column, const std::function<void(DataPageHeaderV2&)>& change) {
    const auto other = WithPageHeader(v2, column, [&](auto& page) { change(*page.data_v2); });
    return Proven({v2}, {other});
  };
  EXPECT_NE(v1_as(1, [](auto& page) { page.definition_level_encoding = Encoding::kBitPacked; }),
            "");
  EXPECT_NE(v1_as(2, [](auto& page) { page.repetition_level_encoding = Encoding::kBitPacked; }),
            "");
  EXPECT_NE(v2_as(2, [](auto& page) { page.num_rows -= 1; }), "");
  EXPECT_NE(v2_as(1, [](auto& page) { page.definition_levels_byte_length += 1; }), "");
  EXPECT_NE(v2_as(2, [](auto& page) { page.repetition_levels_byte_length += 1; }), "");
  // Of version 2, and without the levels that are in the body.
  const std::string reframed = WithLastHeader(v1, [](PageHeader& page) {
    page.type = PageType::kDataV2;
    page.data_v2.emplace();
    page.data_v2->num_values = page.data->num_values;
    page.data_v2->encoding = page.data->encoding;
    page.data.reset();
  });
  EXPECT_NE(Proven({v1}, {reframed}), "");
}

// parquet-cpp before 2.0.0 said so of each page (ARROW-10353).
TEST_F(StructureProofTest, PagesThatDenyThatTheyAreCompressed) {
  const auto rows = SomeRows(100);
  const std::string plain = FileOf(rows, {.dictionary = false, .pages = kV2});
  const std::string zipped = FileOf(rows, {.dictionary = false, .codec = kZstd, .pages = kV2});
  const std::string denied =
      WithPageHeader(zipped, 1, [](auto& page) { page.data_v2->is_compressed = false; });
  EXPECT_NE(Proven({plain}, {denied}), "");
  const std::string by_old = WithFooter(denied, [](FileMetaData& footer) {
    footer.created_by = "parquet-cpp version 1.5.1-SNAPSHOT";
  });
  EXPECT_EQ(Proven({plain}, {by_old}), "");
}

// It is not asked for memory that the page claims.
TEST_F(StructureProofTest, APageThatIsLargerThanItsFile) {
  const std::string file = FileOf(SomeRows(100), {.dictionary = false});
  const std::string larger = WithLastHeader(file, [](PageHeader& page) {
    page.compressed_page_size = page.uncompressed_page_size = 1 << 30;
  });
  CappedPool pool(arrow::default_memory_pool(), kMiB);
  options_.pool = &pool;
  EXPECT_NE(Proven({file}, {larger}).find("page 0 is cut off"), std::string::npos);
}

// Of the same bytes, too.
TEST_F(StructureProofTest, TheSameBytesUnderOtherPageHeaders) {
  const auto rows = SomeRows(100);
  const std::string v2 = FileOf(rows, {.dictionary = false, .pages = kV2});
  EXPECT_NE(Proven({v2}, {WithPageHeader(v2, 1, [](auto& page) { page.data_v2->num_nulls -= 1; })}),
            "");
  const std::string split = WithPageHeader(
      v2, 0, [](auto& page) { page.data_v2->encoding = Encoding::kByteStreamSplit; });
  EXPECT_NE(Proven({v2}, {split}), "");

  // An index names an entry that is no longer there.
  const std::string a = FileOf(rows);
  const std::string shorter = WithPageHeader(
      a, 0, [](auto& page) { page.dictionary->num_values -= 1; }, /*of_dictionary=*/true);
  EXPECT_NE(Proven({a}, {shorter}).find("99 in a dictionary of 99"), std::string::npos);

  // The last element of the last list is no longer counted.
  const std::string lists = FileOf(rows, {.dictionary = false});
  std::string fewer = WithPageHeader(lists, 2, [](auto& page) { page.data->num_values -= 1; });
  fewer = WithFooter(fewer, [](FileMetaData& footer) {
    KeepLists(footer);
    footer.row_groups[0].columns[0].meta_data->num_values -= 1;
  });
  EXPECT_NE(Proven({WithFooter(lists, KeepLists)}, {fewer}), "");
}

// The dictionary of a column's first data page, which says so itself.
std::string WithDictionaryIn(const std::string& file, size_t column, Encoding dictionary,
                             Encoding indices) {
  const std::string changed = WithPageHeader(
      file, column, [=](auto& page) { page.dictionary->encoding = dictionary; },
      /*of_dictionary=*/true);
  return WithPageHeader(changed, column, [=](auto& page) { page.data->encoding = indices; });
}

// PLAIN_DICTIONARY is the old name of both encodings, of any other the bytes mean something else.
TEST_F(StructureProofTest, EncodingsOfTwoDictionaries) {
  const auto rows = SomeRows(100);
  const std::string today = FileOf(rows), zipped = FileOf(rows, {.codec = kZstd});
  std::string old = today;
  for (const size_t column : {0, 1, 2}) {
    old = WithDictionaryIn(old, column, Encoding::kPlainDictionary, Encoding::kPlainDictionary);
  }
  for (const auto& [a, b] : {std::pair(today, old), std::pair(old, today)}) {
    EXPECT_EQ(Proven({a}, {b}), "");
    EXPECT_EQ(counts_.bytes(PageProof::kRecompressed), 0);
    EXPECT_EQ(counts_.bytes(PageProof::kRearranged), 0);
  }
  for (const auto& [a, b] : {std::pair(zipped, old), std::pair(old, zipped)}) {
    EXPECT_EQ(Proven({a}, {b}), "");
    EXPECT_EQ(counts_.bytes(PageProof::kSameBytes), 0);
    EXPECT_EQ(counts_.bytes(PageProof::kRearranged), 0);
  }
  const std::string other =
      WithDictionaryIn(today, 0, Encoding::kDeltaBinaryPacked, Encoding::kRleDictionary);
  EXPECT_EQ(Proven({other}, {other}), "");
  for (const auto& [a, b] : {std::pair(today, other), std::pair(other, today)}) {
    EXPECT_NE(Proven({a}, {b}).find("column number: page 0: a dictionary in DELTA_BINARY_PACKED"),
              std::string::npos);
  }
}

// Pages of version 2 that are not compressed are read alike under any codec, but not the
// dictionary.
TEST_F(StructureProofTest, ADictionaryThatIsStoredInAnotherWay) {
  const std::string plain = FileOf(SomeRows(100), {.pages = kV2});
  const std::string as_zstd = WithFooter(plain, [](FileMetaData& footer) {
    footer.row_groups[0].columns[0].meta_data->codec = Codec::kZstd;
  });
  EXPECT_EQ(Proven({plain}, {plain}), "");
  EXPECT_NE(Proven({plain}, {as_zstd}).find("column number: page 0"), std::string::npos);
  EXPECT_NE(Proven({as_zstd}, {plain}).find("column number: page 0"), std::string::npos);
}

// As many entries, in another order: no page of theirs is what it was.
TEST_F(StructureProofTest, DictionariesOfOneSizeAreTheSameByTheirEntriesOnly) {
  std::vector<Row> rows(4);
  for (size_t i = 0; i < 4; ++i) {
    const bool one = i == 0 || i == 3;
    rows[i] = {one ? 1 : 2, one ? "one" : "two", {{one ? 1 : 2}}};
  }
  EXPECT_EQ(Proven({FileOf(rows, {.rows_per_group = 2})}, {FileOf(rows)}), "");
  EXPECT_EQ(counts_.bytes(PageProof::kRecompressed), 0);
  EXPECT_GT(counts_.bytes(PageProof::kSameBytes), 0);  // the first row group's dictionaries
}

TEST_F(StructureProofTest, OneSideHasMore) {
  auto rows = SomeRows(20);
  rows.back().list = {{1, 2}};
  auto fewer = rows;
  fewer.back().list = {{1}};
  EXPECT_EQ(Proven({FileOf(rows)}, {FileOf(fewer, {.dictionary = false})}),
            "not proven by structure: one side has more values");
  const std::string shortened = WithFooter(FileOf(rows), [](FileMetaData& footer) {
    KeepLists(footer);
    footer.row_groups[0].columns[0].meta_data->num_values -= 2;
  });
  EXPECT_NE(Proven({shortened}, {shortened}).find("the pages hold at least"), std::string::npos);
  // Pages that the footer does not count.
  const auto pages = FileOf(rows, {.page_size = 1, .dictionary = false});
  const std::string hidden = WithFooter(pages, [](FileMetaData& footer) {
    KeepLists(footer);
    footer.row_groups[0].columns[0].meta_data->num_values -= 2;
  });
  EXPECT_NE(Proven({hidden}, {hidden}).find("a page follows behind the last value"),
            std::string::npos);
}

// Each byte changed: what both proofs say of it agrees, and the memory is free again.
TEST_F(StructureProofTest, SurvivesDamage) {
  const auto rows = SomeRows(30);
  const std::string a = FileOf(rows, {.page_size = 30});
  CappedPool pool(arrow::system_memory_pool(), int64_t{64} << 20);
  options_.pool = &pool;
  int proven = 0;
  for (const Layout& layout : Layouts()) {
    const std::string b = FileOf(rows, layout);
    for (size_t at = 0; at < b.size(); at += 5) {
      std::string flipped = b;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
      options_.proof = Proof::kStructure;
      if (!Proven({a}, {flipped}).empty()) continue;
      ++proven;
      options_.proof = Proof::kContent;
      const auto decoded = Compare({a}, {flipped});
      EXPECT_TRUE(!decoded.ok() || !decoded->difference) << at;
    }
  }
  EXPECT_GT(proven, 20);
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

}  // namespace
}  // namespace pqpack

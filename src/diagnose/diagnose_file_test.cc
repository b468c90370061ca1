// SPDX-License-Identifier: Apache-2.0
//
// Files from the store to the faults, with and without --deep.  Files of real writers at
// fault where there are some, else files built byte for byte.
#include "diagnose/diagnose_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "diagnose/one_column_testing.h"
#include "format/test_file_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::OneColumnFile;
using testing::PageV1;
using testing::PageV2;
using testing::Plain;
using testing::ReadTestFile;
using ::testing::StartsWith;
using testing::Struct;
using testing::TestPage;
using testing::Text;
using testing::ThriftTree;
using ::testing::UnorderedElementsAre;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
const Uri kFile{Scheme::kMemory, "b", "dir/x.parquet"};

Result<FileDiagnosis> Diagnose(const std::string& bytes, bool deep, const char* target = "generic",
                               int64_t memory = 64 * kMiB) {
  MemoryStore store{{"b"}};
  auto writer = store.Create(kFile, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
  EXPECT_TRUE(writer->Append(AsBytes(bytes)).ok());
  const ObjectInfo object = writer->Finish().ValueOrDie();
  MemoryBudget budget(memory);
  return DiagnoseFile(object, {*FindTarget(target), deep}, {store, nullptr, budget, {}});
}

// "id: detail" of each fault.
std::vector<std::string> Said(const std::string& bytes, bool deep, const char* target = "generic") {
  std::vector<std::string> said;
  const auto diagnosis = Diagnose(bytes, deep, target);
  EXPECT_TRUE(diagnosis.ok()) << diagnosis.status();
  if (!diagnosis.ok()) return said;
  for (const Fault& fault : diagnosis->faults) {
    said.push_back(std::string(fault.check->id) + ": " + fault.detail);
  }
  return said;
}

// -- the footer and what it points at

TEST(DiagnoseFile, WhatIsNoParquet) {
  EXPECT_THAT(Said("", false), ElementsAre("not-parquet: the file is empty (0 bytes)"));
  EXPECT_THAT(Said("a,b\n1,2\n", false), ElementsAre(StartsWith("not-parquet: ")));
  const std::string good = ReadTestFile("test/data/outputs/plain.parquet");
  EXPECT_THAT(Said(good.substr(0, good.size() - 1), false),
              ElementsAre(StartsWith("not-parquet: ")));
}

TEST(DiagnoseFile, AFooterThatIsNone) {
  std::string bytes = ReadTestFile("test/data/outputs/plain.parquet");
  const size_t footer = bytes.size() - 8 - testing::FooterBytes(bytes).size();
  bytes[footer] = '\x7f';
  EXPECT_THAT(Said(bytes, false), ElementsAre(StartsWith("footer-unreadable: ")));
}

TEST(DiagnoseFile, AFooterThatContradictsItself) {
  const std::string bytes = ReadTestFile("test/data/outputs/plain.parquet");
  ThriftTree tree = ThriftTree::Parse(testing::FooterBytes(bytes));
  tree(4)[0](1)[0](3)(1).number = 1;  // the chunk is INT32, the schema says INT64
  EXPECT_THAT(Said(testing::WithFooter(bytes, tree.Write()), false),
              Contains(HasSubstr("footer-inconsistent: row group 0, column 0 (id): is INT32")));
  tree(2)[0](5).number = 99;  // of its 99 children most are missing
  EXPECT_THAT(Said(testing::WithFooter(bytes, tree.Write()), false),
              ElementsAre(StartsWith("footer-inconsistent: ")));
}

TEST(DiagnoseFile, EncryptedFiles) {
  std::string bytes = ReadTestFile("test/data/outputs/plain.parquet");
  bytes.replace(bytes.size() - 4, 4, "PARE");
  EXPECT_THAT(Said(bytes, true), ElementsAre(StartsWith("encrypted: ")));
}

TEST(DiagnoseFile, GoodFilesHaveNothing) {
  for (const bool deep : {false, true}) {
    EXPECT_THAT(Said(ReadTestFile("test/data/outputs/plain.parquet"), deep), IsEmpty());
    EXPECT_THAT(Said(ReadTestFile("test/data/outputs/indexed.parquet"), deep),
                Not(Contains(Not(StartsWith("v2-not-compressed")))));
    // With numbers, and of a writer whose bounds of such are doubted.
    EXPECT_THAT(Said(ReadTestFile("test/data/parquet_go_0_32_0/nested_v1.parquet"), deep),
                Not(Contains(Not(StartsWith("writer-statistics: parquet-go 0.32.0: bounds")))));
  }
}

TEST(DiagnoseFile, SaysWhoWroteItAndWhatItsPagesAre) {
  const auto diagnosis =
      Diagnose(ReadTestFile("test/data/arrow_go_18_5_0/nested.parquet"), false, "snowflake")
          .ValueOrDie();
  EXPECT_EQ(diagnosis.writer, "arrow-go 18.5.0");
  EXPECT_EQ(diagnosis.verdict.trust, Trust::kTrusted);
  EXPECT_EQ(diagnosis.repair, RepairLevel::kFooter);
  EXPECT_THAT(diagnosis.profile.pages, ElementsAre("DATA_PAGE"));
  EXPECT_EQ(diagnosis.worst(), Severity::kError);
}

TEST(DiagnoseFile, TheLeastRepairIsThatOfTheWorst) {
  const auto repair = [](const char* file, const char* target) {
    return Diagnose(ReadTestFile(file), false, target).ValueOrDie().repair;
  };
  EXPECT_EQ(repair("test/data/outputs/indexed.parquet", "generic"), RepairLevel::kNone);
  EXPECT_EQ(repair("test/data/outputs/indexed.parquet", "snowflake"), RepairLevel::kReencode);
  EXPECT_EQ(repair("test/data/arrow_go_18_5_0/flat.parquet", "generic"), RepairLevel::kFooter);
}

// -- page indexes and first pages

// The chunk is that of `map.key_value.value`, which has several pages.
TEST(DiagnoseFile, PageIndexesThatAreWrong) {
  constexpr size_t kValue = 5;
  const std::string bytes = ReadTestFile("test/data/outputs/indexed.parquet");
  ThriftTree tree = ThriftTree::Parse(testing::FooterBytes(bytes));
  ThriftTree& chunk = tree(4)[0](1)[kValue];
  const int64_t offset = chunk(4).number;
  const int64_t length = chunk(5).number;

  std::string unreadable = bytes;
  unreadable[static_cast<size_t>(offset)] = '\x7f';
  EXPECT_THAT(Said(unreadable, false), Contains(StartsWith("page-index-unreadable: ")));

  for (const int64_t nowhere : {int64_t{1} << 40, kMost, int64_t{-1}}) {
    chunk(4).number = nowhere;
    EXPECT_THAT(Said(testing::WithFooter(bytes, tree.Write()), false),
                Contains(StartsWith("page-index-unreadable: ")));
  }

  ThriftTree index = ThriftTree::Parse(
      std::string_view(bytes).substr(static_cast<size_t>(offset), static_cast<size_t>(length)));
  ASSERT_GT(index(1).items.size(), 1U);
  index(1)[1](3).number = 0;  // the second page begins at row 0, too
  const std::string changed = index.Write();
  std::string inconsistent = bytes;
  inconsistent.replace(static_cast<size_t>(offset), changed.size(), changed);
  chunk(4).number = offset;
  chunk(5).number = static_cast<int64_t>(changed.size());
  EXPECT_THAT(Said(testing::WithFooter(inconsistent, tree.Write()), false),
              Contains("page-index-inconsistent: page 1 does not begin at a later row than the one "
                       "before"));
}

// Found by fuzzing: numbers whose sum is none.
TEST(DiagnoseFile, PageIndexesOfChunksThatAreEndless) {
  const std::string bytes = ReadTestFile("test/data/outputs/indexed.parquet");
  ThriftTree tree = ThriftTree::Parse(testing::FooterBytes(bytes));
  tree(4)[0](1)[5](3)(7).number = kMost;  // total_compressed_size
  EXPECT_THAT(Said(testing::WithFooter(bytes, tree.Write()), false),
              Contains(StartsWith("chunk-outside: 9223372036854775807 bytes")));
}

// The file, with what says of the pages of its last column, which are of DOUBLE, changed.
std::string WithColumnIndex(
    const std::function<void(ThriftTree& index, ThriftTree& chunk)>& change) {
  const std::string bytes = ReadTestFile("test/data/outputs/indexed.parquet");
  ThriftTree tree = ThriftTree::Parse(testing::FooterBytes(bytes));
  ThriftTree& chunk = tree(4)[0](1)[5];
  ThriftTree index = ThriftTree::Parse(std::string_view(bytes).substr(
      static_cast<size_t>(chunk(6).number), static_cast<size_t>(chunk(7).number)));
  change(index, chunk);
  const std::string changed = index.Write();
  // In front of the footer, where there is room.
  const size_t footer = bytes.size() - 8 - testing::FooterBytes(bytes).size();
  const std::string longer = bytes.substr(0, footer) + changed + bytes.substr(footer);
  chunk(6).number = static_cast<int64_t>(footer);
  chunk(7).number = static_cast<int64_t>(changed.size());
  return testing::WithFooter(longer, tree.Write());
}

TEST(DiagnoseFile, NullsOfAPageIndexWithoutEnd) {
  const std::string file = WithColumnIndex([](ThriftTree& index, ThriftTree& chunk) {
    for (ThriftTree& nulls : index(5).items) nulls.number = kMost;
    chunk(3)(5).number = kMost;  // num_values
  });
  EXPECT_THAT(Said(file, false), Contains("page-index-inconsistent: more nulls than values"));
}

// ColumnIndex: 2 min_values, 3 max_values, 4 boundary_order (0 none, 1 ascending, 2 descending).
TEST(DiagnoseFile, AnOrderOfPagesThatIsNot) {
  const auto ordered = [](int64_t claim, double first, double second) {
    return Said(WithColumnIndex([=](ThriftTree& index, ThriftTree&) {
                  for (const int bounds : {2, 3}) {
                    index(bounds)[0].bytes = Plain<double>({first});
                    index(bounds)[1].bytes = Plain<double>({second});
                    for (size_t i = 2; i < index(bounds).items.size(); ++i) {
                      index(bounds)[i].bytes = Plain<double>({second});
                    }
                  }
                  index(4).number = claim;
                }),
                false, "spark");
  };
  const auto wrong = "page-index-inconsistent: page 1: not in the order that boundary_order claims";
  EXPECT_THAT(ordered(1, 9, 1), Contains(wrong));
  EXPECT_THAT(ordered(2, 1, 9), Contains(wrong));
  for (const auto& right :
       {ordered(0, 9, 1), ordered(2, 9, 1), ordered(1, 1, 9), ordered(1, 1, 1)}) {
    EXPECT_THAT(right, Not(Contains(StartsWith("page-index-inconsistent"))));
  }
  EXPECT_THAT(ordered(7, 1, 9),
              Contains("page-index-inconsistent: an order of pages that is not known"));
  EXPECT_THAT(ordered(0, 1, std::nan("")),
              Contains("page-index-inconsistent: page 1: a bound is NaN"));
}

OneColumnFile Numbers() {
  OneColumnFile file;
  file.rows = 4;
  file.pages = {PageV1(3, Plain<int64_t>({7, -7}), {{}, {1, 0, 1}}, {0, 1}),
                PageV1(1, Plain<int64_t>({9}), {{}, {1}}, {0, 1})};
  return file;
}

// The file that the tests below break is a good one.
TEST(DiagnoseFile, TheBuiltFilesAreGood) {
  EXPECT_THAT(Said(Numbers().Build(), true), IsEmpty());
  OneColumnFile file = Numbers();
  file.offset_index = true;
  file.statistics = Struct(
      {{3, testing::I64(1)}, {5, Text(Plain<int64_t>({9}))}, {6, Text(Plain<int64_t>({-7}))}});
  EXPECT_THAT(Said(file.Build(), true), IsEmpty());
}

TEST(DiagnoseFile, AFirstPageThatIsNone) {
  std::string bytes = Numbers().Build();
  bytes[4] = '\x7f';
  EXPECT_THAT(Said(bytes, false), Contains(StartsWith("first-page-unreadable: ")));
  EXPECT_THAT(Said(bytes, true), Contains(StartsWith("page-unreadable: ")));
}

TEST(DiagnoseFile, AnEncodingThatTheFooterDoesNotList) {
  OneColumnFile file = Numbers();
  file.more_meta = {{2, testing::List(ThriftTree::kI32, {testing::I32(3)})}};
  EXPECT_THAT(Said(file.Build(), false),
              ElementsAre("encodings-disagree: PLAIN is not in the footer's list"));
}

TEST(DiagnoseFile, PagesOfVersionTwoThatAreNotCompressed) {
  OneColumnFile file;
  file.rows = 2;
  file.pages = {PageV2(2, 1, 2, Plain<int64_t>({7}), {{}, {1, 0}}, {0, 1})};
  EXPECT_THAT(Said(file.Build(), true), IsEmpty());
  file.more_meta = {{4, testing::I32(1)}};  // SNAPPY
  EXPECT_THAT(Said(file.Build(), false),
              ElementsAre("v2-not-compressed: is_compressed = false in a SNAPPY chunk"));
  EXPECT_THAT(Said(file.Build(), false, "snowflake"), Contains("data-page-v2: DATA_PAGE_V2"))
      << "by the header, whatever the footer counts";
}

TEST(DiagnoseFile, AChunkThatForgetsAHeader) {
  OneColumnFile file = Numbers();
  file.pages.pop_back();
  file.rows = 3;
  const int64_t size = static_cast<int64_t>(file.pages[0].Bytes().size());
  file.more_meta = {{7, testing::I64(size - 15)}};
  EXPECT_THAT(Said(file.Build(), true),
              ElementsAre("chunk-size-short: its first pages end 15 bytes behind it"));
  const FileDiagnosis strange = Diagnose(file.Build(), false).ValueOrDie();
  EXPECT_EQ(strange.worst(), Severity::kError);
  EXPECT_EQ(strange.repair, RepairLevel::kImpossible);
  const std::string bytes = file.Build();
  ThriftTree footer = ThriftTree::Parse(testing::FooterBytes(bytes));
  footer(6) = testing::Text("parquet-mr version 1.2.8");
  const FileDiagnosis known =
      Diagnose(testing::WithFooter(bytes, footer.Write()), false).ValueOrDie();
  EXPECT_EQ(known.worst(), Severity::kWarn);
  EXPECT_EQ(known.repair_all, RepairLevel::kReencode);
}

// -- every page

TEST(DiagnoseDeep, AChecksumThatDoesNotFit) {
  OneColumnFile file = Numbers();
  file.pages[1].header.Add(4, testing::I32(12345));
  EXPECT_THAT(Said(file.Build(), false), IsEmpty());
  EXPECT_THAT(Said(file.Build(), true), ElementsAre("page-checksum: crc 00003039 in the header"));
}

TEST(DiagnoseDeep, PagesOfARealFileWithChecksumsThatWereChanged) {
  std::string bytes = ReadTestFile("test/data/outputs/indexed.parquet");
  ThriftTree tree = ThriftTree::Parse(testing::FooterBytes(bytes));
  const auto end =
      static_cast<size_t>(tree(4)[0](1)[0](3)(9).number + tree(4)[0](1)[0](3)(7).number);
  bytes[end - 1] = static_cast<char>(bytes[end - 1] ^ 1);
  EXPECT_THAT(Said(bytes, true), Contains(StartsWith("page-checksum: ")));
}

// A filter that has nothing, or everything.
std::string BloomFilter(char bits) {
  ThriftTree choice;
  choice.Add(1, ThriftTree());
  return Struct({{1, testing::I32(64)}, {2, choice}, {3, choice}, {4, choice}}).Write() +
         std::string(64, bits);
}

TEST(DiagnoseDeep, ABloomFilterThatDeniesValues) {
  OneColumnFile file = Numbers();
  file.bloom_filter = BloomFilter('\xff');
  EXPECT_THAT(Said(file.Build(), true), IsEmpty());
  file.bloom_filter = BloomFilter('\0');
  EXPECT_THAT(Said(file.Build(), false), IsEmpty());
  for (const char* target : {"generic", "snowflake", "trino"}) {
    EXPECT_THAT(Said(file.Build(), true, target),
                Contains(StartsWith("bloom-filter-wrong: 2 values of the page are not in the ")));
    const auto diagnosis = Diagnose(file.Build(), true, target);
    EXPECT_EQ(diagnosis->worst(), Severity::kError);
    EXPECT_EQ(diagnosis->repair, RepairLevel::kFooter);
  }
}

TEST(DiagnoseFile, ABloomFilterThatIsNone) {
  OneColumnFile file = Numbers();
  file.bloom_filter = BloomFilter('\xff');
  file.more_meta = {{15, testing::I32(7)}};
  EXPECT_THAT(Said(file.Build(), false), ElementsAre(AllOf(StartsWith("bloom-filter-unusable: "),
                                                           HasSubstr("the footer says 7"))));
  EXPECT_EQ(Diagnose(file.Build(), false, "generic")->worst(), Severity::kWarn);
  EXPECT_EQ(Diagnose(file.Build(), false, "spark")->worst(), Severity::kError);
}

TEST(DiagnoseDeep, CountsThatAreNotThePages) {
  OneColumnFile file = Numbers();
  file.rows = 5;
  file.more_meta = {{5, testing::I64(5)}};
  EXPECT_THAT(Said(file.Build(), true),
              ElementsAre("page-counts: 4 values in the pages, the footer says 5"));

  OneColumnFile nested;  // a repeated column: values are not rows
  nested.repetitions = {2};
  nested.rows = 1;
  nested.pages = {PageV1(3, Plain<int64_t>({1, 2, 3}), {{0, 1, 0}, {1, 1, 1}}, {1, 1})};
  EXPECT_THAT(Said(nested.Build(), true),
              ElementsAre("page-counts: 2 rows in the pages, the footer says 1"));

  OneColumnFile second;
  second.rows = 2;
  second.pages = {PageV2(2, 0, 3, Plain<int64_t>({7}), {{}, {1, 0}}, {0, 1})};
  EXPECT_THAT(Said(second.Build(), true), ElementsAre("page-counts: num_nulls = 0, 1 are null",
                                                      "page-counts: num_rows = 3, 2 begin"));
}

TEST(DiagnoseDeep, LevelsAboveTheMaximum) {
  OneColumnFile file;
  file.repetitions = {1, 1};  // an optional group around: levels up to 2, of 2 bits
  file.rows = 2;
  file.pages = {PageV1(2, Plain<int64_t>({7}), {{}, {2, 0}}, {0, 2})};
  EXPECT_THAT(Said(file.Build(), true), IsEmpty());
  file.pages = {PageV1(2, Plain<int64_t>({7}), {{}, {3, 0}}, {0, 3})};
  EXPECT_THAT(Said(file.Build(), true), ElementsAre("levels-above-max: 1 definition levels"));
}

TEST(DiagnoseDeep, LevelsThatEndEarly) {
  OneColumnFile file;
  file.rows = 100;
  file.pages = {PageV1(100, Plain<int64_t>({7}), {{}, {1, 0}}, {0, 1})};
  EXPECT_THAT(Said(file.Build(), true), Contains(StartsWith("page-unreadable: definition levels")));
}

TEST(DiagnoseDeep, ValuesThatEndEarly) {
  OneColumnFile file = Numbers();
  file.pages[1] = PageV1(1, "1234567", {{}, {1}}, {0, 1});
  EXPECT_THAT(Said(file.Build(), true), ElementsAre(StartsWith("values-unreadable: ")));
}

TEST(DiagnoseDeep, AByteArrayThatIsLongerThanItsPage) {
  OneColumnFile file;
  file.type = 6;
  file.rows = 1;
  file.pages = {PageV1(1, Plain<int32_t>({1 << 20}) + "not a MiB", {{}, {1}}, {0, 1})};
  EXPECT_THAT(Said(file.Build(), true), ElementsAre(StartsWith("values-unreadable: ")));
}

TEST(DiagnoseDeep, IndicesWithoutADictionary) {
  OneColumnFile file = Numbers();
  file.pages[1] = PageV1(1, std::string("\x01\x02\x00", 3), {{}, {1}}, {0, 1}, /*encoding=*/8);
  EXPECT_THAT(Said(file.Build(), true), Contains("values-unreadable: it has no dictionary"));
}

TEST(DiagnoseDeep, AnEncodingThatNobodyKnows) {
  for (const int encoding : {77, -11}) {
    OneColumnFile file = Numbers();
    file.pages[1] = PageV1(1, Plain<int64_t>({9}), {{}, {1}}, {0, 1}, encoding);
    EXPECT_THAT(
        Said(file.Build(), true),
        ElementsAre("values-unreadable: no encoding has the number " + std::to_string(encoding)));
  }
}

TEST(DiagnoseDeep, PagesThatUnpackToSomethingElse) {
  OneColumnFile file = Numbers();
  file.pages[1].header(2).number += 1;
  EXPECT_THAT(Said(file.Build(), true),
              ElementsAre("page-unreadable: 14 bytes, its header says 15"));
  OneColumnFile second;
  second.rows = 1;
  second.pages = {PageV2(1, 0, 1, Plain<int64_t>({7}), {{}, {1}}, {0, 1})};
  second.pages[0].header(2).number += 100;
  EXPECT_THAT(Said(second.Build(), true), ElementsAre(StartsWith("page-size: ")));
}

TEST(DiagnoseDeep, WhatArrowGoWroteAsDeltas) {
  const auto diagnosis =
      Diagnose(ReadTestFile("test/data/arrow_go_18_5_0/delta_int32.parquet"), true).ValueOrDie();
  const auto wide = std::ranges::find(diagnosis.faults, "delta-int32-wide",
                                      [](const Fault& fault) { return fault.check->id; });
  ASSERT_NE(wide, diagnosis.faults.end());
  EXPECT_EQ(wide->severity, Severity::kError);
  EXPECT_EQ(diagnosis.repair, RepairLevel::kReencode);
}

TEST(DiagnoseDeep, ValuesThatArrowGoLost) {
  const std::string bytes = ReadTestFile("test/data/arrow_go_18_5_2/lost_values.parquet");
  EXPECT_THAT(Said(bytes, false), Contains(StartsWith("writer-known-bad: arrow-go 18.5.2: ")));
  EXPECT_THAT(Said(bytes, true), Contains(StartsWith("values-unreadable: ")));
}

// The offset index has other sizes than the pages, and pages begin inside of rows.
TEST(DiagnoseDeep, WhatXitongsysWrote) {
  const std::string bytes = ReadTestFile("test/data/xitongsys_1_6_2/indexed.parquet");
  EXPECT_THAT(Said(bytes, false), Contains(StartsWith("page-index-inconsistent: ")));
  const auto said = Said(bytes, true);
  EXPECT_THAT(said, Contains(StartsWith("page-index-wrong: page 0 is at 4 with 206 bytes")));
  EXPECT_THAT(said, Contains("pages-not-row-aligned: "));
  EXPECT_THAT(said, Contains(StartsWith("statistics-wrong: page header: null_count")));
}

// FLOAT16 was compared as something else: -65,024 is among the values.
TEST(DiagnoseDeep, StatisticsThatArrowGoWroteWrongly) {
  const auto said = Said(ReadTestFile("test/data/arrow_go_18_5_0/flat.parquet"), true);
  EXPECT_THAT(said, Contains("statistics-wrong: a value is below min_value"));
  EXPECT_THAT(said, Contains("statistics-wrong: page header: a value is below min_value"));
}

TEST(DiagnoseDeep, StatisticsThatDisagreeWithTheValues) {
  const auto with = [](int id, const ThriftTree& value) {
    OneColumnFile file = Numbers();
    file.statistics = Struct({{id, value}});
    return Said(file.Build(), true);
  };
  EXPECT_THAT(with(3, testing::I64(2)),
              ElementsAre("statistics-wrong: null_count = 2, 1 are null"));
  EXPECT_THAT(with(6, Text(Plain<int64_t>({-6}))),
              ElementsAre("statistics-wrong: a value is below min_value"));
  EXPECT_THAT(with(5, Text(Plain<int64_t>({8}))),
              ElementsAre("statistics-wrong: a value is above max_value"));
  EXPECT_THAT(with(5, Text(Plain<int64_t>({10}))), IsEmpty()) << "wider bounds lose no row";
}

// Statistics: 1 max, 2 min, 5 max_value, 6 min_value, 7 is_max_value_exact, 8 is_min_value_exact.
TEST(DiagnoseDeep, BoundsThatAreSaidToBeExact) {
  const auto with = [](int bound, int64_t value, int flag, bool exact) {
    OneColumnFile file = Numbers();
    file.statistics =
        Struct({{bound, Text(Plain<int64_t>({value}))}, {flag, testing::Bool(exact)}});
    return Said(file.Build(), true);
  };
  EXPECT_THAT(with(6, -8, 8, true), ElementsAre("exact-bounds-wrong: no value is min_value"));
  EXPECT_THAT(with(5, 10, 7, true), ElementsAre("exact-bounds-wrong: no value is max_value"));
  EXPECT_THAT(with(6, -8, 8, false), IsEmpty());
  EXPECT_THAT(with(6, -7, 8, true), IsEmpty());
  EXPECT_THAT(with(5, 9, 7, true), IsEmpty());
}

// Which readers use for signed numbers, where there are no others.
TEST(DiagnoseDeep, DeprecatedBoundsThatDisagreeWithTheValues) {
  const auto with = [](int id, int64_t value, bool is_unsigned = false) {
    OneColumnFile file = Numbers();
    file.statistics = Struct({{id, Text(Plain<int64_t>({value}))}});
    const std::string bytes = file.Build();
    ThriftTree footer = ThriftTree::Parse(testing::FooterBytes(bytes));
    if (is_unsigned) footer(2)[1].Add(6, testing::I32(14));  // UINT_64
    return Said(testing::WithFooter(bytes, footer.Write()), true);
  };
  const char* only = "legacy-statistics: min and max only";
  EXPECT_THAT(with(2, -6), ElementsAre(only, "statistics-wrong: a value is below min"));
  EXPECT_THAT(with(1, 8), ElementsAre(only, "statistics-wrong: a value is above max"));
  EXPECT_THAT(with(1, 9), ElementsAre(only));
  EXPECT_THAT(with(1, 8, /*is_unsigned=*/true), ElementsAre(only));
}

// SortingColumn: 1 column_idx, 2 descending, 3 nulls_first.
TEST(DiagnoseDeep, RowsThatAreNotSorted) {
  const auto sorted = [](std::vector<TestPage> pages, bool descending) {
    OneColumnFile file;
    file.rows = 4;
    file.pages = std::move(pages);
    const std::string bytes = file.Build();
    ThriftTree footer = ThriftTree::Parse(testing::FooterBytes(bytes));
    footer(4)[0].Add(4, testing::List(ThriftTree::kStruct, {Struct({{1, testing::I32(0)},
                                                                    {2, testing::Bool(descending)},
                                                                    {3, testing::Bool(false)}})}));
    return Said(testing::WithFooter(bytes, footer.Write()), true);
  };
  const auto page = [](std::initializer_list<int64_t> values) {
    return PageV1(2, Plain<int64_t>(values), {{}, {1, 1}}, {0, 1});
  };
  const auto wrong = ElementsAre("rows-not-sorted: ");
  EXPECT_THAT(sorted({page({1, 2}), page({2, 3})}, false), IsEmpty());
  EXPECT_THAT(sorted({page({1, 2}), page({2, 3})}, true), wrong);
  EXPECT_THAT(sorted({page({1, 2}), page({1, 3})}, false), wrong) << "across pages";
  EXPECT_THAT(sorted({page({2, 1}), page({2, 3})}, false), wrong) << "inside of a page";
  EXPECT_THAT(sorted({page({3, 3}), page({2, 1})}, true), IsEmpty());
  EXPECT_THAT(sorted({page({1, 2}), PageV1(2, Plain<int64_t>({3}), {{}, {0, 1}}, {0, 1})}, false),
              IsEmpty());
}

TEST(DiagnoseDeep, NaNsThatBoundsLeaveOut) {
  const auto with = [](double value, bool bounds, const char* target) {
    OneColumnFile file;
    file.type = 5;  // DOUBLE
    file.rows = 2;
    file.pages = {PageV1(2, Plain<double>({1, value}), {{}, {1, 1}}, {0, 1})};
    if (bounds) {
      file.statistics = Struct({{5, Text(Plain<double>({2}))}, {6, Text(Plain<double>({1}))}});
    }
    return Said(file.Build(), true, target);
  };
  EXPECT_THAT(with(std::nan(""), true, "spark"), Contains("nan-outside-bounds: "));
  EXPECT_THAT(with(2, true, "spark"), Not(Contains("nan-outside-bounds: ")));
  EXPECT_THAT(with(std::nan(""), false, "spark"), Not(Contains("nan-outside-bounds: ")));
  EXPECT_THAT(with(std::nan(""), true, "generic"), IsEmpty());
}

TEST(DiagnoseDeep, UnsignedBoundsBySignedOrder) {  // apache/arrow-go#210
  OneColumnFile file;
  file.rows = 2;
  file.pages = {PageV1(2, Plain<int64_t>({1, -1}), {{}, {1, 1}}, {0, 1})};
  file.statistics = Struct({{5, Text(Plain<int64_t>({1}))}, {6, Text(Plain<int64_t>({-1}))}});
  const std::string bytes = file.Build();
  ThriftTree footer = ThriftTree::Parse(testing::FooterBytes(bytes));
  footer(2)[1].Add(6, testing::I32(14));  // UINT_64
  EXPECT_THAT(Said(testing::WithFooter(bytes, footer.Write()), true),
              UnorderedElementsAre("statistics-bounds: min_value is above max_value",
                                   "statistics-wrong: a value is below min_value"));
}

TEST(DiagnoseDeep, AnOffsetIndexOfOtherPages) {
  OneColumnFile file = Numbers();
  file.offset_index = true;
  const auto offsets = file.Offsets();
  std::string bytes = file.Build();
  const std::string right = file.OffsetIndex().Write();
  ThriftTree index = file.OffsetIndex();
  index(1)[1](3).number = 2;  // page 1 begins at row 3
  const std::string wrong = index.Write();
  ASSERT_EQ(right.size(), wrong.size());
  bytes.replace(bytes.find(right), wrong.size(), wrong);
  EXPECT_THAT(Said(bytes, false), IsEmpty());
  EXPECT_THAT(Said(bytes, true),
              ElementsAre("page-index-wrong: page 1 begins at row 3, the offset index says 2"));
}

TEST(DiagnoseDeep, PagesThatBeginInsideOfARow) {
  OneColumnFile file;
  file.repetitions = {2};
  file.rows = 1;
  file.pages = {PageV1(2, Plain<int64_t>({1, 2}), {{0, 1}, {1, 1}}, {1, 1}),
                PageV1(1, Plain<int64_t>({3}), {{1}, {1}}, {1, 1})};
  EXPECT_THAT(Said(file.Build(), true), IsEmpty()) << "version 1 may";
  file.pages[1] = PageV2(1, 0, 0, Plain<int64_t>({3}), {{1}, {1}}, {1, 1});
  EXPECT_THAT(Said(file.Build(), true), ElementsAre("pages-not-row-aligned: "));
}

// A page that claims more than memory allows fails the file, and only that.
TEST(DiagnoseDeep, APageThatClaimsTooMuch) {
  OneColumnFile file = Numbers();
  file.more_meta = {{4, testing::I32(2)}};  // GZIP
  file.pages[0].header(2).number = (int64_t{1} << 31) - 1;
  const auto diagnosis = Diagnose(file.Build(), true);
  EXPECT_EQ(CodeOf(diagnosis.status()), ErrorCode::kTooLarge);
  EXPECT_THAT(diagnosis.status().message(), StartsWith("memory://b/dir/x.parquet: "));
}

// Nor is one that is stored in full read before there is memory for it.
TEST(DiagnoseDeep, APageThatIsLargerThanItsMemory) {
  OneColumnFile file;
  file.repetitions = {0};
  file.rows = 3 << 20;
  file.pages = {PageV1(file.rows, std::string(24 * kMiB, '\0'), {}, {})};
  const std::string bytes = file.Build();
  EXPECT_TRUE(Diagnose(bytes, true, "generic", 128 * kMiB).ok());
  EXPECT_EQ(CodeOf(Diagnose(bytes, true, "generic", 40 * kMiB).status()), ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace pqpack

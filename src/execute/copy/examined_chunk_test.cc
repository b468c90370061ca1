// SPDX-License-Identifier: Apache-2.0
//
// Columns of a writer that is not known: copied where every page bears out what is said of it,
// encoded anew where one does not, and statistics that do not hold are gone either way.
#include "execute/copy/examined_chunk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "base/memory_budget.h"
#include "diagnose/check.h"
#include "diagnose/check_footer.h"
#include "diagnose/one_column_testing.h"
#include "execute/copy/copy_testing.h"
#include "format/compact_writer.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kRows = 500;

// Two columns, n and m: numbers from 0 on, every fifth null.
BufferPtr Unsigned(parquet::ParquetDataPageVersion version) {
  const auto properties = parquet::WriterProperties::Builder()
                              .created_by("somebody's writer")
                              ->data_page_version(version)
                              ->enable_write_page_index()
                              ->disable_dictionary("m")
                              ->disable_write_page_index("m")  // so that pages have statistics
                              ->data_pagesize(500)
                              ->write_batch_size(50)
                              ->build();
  std::vector<int16_t> definition;
  std::vector<int64_t> values;
  for (int64_t i = 0; i < kRows; ++i) {
    definition.push_back(i % 5 != 0);
    if (i % 5 != 0) values.push_back(i);
  }
  const auto node = [](const char* name) {
    return parquet::schema::PrimitiveNode::Make(name, parquet::Repetition::OPTIONAL,
                                                parquet::Type::INT64);
  };
  return WriteFile(Root({node("n"), node("m")}), {[&](parquet::RowGroupWriter* out) {
                     WriteColumn<parquet::Int64Type>(out, definition, {}, values);
                     WriteColumn<parquet::Int64Type>(out, definition, {}, values);
                   }},
                   properties);
}

BufferPtr VersionOne() { return Unsigned(parquet::ParquetDataPageVersion::V1); }
BufferPtr VersionTwo() { return Unsigned(parquet::ParquetDataPageVersion::V2); }

std::string Number(int64_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

const Statistics& StatisticsOf(const Copied& copied, size_t column = 0) {
  static const Statistics kNone;
  const auto& statistics = copied.footer.row_groups[0].columns[column].meta_data->statistics;
  return statistics ? *statistics : kNone;
}

TEST(UnknownWriter, PagesThatBearOutTheFooterAreCopied) {
  for (const BufferPtr& file : {VersionOne(), VersionTwo()}) {
    const auto copied = CopyBytes(file, OptionsFor("generic"));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_TRUE(Bodies(copied->file) == Bodies(file));
    EXPECT_EQ(copied->receipt.levels.level, 1);
    EXPECT_THAT(copied->receipt.levels.columns, IsEmpty());
    EXPECT_THAT(
        Said(copied->receipt.levels.reasons),
        ElementsAre(
            "read whole: somebody's writer: nothing is known of this writer's pages: n, m"));
    int64_t bytes = 0;
    const FileMetaData footer = FooterOf(file).ValueOrDie();
    for (const ColumnChunk& chunk : footer.row_groups[0].columns) {
      bytes += chunk.meta_data->total_compressed_size;
    }
    EXPECT_EQ(copied->receipt.levels.bytes_decoded, bytes);
    ExpectEqualData(file, copied->file);
  }
}

TEST(UnknownWriter, OnlyWhatWasHeldAgainstTheValuesIsKept) {
  const auto copied =
      CopyBytes(WithFooter(VersionOne(),
                           [](FileMetaData& f) {
                             Meta(f).unknown.push_back({101, CompactType::kI32, "\x04"});
                             Meta(f).statistics->min = Number(3);
                             Meta(f).statistics->is_min_value_exact = true;
                           }),
                OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  Statistics expected;
  expected.null_count = 100;
  expected.min_value = Number(1);
  expected.max_value = Number(499);
  EXPECT_EQ(StatisticsOf(*copied), expected);
  for (const ColumnChunk& chunk : copied->footer.row_groups[0].columns) {
    EXPECT_FALSE(chunk.offset_index_offset || chunk.column_index_offset);
    EXPECT_FALSE(chunk.meta_data->size_statistics);
    EXPECT_THAT(chunk.meta_data->unknown, IsEmpty());
  }
  const auto in_pages = [](const BufferPtr& file) {
    const FileMetaData footer = FooterOf(file).ValueOrDie();
    return std::ranges::any_of(
        PagesOf(file, *footer.row_groups[0].columns[1].meta_data),
        [](const PageBytes& page) { return page.header.data && page.header.data->statistics; });
  };
  EXPECT_TRUE(in_pages(VersionOne()));
  EXPECT_FALSE(in_pages(copied->file));
}

// Bounds leave NaN out, and Spark takes them for those of all values.
TEST(UnknownWriter, BoundsOfValuesWithNaNGo) {
  const auto fill = [](parquet::RowGroupWriter* out) {
    WriteColumn<parquet::DoubleType>(out, {}, {}, {1, std::nan(""), 2});
  };
  const BufferPtr file = WriteFile(
      Root({parquet::schema::PrimitiveNode::Make("d", parquet::Repetition::REQUIRED,
                                                 parquet::Type::DOUBLE)}),
      {fill}, parquet::WriterProperties::Builder().created_by("somebody's writer")->build());
  for (const char* target : {"spark", "generic"}) {
    const auto copied = CopyBytes(file, OptionsFor(target));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_EQ(StatisticsOf(*copied).HasBounds(), std::string(target) == "generic");
    EXPECT_EQ(StatisticsOf(*copied).null_count, 0);
  }
}

TEST(UnknownWriter, AnOrderThatRowsDoNotHaveIsNotClaimed) {
  for (const bool descending : {false, true}) {
    const auto copied =
        CopyBytes(WithFooter(VersionOne(),
                             [=](FileMetaData& f) {
                               f.row_groups[0].sorting_columns = {{0, descending, false, {}}};
                             }),
                  OptionsFor("generic"));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_EQ(copied->receipt.levels.level, 1);
    EXPECT_EQ(copied->footer.row_groups[0].sorting_columns.has_value(), !descending);
    const std::string dropped = RepairText("rows-not-sorted") + ": row group 0";
    EXPECT_EQ(Said(copied->receipt.repairs),
              descending ? std::vector{dropped} : std::vector<std::string>());
  }
}

struct WrongStatistics {
  const char* name;
  std::function<void(Statistics&)> tell;
};
class UnknownWriterLies : public ::testing::TestWithParam<WrongStatistics> {};

TEST_P(UnknownWriterLies, AndTheStatisticsOfThatColumnAreGone) {
  const BufferPtr file =
      WithFooter(VersionOne(), [](FileMetaData& f) { GetParam().tell(*Meta(f).statistics); });
  const auto copied = CopyBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(StatisticsOf(*copied), Statistics{});
  EXPECT_EQ(StatisticsOf(*copied, 1).max_value, Number(499));
  EXPECT_TRUE(Bodies(copied->file) == Bodies(file));
}

INSTANTIATE_TEST_SUITE_P(
    Lies, UnknownWriterLies,
    ::testing::Values(WrongStatistics{"min", [](Statistics& s) { s.min_value = Number(2); }},
                      WrongStatistics{"max", [](Statistics& s) { s.max_value = Number(498); }},
                      WrongStatistics{"nulls", [](Statistics& s) { s.null_count = 99; }}),
    [](const auto& one) { return std::string(one.param.name); });

// Changes the first data page of column m; the header must not change its length.
BufferPtr WithPage(const BufferPtr& file,
                   const std::function<void(PageHeader*, std::string* body)>& change) {
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  PageBytes page = PagesOf(file, *footer.row_groups[0].columns[1].meta_data).front();
  const size_t header_size = Serialize(page.header).size();
  change(&page.header, &page.body);
  const std::string header = Serialize(page.header);
  EXPECT_EQ(header.size(), header_size);
  std::string bytes = file->ToString();
  bytes.replace(static_cast<size_t>(page.offset), header.size() + page.body.size(),
                header + page.body);
  return arrow::Buffer::FromString(bytes);
}

// The header of the page counts nulls wrongly, which reading levels tells: that column alone is
// decoded, and readers that believe the header see the values again.
TEST(UnknownWriter, AColumnWhosePagesSayOtherwiseIsEncodedAnew) {
  const BufferPtr file = WithPage(
      VersionTwo(), [](PageHeader* header, std::string*) { --header->data_v2->num_nulls; });
  const auto copied = CopyBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->receipt.levels.level, 1);
  ASSERT_EQ(copied->receipt.levels.columns.size(), 1U);
  EXPECT_EQ(copied->receipt.levels.columns[0].column, "m");
  EXPECT_EQ(copied->receipt.levels.columns[0].level, 3);
  EXPECT_TRUE(Bodies(copied->file, 0) == Bodies(file, 0));
  ExpectEqualData(VersionTwo(), copied->file);
  EXPECT_THAT(Said(copied->receipt.repairs),
              ::testing::Contains("the pages hold another number of values or rows than the footer "
                                  "says: encoded anew: m"));
}

// Levels and values are wiped out.
TEST(UnknownWriter, WhatCannotBeDecodedIsRefused) {
  const BufferPtr file = WithPage(VersionTwo(), [](PageHeader* header, std::string* body) {
    const auto levels = static_cast<size_t>(header->data_v2->definition_levels_byte_length);
    body->resize(levels);  // the values are gone
    body->resize(static_cast<size_t>(header->compressed_page_size), '\0');
    std::fill_n(body->begin(), levels, '\0');
  });
  EXPECT_EQ(CodeOf(CopyBytes(file, OptionsFor("generic")).status()), ErrorCode::kCorrupt);
  // A writer that is trusted is believed in this; see docs/engine.md.
  const BufferPtr trusted =
      WithFooter(file, [](FileMetaData& f) { f.created_by = "parquet-cpp-arrow version 26.0.1"; });
  EXPECT_TRUE(CopyBytes(trusted, OptionsFor("generic")).ok());
}

// Of DOUBLE in DELTA_BINARY_PACKED and BYTE_ARRAY in BYTE_STREAM_SPLIT the library decodes nothing:
// bounds that nobody has held against values must not go along.
TEST(UnknownWriter, WhatNobodyCanDecodeIsNotCopied) {
  constexpr std::pair<int, int> kUnread[] = {{5, 5}, {6, 9}};
  for (const auto& [type, encoding] : kUnread) {
    OneColumnFile file;
    file.type = type;
    file.repetitions = {0};
    file.rows = 3;
    file.pages = {PageV1(3, Plain<int64_t>({1, 2, 3}), {}, {}, encoding)};
    file.statistics = Struct({{5, Text(Number(0))}, {6, Text(Number(0))}});
    file.more_meta = {{2, List(ThriftTree::kI32, {I32(encoding)})}};
    const auto copied = CopyBytes(arrow::Buffer::FromString(file.Build()), OptionsFor("generic"));
    EXPECT_FALSE(copied.ok()) << "type " << type;
  }
}

// Once kMostFaults are found no more are kept, and what would have told against the copy may be
// one of those: here the bounds of the chunk.
TEST(UnknownWriter, WithMoreFaultsThanAreKeptIsEncodedAnew) {
  TestPage page = PageV1(1, Plain<int64_t>({7}), {}, {});
  page.header(5).Add(5, Struct({{5, Text(Number(3))}, {6, Text(Number(3))}}));
  OneColumnFile file;
  file.repetitions = {0};
  file.rows = kMostFaults;
  file.pages.assign(kMostFaults, page);
  file.statistics = Struct({{5, Text(Number(3))}, {6, Text(Number(3))}});
  const auto copied = CopyBytes(arrow::Buffer::FromString(file.Build()), OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->receipt.levels.level, 3);
  EXPECT_EQ(StatisticsOf(*copied).max_value, Number(7));
}

TEST(UnknownWriter, ThatOutlivesThePoolIsTooLarge) {
  RewriteOptions options = OptionsFor("generic");
  CappedPool pool(arrow::default_memory_pool(), 100);
  options.pool = &pool;
  EXPECT_EQ(CodeOf(CopyBytes(VersionOne(), options).status()), ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace pqpack

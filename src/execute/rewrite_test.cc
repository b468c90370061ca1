// SPDX-License-Identifier: Apache-2.0
#include "execute/rewrite.h"

#include <arrow/io/memory.h>
#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/executor.h"
#include "execute/output_layout.h"
#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using parquet::ByteArrayType;
using parquet::Int32Type;
using parquet::Int64Type;
using parquet::LogicalType;
using parquet::Repetition;
using parquet::WriterProperties;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFlat = "test/data/arrow_go_18_5_0/flat.parquet";
constexpr const char* kNested = "test/data/arrow_go_18_5_0/nested.parquet";

class RewriteFiles : public ::testing::TestWithParam<const char*> {};

TEST_P(RewriteFiles, ValuesAreEqual) {
  const BufferPtr file = ReadTestFile(GetParam());
  ASSERT_NE(file, nullptr);
  for (const char* target : {"snowflake", "generic"}) {
    SCOPED_TRACE(target);
    const auto result = RewriteBytes(file, OptionsFor(target));
    ASSERT_TRUE(result.ok()) << result.status();
    // parquet-go's repeated fields without LIST get their standard form for snowflake.
    const bool same_schema = std::string_view(target) == "generic" ||
                             std::string_view(GetParam()).find("parquet_go") == std::string::npos;
    ExpectEqualData(file, result->file, same_schema);
    EXPECT_EQ(result->receipt.rows, result->footer.num_rows);
  }
}

TEST_P(RewriteFiles, ColumnsInParallelGiveTheSame) {
  const BufferPtr file = ReadTestFile(GetParam());
  ASSERT_NE(file, nullptr);
  Executor executor(3);
  RewriteOptions options = OptionsFor("generic");
  options.width = 4;
  options.executor = &executor;
  const auto result = RewriteBytes(file, options);
  ASSERT_TRUE(result.ok()) << result.status();
  ExpectEqualData(file, result->file);
  // Whichever is ready first, they lie in column order, so that readers read forward.
  int64_t end = kMagicSize;
  for (const RowGroup& group : result->footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      EXPECT_EQ(chunk.meta_data->pages().offset, end) << chunk.meta_data->Path();
      end = chunk.meta_data->pages().end();
    }
  }
}

TEST_P(RewriteFiles, AgainChangesNothingMore) {
  const BufferPtr file = ReadTestFile(GetParam());
  ASSERT_NE(file, nullptr);
  const auto once = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(once.ok()) << once.status();
  const auto twice = RewriteBytes(once->file, OptionsFor("snowflake"));
  ASSERT_TRUE(twice.ok()) << twice.status();
  EXPECT_THAT(Said(twice->receipt.repairs), IsEmpty());
  EXPECT_EQ(SchemaText(twice->file), SchemaText(once->file));
}

INSTANTIATE_TEST_SUITE_P(All, RewriteFiles,
                         ::testing::Values(kFlat, kNested,
                                           "test/data/arrow_go_18_5_0/empty_row_groups.parquet",
                                           "test/data/arrow_go_18_5_0/only_empty_groups.parquet",
                                           "test/data/arrow_go_18_5_0/int96.parquet",
                                           "test/data/parquet_go_0_32_0/flat.parquet",
                                           "test/data/parquet_go_0_32_0/nested_v1.parquet",
                                           "demo/data/airports.parquet",
                                           "demo/data/weather/origin=EWR/2013-01.parquet"));

TEST(Rewrite, RootBecomesRequired) {
  const BufferPtr file = ReadTestFile(kNested);
  const auto before = FooterOf(file);
  ASSERT_TRUE(before.ok()) << before.status();
  ASSERT_EQ(before->schema.front().repetition, pqpack::Repetition::kRepeated);
  for (const char* target : {"snowflake", "generic"}) {
    const auto result = RewriteBytes(file, OptionsFor(target));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->footer.schema.front().repetition, pqpack::Repetition::kRequired);
    EXPECT_THAT(Said(result->receipt.repairs),
                Contains("root repetition REPEATED -> REQUIRED (arrow-go before 18.6.0)"));
  }
}

TEST(Rewrite, EmptyRowGroupsAreDropped) {
  const auto result = RewriteBytes(
      ReadTestFile("test/data/arrow_go_18_5_0/empty_row_groups.parquet"), OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Said(result->receipt.repairs), Contains("empty row groups dropped: 4"));
  EXPECT_EQ(result->footer.row_groups.size(), 2u);
  EXPECT_EQ(result->receipt.row_group_rows.size(), 2u);
  for (const RowGroup& group : result->footer.row_groups) EXPECT_GT(group.num_rows, 0);
}

TEST(Rewrite, WithoutRowsThereIsASchemaAndNoRowGroup) {
  const auto result = RewriteBytes(
      ReadTestFile("test/data/arrow_go_18_5_0/only_empty_groups.parquet"), OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->receipt.rows, 0);
  EXPECT_THAT(result->footer.row_groups, IsEmpty());
  EXPECT_GT(result->footer.schema.size(), 1u);
}

TEST(Rewrite, MadeUpStatisticsAreDropped) {
  const auto result = RewriteBytes(ReadTestFile(kFlat), OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Said(result->receipt.repairs), Contains("distinct_count = 0 in statistics dropped"));
  for (const ColumnChunk& chunk : result->footer.row_groups.front().columns) {
    const auto& statistics = chunk.meta_data->statistics;
    EXPECT_FALSE(statistics && statistics->distinct_count) << chunk.meta_data->Path();
    EXPECT_FALSE(chunk.column_index_offset || chunk.offset_index_offset);
    EXPECT_FALSE(chunk.meta_data->size_statistics);
  }
}

// parquet-go up to 0.25.1 looks page indexes up by the row group's ordinal.
TEST(Rewrite, GenericHasPageIndexSizeStatisticsAndOrdinals) {
  const auto result = RewriteBytes(ReadTestFile(kFlat), OptionsFor("generic"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->footer.row_groups.front().ordinal, 0);
  for (const ColumnChunk& chunk : result->footer.row_groups.front().columns) {
    EXPECT_TRUE(chunk.offset_index_offset) << chunk.meta_data->Path();
    EXPECT_TRUE(chunk.meta_data->size_statistics) << chunk.meta_data->Path();
  }
}

// Names, order, field ids, nullability and annotations; only the root differs.
TEST(Rewrite, SchemaIsKept) {
  for (const char* path : {kFlat, kNested, "test/data/parquet_go_0_32_0/flat.parquet",
                           "test/data/parquet_go_0_32_0/nested_v1.parquet"}) {
    const BufferPtr file = ReadTestFile(path);
    const auto result = RewriteBytes(file, OptionsFor("generic"));
    ASSERT_TRUE(result.ok()) << result.status();
    const std::string before = SchemaText(file), after = SchemaText(result->file);
    EXPECT_EQ(after.substr(after.find('\n')), before.substr(before.find('\n'))) << path;
  }
}

NodePtr Int64(const char* name, int field_id = -1) {
  return PrimitiveNode::Make(name, Repetition::REQUIRED, LogicalType::None(), parquet::Type::INT64,
                             -1, field_id);
}

Fill Int64Columns(int columns, int64_t rows) {
  return [=](parquet::RowGroupWriter* out) {
    std::vector<int64_t> values(static_cast<size_t>(rows));
    for (int c = 0; c < columns; ++c) {
      for (auto& value : values) value = (&value - values.data()) % 100;
      WriteColumn<Int64Type>(out, {}, {}, values);
    }
  };
}

TEST(Rewrite, KeyValueMetadataIsKeptInOrderAndTwice) {
  const BufferPtr file =
      WriteFile(Root({Int64("a")}), {Int64Columns(1, 3)}, parquet::default_writer_properties(),
                arrow::key_value_metadata({"z", "ARROW:schema", "iceberg.schema", "a", "z"},
                                          {"1", "not read by us", "{}", "", "2"}));
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto before = FooterOf(file);
  EXPECT_EQ(result->footer.key_value_metadata, before->key_value_metadata);
  EXPECT_THAT(result->receipt.keys, ElementsAre("z", "ARROW:schema", "iceberg.schema", "a", "z"));
}

TEST(Rewrite, AKeyWithoutValueGetsAnEmptyOneAndIsNamed) {
  const BufferPtr file =
      WriteFile(Root({Int64("a")}), {Int64Columns(1, 3)}, parquet::default_writer_properties(),
                arrow::key_value_metadata({"k", "l"}, {"v", "w"}));
  auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  footer->key_value_metadata->front().value.reset();
  const auto plan = PlanRewrite(*footer, OptionsFor("generic"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(Said(plan->warnings),
              ElementsAre("keys of the metadata without a value get an empty one: k"));
  const auto sink = *arrow::io::BufferOutputStream::Create();
  const auto receipt = Rewrite(std::make_shared<arrow::io::BufferReader>(file), *footer, *plan,
                               sink, OptionsFor("generic"));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const auto after = FooterOf(*sink->Finish());
  ASSERT_TRUE(after.ok()) << after.status();
  footer->key_value_metadata->front().value = "";
  EXPECT_EQ(after->key_value_metadata, footer->key_value_metadata);
}

TEST(Rewrite, NoKeyValueMetadataStaysNone) {
  const BufferPtr file = WriteFile(Root({Int64("a")}), {Int64Columns(1, 3)});
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->footer.key_value_metadata);
}

TEST(Rewrite, FieldIdsAreKept) {
  const BufferPtr file = WriteFile(Root({Int64("a", 17), Int64("b"), Int64("c", 0)}), {});
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->footer.schema[1].field_id, 17);
  EXPECT_EQ(result->footer.schema[2].field_id, std::nullopt);
  EXPECT_EQ(result->footer.schema[3].field_id, 0);
}

TEST(Rewrite, SortingColumnsAreKept) {
  WriterProperties::Builder properties;
  properties.set_sorting_columns({{1, true, false}, {0, false, true}});
  const BufferPtr file =
      WriteFile(Root({Int64("a"), Int64("b")}), {Int64Columns(2, 3)}, properties.build());
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto before = FooterOf(file);
  EXPECT_EQ(result->footer.row_groups[0].sorting_columns, before->row_groups[0].sorting_columns);
  EXPECT_EQ(result->footer.row_groups[0].sorting_columns->size(), 2u);
}

// They are one setting for the whole file.
TEST(PlanRewrite, SortingColumnsThatDifferAreDroppedAndSaid) {
  auto footer = FooterOf(WriteFile(Root({Int64("a")}), {Int64Columns(1, 3), Int64Columns(1, 3)}));
  ASSERT_TRUE(footer.ok()) << footer.status();
  const auto by = [](int32_t column) {
    SortingColumn sorting;
    sorting.column_idx = column;
    return std::vector<SortingColumn>{sorting};
  };
  footer->row_groups[0].sorting_columns = by(0);
  const auto differ = PlanRewrite(*footer, OptionsFor("generic"));
  footer->row_groups[1].sorting_columns = by(0);
  const auto same = PlanRewrite(*footer, OptionsFor("generic"));
  footer->row_groups[0].sorting_columns = by(1);
  footer->row_groups[1].sorting_columns = by(1);
  const auto no_column = PlanRewrite(*footer, OptionsFor("generic"));
  const std::string said = "sorting_columns are not the same everywhere, or not valid: dropped";
  EXPECT_THAT(Said(differ->warnings), ElementsAre(said));
  EXPECT_THAT(Said(same->warnings), IsEmpty());
  EXPECT_THAT(Said(no_column->warnings), ElementsAre(said));
}

TEST(Rewrite, KeyValueMetadataOfChunksIsKept) {
  const BufferPtr file =
      WriteFile(Root({Int64("a")}), {[](parquet::RowGroupWriter* out) {
                  auto* column = static_cast<parquet::Int64Writer*>(out->NextColumn());
                  column->AddKeyValueMetadata(arrow::key_value_metadata({"k"}, {"v"}));
                  const std::vector<int64_t> values = {1, 2, 3};
                  column->WriteBatch(3, nullptr, nullptr, values.data());
                }});
  Target pieces = **FindTarget("generic");
  pieces.max_row_group_rows = 2;
  RewriteOptions options = OptionsFor("generic");
  for (const Target* target : {options.target, static_cast<const Target*>(&pieces)}) {
    options.target = target;
    const auto result = RewriteBytes(file, options);
    ASSERT_TRUE(result.ok()) << result.status();
    for (const RowGroup& group : result->footer.row_groups) {
      const auto& pairs = group.columns[0].meta_data->key_value_metadata;
      ASSERT_TRUE(pairs && pairs->size() == 1);
      EXPECT_EQ(pairs->front().key, "k");
      EXPECT_EQ(pairs->front().value, "v");
    }
  }
}

std::vector<Codec> CodecsOf(const FileMetaData& footer) {
  std::vector<Codec> codecs;
  for (const ColumnChunk& chunk : footer.row_groups[0].columns) {
    codecs.push_back(chunk.meta_data->codec);
  }
  return codecs;
}

BufferPtr FileOfManyCodecs() {
  WriterProperties::Builder properties;
  properties.compression("a", parquet::Compression::UNCOMPRESSED);
  properties.compression("b", parquet::Compression::ZSTD);
  properties.compression("c", parquet::Compression::LZ4);
  properties.compression("d", parquet::Compression::LZ4_HADOOP);
  properties.compression("e", parquet::Compression::GZIP);
  properties.compression("f", parquet::Compression::BROTLI);
  return WriteFile(Root({Int64("a"), Int64("b"), Int64("c"), Int64("d"), Int64("e"), Int64("f")}),
                   {Int64Columns(6, 1000)}, properties.build());
}

TEST(Rewrite, EachColumnKeepsItsCodecOrGetsOneThatTheTargetReads) {
  const BufferPtr file = FileOfManyCodecs();
  const auto snowflake = RewriteBytes(file, OptionsFor("snowflake"));
  const auto generic = RewriteBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(snowflake.ok() && generic.ok()) << snowflake.status() << generic.status();
  EXPECT_THAT(CodecsOf(snowflake->footer),
              ElementsAre(Codec::kUncompressed, Codec::kZstd, Codec::kSnappy, Codec::kSnappy,
                          Codec::kGzip, Codec::kBrotli));
  EXPECT_THAT(CodecsOf(generic->footer),
              ElementsAre(Codec::kUncompressed, Codec::kZstd, Codec::kLz4Raw, Codec::kLz4Raw,
                          Codec::kGzip, Codec::kBrotli));
  EXPECT_THAT(Said(snowflake->receipt.repairs), Contains("codec LZ4_RAW -> SNAPPY: c"));
  EXPECT_THAT(Said(snowflake->receipt.repairs), Contains("codec LZ4 -> SNAPPY: d"));
  ExpectEqualData(file, snowflake->file);
  ExpectEqualData(file, generic->file);
}

// The library has one setting per column for the whole file.
TEST(PlanRewrite, EachColumnHasOneCodecAndOneEncodingInAllRowGroups) {
  const BufferPtr file = WriteFile(Root({Int64("a")}), {Int64Columns(1, 10), Int64Columns(1, 10)});
  auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  ColumnMetaData& second = *footer->row_groups[1].columns[0].meta_data;
  second.codec = Codec::kZstd;
  second.total_compressed_size += 1000;
  *footer->row_groups[1].total_compressed_size += 1000;
  second.encodings = {Encoding::kDeltaBinaryPacked};
  second.encoding_stats.reset();
  const auto plan = PlanRewrite(*footer, OptionsFor("generic"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->layout->columns.size(), 1u);
  EXPECT_EQ(plan->layout->columns[0].codec, Codec::kZstd);
  EXPECT_EQ(plan->layout->columns[0].encoding, Encoding::kDeltaBinaryPacked);
  EXPECT_THAT(Said(plan->repairs), ElementsAre("codec UNCOMPRESSED -> ZSTD: a"));
}

TEST(PlanRewrite, BloomFiltersAreDroppedWithAWarning) {
  auto footer = FooterOf(ReadTestFile(kFlat));
  ASSERT_TRUE(footer.ok()) << footer.status();
  footer->row_groups[0].columns[0].meta_data->bloom_filter_offset = 4;
  for (const char* target : {"snowflake", "generic"}) {
    const auto plan = PlanRewrite(*footer, OptionsFor(target));
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_THAT(Said(plan->warnings), Contains("Bloom filters are not carried over"));
  }
}

TEST(Rewrite, CompressionAskedForIsUsedForAll) {
  for (const Codec codec : {Codec::kUncompressed, Codec::kSnappy, Codec::kGzip, Codec::kZstd}) {
    RewriteOptions options = OptionsFor("snowflake");
    options.compression = codec;
    const auto result = RewriteBytes(FileOfManyCodecs(), options);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_THAT(CodecsOf(result->footer), ::testing::Each(codec));
  }
}

std::vector<Encoding> DataEncodings(const ColumnMetaData& chunk) {
  std::vector<Encoding> encodings;
  for (const PageEncodingStats& pages : chunk.encoding_stats.value()) {
    if (pages.page_type != PageType::kDictionary) encodings.push_back(pages.encoding);
  }
  return encodings;
}

TEST(Rewrite, DictionariesAreUsedWhereTheSourceUsedThem) {
  WriterProperties::Builder properties;
  properties.disable_dictionary("plain");
  const BufferPtr file = WriteFile(Root({Int64("dictionary"), Int64("plain")}),
                                   {Int64Columns(2, 1000)}, properties.build());
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto& columns = result->footer.row_groups[0].columns;
  EXPECT_THAT(DataEncodings(*columns[0].meta_data), ElementsAre(Encoding::kRleDictionary));
  EXPECT_TRUE(columns[0].meta_data->dictionary_page_offset);
  EXPECT_THAT(DataEncodings(*columns[1].meta_data), ElementsAre(Encoding::kPlain));
  EXPECT_FALSE(columns[1].meta_data->dictionary_page_offset);
}

TEST(Rewrite, EncodingsAreKeptWhereTheTargetReadsThem) {
  WriterProperties::Builder properties;
  properties.disable_dictionary();
  properties.encoding("delta", parquet::Encoding::DELTA_BINARY_PACKED);
  properties.encoding("split", parquet::Encoding::BYTE_STREAM_SPLIT);
  const BufferPtr file = WriteFile(Root({Int64("delta"), Int64("split")}), {Int64Columns(2, 1000)},
                                   properties.build());
  const auto generic = RewriteBytes(file, OptionsFor("generic"));
  const auto snowflake = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(snowflake.ok() && generic.ok()) << snowflake.status() << generic.status();
  const auto encodings = [](const Rewritten& result, size_t i) {
    return DataEncodings(*result.footer.row_groups[0].columns[i].meta_data);
  };
  EXPECT_THAT(encodings(*generic, 0), ElementsAre(Encoding::kDeltaBinaryPacked));
  EXPECT_THAT(encodings(*generic, 1), ElementsAre(Encoding::kByteStreamSplit));
  EXPECT_THAT(encodings(*snowflake, 0), ElementsAre(Encoding::kRleDictionary));
  EXPECT_THAT(encodings(*snowflake, 1), ElementsAre(Encoding::kPlain));
  EXPECT_THAT(Said(snowflake->receipt.repairs),
              Contains("encoding DELTA_BINARY_PACKED -> dictionary or PLAIN: delta"));
  EXPECT_THAT(Said(snowflake->receipt.repairs),
              Contains("encoding BYTE_STREAM_SPLIT -> PLAIN: split"));
}

// The writer's settings are keyed by dotted paths, which need not be unique.
TEST(Rewrite, ColumnsOfTheSamePathKeepTheirData) {
  WriterProperties::Builder properties;
  properties.disable_dictionary();
  const NodePtr group = parquet::schema::GroupNode::Make(
      "a", Repetition::REQUIRED,
      {PrimitiveNode::Make("b", Repetition::REQUIRED, parquet::Type::BYTE_ARRAY)});
  const BufferPtr file = WriteFile(
      Root({group, Int64("a.b")}), {[](parquet::RowGroupWriter* out) {
        WriteColumn<ByteArrayType>(out, {}, {}, {parquet::ByteArray("x"), parquet::ByteArray("y")});
        WriteColumn<Int64Type>(out, {}, {}, {1, 2});
      }},
      properties.build());
  auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  auto& numbers = *footer->row_groups[0].columns[1].meta_data;
  numbers.encodings = {Encoding::kPlain, Encoding::kDeltaBinaryPacked};
  numbers.encoding_stats.reset();
  const RewriteOptions options = OptionsFor("generic");
  const auto plan = PlanRewrite(*footer, options);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto sink = *arrow::io::BufferOutputStream::Create();
  const auto receipt =
      Rewrite(std::make_shared<arrow::io::BufferReader>(file), *footer, *plan, sink, options);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ExpectEqualData(file, *sink->Finish());
}

TEST(Rewrite, DataPagesV2BecomeV1) {
  WriterProperties::Builder properties;
  properties.data_page_version(parquet::ParquetDataPageVersion::V2);
  const BufferPtr file = WriteFile(Root({Int64("a")}), {Int64Columns(1, 10)}, properties.build());
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Said(result->receipt.repairs), Contains(HasSubstr("data page V2 -> V1")));
}

// Texts of a kilobyte: the writer looks at its page only between batches.
TEST(Rewrite, LongValuesDoNotMakeHugePages) {
  const std::string text(1000, 'x');
  WriterProperties::Builder properties;
  properties.disable_dictionary();
  properties.data_pagesize(64 * kMiB);
  const BufferPtr file =
      WriteFile(Root({PrimitiveNode::Make("t", Repetition::OPTIONAL, parquet::Type::BYTE_ARRAY)}),
                {[&](parquet::RowGroupWriter* out) {
                  WriteColumn<ByteArrayType>(
                      out, std::vector<int16_t>(20000, 1), {},
                      std::vector<parquet::ByteArray>(20000, parquet::ByteArray(text)));
                }},
                properties.build());
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  ExpectEqualData(file, result->file);
  int32_t pages = 0;
  for (const auto& stats : *result->footer.row_groups[0].columns[0].meta_data->encoding_stats) {
    pages += stats.count;
  }
  EXPECT_GE(pages, 20);  // 20 MB in pages of 1 MiB
}

TEST(PlanRewrite, LzoIsRefusedByName) {
  auto footer = FooterOf(ReadTestFile(kFlat));
  ASSERT_TRUE(footer.ok()) << footer.status();
  footer->row_groups[0].columns[0].meta_data->codec = Codec::kLzo;
  const Status status = PlanRewrite(*footer, OptionsFor("generic")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kUnsupported);
  EXPECT_THAT(status.message(), HasSubstr("the codec LZO can't be read"));
}

TEST(PlanRewrite, LogicalTypesThatAreNotKnownAreRefused) {
  auto footer = FooterOf(ReadTestFile(kFlat));
  ASSERT_TRUE(footer.ok()) << footer.status();
  footer->schema[1].logical_type.emplace();
  footer->schema[1].logical_type->kind = static_cast<LogicalKind>(99);
  const Status status = PlanRewrite(*footer, OptionsFor("generic")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kUnsupported);
  EXPECT_THAT(status.message(), HasSubstr("is not known and would be lost"));
}

TEST(PlanRewrite, SaysTheSameAsTheRewrite) {
  for (const char* path : {kFlat, kNested}) {
    const auto result = RewriteBytes(ReadTestFile(path), OptionsFor("snowflake"));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->plan.repairs, result->receipt.repairs);
    EXPECT_EQ(result->plan.warnings, result->receipt.warnings);
    EXPECT_EQ(result->plan.leaves.size(), result->footer.row_groups[0].columns.size());
  }
}

}  // namespace
}  // namespace pqpack::testing

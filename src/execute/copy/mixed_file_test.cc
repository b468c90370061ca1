// SPDX-License-Identifier: Apache-2.0
//
// Files whose columns need different work: one that is encoded anew among copied ones, pages of
// version 2 that become such of version 1, pages in another codec.  Arrow's reader judges the
// values, page bodies are held against the source's.
#include <arrow/util/compression.h>
#include <arrow/util/crc32.h>
#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/memory_budget.h"
#include "execute/copy/copy_testing.h"
#include "format/column_index.h"
#include "format/offset_index.h"
#include "format/page_codec.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using parquet::Repetition;
using parquet::WriterProperties;
using parquet::schema::GroupNode;
using parquet::schema::PrimitiveNode;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kNumber = 0, kDelta = 1, kText = 2, kFlag = 3, kList = 4;
constexpr int kColumns = 5;
constexpr int64_t kRows = 3000;

parquet::schema::NodePtr SchemaOfAll() {
  const auto element = PrimitiveNode::Make("element", Repetition::OPTIONAL, parquet::Type::DOUBLE);
  const auto list = GroupNode::Make("list", Repetition::REPEATED, {element});
  return Root(
      {PrimitiveNode::Make("number", Repetition::REQUIRED, parquet::Type::INT64),
       PrimitiveNode::Make("delta", Repetition::OPTIONAL, parquet::Type::INT64),
       PrimitiveNode::Make("text", Repetition::OPTIONAL, parquet::LogicalType::String(),
                           parquet::Type::BYTE_ARRAY),
       PrimitiveNode::Make("flag", Repetition::REQUIRED, parquet::Type::BOOLEAN),
       GroupNode::Make("lists", Repetition::OPTIONAL, {list}, parquet::LogicalType::List())});
}

// Every third value is null.
void WriteOptionalColumns(parquet::RowGroupWriter* out) {
  std::vector<int16_t> definition;
  std::vector<int64_t> numbers;
  std::vector<std::string> texts;
  for (int64_t i = 0; i < kRows; ++i) {
    definition.push_back(i % 3 != 0);
    if (i % 3 == 0) continue;
    numbers.push_back(i * 1000 + i % 7);
    texts.push_back("text " + std::to_string(i % 50));
  }
  WriteColumn<parquet::Int64Type>(out, definition, {}, numbers);
  std::vector<parquet::ByteArray> values;
  for (const std::string& text : texts) values.emplace_back(text);
  WriteColumn<parquet::ByteArrayType>(out, definition, {}, values);
}

// Lists that are null, empty, with and without nulls in them.
void WriteLists(parquet::RowGroupWriter* out) {
  std::vector<int16_t> definition, repetition;
  std::vector<double> values;
  for (int64_t i = 0; i < kRows; ++i) {
    const int64_t shape = i % 5;
    if (shape < 2) {
      definition.push_back(static_cast<int16_t>(shape));
      repetition.push_back(0);
      continue;
    }
    for (int64_t k = 0; k < shape; ++k) {
      repetition.push_back(k > 0);
      definition.push_back(k == 1 ? 2 : 3);
      if (k != 1) values.push_back(static_cast<double>(i) / 3);
    }
  }
  WriteColumn<parquet::DoubleType>(out, definition, repetition, values);
}

void WriteRows(parquet::RowGroupWriter* out) {
  std::vector<int64_t> numbers(kRows);
  std::iota(numbers.begin(), numbers.end(), int64_t{1} << 40);
  WriteColumn<parquet::Int64Type>(out, {}, {}, numbers);
  WriteOptionalColumns(out);
  auto* flags = static_cast<parquet::BoolWriter*>(out->NextColumn());
  const auto bits = std::make_unique<bool[]>(kRows);
  for (int64_t i = 0; i < kRows; ++i) bits[i] = i % 11 < 4;
  flags->WriteBatch(kRows, nullptr, nullptr, bits.get());
  WriteLists(out);
}

WriterProperties::Builder Settings() {
  WriterProperties::Builder settings;
  settings.created_by("parquet-cpp-arrow version 26.0.1");
  settings.data_pagesize(2000)->write_batch_size(100)->enable_write_page_index();
  settings.disable_dictionary("number")->compression(parquet::Compression::SNAPPY);
  return settings;
}

WriterProperties::Builder WithDelta() {
  WriterProperties::Builder settings = Settings();
  settings.disable_dictionary("delta")->encoding("delta", parquet::Encoding::DELTA_BINARY_PACKED);
  return settings;
}

std::shared_ptr<const arrow::KeyValueMetadata> Metadata(std::vector<std::string> keys,
                                                        std::vector<std::string> values) {
  return std::make_shared<arrow::KeyValueMetadata>(std::move(keys), std::move(values));
}

void WriteTexts(parquet::RowGroupWriter* out, const std::vector<std::string>& texts) {
  std::vector<parquet::ByteArray> values;
  for (const std::string& text : texts) values.emplace_back(text);
  WriteColumn<parquet::ByteArrayType>(out, {}, {}, values);
}

// Two row groups.
BufferPtr FileOf(WriterProperties::Builder settings) {
  return WriteFile(SchemaOfAll(), {WriteRows, WriteRows}, settings.build());
}

std::vector<ColumnLevel> ColumnsOf(const Copied& copied) { return copied.receipt.levels.columns; }

TEST(MixedFile, OneColumnIsEncodedTheOthersAreCopied) {
  const BufferPtr file = FileOf(WithDelta());
  for (const char* target : {"snowflake", "spark"}) {
    const auto copied = CopyBytes(file, OptionsFor(target));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_THAT(copied->copy.obstacles, IsEmpty());
    EXPECT_EQ(copied->receipt.levels.level, 1);
    EXPECT_THAT(ColumnsOf(*copied),
                ElementsAre(ColumnLevel{"delta", 3, "encoded in DELTA_BINARY_PACKED"}));
    EXPECT_THAT(Said(copied->receipt.levels.reasons),
                ElementsAre("encoded in DELTA_BINARY_PACKED: delta"));
    const FileMetaData before = FooterOf(file).ValueOrDie();
    int64_t decoded = 0;
    for (const RowGroup& group : before.row_groups) {
      decoded += group.columns[kDelta].meta_data->total_compressed_size;
    }
    EXPECT_EQ(copied->receipt.levels.bytes_decoded, decoded);
    ExpectEqualData(file, copied->file);
    for (int i = 0; i < kColumns; ++i) {
      EXPECT_EQ(Bodies(copied->file, i) == Bodies(file, i), i != kDelta) << i;
    }
    for (const RowGroup& group : copied->footer.row_groups) {
      const ColumnMetaData& meta = *group.columns[kDelta].meta_data;
      EXPECT_THAT(meta.encodings, Each(::testing::Ne(Encoding::kDeltaBinaryPacked)));
      EXPECT_EQ(meta.path_in_schema, std::vector<std::string>{"delta"});
      EXPECT_EQ(meta.statistics->null_count, 1000);
    }
    EXPECT_THAT(Said(copied->receipt.repairs),
                ::testing::Contains("encoding DELTA_BINARY_PACKED -> dictionary or PLAIN: delta"));
    EXPECT_EQ(copied->footer.created_by, "parquet-cpp-arrow version 26.0.1");
  }
}

// Else the copy would be doubted for ever, and made anew each time.
TEST(MixedFile, AFaultThatIsMendedIsNotSignedForAnyMore) {
  WriterProperties::Builder settings = Settings();
  settings.created_by("parquet-go version 18.5.2");
  const BufferPtr file = FileOf(std::move(settings));
  const auto copied = CopyBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  ASSERT_EQ(ColumnsOf(*copied).size(), 1u);
  EXPECT_EQ(ColumnsOf(*copied)[0].column, "text");
  EXPECT_THAT(ColumnsOf(*copied)[0].reason, HasSubstr("apache/arrow-go#655"));
  EXPECT_EQ(copied->footer.created_by, parquet::default_writer_properties()->created_by());
  EXPECT_THAT(Said(copied->receipt.repairs),
              ::testing::Contains("created_by changed, arrow-go 18.5.2 is known for wrong pages"));
  const auto again = CopyBytes(copied->file, OptionsFor("snowflake"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(ColumnsOf(*again), IsEmpty());
  EXPECT_EQ(Bodies(again->file), Bodies(copied->file));
}

// What encoding the whole file would have made of the column.
TEST(MixedFile, TheEncodedColumnIsThatOfAFileEncodedAnew) {
  const BufferPtr file = FileOf(WithDelta());
  const auto copied = CopyBytes(file, OptionsFor("snowflake"));
  const auto rewritten = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok() && rewritten.ok()) << copied.status() << rewritten.status();
  EXPECT_TRUE(Bodies(copied->file, kDelta) == Bodies(rewritten->file, kDelta));
  EXPECT_EQ(copied->footer.schema, rewritten->footer.schema);
  FileMetaData mixed = copied->footer, whole = rewritten->footer;
  for (size_t g = 0; g < mixed.row_groups.size(); ++g) {
    EXPECT_EQ(Meta(mixed, g, kDelta).statistics, Meta(whole, g, kDelta).statistics);
    EXPECT_EQ(Meta(mixed, g, kDelta).encodings, Meta(whole, g, kDelta).encodings);
    EXPECT_EQ(Meta(mixed, g, kDelta).encoding_stats, Meta(whole, g, kDelta).encoding_stats);
  }
}

// The index of `chunk`, which must be there, names exactly the data pages of the chunk.
void ExpectExactIndex(const BufferPtr& file, const ColumnChunk& chunk) {
  const std::string bytes = file->ToString();
  ASSERT_TRUE(chunk.offset_index_offset && chunk.column_index_offset);
  const auto at = [&bytes](int64_t offset, int64_t length) {
    return AsBytes(bytes).subspan(static_cast<size_t>(offset), static_cast<size_t>(length));
  };
  const auto offsets =
      ParseOffsetIndex(at(*chunk.offset_index_offset, *chunk.offset_index_length)).ValueOrDie();
  const auto bounds =
      ParseColumnIndex(at(*chunk.column_index_offset, *chunk.column_index_length)).ValueOrDie();
  std::vector<int64_t> said, found;
  for (const PageLocation& page : offsets.page_locations) said.push_back(page.offset);
  for (const PageBytes& page : PagesOf(file, *chunk.meta_data)) {
    if (page.header.type != PageType::kDictionary) found.push_back(page.offset);
  }
  EXPECT_EQ(said, found);
  EXPECT_EQ(bounds.null_pages.size(), found.size());
}

TEST(MixedFile, PageIndexesOfAllColumnsAreExact) {
  const auto copied = CopyBytes(FileOf(WithDelta()), OptionsFor("spark"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  for (const RowGroup& group : copied->footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) ExpectExactIndex(copied->file, chunk);
  }
}

TEST(MixedFile, TypesChangeColumnByColumn) {
  const auto nanos = parquet::LogicalType::Timestamp(true, parquet::LogicalType::TimeUnit::NANOS);
  const auto metadata = Metadata({"ARROW:schema", "k"}, {"of nanoseconds", "v"});
  WriterProperties::Builder settings;
  settings.created_by("parquet-cpp-arrow version 26.0.1");
  const BufferPtr file =
      WriteFile(Root({PrimitiveNode::Make("t", Repetition::REQUIRED, nanos, parquet::Type::INT64),
                      PrimitiveNode::Make("n", Repetition::REQUIRED, parquet::Type::INT64)}),
                {[](parquet::RowGroupWriter* out) {
                  WriteColumn<parquet::Int64Type>(out, {}, {}, {1000, 2000});
                  WriteColumn<parquet::Int64Type>(out, {}, {}, {1000, 2000});
                }},
                settings.build(), metadata);
  RewriteOptions options = OptionsFor("snowflake");
  options.convert_types = true;
  const auto copied = CopyBytes(file, options);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_THAT(ColumnsOf(*copied), ElementsAre(ColumnLevel{"t", 3, "values of another type"}));
  EXPECT_TRUE(Bodies(copied->file, 1) == Bodies(file, 1));
  const auto rewritten = RewriteBytes(file, options);
  EXPECT_EQ(copied->footer.schema, rewritten->footer.schema);
  ExpectEqualData(rewritten->file, copied->file);
  EXPECT_THAT(copied->receipt.keys, ElementsAre("k", "pqpack.repaired"));  // no ARROW:schema
}

// INT96 has no order that the format defines, and the timestamps it becomes have another one; nor
// does a column that is not there sort anything.
TEST(MixedFile, AnOrderThatNoLongerHoldsIsNotClaimed) {
  WriterProperties::Builder settings;
  settings.created_by("parquet-cpp-arrow version 26.0.1");
  const Fill fill = [](parquet::RowGroupWriter* out) {
    WriteColumn<parquet::Int96Type>(out, {}, {}, {{{0, 0, 2440588}}, {{1000, 0, 2440588}}});
    WriteColumn<parquet::Int64Type>(out, {}, {}, {1000, 2000});
  };
  const BufferPtr file =
      WriteFile(Root({PrimitiveNode::Make("t", Repetition::REQUIRED, parquet::Type::INT96),
                      PrimitiveNode::Make("n", Repetition::REQUIRED, parquet::Type::INT64)}),
                {fill, fill}, settings.build());
  RewriteOptions options = OptionsFor("snowflake");
  options.convert_types = true;
  const auto sorted_by = [&](int32_t first, int32_t second) {
    return CopyBytes(WithFooter(file,
                                [=](FileMetaData& f) {
                                  f.row_groups[0].sorting_columns = {{first, false, false, {}}};
                                  f.row_groups[1].sorting_columns = {{second, false, false, {}}};
                                }),
                     options);
  };
  const std::string dropped = "sorting_columns are not valid: dropped";
  const auto by_time = sorted_by(0, 1);
  ASSERT_TRUE(by_time.ok()) << by_time.status();
  EXPECT_THAT(ColumnsOf(*by_time), ElementsAre(ColumnLevel{"t", 3, "values of another type"}));
  EXPECT_FALSE(by_time->footer.row_groups[0].sorting_columns);
  EXPECT_TRUE(by_time->footer.row_groups[1].sorting_columns);
  EXPECT_THAT(Said(by_time->receipt.warnings), ::testing::Contains(dropped));
  const auto by_nothing = sorted_by(1, 2);
  ASSERT_TRUE(by_nothing.ok()) << by_nothing.status();
  EXPECT_TRUE(by_nothing->footer.row_groups[0].sorting_columns);
  EXPECT_FALSE(by_nothing->footer.row_groups[1].sorting_columns);
  EXPECT_THAT(Said(by_nothing->receipt.warnings), ::testing::Contains(dropped));
  const auto good = sorted_by(1, 1);
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_THAT(Said(good->receipt.warnings), ::testing::Not(::testing::Contains(dropped)));
}

// Bytes without a type are read for that, not encoded.
TEST(MixedFile, BytesThatAreTextsGetTheirTypeAndStayAsTheyAre) {
  WriterProperties::Builder settings;
  settings.created_by("parquet-cpp-arrow version 26.0.1");
  const BufferPtr file = WriteFile(
      Root({PrimitiveNode::Make("text", Repetition::REQUIRED, parquet::Type::BYTE_ARRAY),
            PrimitiveNode::Make("noise", Repetition::REQUIRED, parquet::Type::BYTE_ARRAY)}),
      {[](parquet::RowGroupWriter* out) {
        WriteTexts(out, {"a", "\xc3\xa4"});
        WriteTexts(out, {"a", "\xff"});
      }},
      settings.build(), Metadata({"ARROW:schema"}, {"of bytes"}));
  RewriteOptions options = OptionsFor("snowflake");
  options.convert_types = true;
  const auto copied = CopyBytes(file, options);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->receipt.levels.level, 1);
  EXPECT_THAT(ColumnsOf(*copied), IsEmpty());
  EXPECT_TRUE(Bodies(copied->file) == Bodies(file));
  EXPECT_EQ(copied->footer.schema, RewriteBytes(file, options)->footer.schema);
  EXPECT_EQ(copied->footer.schema[1].converted_type, ConvertedType::kUtf8);
  EXPECT_FALSE(copied->footer.schema[2].converted_type);
  EXPECT_THAT(Said(copied->receipt.warnings),
              ElementsAre("BYTE_ARRAY stays as it is, not every value is UTF-8: noise"));
  EXPECT_THAT(copied->receipt.keys, ElementsAre("pqpack.repaired"));
}

TEST(MixedFile, AnOrderThatIsNotTheLibrarysGoesWithTheColumn) {
  const auto copied = CopyBytes(WithFooter(FileOf(WithDelta()),
                                           [](FileMetaData& f) {
                                             for (ColumnOrder& order : *f.column_orders) {
                                               order.kind = ColumnOrderKind::kIeee754Total;
                                             }
                                           }),
                                OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->footer.column_orders->at(kNumber).kind, ColumnOrderKind::kIeee754Total);
  EXPECT_EQ(copied->footer.column_orders->at(kDelta).kind, ColumnOrderKind::kTypeDefined);
}

// Level 2.

WriterProperties::Builder VersionTwo() {
  WriterProperties::Builder settings = Settings();
  settings.data_page_version(parquet::ParquetDataPageVersion::V2)->enable_page_checksum();
  settings.disable_dictionary("flag")->encoding("flag", parquet::Encoding::PLAIN);
  return settings;
}

void ExpectChecksums(const BufferPtr& file) {
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      for (const PageBytes& page : PagesOf(file, *chunk.meta_data)) {
        ASSERT_TRUE(page.header.crc);
        EXPECT_EQ(static_cast<uint32_t>(*page.header.crc),
                  arrow::internal::crc32(0, page.body.data(), page.body.size()));
      }
    }
  }
}

std::set<PageType> KindsOf(const BufferPtr& file) {
  std::set<PageType> kinds;
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      for (const PageBytes& page : PagesOf(file, *chunk.meta_data)) kinds.insert(page.header.type);
    }
  }
  return kinds;
}

constexpr Codec kCodecs[] = {Codec::kUncompressed, Codec::kSnappy, Codec::kGzip,
                             Codec::kBrotli,       Codec::kZstd,   Codec::kLz4Raw};

class Reframed : public ::testing::TestWithParam<Codec> {};

TEST_P(Reframed, VersionTwoBecomesVersionOne) {
  auto settings = VersionTwo();
  settings.compression(LibraryCodec(GetParam()).ValueOrDie());
  const BufferPtr file = FileOf(settings);
  ASSERT_TRUE(KindsOf(file).contains(PageType::kDataV2));
  for (const char* target : {"snowflake", "spark"}) {
    const auto copied = CopyBytes(file, OptionsFor(target));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_EQ(copied->receipt.levels.level, 2);
    EXPECT_EQ(copied->receipt.levels.bytes_decoded, 0);
    EXPECT_THAT(KindsOf(copied->file), ElementsAre(PageType::kData, PageType::kDictionary));
    EXPECT_THAT(Said(copied->receipt.repairs),
                ::testing::Contains(HasSubstr("data page V2 -> V1: number, delta, text, flag")));
    ExpectEqualData(file, copied->file);
    ExpectChecksums(copied->file);
    if (std::string_view(target) != "spark") continue;
    for (const RowGroup& group : copied->footer.row_groups) {
      for (const ColumnChunk& chunk : group.columns) ExpectExactIndex(copied->file, chunk);
    }
  }
}

TEST_P(Reframed, AnyCodecBecomesAnyOther) {
  for (const bool second : {false, true}) {
    auto settings = second ? VersionTwo() : Settings();
    settings.compression(LibraryCodec(GetParam()).ValueOrDie())->enable_page_checksum();
    const BufferPtr file = FileOf(settings);
    for (const Codec codec : kCodecs) {
      SCOPED_TRACE(ToString(codec));
      RewriteOptions options = OptionsFor("generic");
      options.compression = codec;
      const auto copied = CopyBytes(file, options);
      ASSERT_TRUE(copied.ok()) << copied.status();
      EXPECT_EQ(copied->receipt.levels.level, codec == GetParam() ? 1 : 2);
      EXPECT_EQ(KindsOf(copied->file), KindsOf(file));
      EXPECT_EQ(Bodies(copied->file) == Bodies(file), codec == GetParam());
      for (const RowGroup& group : copied->footer.row_groups) {
        for (const ColumnChunk& chunk : group.columns) {
          EXPECT_EQ(chunk.meta_data->codec, codec);
          ExpectExactIndex(copied->file, chunk);
        }
      }
      ExpectEqualData(file, copied->file);
      ExpectChecksums(copied->file);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, Reframed, ::testing::ValuesIn(kCodecs),
                         [](const auto& one) { return ToString(one.param); });

// Without levels both versions have the same bytes.
TEST(Reframing, KeepsBodiesWithoutLevels) {
  auto settings = VersionTwo();
  settings.compression(parquet::Compression::GZIP)->compression_level(1);  // which is not ours
  const BufferPtr file = FileOf(settings);
  const auto copied = CopyBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_TRUE(Bodies(copied->file, kNumber) == Bodies(file, kNumber));
  EXPECT_FALSE(Bodies(copied->file, kText) == Bodies(file, kText));
}

TEST(Reframing, NoChecksumIsMadeWhereThereWasNone) {
  auto settings = VersionTwo();
  settings.disable_page_checksum();
  const auto copied = CopyBytes(FileOf(settings), OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  for (const PageBytes& page :
       PagesOf(copied->file, *copied->footer.row_groups[0].columns[kText].meta_data)) {
    EXPECT_FALSE(page.header.crc);
  }
}

// Readers that know no version 2 need not know booleans in runs.
TEST(Reframing, BooleansInRunsAreEncodedAnew) {
  auto settings = VersionTwo();
  settings.encoding("flag", parquet::Encoding::RLE);
  const BufferPtr file = FileOf(settings);
  const auto copied = CopyBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->receipt.levels.level, 2);
  ASSERT_EQ(ColumnsOf(*copied).size(), 1U);
  EXPECT_EQ(ColumnsOf(*copied)[0].column, "flag");
  EXPECT_EQ(ColumnsOf(*copied)[0].level, 3);
  EXPECT_THAT(copied->footer.row_groups[1].columns[kFlag].meta_data->encodings,
              ::testing::Contains(Encoding::kPlain));
  ExpectEqualData(file, copied->file);
}

// The last byte of a page, whose checksum is then wrong.
TEST(Reframing, AWrongChecksumEndsTheCopy) {
  const BufferPtr file = FileOf(VersionTwo());
  std::string bytes = file->ToString();
  FileMetaData footer = FooterOf(file).ValueOrDie();
  bytes[static_cast<size_t>(Meta(footer, 0, kText).pages().end() - 1)] ^= 1;
  const Status status =
      CopyBytes(arrow::Buffer::FromString(bytes), OptionsFor("snowflake")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("its checksum is not that of its bytes"));
}

// Version 2 tells rows, also of lists.
TEST(Reframing, OtherRowsThanTheRowGroupsEndTheCopy) {
  WriterProperties::Builder settings = VersionTwo();
  const auto element = PrimitiveNode::Make("element", Repetition::OPTIONAL, parquet::Type::DOUBLE);
  const auto list = GroupNode::Make("list", Repetition::REPEATED, {element});
  const BufferPtr file = WriteFile(
      Root({GroupNode::Make("lists", Repetition::OPTIONAL, {list}, parquet::LogicalType::List())}),
      {WriteLists}, settings.build());
  EXPECT_TRUE(CopyBytes(file, OptionsFor("snowflake")).ok());
  const Status status = CopyBytes(WithFooter(file,
                                             [](FileMetaData& f) {
                                               f.num_rows = kRows - 1;
                                               f.row_groups[0].num_rows = kRows - 1;
                                             }),
                                  OptionsFor("snowflake"))
                            .status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("the footer says 2999 rows, the pages hold 3000"));
}

TEST(Reframing, WhatDoesNotFitThePoolIsTooLarge) {
  RewriteOptions options = OptionsFor("snowflake");
  CappedPool pool(arrow::default_memory_pool(), 1000);
  options.pool = &pool;
  EXPECT_EQ(CodeOf(CopyBytes(FileOf(VersionTwo()), options).status()), ErrorCode::kTooLarge);
  EXPECT_EQ(pool.bytes_allocated(), 0);
  EXPECT_TRUE(CopyBytes(FileOf(Settings()), options).ok());  // as they are, pages need none
}

}  // namespace
}  // namespace pqpack

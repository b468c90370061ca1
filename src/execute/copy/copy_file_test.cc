// SPDX-License-Identifier: Apache-2.0
//
// Pages of writers that are not ours are copied byte for byte, whatever the footer says of
// them; what is wrong in the footer is right in the copy; what a copy can't mend is named.
#include "execute/copy/copy_file.h"

#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <vector>

#include "diagnose/one_column_testing.h"
#include "execute/copy/copy_testing.h"
#include "format/compact_writer.h"
#include "format/page_header.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kData = "test/data/arrow_go_18_5_0/";

class CopyOfArrowGo : public ::testing::TestWithParam<const char*> {};

TEST_P(CopyOfArrowGo, HasTheSamePagesAndARightFooter) {
  const BufferPtr file = testing::ReadTestFile(kData + GetParam());
  for (const char* target : {"snowflake", "generic"}) {
    const auto copied = CopyBytes(file, OptionsFor(target));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_THAT(Said(copied->copy.obstacles), IsEmpty());
    EXPECT_TRUE(Bodies(copied->file) == Bodies(file));  // not printed: they are long
    EXPECT_EQ(copied->footer.schema[0].repetition, Repetition::kRequired);
    EXPECT_EQ(copied->footer.created_by, "parquet-go version 18.5.0");
    EXPECT_EQ(copied->footer.num_rows, FooterOf(file)->num_rows);
    for (const RowGroup& group : copied->footer.row_groups) {
      EXPECT_GT(group.num_rows, 0);
      for (const ColumnChunk& chunk : group.columns) {
        EXPECT_FALSE(chunk.meta_data->statistics &&
                     chunk.meta_data->statistics->distinct_count.has_value());
      }
    }
    const auto rewritten = RewriteBytes(file, OptionsFor(target));
    EXPECT_EQ(copied->footer.schema, rewritten->footer.schema);
    ExpectEqualData(file, copied->file);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, CopyOfArrowGo,
                         ::testing::Values("flat.parquet", "nested.parquet",
                                           "empty_row_groups.parquet",
                                           "only_empty_groups.parquet"));

struct Lie {
  const char* name;
  std::function<void(FileMetaData&)> tell;
};

class LyingFooterOfACopy : public ::testing::TestWithParam<Lie> {};

// What can be seen in the pages is taken from there.
TEST_P(LyingFooterOfACopy, IsMended) {
  const auto right = CopyBytes(GoodFile(), OptionsFor("generic"));
  ASSERT_TRUE(right.ok()) << right.status();
  const auto mended = CopyBytes(WithFooter(GoodFile(), GetParam().tell), OptionsFor("generic"));
  ASSERT_TRUE(mended.ok()) << mended.status();
  EXPECT_EQ(mended->footer.row_groups, right->footer.row_groups);
  EXPECT_TRUE(Bodies(mended->file) == Bodies(right->file));
}

INSTANTIATE_TEST_SUITE_P(
    Lies, LyingFooterOfACopy,
    ::testing::Values(
        Lie{"none", [](FileMetaData&) {}},
        Lie{"file_offset", [](FileMetaData& f) { f.row_groups[1].file_offset = 4; }},
        Lie{"no_file_offset", [](FileMetaData& f) { f.row_groups[1].file_offset.reset(); }},
        Lie{"total_byte_size", [](FileMetaData& f) { f.row_groups[0].total_byte_size = 1; }},
        Lie{"total_compressed", [](FileMetaData& f) { f.row_groups[0].total_compressed_size = 1; }},
        Lie{"ordinal", [](FileMetaData& f) { f.row_groups[1].ordinal = 0; }},
        Lie{"chunk_offset", [](FileMetaData& f) { f.row_groups[0].columns[0].file_offset = 99; }},
        Lie{"dictionary_at_0",
            [](FileMetaData& f) {
              Meta(f).data_page_offset = *Meta(f).dictionary_page_offset;
              Meta(f).dictionary_page_offset = 0;
            }},
        Lie{"no_dictionary_offset",
            [](FileMetaData& f) {
              Meta(f).data_page_offset = *Meta(f).dictionary_page_offset;
              Meta(f).dictionary_page_offset.reset();
            }},
        Lie{"data_page_offset", [](FileMetaData& f) { Meta(f).data_page_offset += 7; }},
        Lie{"encodings", [](FileMetaData& f) { Meta(f).encodings = {Encoding::kPlain}; }},
        Lie{"encoding_stats", [](FileMetaData& f) { Meta(f).encoding_stats->back().count += 5; }},
        Lie{"no_encoding_stats", [](FileMetaData& f) { Meta(f).encoding_stats.reset(); }},
        Lie{"uncompressed_size", [](FileMetaData& f) { Meta(f).total_uncompressed_size = 3; }},
        Lie{"distinct_count", [](FileMetaData& f) { Meta(f).statistics->distinct_count = 0; }},
        Lie{"empty_row_group",
            [](FileMetaData& f) {
              RowGroup empty = f.row_groups[0];
              empty.num_rows = 0;
              for (ColumnChunk& chunk : empty.columns) chunk.meta_data->num_values = 0;
              f.row_groups.insert(f.row_groups.begin(), empty);
            }}),
    [](const auto& one) { return std::string(one.param.name); });

// The trace tells of repairs, so these files differ by it alone.
TEST(CopyFile, TellsInTheMetadataWhatWasRepaired) {
  const auto mend = [](const BufferPtr& file) {
    return CopyBytes(
               WithFooter(file, [](auto& f) { f.schema[0].repetition = Repetition::kRepeated; }),
               OptionsFor("generic"))
        .ValueOrDie();
  };
  const auto once = mend(GoodFile());
  const std::string said = "root repetition REPEATED -> REQUIRED (arrow-go before 18.6.0)";
  EXPECT_THAT(Said(once.receipt.repairs), ElementsAre(said));
  ASSERT_TRUE(once.footer.key_value_metadata);
  EXPECT_EQ(once.footer.key_value_metadata->back().key, "pqpack.repaired");
  EXPECT_EQ(once.footer.key_value_metadata->back().value, said);
  EXPECT_THAT(once.receipt.keys, ElementsAre("pqpack.repaired"));
  const auto twice = mend(once.file);
  ASSERT_EQ(twice.footer.key_value_metadata->size(), 1U);
  EXPECT_EQ(twice.footer.key_value_metadata->back().value, said + "; " + said);
  EXPECT_FALSE(CopyBytes(GoodFile(), OptionsFor("generic"))->footer.key_value_metadata);
}

TEST(CopyFile, PagesOfNothingAreLeftOut) {
  OneColumnFile file;
  file.rows = 2;
  TestPage empty = PageV1(0, "", {}, {0, 0});
  ASSERT_EQ(empty.body, "");
  const TestPage full = PageV1(1, Plain<int64_t>({9}), {{}, {1}}, {0, 1});
  file.pages = {empty, full, empty, full};
  const BufferPtr source = WithFooter(arrow::Buffer::FromString(file.Build()), [](FileMetaData& f) {
    f.created_by = "parquet-cpp-arrow version 26.0.1";
  });
  EXPECT_FALSE(TableOf(source).ok());
  const auto copied = CopyBytes(source, OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_THAT(Bodies(copied->file), ElementsAre(full.body, full.body));
  FileMetaData footer = copied->footer;
  EXPECT_EQ(Meta(footer).data_page_offset, 4);
  EXPECT_THAT(Said(copied->receipt.repairs),
              ElementsAre("pages without values and bytes left out: a"));
  const auto table = TableOf(copied->file);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ((*table)->num_rows(), 2);
}

TEST(CopyFile, KeepsWhatItHasNoNameFor) {
  const auto copied =
      CopyBytes(WithFooter(GoodFile(),
                           [](FileMetaData& f) {
                             f.unknown.push_back({100, CompactType::kI32, "\x02"});
                             f.unknown.push_back({32767, CompactType::kBinary, {"\x00", 1}});
                             Meta(f).unknown.push_back({101, CompactType::kI32, "\x04"});
                             f.row_groups[0].unknown.push_back({102, CompactType::kI32, "\x06"});
                             f.key_value_metadata.emplace().push_back({"k", std::nullopt, {}});
                           }),
                OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  FileMetaData footer = copied->footer;
  EXPECT_EQ(footer.unknown, (UnknownFields{{100, CompactType::kI32, "\x02"}}));
  EXPECT_EQ(Meta(footer).unknown, (UnknownFields{{101, CompactType::kI32, "\x04"}}));
  EXPECT_EQ(footer.row_groups[0].unknown, (UnknownFields{{102, CompactType::kI32, "\x06"}}));
  EXPECT_EQ(footer.key_value_metadata->at(0).value, std::nullopt);
}

// Pages of version 1 of a list do not tell how many rows they have.
TEST(CopyFile, RowsOfListsAloneAreCounted) {
  const auto fill = [](parquet::RowGroupWriter* out) {
    WriteColumn<parquet::Int64Type>(out, {1, 1, 1, 1}, {0, 1, 0, 0}, {1, 2, 3, 4});
  };
  const BufferPtr file = WriteFile(Root({parquet::schema::PrimitiveNode::Make(
                                       "r", parquet::Repetition::REPEATED, parquet::Type::INT64)}),
                                   {fill},
                                   parquet::WriterProperties::Builder()
                                       .created_by("DuckDB version v2.0.0")
                                       ->enable_write_page_index()
                                       ->build());
  const auto right = CopyBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(right.ok()) << right.status();
  EXPECT_EQ(right->receipt.levels.level, 1);
  EXPECT_EQ(right->receipt.rows, 3);
  EXPECT_TRUE(right->footer.row_groups[0].columns[0].offset_index_offset);
  for (const int64_t rows : {2, 4}) {
    const auto wrong = CopyBytes(WithFooter(file,
                                            [=](FileMetaData& f) {
                                              f.num_rows = rows;
                                              f.row_groups[0].num_rows = rows;
                                            }),
                                 OptionsFor("generic"));
    EXPECT_FALSE(wrong.ok()) << rows;
  }
}

// Faults of arrow-go in DELTA_BINARY_PACKED are not to be hidden by a footer that does not list it.
TEST(CopyFile, PagesInAnEncodingThatIsNotListedAreNotCopiedWhereTheWriterHasFaultsInSome) {
  const auto copied =
      CopyBytes(WithFooter(testing::ReadTestFile(kData + "delta_int32.parquet"),
                           [](FileMetaData& f) {
                             for (ColumnChunk& chunk : f.row_groups[0].columns) {
                               chunk.meta_data->encodings = {Encoding::kPlain, Encoding::kRle};
                               chunk.meta_data->encoding_stats.reset();
                             }
                           }),
                OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_GT(copied->receipt.levels.bytes_decoded, 0);
  for (const ColumnChunk& chunk : copied->footer.row_groups[0].columns) {
    EXPECT_THAT(chunk.meta_data->encodings, Not(Contains(Encoding::kDeltaBinaryPacked)));
  }
}

// Found by reading: twice such a size is no number, and nothing would have been reserved.
TEST(CopyFile, APageOfAnySizeIsReserved) {
  FileMetaData footer = FooterOf(GoodFile()).ValueOrDie();
  ColumnMetaData& meta = Meta(footer);
  meta.total_uncompressed_size = std::numeric_limits<int64_t>::max();
  meta.encoding_stats.emplace(1);
  meta.encoding_stats->front().count = 1;
  RewriteOptions options = OptionsFor("generic");
  options.compression = Codec::kZstd;
  const RewritePlan plan = PlanRewrite(footer, options).ValueOrDie();
  const CopyPlan copy = PlanCopy(footer, plan, options).ValueOrDie();
  EXPECT_GE(CopyMemory(footer, plan, copy, options), 32 * kMiB);
}

// Changes a page header in its place, which must not change its length.
void EditHeader(std::string* bytes, int64_t offset,
                const std::function<void(PageHeader&)>& change) {
  const auto at = static_cast<size_t>(offset);
  auto parsed = ParsePageHeader(AsBytes(*bytes).subspan(at)).ValueOrDie().value();
  change(parsed.header);
  const std::string header = Serialize(parsed.header);
  ASSERT_EQ(static_cast<int64_t>(header.size()), parsed.length);
  bytes->replace(at, header.size(), header);
}

// The headers of column n's first two pages, the dictionary and data, as older writers put it.
TEST(CopyFile, TheOldNameOfDictionaryEncodingBecomesTheNewOne) {
  std::string bytes = GoodFile()->ToString();
  const FileMetaData before = FooterOf(GoodFile()).ValueOrDie();
  const ColumnMetaData& old = *before.row_groups[0].columns[0].meta_data;
  EditHeader(&bytes, *old.dictionary_page_offset,
             [](PageHeader& header) { header.dictionary->encoding = Encoding::kPlainDictionary; });
  EditHeader(&bytes, old.data_page_offset,
             [](PageHeader& header) { header.data->encoding = Encoding::kPlainDictionary; });
  const auto copied = CopyBytes(arrow::Buffer::FromString(bytes), OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  const std::string after = copied->file->ToString();
  const ColumnMetaData& meta = *copied->footer.row_groups[0].columns[0].meta_data;
  const auto header_at = [&after](int64_t offset) {
    return ParsePageHeader(AsBytes(after).subspan(static_cast<size_t>(offset)))
        .ValueOrDie()
        ->header;
  };
  EXPECT_EQ(header_at(*meta.dictionary_page_offset).dictionary->encoding, Encoding::kPlain);
  EXPECT_EQ(header_at(meta.data_page_offset).data->encoding, Encoding::kRleDictionary);
  EXPECT_THAT(meta.encodings, ElementsAre(Encoding::kPlain, Encoding::kRleDictionary));
}

TEST(CopyFile, TwoSizesOfAnUncompressedPageEndTheCopy) {
  std::string bytes = GoodFile()->ToString();
  FileMetaData footer = FooterOf(GoodFile()).ValueOrDie();
  EditHeader(&bytes, Meta(footer).data_page_offset,
             [](PageHeader& header) { ++header.uncompressed_page_size; });
  const Status status = CopyBytes(arrow::Buffer::FromString(bytes), OptionsFor("generic")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("it is not compressed, and has two sizes"));
}

TEST(CopyFile, AWrongChecksumEndsTheCopy) {
  const auto properties = parquet::WriterProperties::Builder()
                              .created_by("parquet-cpp-arrow version 26.0.1")
                              ->enable_page_checksum()
                              ->build();
  const BufferPtr file = WriteFile(Root({parquet::schema::PrimitiveNode::Make(
                                       "n", parquet::Repetition::REQUIRED, parquet::Type::INT64)}),
                                   {[](parquet::RowGroupWriter* out) {
                                     WriteColumn<parquet::Int64Type>(out, {}, {}, {1, 2, 3});
                                   }},
                                   properties);
  EXPECT_TRUE(CopyBytes(file, OptionsFor("snowflake")).ok());
  std::string bytes = file->ToString();
  FileMetaData footer = FooterOf(file).ValueOrDie();
  const ColumnMetaData& meta = Meta(footer);
  bytes[static_cast<size_t>(meta.pages().end() - 1)] ^= 1;  // the last byte of the last page
  const Status status =
      CopyBytes(arrow::Buffer::FromString(bytes), OptionsFor("snowflake")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("its checksum is not that of its bytes"));
}

struct Doubt {
  const char* name;
  std::function<void(Statistics&)> tell;
  bool bounds, null_count;  // kept
};

class DoubtfulStatistics : public ::testing::TestWithParam<Doubt> {};

TEST_P(DoubtfulStatistics, AreDropped) {
  const auto copied = CopyBytes(
      WithFooter(GoodFile(), [](FileMetaData& f) { GetParam().tell(*Meta(f, 0, 1).statistics); }),
      OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  FileMetaData footer = copied->footer;
  const auto& statistics = Meta(footer, 0, 1).statistics;
  EXPECT_EQ(statistics && statistics->min_value.has_value(), GetParam().bounds);
  EXPECT_EQ(statistics && statistics->min.has_value(), GetParam().bounds);
  EXPECT_EQ(statistics && statistics->null_count.has_value(), GetParam().null_count);
}

std::string Double(double value) { return {reinterpret_cast<const char*>(&value), sizeof(value)}; }

INSTANTIATE_TEST_SUITE_P(
    Doubts, DoubtfulStatistics,
    ::testing::Values(
        Doubt{"none", [](Statistics&) {}, true, true},
        Doubt{"nan",
              [](Statistics& s) { s.max_value = Double(std::numeric_limits<double>::quiet_NaN()); },
              false, true},
        Doubt{"short", [](Statistics& s) { s.max_value = "abc"; }, false, true},
        Doubt{"crossed", [](Statistics& s) { s.max_value = Double(-1); }, false, true},
        Doubt{"old_crossed", [](Statistics& s) { s.max = Double(-1); }, false, true},
        Doubt{"negative_nulls", [](Statistics& s) { s.null_count = -1; }, true, false},
        Doubt{"nulls_in_a_required_column", [](Statistics& s) { s.null_count = 3; }, true, false}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(CopyFile, BoundsWithoutAnOrderAreDropped) {
  const auto copied =
      CopyBytes(WithFooter(GoodFile(), [](FileMetaData& f) { f.column_orders.reset(); }),
                OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  FileMetaData footer = copied->footer;
  EXPECT_EQ(footer.column_orders->size(), 2U);
  EXPECT_FALSE(Meta(footer).statistics->min_value);
  EXPECT_EQ(Meta(footer).statistics->null_count, 0);
}

// arrow-go 18.5.0: bounds of byte arrays are dropped, those of numbers stay.
TEST(CopyFile, BoundsOfWritersWithWrongOnesAreDroppedAndNamed) {
  const auto copied =
      CopyBytes(testing::ReadTestFile(kData + "nested.parquet"), OptionsFor("snowflake"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  FileMetaData footer = copied->footer;
  EXPECT_TRUE(Meta(footer, 0, 0).statistics->min_value);   // id
  EXPECT_FALSE(Meta(footer, 0, 2).statistics->min_value);  // strings
  EXPECT_THAT(copied->receipt.repairs.back().what,
              "min/max dropped, arrow-go 18.5.0 may give wrong ones");
  EXPECT_THAT(copied->receipt.repairs.back().where, HasSubstr("strings.list.element"));
}

TEST(CopyFile, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  RewriteOptions options = OptionsFor("snowflake");
  options.stop = stop.get_token();
  EXPECT_EQ(CodeOf(CopyBytes(GoodFile(), options).status()), ErrorCode::kCancelled);
}

struct Surprise {
  const char* name;
  std::function<void(FileMetaData&)> tell;
  const char* message;
};

class SurpriseInPages : public ::testing::TestWithParam<Surprise> {};

TEST_P(SurpriseInPages, EndsTheCopy) {
  const Status status =
      CopyBytes(WithFooter(GoodFile(), GetParam().tell), OptionsFor("snowflake")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Surprises, SurpriseInPages,
    ::testing::Values(
        Surprise{"fewer_values", [](FileMetaData& f) { Meta(f).num_values = 199; },
                 "row group 0: column n: its pages have 200 values, the footer says 199"},
        Surprise{"other_rows",
                 [](FileMetaData& f) {
                   f.row_groups[0].num_rows = 201;
                   f.num_rows = 301;
                 },
                 "row group 0: column n: its pages have 200 rows, its row group 201"},
        Surprise{"a_group_without_rows_has_values",
                 [](FileMetaData& f) {
                   f.row_groups[0].num_rows = 0;
                   f.num_rows = 100;
                 },
                 "row group 0: column n: the footer says 0 rows, but 200 values"},
        Surprise{"ends_in_a_page", [](FileMetaData& f) { Meta(f, 1).total_compressed_size -= 1; },
                 "row group 1: column n: page at "},
        Surprise{"ends_behind_the_dictionary",
                 [](FileMetaData& f) {
                   Meta(f).total_compressed_size =
                       Meta(f).data_page_offset - *Meta(f).dictionary_page_offset;
                 },
                 "it has no data page"},
        Surprise{"two_chunks_in_one",
                 [](FileMetaData& f) {
                   Meta(f).total_compressed_size += Meta(f, 0, 1).total_compressed_size;
                 },
                 "a dictionary page behind other pages"},
        Surprise{"ends_behind_the_file",
                 [](FileMetaData& f) { Meta(f).total_compressed_size += 1 << 20; },
                 "the file ends at "}),
    [](const auto& one) { return std::string(one.param.name); });

struct Hindrance {
  const char* name;
  std::function<void(FileMetaData&, RewriteOptions&)> put;
  std::vector<std::string> reasons;
  std::vector<int> levels;  // of the columns n and d
};

class HindrancesOfACopy : public ::testing::TestWithParam<Hindrance> {};

TEST_P(HindrancesOfACopy, AreNamedColumnByColumn) {
  FileMetaData footer = FooterOf(GoodFile()).ValueOrDie();
  RewriteOptions options = OptionsFor("snowflake");
  GetParam().put(footer, options);
  const auto plan = PlanRewrite(footer, options);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto copy = PlanCopy(footer, *plan, options);
  ASSERT_TRUE(copy.ok()) << copy.status();
  std::vector<int> levels;
  for (const ColumnPlan& column : copy->columns) levels.push_back(column.level);
  EXPECT_EQ(levels, GetParam().levels);
  EXPECT_EQ(Said(LevelsOf(copy->columns).reasons), GetParam().reasons);
  const bool whole = levels == std::vector{3, 3};
  EXPECT_EQ(Said(copy->obstacles), whole ? GetParam().reasons : std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(
    Hindrances, HindrancesOfACopy,
    ::testing::Values(
        Hindrance{"none", [](auto&, auto&) {}, {}, {1, 1}},
        Hindrance{"unsigned_writer",
                  [](auto& f, auto&) { f.created_by.reset(); },
                  {"read whole: the file does not say who wrote it: n, d"},
                  {1, 1}},
        Hindrance{"known_fault",
                  [](auto& f, auto&) {
                    f.created_by = "parquet-cpp-arrow version 2.0.0";
                    for (size_t g : {0, 1}) {
                      Meta(f, g).codec = Codec::kSnappy;
                      Meta(f, g).encoding_stats.reset();
                    }
                  },
                  {"arrow-cpp 2.0.0: pages of version 2 say that they are not compressed, and are "
                   "(apache/arrow#8629): n",
                   "read whole: arrow-cpp 2.0.0: nothing is known of this writer's pages: d"},
                  {3, 1}},
        Hindrance{"no_column_without",
                  [](auto& f, auto&) {
                    for (size_t i : {0, 1}) {
                      Meta(f, 0, i).encoding_stats->back().encoding = Encoding::kByteStreamSplit;
                    }
                  },
                  {"encoded in BYTE_STREAM_SPLIT: n, d"},
                  {3, 3}},
        Hindrance{"codec",
                  [](auto& f, auto&) { Meta(f).codec = Codec::kLz4Raw; },
                  {"compressed with LZ4_RAW: n"},
                  {2, 1}},
        Hindrance{"other_codec_asked_for",
                  [](auto&, auto& o) { o.compression = Codec::kZstd; },
                  {"compressed with UNCOMPRESSED: n, d"},
                  {2, 2}},
        Hindrance{"same_codec_asked_for",
                  [](auto&, auto& o) { o.compression = Codec::kUncompressed; },
                  {},
                  {1, 1}},
        Hindrance{
            "version_2",
            [](auto& f, auto&) { Meta(f, 1).encoding_stats->back().page_type = PageType::kDataV2; },
            {"pages of DATA_PAGE_V2: n"},
            {2, 1}},
        Hindrance{"delta",
                  [](auto& f, auto&) {
                    Meta(f).encoding_stats->back().encoding = Encoding::kDeltaBinaryPacked;
                  },
                  {"encoded in DELTA_BINARY_PACKED: n"},
                  {3, 1}},
        Hindrance{"delta_in_the_list_alone",
                  [](auto& f, auto&) {
                    Meta(f).encoding_stats.reset();
                    Meta(f).encodings.push_back(Encoding::kDeltaBinaryPacked);
                  },
                  {"encoded in DELTA_BINARY_PACKED: n"},
                  {3, 1}},
        Hindrance{"old_name_of_dictionary_encoding",
                  [](auto& f, auto&) {
                    Meta(f).encoding_stats->back().encoding = Encoding::kPlainDictionary;
                  },
                  {},
                  {1, 1}},
        Hindrance{"types_that_change",
                  [](auto& f, auto& o) {
                    LogicalType nanos;
                    nanos.kind = LogicalKind::kTimestamp;
                    nanos.unit = TimeUnit::kNanos;
                    f.schema[1].logical_type = nanos;
                    o.convert_types = true;
                  },
                  {"values of another type: n"},
                  {3, 1}},
        Hindrance{"two_at_once",
                  [](auto& f, auto& o) {
                    Meta(f).encoding_stats->back().encoding = Encoding::kDeltaBinaryPacked;
                    o.compression = Codec::kZstd;
                  },
                  {"compressed with UNCOMPRESSED: n, d", "encoded in DELTA_BINARY_PACKED: n"},
                  {3, 2}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(PlanCopy, RowGroupsThatAreTooLargeSendTheWholeFileToBeEncoded) {
  const FileMetaData footer = FooterOf(GoodFile()).ValueOrDie();
  Target target = **FindTarget("snowflake");
  target.max_row_group_rows = 199;
  RewriteOptions options = OptionsFor("snowflake");
  options.target = &target;
  const auto plan = PlanRewrite(footer, options);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(Said(PlanCopy(footer, *plan, options)->obstacles),
              ElementsAre("row groups with too many rows"));
}

}  // namespace
}  // namespace pqpack

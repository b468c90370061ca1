// SPDX-License-Identifier: Apache-2.0
#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using parquet::ByteArrayType;
using parquet::FLBAType;
using parquet::FloatType;
using parquet::Int32Type;
using parquet::Int64Type;
using parquet::Int96Type;
using parquet::LogicalType;
using parquet::Repetition;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Unit = LogicalType::TimeUnit;

NodePtr Leaf(std::shared_ptr<const LogicalType> annotation, parquet::Type::type type,
             int length = -1, Repetition::type repetition = Repetition::REQUIRED) {
  return PrimitiveNode::Make("v", repetition, std::move(annotation), type, length);
}

template <typename Type>
BufferPtr FileOf(const NodePtr& leaf, const std::vector<typename Type::c_type>& values) {
  return WriteFile(Root({leaf}), {[&](auto* out) { WriteColumn<Type>(out, {}, {}, values); }});
}

RewriteOptions Converting(bool lossy = false) {
  RewriteOptions options = OptionsFor("snowflake");
  options.convert_types = true;
  options.allow_lossy = lossy;
  return options;
}

// The schema line of the one column after conversion.
std::string ColumnAfter(const BufferPtr& file) {
  const std::string text = SchemaText(file);
  const size_t begin = text.find('\n') + 3;
  return text.substr(begin, text.find('\n', begin) - begin);
}

struct Case {
  const char* name;
  BufferPtr before;
  BufferPtr after;  // as it should be: the same bits as the converted file
  std::string column;
  std::string warning;  // without --convert-types
};
void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }

std::vector<Case> Cases() {
  const auto micros = Leaf(LogicalType::Timestamp(true, Unit::MICROS), parquet::Type::INT64);
  const auto plain64 = Leaf(nullptr, parquet::Type::INT64);
  parquet::Int96 midday;
  const int64_t nanos = 43'200'000'000'000;
  std::memcpy(midday.value.data(), &nanos, sizeof(nanos));
  midday.value[2] = 2440589;
  static const uint8_t half[] = {0x00, 0x3c, 0x01, 0x00};  // 1.0 and the smallest subnormal
  static const uint8_t big[] = {0, 255, 255, 255, 255, 255, 255, 255, 254,
                                0, 0,   0,   0,   0,   0,   0,   0,   7};
  return {
      {"TimestampNanosUtc",
       FileOf<Int64Type>(Leaf(LogicalType::Timestamp(true, Unit::NANOS), parquet::Type::INT64),
                         {1000, -5000}),
       FileOf<Int64Type>(plain64, {1, -5}),
       "required int64 v (Timestamp(isAdjustedToUTC=true, timeUnit=microseconds, "
       "is_from_converted_type=false, force_set_converted_type=false));",
       "TIMESTAMP(NANOS) is read as something else by snowflake"},
      {"TimestampNanosLocal",
       FileOf<Int64Type>(Leaf(LogicalType::Timestamp(false, Unit::NANOS), parquet::Type::INT64),
                         {1000}),
       FileOf<Int64Type>(plain64, {1}),
       "required int64 v (Timestamp(isAdjustedToUTC=false, timeUnit=microseconds, "
       "is_from_converted_type=false, force_set_converted_type=false));",
       "TIMESTAMP(NANOS)"},
      {"TimeNanos",
       FileOf<Int64Type>(Leaf(LogicalType::Time(true, Unit::NANOS), parquet::Type::INT64), {7000}),
       FileOf<Int64Type>(plain64, {7}),
       "required int64 v (Time(isAdjustedToUTC=true, timeUnit=microseconds));", "TIME(NANOS)"},
      {"TimeLocalMicros",
       FileOf<Int64Type>(Leaf(LogicalType::Time(false, Unit::MICROS), parquet::Type::INT64), {7}),
       FileOf<Int64Type>(plain64, {7}),
       "required int64 v (Time(isAdjustedToUTC=true, timeUnit=microseconds));",
       "TIME that is not adjusted to UTC"},
      {"TimeLocalMillis",
       FileOf<Int32Type>(Leaf(LogicalType::Time(false, Unit::MILLIS), parquet::Type::INT32), {7}),
       FileOf<Int64Type>(plain64, {7000}),
       "required int64 v (Time(isAdjustedToUTC=true, timeUnit=microseconds));",
       "TIME that is not adjusted to UTC"},
      {"Int96", FileOf<Int96Type>(Leaf(nullptr, parquet::Type::INT96), {midday}),
       FileOf<Int64Type>(plain64, {86'400'000'000 + 43'200'000'000}),
       "required int64 v (Timestamp(isAdjustedToUTC=false, timeUnit=microseconds, "
       "is_from_converted_type=false, force_set_converted_type=false));",
       "INT96"},
      {"Uint8", FileOf<Int32Type>(Leaf(LogicalType::Int(8, false), parquet::Type::INT32), {255}),
       FileOf<Int32Type>(Leaf(nullptr, parquet::Type::INT32), {255}),
       "required int32 v (Int(bitWidth=16, isSigned=true));", "UINT_8"},
      {"Uint16",
       FileOf<Int32Type>(Leaf(LogicalType::Int(16, false), parquet::Type::INT32), {65535}),
       FileOf<Int32Type>(Leaf(nullptr, parquet::Type::INT32), {65535}),
       "required int32 v (Int(bitWidth=32, isSigned=true));", "UINT_16"},
      {"Uint32", FileOf<Int32Type>(Leaf(LogicalType::Int(32, false), parquet::Type::INT32), {-1}),
       FileOf<Int64Type>(plain64, {4294967295}),
       "required int64 v (Int(bitWidth=64, isSigned=true));", "UINT_32"},
      {"Uint64",
       FileOf<Int64Type>(Leaf(LogicalType::Int(64, false), parquet::Type::INT64), {-2, 7}),
       FileOf<FLBAType>(Leaf(nullptr, parquet::Type::FIXED_LEN_BYTE_ARRAY, 9),
                        {parquet::FixedLenByteArray(big), parquet::FixedLenByteArray(big + 9)}),
       "required fixed_len_byte_array(9) v (Decimal(precision=20, scale=0));", "UINT_64"},
      {"Float16",
       FileOf<FLBAType>(Leaf(LogicalType::Float16(), parquet::Type::FIXED_LEN_BYTE_ARRAY, 2),
                        {parquet::FixedLenByteArray(half), parquet::FixedLenByteArray(half + 2)}),
       FileOf<FloatType>(Leaf(nullptr, parquet::Type::FLOAT), {1.0f, 0x1p-24f}),
       "required float v;", "FLOAT16"},
  };
}

class TypeChanges : public ::testing::TestWithParam<Case> {};

TEST_P(TypeChanges, ConvertedWhenAskedFor) {
  const Case& value = GetParam();
  const auto result = RewriteBytes(value.before, Converting());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(ColumnAfter(result->file), value.column);
  const auto wanted = BitsOf(value.after), got = BitsOf(result->file);
  ASSERT_TRUE(wanted.ok() && got.ok()) << wanted.status() << got.status();
  EXPECT_TRUE(*wanted == *got);
  EXPECT_THAT(Said(result->receipt.warnings), IsEmpty());
  EXPECT_THAT(Said(result->receipt.repairs), Contains(HasSubstr(" -> ")));
}

TEST_P(TypeChanges, OnlyWarnedAboutOtherwise) {
  const Case& value = GetParam();
  const auto result = RewriteBytes(value.before, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  ExpectEqualData(value.before, result->file);
  EXPECT_THAT(Said(result->receipt.warnings), ElementsAre(HasSubstr(value.warning)));
}

TEST_P(TypeChanges, LeftAloneByGeneric) {
  const Case& value = GetParam();
  RewriteOptions options = OptionsFor("generic");
  options.convert_types = true;
  const auto result = RewriteBytes(value.before, options);
  ASSERT_TRUE(result.ok()) << result.status();
  ExpectEqualData(value.before, result->file);
  EXPECT_EQ(ColumnAfter(result->file), ColumnAfter(value.before));
  EXPECT_THAT(Said(result->receipt.warnings), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, TypeChanges, ::testing::ValuesIn(Cases()),
                         [](const auto& test) { return test.param.name; });

// The readers that need it look at the converted type only.
TEST(TypeChanged, TimestampHasAConvertedType) {
  for (const Case& value : Cases()) {
    const auto result = RewriteBytes(value.before, Converting());
    ASSERT_TRUE(result.ok()) << result.status();
    const SchemaElement& column = result->footer.schema[1];
    if (!column.logical_type || column.logical_type->kind != LogicalKind::kTimestamp) continue;
    EXPECT_EQ(column.converted_type, ConvertedType::kTimestampMicros) << value.name;
  }
}

const NodePtr kNanosInList = parquet::schema::GroupNode::Make(
    "l", Repetition::OPTIONAL,
    {parquet::schema::GroupNode::Make(
        "list", Repetition::REPEATED,
        {PrimitiveNode::Make("element", Repetition::OPTIONAL,
                             LogicalType::Timestamp(true, Unit::NANOS), parquet::Type::INT64)})},
    LogicalType::List());

// [1000, null], null, [], [2000, 1] over two row groups: the last value is in row 4 of the file.
BufferPtr NanosInLists() {
  return WriteFile(Root({kNanosInList}),
                   {[](auto* out) { WriteColumn<Int64Type>(out, {0}, {0}, {}); },
                    [](auto* out) {
                      WriteColumn<Int64Type>(out, {3, 2, 0, 1, 3, 3}, {0, 1, 0, 0, 0, 1},
                                             {1000, 2000, 1});
                    }});
}

TEST(Lossy, FailsTheFileAndNamesColumnAndRow) {
  for (const int64_t batch_size : {1, 2, 65536}) {
    RewriteOptions options = Converting();
    options.batch_size = batch_size;
    const Status status = RewriteBytes(NanosInLists(), options).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kUnsupported);
    EXPECT_EQ(status.message(),
              "row group 1: column l.list.element: the value of row 4 is not a whole number of "
              "microseconds");
    EXPECT_EQ(ActionOf(status), "Repack without --convert-types, or with --allow-lossy.");
  }
}

TEST(Lossy, IsAllowedWhenAskedFor) {
  const auto result = RewriteBytes(NanosInLists(), Converting(/*lossy=*/true));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto table = TableOf(result->file);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ((*table)->num_rows(), 5);
}

// --allow-lossy is not advised where it does not help.
TEST(Lossy, WhatIsOutOfRangeFailsEitherWay) {
  parquet::Int96 far{};
  far.value[2] = 2000000000;  // the year 5,470,957
  far.value[0] = 1;           // nor a whole number of microseconds
  const BufferPtr file = FileOf<Int96Type>(Leaf(nullptr, parquet::Type::INT96), {far});
  for (const bool lossy : {false, true}) {
    const Status status = RewriteBytes(file, Converting(lossy)).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kUnsupported);
    EXPECT_THAT(status.message(),
                HasSubstr("the value of row 0 is outside of the range of TIMESTAMP(MICROS)"));
    EXPECT_EQ(ActionOf(status), "Repack without --convert-types.");
  }
}

TEST(BareBytes, BecomeStringWhereEveryValueIsUtf8) {
  const std::string text = "gr\xc3\xbc\xc3\x9f", broken = "\xff";
  const auto node = [](const char* name) {
    return PrimitiveNode::Make(name, Repetition::OPTIONAL, parquet::Type::BYTE_ARRAY);
  };
  const BufferPtr file =
      WriteFile(Root({node("text"), node("bytes"), node("nothing")}), {[&](auto* out) {
                  WriteColumn<ByteArrayType>(out, {1, 0, 1}, {},
                                             {parquet::ByteArray(text), parquet::ByteArray("")});
                  WriteColumn<ByteArrayType>(
                      out, {1, 1, 0}, {}, {parquet::ByteArray(text), parquet::ByteArray(broken)});
                  WriteColumn<ByteArrayType>(out, {0, 0, 0}, {}, {});
                }},
                parquet::default_writer_properties(),
                arrow::key_value_metadata({"ARROW:schema", "b"}, {"stale", "2"}));
  const auto result = RewriteBytes(file, Converting());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(SchemaText(result->file),
            "required group schema {\n  optional binary text (String);\n"
            "  optional binary bytes;\n  optional binary nothing (String);\n}\n");
  ExpectEqualData(file, result->file, /*same_schema=*/false);
  EXPECT_THAT(Said(result->receipt.warnings),
              ElementsAre("BYTE_ARRAY stays as it is, not every value is UTF-8: bytes"));
  EXPECT_THAT(Said(result->receipt.repairs),
              Contains("metadata ARROW:schema dropped, it describes the former types"));
  EXPECT_THAT(result->receipt.keys, ElementsAre("b"));
  ASSERT_EQ(result->footer.key_value_metadata->size(), 1u);
}

TEST(TypeChanged, ArrowsOwnSchemaGoesWithTheTypes) {
  const NodePtr nanos = Leaf(LogicalType::Timestamp(true, Unit::NANOS), parquet::Type::INT64);
  const BufferPtr file =
      WriteFile(Root({nanos}), {}, parquet::default_writer_properties(),
                arrow::key_value_metadata({"a", "ARROW:schema"}, {"1", "nanoseconds"}));
  const auto converted = RewriteBytes(file, Converting());
  ASSERT_TRUE(converted.ok()) << converted.status();
  EXPECT_THAT(converted->receipt.keys, ElementsAre("a"));
  EXPECT_THAT(Said(converted->receipt.repairs),
              Contains("metadata ARROW:schema dropped, it describes the former types"));
  const auto kept = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_THAT(kept->receipt.keys, ElementsAre("a", "ARROW:schema"));
}

TEST(Warned, OfWhatHasNoNearestType) {
  const BufferPtr file =
      WriteFile(Root({PrimitiveNode::Make("d", Repetition::REQUIRED, LogicalType::Decimal(39, 2),
                                          parquet::Type::FIXED_LEN_BYTE_ARRAY, 17),
                      PrimitiveNode::Make("i", Repetition::REQUIRED, LogicalType::Interval(),
                                          parquet::Type::FIXED_LEN_BYTE_ARRAY, 12)}),
                {});
  const auto result = RewriteBytes(file, Converting());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(SchemaText(result->file), SchemaText(file));
  EXPECT_THAT(Said(result->receipt.warnings),
              ElementsAre("snowflake reads DECIMAL only up to 38 digits: d",
                          "snowflake reads INTERVAL as plain bytes: i"));
}

TEST(ForcedConvertedType, IsAddedForSnowflakeOnly) {
  const BufferPtr file = FileOf<Int64Type>(
      Leaf(LogicalType::Timestamp(false, Unit::MICROS), parquet::Type::INT64), {1});
  const auto snowflake = RewriteBytes(file, OptionsFor("snowflake"));
  const auto generic = RewriteBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(snowflake.ok() && generic.ok());
  EXPECT_EQ(snowflake->footer.schema[1].converted_type, ConvertedType::kTimestampMicros);
  EXPECT_EQ(generic->footer.schema[1].converted_type, std::nullopt);
  EXPECT_THAT(Said(snowflake->receipt.repairs),
              Contains("TIMESTAMP without a converted type -> with one: v"));
}

// arrow-go before 18.4.1 writes it for local timestamps; generic must not take it away.
TEST(ForcedConvertedType, IsKeptWhereTheSourceHasIt) {
  const BufferPtr file = FileOf<Int64Type>(
      Leaf(LogicalType::Timestamp(false, Unit::MICROS, false, true), parquet::Type::INT64), {1});
  const auto generic = RewriteBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(generic.ok()) << generic.status();
  EXPECT_EQ(generic->footer.schema[1].converted_type, ConvertedType::kTimestampMicros);
}

}  // namespace
}  // namespace pqpack::testing

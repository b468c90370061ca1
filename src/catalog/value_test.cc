// SPDX-License-Identifier: Apache-2.0
#include "catalog/value.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

Value Parsed(ValueKind kind, std::string_view text) {
  const auto value = ParseValue(kind, text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Value());
}

TEST(KindOfType, AsHiveWritesThem) {
  EXPECT_EQ(KindOfType("string"), ValueKind::kText);
  EXPECT_EQ(KindOfType("VARCHAR(20)"), ValueKind::kText);
  EXPECT_EQ(KindOfType("tinyint"), ValueKind::kNumber);
  EXPECT_EQ(KindOfType("Decimal(38,18)"), ValueKind::kNumber);
  EXPECT_EQ(KindOfType("float"), ValueKind::kFloat);
  EXPECT_EQ(KindOfType("double"), ValueKind::kDouble);
  EXPECT_EQ(KindOfType("timestamp"), ValueKind::kTimestamp);
  for (const char* type : {"", "binary", "array<int>", "struct<a:int>", "ints"}) {
    EXPECT_EQ(KindOfType(type), std::nullopt) << type;
  }
}

TEST(ParseValue, Dates) {
  EXPECT_EQ(Parsed(ValueKind::kDate, "1970-01-01"), Value(Date{0}));
  EXPECT_EQ(Parsed(ValueKind::kDate, "2024-2-29"), Value(Date{19782}));
  EXPECT_EQ(Parsed(ValueKind::kDate, "0001-01-01"), Value(Date{-719162}));
  for (const char* text : {"2023-02-29", "2023-13-01", "2023-00-01", "2023-01-00", "23-01-01",
                           "20230101", "2023-01-01 ", "2023-01-01 00:00:00", "2023-01-", ""}) {
    EXPECT_FALSE(ParseValue(ValueKind::kDate, text)) << text;
  }
}

TEST(ParseValue, Timestamps) {
  EXPECT_EQ(Parsed(ValueKind::kTimestamp, "1970-01-02"), Value(Timestamp{86400, 0}));
  EXPECT_EQ(Parsed(ValueKind::kTimestamp, "1970-01-01 01:02"), Value(Timestamp{3720, 0}));
  EXPECT_EQ(Parsed(ValueKind::kTimestamp, "1970-01-01T01:02:03"), Value(Timestamp{3723, 0}));
  EXPECT_EQ(Parsed(ValueKind::kTimestamp, "1970-01-01 00:00:00.5"),
            Value(Timestamp{0, 500'000'000}));
  EXPECT_EQ(Parsed(ValueKind::kTimestamp, "1969-12-31 23:59:59.000000001"),
            Value(Timestamp{-1, 1}));
  for (const char* text :
       {"1970-01-01 24:00:00", "1970-01-01 00:60:00", "1970-01-01 00:00:60", "1970-01-01 00",
        "1970-01-01 00:00:00.", "1970-01-01 00:00:00.1234567890", "1970-01-01 00:00:00Z", ""}) {
    EXPECT_FALSE(ParseValue(ValueKind::kTimestamp, text)) << text;
  }
}

TEST(ParseValue, FloatsAreRoundedToOne) {
  EXPECT_TRUE(Compare(Parsed(ValueKind::kFloat, "0.1"), Parsed(ValueKind::kFloat, "0.100000001")) ==
              0);
  EXPECT_TRUE(
      Compare(Parsed(ValueKind::kDouble, "0.1"), Parsed(ValueKind::kDouble, "0.100000001")) != 0);
  EXPECT_FALSE(ParseValue(ValueKind::kDouble, "0.1x"));
  EXPECT_FALSE(ParseValue(ValueKind::kDouble, ""));
}

TEST(ParseValue, Booleans) {
  EXPECT_EQ(Parsed(ValueKind::kBoolean, "TRUE"), Value(true));
  EXPECT_EQ(Parsed(ValueKind::kBoolean, "false"), Value(false));
  EXPECT_FALSE(ParseValue(ValueKind::kBoolean, "1"));
}

TEST(Compare, NanIsAboveAllAndEqualToItself) {
  const Value nan = Parsed(ValueKind::kDouble, "NaN");
  EXPECT_TRUE(Compare(nan, nan) == 0);
  EXPECT_TRUE(Compare(nan, Parsed(ValueKind::kDouble, "inf")) > 0);
  EXPECT_TRUE(Compare(Parsed(ValueKind::kDouble, "-inf"), nan) < 0);
  EXPECT_TRUE(Compare(Parsed(ValueKind::kDouble, "-0.0"), Parsed(ValueKind::kDouble, "0")) == 0);
}

TEST(Compare, TextByItsBytes) {
  EXPECT_TRUE(Compare(Value(std::string("Z")), Value(std::string("a"))) < 0);
  EXPECT_TRUE(Compare(Value(std::string("z")), Value(std::string("é"))) < 0);
}

}  // namespace
}  // namespace pqpack

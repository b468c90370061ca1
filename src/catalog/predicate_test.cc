// SPDX-License-Identifier: Apache-2.0
//
// What it means is held against DuckDB in test/e2e/test_predicate_duckdb.py; here is what
// is wrong, where, and what no other engine says in the same way.
#include "catalog/predicate.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

const std::vector<Column> kKeys = {{"year", "int"}, {"Month", "string"}, {"date", "date"}};

Truth Ask(std::string_view text, const PartitionValues& values) {
  const auto predicate = Predicate::Parse(text, kKeys);
  EXPECT_TRUE(predicate.ok()) << predicate.status().message();
  const auto truth = predicate.ok() ? predicate->Evaluate(values) : predicate.status();
  EXPECT_TRUE(truth.ok()) << truth.status().message();
  return truth.ValueOr(Truth::kUnknown);
}

const PartitionValues kMay = {"2023", "05", "2023-05-01"};

std::string MessageOf(std::string_view text, const std::vector<Column>& keys = kKeys) {
  const auto predicate = Predicate::Parse(text, keys);
  EXPECT_EQ(CodeOf(predicate.status()), ErrorCode::kInvalid) << text;
  return predicate.status().message();
}

TEST(Predicate, SelectsEverythingWhereNothingIsSaid) {
  EXPECT_TRUE(Predicate().selects_all());
  EXPECT_TRUE(Predicate::Parse(" \n", kKeys)->selects_all());
  EXPECT_EQ(Ask("", kMay), Truth::kTrue);
}

TEST(Predicate, NumbersWithAndWithoutQuotesAreTheSame) {
  for (const char* text : {"year=2023", "year='2023'", "year = 2023.0", "year='02023'", "2023=year",
                           "YEAR == 2023", "\"year\"=2023", "`year` = 2023"}) {
    EXPECT_EQ(Ask(text, kMay), Truth::kTrue) << text;
  }
  EXPECT_EQ(Ask("year='2024'", kMay), Truth::kFalse);
  EXPECT_EQ(Ask("year < 10000", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("2024 > year", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("2023 >= year AND 2023 <= year", kMay), Truth::kTrue);
}

TEST(Predicate, TextIsTextAgainstTextAndANumberAgainstANumber) {
  EXPECT_EQ(Ask("month='05'", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("month='5'", kMay), Truth::kFalse);
  EXPECT_EQ(Ask("month=5", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("month<10", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("month<10", {"2023", "May", "2023-05-01"}), Truth::kUnknown);
  EXPECT_EQ(Ask("month=TRUE", {"2023", "true", "2023-05-01"}), Truth::kTrue);
  EXPECT_EQ(Ask("month=DATE '2023-5-1'", {"2023", "2023-05-01", "2023-05-01"}), Truth::kTrue);
}

TEST(Predicate, AColumnMayBeNamedAsAWord) {
  EXPECT_EQ(Ask("date = DATE '2023-05-01' AND date <= '2023-05-01'", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("DATE '2023-04-30' < date", kMay), Truth::kTrue);
  const auto quoted =
      Predicate::Parse("\"in\" = 'a\"b' AND `a``b`='it''s'", {{"in", "string"}, {"a`b", "string"}});
  ASSERT_TRUE(quoted.ok()) << quoted.status().message();
  EXPECT_EQ(quoted->Evaluate({"a\"b", "it's"}).ValueOrDie(), Truth::kTrue);
}

TEST(Predicate, NullIsUnknown) {
  const PartitionValues null = {std::nullopt, "05", "2023-05-01"};
  EXPECT_EQ(Ask("year = 2023", null), Truth::kUnknown);
  EXPECT_EQ(Ask("NOT year = 2023", null), Truth::kUnknown);
  EXPECT_EQ(Ask("year IS NULL", null), Truth::kTrue);
  EXPECT_EQ(Ask("year IS NOT NULL", null), Truth::kFalse);
  EXPECT_EQ(Ask("year = 2023 OR month = '05'", null), Truth::kTrue);
  EXPECT_EQ(Ask("year = 2023 AND month = '06'", null), Truth::kFalse);
  EXPECT_EQ(Ask("year NOT IN (2024, NULL)", kMay), Truth::kUnknown);
  EXPECT_EQ(Ask("year IN (2023, NULL)", kMay), Truth::kTrue);
  Partition partition{null, {}, {}};
  const auto predicate = Predicate::Parse("year <> 2023", kKeys).ValueOrDie();
  EXPECT_FALSE(Selects(predicate, partition).ValueOrDie());
}

TEST(Predicate, AndBindsStrongerThanOrAndNotThanBoth) {
  EXPECT_EQ(Ask("year=2023 OR year=1 AND month='x'", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("(year=2023 OR year=1) AND month='x'", kMay), Truth::kFalse);
  EXPECT_EQ(Ask("NOT year=1 AND month='05'", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("year BETWEEN 2022 AND 2023 AND month LIKE '0_'", kMay), Truth::kTrue);
  EXPECT_EQ(Ask("year NOT BETWEEN 2024 AND 2025 AND month NOT LIKE '1%'", kMay), Truth::kTrue);
}

TEST(Predicate, LikeLooksAtTheTextAsItIs) {
  EXPECT_EQ(Ask("year LIKE '02%'", {"02023", "05", "2023-05-01"}), Truth::kTrue);
  EXPECT_EQ(Ask("month LIKE '0!%%' ESCAPE '!'", {"1", "0%5", "2023-05-01"}), Truth::kTrue);
}

TEST(PredicateError, ShowsThePlace) {
  EXPECT_EQ(MessageOf("year='2023' AND moth='05'"),
            "the partition predicate: 'moth' is no partition column; these are: year, Month, date\n"
            "year='2023' AND moth='05'\n"
            "                ^");
  EXPECT_EQ(MessageOf("year = 'abc'"),
            "the partition predicate: 'abc' can't be compared with column 'year' of type int\n"
            "year = 'abc'\n"
            "       ^");
  EXPECT_EQ(MessageOf("month = 'ü' AND\tyear"),
            "the partition predicate: a comparison is expected here: "
            "=, <>, <, <=, >, >=, IN, BETWEEN, LIKE, IS NULL\n"
            "month = 'ü' AND year\n"
            "                    ^");
}

TEST(PredicateError, ShowsWhatIsAroundThePlaceInALongText) {
  const std::string text = std::string(200, ' ') + "moth=1" + std::string(200, ' ');
  EXPECT_EQ(MessageOf(text, {}),
            "the partition predicate: the table has no partition columns\n..." +
                std::string(50, ' ') + "moth=1" + std::string(14, ' ') + "...\n" +
                std::string(53, ' ') + "^");
}

// Where the caret is, and a word of what is said.
struct Mistake {
  const char* text;
  size_t at;
  const char* said;
};

TEST(PredicateError, IsFoundWhereItIs) {
  const Mistake mistakes[] = {
      {"year", 4, "a comparison"},
      {"year =", 6, "a value"},
      {"year = month", 7, "a value"},
      {"year = \"2023\"", 7, "single quotes"},
      {"year = 2023 month = 5", 12, "AND or OR"},
      {"(year = 2023", 12, ")"},
      {"year = 2023)", 11, "AND or OR"},
      {"year IN 2023", 8, "("},
      {"year IN ()", 9, "a value"},
      {"year IN (1,)", 11, "a value"},
      {"year BETWEEN 1 OR 2", 15, "AND"},
      {"year NOT = 1", 9, "IN, BETWEEN or LIKE"},
      {"year IS 5", 8, "NULL"},
      {"month LIKE 5", 11, "single quotes"},
      {"month LIKE 'a' ESCAPE 'ab'", 22, "one ASCII character"},
      {"month LIKE 'a!' ESCAPE '!'", 11, "escape"},
      {"AND year = 1", 0, "a partition column"},
      {"year = 'x", 7, "does not end"},
      {"year = 2023x", 7, "no number"},
      {"year = 1.2.3", 7, "no number"},
      {"year ; 5", 5, "no meaning"},
      {"year = 1e3", 7, "can't be compared"},
      {"date = 2023", 7, "can't be compared"},
      {"date = '2023-02-29'", 7, "can't be compared"},
      {"month = DATE 'May'", 8, "can't be compared"},
      {"year = TRUE", 7, "can't be compared"},
      {"1 = 1", 4, "a partition column"},
      {"year = NULL AND NULL", 20, "a comparison"},
  };
  for (const Mistake& mistake : mistakes) {
    const std::string message = MessageOf(mistake.text);
    EXPECT_TRUE(message.ends_with("\n" + std::string(mistake.at, ' ') + "^")) << message;
    EXPECT_NE(message.find(mistake.said), std::string::npos) << message;
  }
}

TEST(PredicateError, TypesWithoutOrder) {
  EXPECT_NE(MessageOf("x = 'a'", {{"x", "binary"}}).find("type binary"), std::string::npos);
  EXPECT_TRUE(Predicate::Parse("x IS NULL OR x LIKE 'a%'", {{"x", "binary"}}).ok());
}

TEST(PredicateError, HostileLengthAndNesting) {
  EXPECT_NE(MessageOf(std::string(Predicate::kMaxLength + 1, '(')).find("longer than 65536"),
            std::string::npos);
  for (const char* open : {"(", "NOT ", "NOT("}) {
    std::string text;
    while (text.size() < Predicate::kMaxLength - 10) text += open;
    EXPECT_NE(MessageOf(text).find("deeper than 100"), std::string::npos) << open;
  }
  const auto nested = [](int depth) {
    return std::string(depth, '(') + "year=2023" + std::string(depth, ')');
  };
  EXPECT_EQ(Ask(nested(Predicate::kMaxDepth - 1), kMay), Truth::kTrue);
  EXPECT_NE(MessageOf(nested(Predicate::kMaxDepth)).find("deeper"), std::string::npos);
  std::string wide = "year=1";
  for (int i = 0; i < 5000; ++i) wide += " OR year=1";
  EXPECT_EQ(Ask(wide, kMay), Truth::kFalse);
}

TEST(Predicate, AValueThatIsNotOfItsTypeIsAnError) {
  const PartitionValues bad = {"all", "05", "2023-05-01"};
  // Not by luck of the order: another part would have decided.
  for (const char* text : {"year = 2023", "month='05' OR year = 2023", "NOT year IN (1)"}) {
    const auto truth = Predicate::Parse(text, kKeys)->Evaluate(bad);
    EXPECT_EQ(CodeOf(truth.status()), ErrorCode::kConfig) << text;
    EXPECT_EQ(truth.status().message(),
              "the partition value 'all' of column 'year' is none of type int");
  }
  EXPECT_EQ(Ask("year IS NULL OR month='05'", bad), Truth::kTrue);
}

}  // namespace
}  // namespace pqpack

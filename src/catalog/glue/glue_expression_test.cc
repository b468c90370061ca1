// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_expression.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

std::string Of(const std::string& text) {
  const std::vector<Column> keys = {{"day", "string"}, {"city", "varchar(9)"},
                                    {"hour", "int"},   {"at", "date"},
                                    {"c", "char(2)"},  {"Odd Name", "string"}};
  return GlueExpression(Predicate::Parse(text, keys).ValueOrDie());
}

TEST(GlueExpression, TextsAreAskedFor) {
  EXPECT_EQ(Of("day = '2023-01-01'"), "(day = '2023-01-01')");
  EXPECT_EQ(Of("'b' > city"), "(city < 'b')");
  EXPECT_EQ(Of("day >= 'a' AND day <= 'b' AND city > 'c'"),
            "((day >= 'a') AND (day <= 'b') AND (city > 'c'))");
  EXPECT_EQ(Of("day IN ('a', 'b')"), "((day = 'a') OR (day = 'b'))");
  EXPECT_EQ(Of("day BETWEEN 'a' AND 'b'"), "((day >= 'a') AND (day <= 'b'))");
}

TEST(GlueExpression, WhatMightSelectLessIsNot) {
  for (const char* text :
       {"", "hour = 1", "at = '2023-01-01'", "c = 'x'", "day <> 'a'", "NOT day = 'a'",
        "day NOT IN ('a')", "day LIKE 'a%'", "day IS NULL", "day = 5", "day = 'it''s'", "day = 'ü'",
        "day = ''", "day = 'a\\b'", "day = NULL", "\"Odd Name\" = 'a'"}) {
    EXPECT_EQ(Of(text), "") << text;
  }
}

TEST(GlueExpression, AnAndLeavesOutWhatCanNotBeAskedAndAnOrDoesNot) {
  EXPECT_EQ(Of("day = 'a' AND hour = 1"), "((day = 'a'))");
  EXPECT_EQ(Of("day = 'a' OR hour = 1"), "");
  EXPECT_EQ(Of("(day = 'a' OR city = 'b' AND hour = 1) AND at IS NULL"),
            "(((day = 'a') OR ((city = 'b'))))");
}

TEST(GlueExpression, ALongOneIsNotAskedFor) {
  std::string text = "day IN ('0'";
  for (int i = 1; i < 300; ++i) text += ",'" + std::to_string(i) + "'";
  EXPECT_EQ(Of(text + ")"), "");
}

}  // namespace
}  // namespace pqpack

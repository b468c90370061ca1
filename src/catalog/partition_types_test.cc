// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition_types.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

TEST(ParsePartitionTypes, NamesAndTypes) {
  const std::vector<Column> expected = {
      {"Year", "int"}, {"price", "decimal(10, 2)"}, {"c", "varchar(3)"}};
  EXPECT_EQ(ParsePartitionTypes(" Year INT,price decimal(10, 2) , c  varchar(3)").ValueOrDie(),
            expected);
}

TEST(ParsePartitionTypes, NamesWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "'' is no name with a type"},
      {"year", "'year' is no name with a type"},
      {"year int,", "'' is no name with a type"},
      {"year integers", "'integers' is no type of a partition key"},
      {"a binary", "'binary' is no type of a partition key"},
      {"a int, A string", "'A' is named twice"},
  };
  for (const auto& [text, message] : wrong) {
    const auto columns = ParsePartitionTypes(text);
    EXPECT_EQ(CodeOf(columns.status()), ErrorCode::kInvalid) << text;
    EXPECT_EQ(columns.status().message(), std::string("the partition types: ") + message);
  }
}

std::string Inferred(const std::vector<std::optional<std::string>>& values) {
  InferredType type;
  for (const auto& value : values) type.See(value);
  return type.Name();
}

TEST(InferredType, ByAllValues) {
  EXPECT_EQ(Inferred({"2023", "-1", "05", std::nullopt}), "bigint");
  EXPECT_EQ(Inferred({"9223372036854775807", "-9223372036854775808"}), "bigint");
  EXPECT_EQ(Inferred({"9223372036854775808"}), "string");
  EXPECT_EQ(Inferred({"2023-01-31", std::nullopt}), "date");
  EXPECT_EQ(Inferred({"2023-01-31", "2023"}), "string");
  EXPECT_EQ(Inferred({"2023-02-29"}), "string");
  EXPECT_EQ(Inferred({"1", ""}), "string");
  EXPECT_EQ(Inferred({"1.5"}), "string");
  EXPECT_EQ(Inferred({std::nullopt}), "string");
  EXPECT_EQ(Inferred({}), "string");
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/group_inputs.h"

#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/schema.h>

#include <string>
#include <utility>

#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> NamesOf(const MergeSet& set) {
  std::vector<std::string> names;
  for (const SchemaNode& column : set.schema.children) names.push_back(column.name);
  return names;
}

BufferPtr One(const std::vector<JsonColumn>& columns) { return FileOf(TableFrom(columns)); }

BufferPtr WithKeys(const std::vector<std::pair<std::string, std::string>>& keys) {
  auto pairs = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [key, value] : keys) pairs->Append(key, value);
  const auto root = Root({parquet::schema::PrimitiveNode::Make("a", parquet::Repetition::REQUIRED,
                                                               parquet::Type::INT32)});
  const Fill fill = [](parquet::RowGroupWriter* group) {
    WriteColumn<parquet::Int32Type>(group, {}, {}, {1});
  };
  return WriteFile(root, {fill}, parquet::default_writer_properties(), pairs);
}

// The rows of all files together, or why they are not in one set.
void ExpectMerged(const Files& files, const TableColumns& columns,
                  const std::shared_ptr<arrow::Table>& expected) {
  for (const bool copy : {false, true}) {
    MergeOptions options = MergeFor("generic");
    if (copy) options.row_group_size = 1;
    const auto merged = MergeBuffers(files, options, columns);
    ASSERT_TRUE(merged.ok()) << merged.status();
    ASSERT_EQ(merged->sets.size(), 1u) << merged->sets[1].reason;
    const auto rows = TableOfAll(merged->outputs);
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_TRUE((*rows)->Equals(*expected)) << (*rows)->ToString();
  }
}

TEST(GroupInputs, ColumnsOfAllFilesInTheTablesOrder) {
  const Files files{One({{"b", arrow::int32(), "[1]"}, {"a", arrow::utf8(), R"(["x"])"}}),
                    One({{"d", arrow::int32(), "[2]"}, {"a", arrow::utf8(), R"(["y"])"}}),
                    One({{"c", arrow::int32(), "[3]"}, {"B", arrow::int32(), "[4]"}})};
  ExpectMerged(files, {{"c", "int"}, {"a", "string"}, {"gone", "int"}},
               TableFrom({{"c", arrow::int32(), "[null, null, 3]"},
                          {"a", arrow::utf8(), R"(["x", "y", null])"},
                          {"b", arrow::int32(), "[1, null, 4]"},
                          {"d", arrow::int32(), "[null, 2, null]"}}));
}

TEST(GroupInputs, RequiredBecomesOptionalWhereAFileHasNulls) {
  ExpectMerged(
      {One({{"a", arrow::int32(), "[1, 2]", false}}), One({{"a", arrow::int32(), "[null, 3]"}})},
      {}, TableFrom({{"a", arrow::int32(), "[1, 2, null, 3]"}}));
}

TEST(GroupInputs, RequiredStaysWhereAllFilesHaveItSo) {
  const auto sets = GroupFiles(
      {One({{"a", arrow::int32(), "[1]", false}}), One({{"a", arrow::int32(), "[2]", false}})});
  ASSERT_TRUE(sets.ok()) << sets.status();
  ASSERT_EQ(sets->size(), 1u);
  EXPECT_EQ((*sets)[0].schema.children[0].repetition, Repetition::kRequired);
}

TEST(GroupInputs, RequiredInsideOfAStructBecomesOptional) {
  const auto strict = arrow::struct_(
      {arrow::field("x", arrow::int32(), false),
       arrow::field("y", arrow::list(arrow::field("element", arrow::utf8(), false)))});
  const auto loose =
      arrow::struct_({arrow::field("x", arrow::int32()),
                      arrow::field("y", arrow::list(arrow::field("element", arrow::utf8())))});
  ExpectMerged(
      {One({{"s", strict, R"([{"x": 1, "y": ["a", "b"]}, {"x": 2, "y": []}])", false}}),
       One({{"s", loose, R"([null, {"x": null, "y": null}, {"x": 3, "y": [null, "c"]}])"}})},
      {},
      TableFrom({{"s", loose,
                  R"([{"x": 1, "y": ["a", "b"]}, {"x": 2, "y": []}, null,
                      {"x": null, "y": null}, {"x": 3, "y": [null, "c"]}])"}}));
}

TEST(GroupInputs, ANestedColumnThatIsAbsentIsNull) {
  const auto list = arrow::list(arrow::field("element", arrow::int32()));
  ExpectMerged({One({{"a", arrow::int32(), "[1, 2]"}}),
                One({{"l", list, "[[5, null], []]", false}, {"a", arrow::int32(), "[3, 4]"}})},
               {},
               TableFrom({{"a", arrow::int32(), "[1, 2, 3, 4]"},
                          {"l", list, "[null, null, [5, null], []]"}}));
}

TEST(GroupInputs, OtherFieldsInAStructMakeASetOfTheirOwn) {
  const auto sets = GroupFiles(
      {One({{"s", arrow::struct_({arrow::field("x", arrow::int32())}), R"([{"x": 1}])"}}),
       One({{"s", arrow::struct_({arrow::field("z", arrow::int32())}), R"([{"z": 1}])"}})});
  ASSERT_TRUE(sets.ok()) << sets.status();
  ASSERT_EQ(sets->size(), 2u);
  EXPECT_THAT((*sets)[0].reason, IsEmpty());
  EXPECT_EQ((*sets)[1].reason, "column s.x has other fields in another file");
}

TEST(GroupInputs, NamesOfListLayersMeanNothing) {
  const auto sets =
      GroupFiles({One({{"l", arrow::list(arrow::field("element", arrow::int32())), "[[1]]"}}),
                  [] {  // parquet-mr's writer of old
                    using parquet::schema::GroupNode;
                    using parquet::schema::PrimitiveNode;
                    const auto element = PrimitiveNode::Make(
                        "array_element", parquet::Repetition::OPTIONAL, parquet::Type::INT32);
                    const auto bag =
                        GroupNode::Make("bag", parquet::Repetition::REPEATED, {element});
                    const auto list = GroupNode::Make("l", parquet::Repetition::OPTIONAL, {bag},
                                                      parquet::LogicalType::List());
                    return WriteFile(Root({list}), {[](parquet::RowGroupWriter* group) {
                                       WriteColumn<parquet::Int32Type>(group, {3}, {0}, {7});
                                     }});
                  }()});
  ASSERT_TRUE(sets.ok()) << sets.status();
  EXPECT_EQ(sets->size(), 1u);
}

TEST(GroupInputs, TypesWidenWhereTheTableSaysSo) {
  const Files files{One({{"i", arrow::int32(), "[1, -2147483648, null]"},
                         {"f", arrow::float32(), "[0.5, null, -3]"},
                         {"d", arrow::decimal128(7, 2), R"(["1.25", "-99999.99", null])"}}),
                    One({{"i", arrow::int64(), "[9007199254740993]"},
                         {"f", arrow::float64(), "[0.1]"},
                         {"d", arrow::decimal128(20, 2), R"(["123456789012345678.90"])"}})};
  ExpectMerged(files, {{"i", "BIGINT"}, {"f", "double"}, {"d", "decimal(20, 2)"}},
               TableFrom({{"i", arrow::int64(), "[1, -2147483648, null, 9007199254740993]"},
                          {"f", arrow::float64(), "[0.5, null, -3, 0.1]"},
                          {"d", arrow::decimal128(20, 2),
                           R"(["1.25", "-99999.99", null, "123456789012345678.90"])"}}));
}

TEST(GroupInputs, DecimalsInIntegersWiden) {
  parquet::WriterProperties::Builder integers;
  integers.enable_store_decimal_as_integer();
  const auto file = [&](int precision, const char* values) {
    return FileOf(TableFrom({{"d", arrow::decimal128(precision, 2), values}}), 1 << 20,
                  integers.build());
  };
  const TableColumns columns{{"d", "decimal(22,2)"}};
  // INT32 and INT64; INT32 and bytes; INT64 and bytes.
  ExpectMerged({file(7, R"(["-1.25"])"), file(18, R"(["7.50"])")}, columns,
               TableFrom({{"d", arrow::decimal128(18, 2), R"(["-1.25", "7.50"])"}}));
  ExpectMerged({file(22, R"(["7.50"])"), file(7, R"(["-1.25"])"), file(18, R"(["-0.01"])")},
               columns,
               TableFrom({{"d", arrow::decimal128(22, 2), R"(["7.50", "-1.25", "-0.01"])"}}));
}

TEST(GroupInputs, TypesDoNotWidenOtherwise) {
  const Files files{One({{"i", arrow::int32(), "[1]"}}), One({{"i", arrow::int64(), "[2]"}}),
                    One({{"i", arrow::int64(), "[3]"}})};
  for (const TableColumns& columns :
       {TableColumns{}, TableColumns{{"i", "int"}}, TableColumns{{"i", "string"}}}) {
    const auto sets = GroupFiles(files, columns);
    ASSERT_TRUE(sets.ok()) << sets.status();
    ASSERT_EQ(sets->size(), 2u);
    EXPECT_THAT((*sets)[0].inputs, ElementsAre(1, 2));  // most files
    EXPECT_THAT((*sets)[0].reason, IsEmpty());
    EXPECT_THAT((*sets)[1].inputs, ElementsAre(0));
    EXPECT_EQ(
        (*sets)[1].reason,
        "column i is INT32 in one file, INT64 in another, and the table has no type for both");
  }
}

TEST(GroupInputs, ANumberIsNoTimestamp) {
  const auto sets = GroupFiles({One({{"t", arrow::int64(), "[1]"}}),
                                One({{"t", arrow::timestamp(arrow::TimeUnit::MICRO), "[2]"}})},
                               {{"t", "bigint"}});
  ASSERT_TRUE(sets.ok()) << sets.status();
  EXPECT_EQ(sets->size(), 2u);
}

TEST(GroupInputs, NamesThatCollideStandAlone) {
  const Files files{One({{"a", arrow::int32(), "[1]"}, {"A", arrow::int32(), "[2]"}}),
                    One({{"a", arrow::int32(), "[3]"}}),
                    One({{"a", arrow::int32(), "[4]"}, {"A", arrow::int32(), "[5]"}}),
                    One({{"a", arrow::int32(), "[6]"}}), One({{"a", arrow::int32(), "[7]"}})};
  const auto merged = MergeBuffers(files, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->sets.size(), 2u);
  EXPECT_THAT(merged->sets[0].inputs, ElementsAre(1, 3, 4));
  EXPECT_THAT(merged->sets[1].inputs, ElementsAre(0, 2));
  EXPECT_EQ(merged->sets[1].reason, "columns a and A have the same name but for case");
  EXPECT_EQ(NamesOf(merged->sets[1]), (std::vector<std::string>{"a", "A"}));
  const auto rows = TableOf(merged->outputs[1]);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_TRUE((*rows)->Equals(
      *TableFrom({{"a", arrow::int32(), "[1, 4]"}, {"A", arrow::int32(), "[2, 5]"}})));
}

TEST(GroupInputs, FieldIdsAreKeptAndDoNotMix) {
  const auto file = [](int field_id) {
    return WriteFile(Root({parquet::schema::PrimitiveNode::Make(
                         "a", parquet::Repetition::REQUIRED, parquet::Type::INT32,
                         parquet::ConvertedType::NONE, -1, -1, -1, field_id)}),
                     {[](parquet::RowGroupWriter* group) {
                       WriteColumn<parquet::Int32Type>(group, {}, {}, {1});
                     }});
  };
  const auto merged = MergeBuffers({file(5), file(-1), file(6)}, MergeFor("generic"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->sets.size(), 2u);
  EXPECT_THAT(merged->sets[0].inputs, ElementsAre(0, 1));
  EXPECT_EQ(merged->footers[0].schema[1].field_id, 5);
  EXPECT_EQ(merged->sets[1].reason, "column a has the field id 5 in one file, in another 6");
}

TEST(GroupInputs, DatesOfAnotherCalendarNeverMix) {
  const std::string version = "org.apache.spark.version";
  const Files files{WithKeys({{version, "3.5.0"}}),
                    WithKeys({{version, "3.5.1"}}),
                    WithKeys({{version, "2.4.8"}}),
                    WithKeys({{version, "3.5.0"}, {"org.apache.spark.legacyDateTime", ""}}),
                    WithKeys({{version, "3.5.0"}, {"org.apache.spark.legacyINT96", ""}}),
                    WithKeys({{"writer.time.zone", "Europe/Paris"}}),
                    WithKeys({})};
  const auto sets = GroupFiles(files);
  ASSERT_TRUE(sets.ok()) << sets.status();
  ASSERT_EQ(sets->size(), 6u);
  EXPECT_THAT((*sets)[0].inputs, ElementsAre(0, 1));
  EXPECT_THAT(*(*sets)[0].key_values, ElementsAre(std::pair{version, std::string("3.5.0")}));
  EXPECT_THAT((*sets)[1].reason, HasSubstr("dates and times"));
}

TEST(GroupInputs, KeysThatAllFilesAgreeOnAreKept) {
  const auto sets = GroupFiles({WithKeys({{"k", "1"}, {"job", "7"}, {"ARROW:schema", "x"}}),
                                WithKeys({{"only", "here"}, {"job", "8"}, {"k", "1"}})});
  ASSERT_TRUE(sets.ok()) << sets.status();
  ASSERT_EQ(sets->size(), 1u);
  EXPECT_EQ(*(*sets)[0].key_values, (KeyValuePairs{{"k", "1"}, {"only", "here"}}));
  EXPECT_THAT(Said((*sets)[0].warnings),
              ElementsAre(HasSubstr("metadata that is not the same in all files: dropped")));
}

TEST(GroupInputs, AThousandWaysToDifferEndInAThousandSets) {
  Files files;
  for (int i = 0; i < 100; ++i) {
    const auto type = i % 2 == 0 ? arrow::utf8() : arrow::int32();
    files.push_back(One({{"a", type, i % 2 == 0 ? R"(["x"])" : "[1]"},
                         {"b" + std::to_string(i), arrow::int32(), "[1]"}}));
  }
  const auto sets = GroupFiles(files);
  ASSERT_TRUE(sets.ok()) << sets.status();
  ASSERT_EQ(sets->size(), 2u);
  EXPECT_EQ((*sets)[0].leaves.size(), 51u);
}

}  // namespace
}  // namespace pqpack::testing

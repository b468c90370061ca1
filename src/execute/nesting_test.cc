// SPDX-License-Identifier: Apache-2.0
//
// Each older form of list and map is written, rewritten, and read by Arrow,
// which must see the same rows in both files.
#include <arrow/scalar.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using parquet::Int32Type;
using parquet::LogicalType;
using parquet::Repetition;
using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::NodeVector;
using parquet::schema::PrimitiveNode;

NodePtr Int32(const std::string& name, Repetition::type repetition, int field_id = -1) {
  return PrimitiveNode::Make(name, repetition, LogicalType::None(), parquet::Type::INT32, -1,
                             field_id);
}
NodePtr Group(const std::string& name, Repetition::type repetition, const NodeVector& fields,
              int field_id = -1) {
  return GroupNode::Make(name, repetition, fields, parquet::ConvertedType::NONE, field_id);
}
NodePtr List(const std::string& name, Repetition::type repetition, const NodePtr& repeated,
             int field_id = -1) {
  return GroupNode::Make(name, repetition, {repeated}, LogicalType::List(), field_id);
}
NodePtr Map(const std::string& name, Repetition::type repetition, const NodePtr& repeated) {
  return GroupNode::Make(name, repetition, {repeated}, LogicalType::Map());
}

// "list<element: int32>[1]" -> "[1]", "{a:int32 = 1}" -> "{1}": names of nested
// fields differ between the forms.
std::string WithoutNames(std::string text) {
  for (const char* type : {"list<", "map<"}) {
    for (size_t at; (at = text.find(type)) != text.npos;) {
      text.erase(at, text.find('[', at) - at);
    }
  }
  const std::string assign = ":int32 = ";
  for (size_t at; (at = text.find(assign)) != text.npos;) {
    const size_t begin = text.find_last_of("{ ", at) + 1;
    text.erase(begin, at + assign.size() - begin);
  }
  return text;
}

std::vector<std::string> RowsOf(const BufferPtr& file) {
  const auto table = TableOf(file);
  if (!table.ok()) return {table.status().ToString()};
  std::vector<std::string> rows;
  for (int64_t row = 0; row < (*table)->num_rows(); ++row) {
    std::string text;
    for (const auto& column : (*table)->columns()) {
      text += (*column->GetScalar(row))->ToString() + ";";
    }
    rows.push_back(WithoutNames(text));
  }
  return rows;
}

struct Shape {
  const char* name;
  NodePtr node;
  Fill fill;
  std::string schema;  // of the output, without the root
  std::string repair;
};

// [1, 2], [], (null where the list may be), [3]
const Fill kRequiredList = [](parquet::RowGroupWriter* out) {
  WriteColumn<Int32Type>(out, {1, 1, 0, 1}, {0, 1, 0, 0}, {1, 2, 3});
};
const Fill kOptionalList = [](parquet::RowGroupWriter* out) {
  WriteColumn<Int32Type>(out, {2, 2, 1, 0, 2}, {0, 1, 0, 0, 0}, {1, 2, 3});
};
const Fill kOptionalListOfOptional = [](parquet::RowGroupWriter* out) {
  WriteColumn<Int32Type>(out, {3, 2, 1, 0, 3}, {0, 1, 0, 0, 0}, {1, 3});
};
const Fill kOptionalListOfPairs = [](parquet::RowGroupWriter* out) {
  WriteColumn<Int32Type>(out, {2, 2, 1, 0, 2}, {0, 1, 0, 0, 0}, {1, 2, 3});
  WriteColumn<Int32Type>(out, {3, 2, 1, 0, 3}, {0, 1, 0, 0, 0}, {10, 30});
};
// [[1, 2], [3]], [[]], [], null
const Fill kListOfLists = [](parquet::RowGroupWriter* out) {
  WriteColumn<Int32Type>(out, {3, 3, 3, 2, 1, 0}, {0, 2, 1, 0, 0, 0}, {1, 2, 3});
};
// {1: 10, 2: null}, {}, null, {3: 30}
const Fill kMapOfOptional = [](parquet::RowGroupWriter* out) {
  WriteColumn<Int32Type>(out, {2, 2, 1, 0, 2}, {0, 1, 0, 0, 0}, {1, 2, 3});
  WriteColumn<Int32Type>(out, {3, 2, 1, 0, 3}, {0, 1, 0, 0, 0}, {10, 30});
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

std::vector<Shape> Shapes() {
  constexpr auto REQUIRED = Repetition::REQUIRED;
  constexpr auto OPTIONAL = Repetition::OPTIONAL;
  constexpr auto REPEATED = Repetition::REPEATED;
  const std::string two_level = "two-level list -> list.element: v";
  const std::string names = "list names -> list.element: v";
  const std::string list_of_required =
      "  optional group field_id=1 v (List) {\n"
      "    repeated group list {\n"
      "      required int32 field_id=2 element;\n    }\n  }\n";
  const std::string list_of_pairs =
      "  optional group v (List) {\n"
      "    repeated group list {\n"
      "      required group element {\n"
      "        required int32 a;\n        optional int32 b;\n      }\n    }\n  }\n";
  const std::string list_of_singles =
      "  optional group v (List) {\n"
      "    repeated group list {\n"
      "      required group element {\n"
      "        required int32 a;\n      }\n    }\n  }\n";
  const std::string map =
      "  optional group v (Map) {\n"
      "    repeated group key_value {\n"
      "      required int32 key;\n      optional int32 value;\n    }\n  }\n";
  return {
      {"Bare", Int32("v", REPEATED, 7), kRequiredList,
       "  required group field_id=7 v (List) {\n"
       "    repeated group list {\n      required int32 element;\n    }\n  }\n",
       "repeated field without LIST -> list.element: v"},
      {"BareGroup", Group("v", REPEATED, {Int32("a", OPTIONAL)}),
       [](parquet::RowGroupWriter* out) {
         WriteColumn<Int32Type>(out, {2, 1, 0, 2}, {0, 1, 0, 0}, {1, 3});
       },
       "  required group v (List) {\n"
       "    repeated group list {\n      required group element {\n"
       "        optional int32 a;\n      }\n    }\n  }\n",
       "repeated field without LIST -> list.element: v"},
      {"Rule1Primitive", List("v", OPTIONAL, Int32("array", REPEATED, 2), 1), kOptionalList,
       list_of_required, two_level},
      {"Rule2SeveralFields",
       List("v", OPTIONAL, Group("bag", REPEATED, {Int32("a", REQUIRED), Int32("b", OPTIONAL)})),
       kOptionalListOfPairs, list_of_pairs, two_level},
      {"Rule3ListOfLists",
       List("v", OPTIONAL, List("whatever", REPEATED, Int32("array", REPEATED))), kListOfLists,
       "  optional group v (List) {\n"
       "    repeated group list {\n      required group element (List) {\n"
       "        repeated group list {\n          required int32 element;\n        }\n      }\n"
       "    }\n  }\n",
       "two-level list -> list.element: v, v.element"},
      {"Rule4Array", List("v", OPTIONAL, Group("array", REPEATED, {Int32("a", REQUIRED)})),
       kOptionalList, list_of_singles, two_level},
      {"Rule4Tuple", List("v", OPTIONAL, Group("v_tuple", REPEATED, {Int32("a", REQUIRED)})),
       kOptionalList, list_of_singles, two_level},
      {"Rule5Names",
       List("v", OPTIONAL, Group("bag", REPEATED, {Int32("array_element", OPTIONAL, 2)}), 1),
       kOptionalListOfOptional,
       "  optional group field_id=1 v (List) {\n"
       "    repeated group list {\n      optional int32 field_id=2 element;\n    }\n  }\n",
       names},
      {"MapNames",
       Map("v", OPTIONAL, Group("map", REPEATED, {Int32("str", REQUIRED), Int32("n", OPTIONAL)})),
       kMapOfOptional, map, "map names -> key_value.key, key_value.value: v"},
      {"MapKeyValueInsteadOfMap",
       GroupNode::Make("v", OPTIONAL,
                       {Group("map", REPEATED, {Int32("key", REQUIRED), Int32("value", OPTIONAL)})},
                       parquet::ConvertedType::MAP_KEY_VALUE),
       kMapOfOptional, map, "map names -> key_value.key, key_value.value: v"},
      {"MapKeyValueOnBoth",
       GroupNode::Make("v", OPTIONAL,
                       {GroupNode::Make("key_value", REPEATED,
                                        {Int32("key", REQUIRED), Int32("value", OPTIONAL)},
                                        parquet::ConvertedType::MAP_KEY_VALUE)},
                       parquet::ConvertedType::MAP),
       kMapOfOptional, map, ""},
  };
}

class Nesting : public ::testing::TestWithParam<Shape> {};

TEST_P(Nesting, BecomesTheStandardForm) {
  const Shape& shape = GetParam();
  const BufferPtr file = WriteFile(Root({shape.node}), {shape.fill});
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(SchemaText(result->file), "required group schema {\n" + shape.schema + "}\n");
  ExpectEqualData(file, result->file, /*same_schema=*/false);
  if (shape.repair.empty()) {
    EXPECT_THAT(Said(result->receipt.repairs),
                ::testing::Not(::testing::Contains(::testing::HasSubstr("map"))));
  } else {
    EXPECT_THAT(Said(result->receipt.repairs), ::testing::Contains(shape.repair));
  }
  EXPECT_EQ(RowsOf(file), RowsOf(result->file));
}

TEST_P(Nesting, IsLeftAloneByGeneric) {
  const Shape& shape = GetParam();
  const BufferPtr file = WriteFile(Root({shape.node}), {shape.fill});
  const auto result = RewriteBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(result.ok()) << result.status();
  ExpectEqualData(file, result->file);
  EXPECT_EQ(RowsOf(file), RowsOf(result->file));
  // MAP_KEY_VALUE on the layer below a MAP means nothing and must not become a MAP.
  const std::string schema = SchemaText(result->file);
  EXPECT_EQ(schema.find("(Map)"), schema.rfind("(Map)")) << schema;
}

INSTANTIATE_TEST_SUITE_P(Shapes, Nesting, ::testing::ValuesIn(Shapes()),
                         [](const auto& test) { return test.param.name; });

NodePtr MapWithOptionalKey() {
  return Map("m", Repetition::OPTIONAL,
             Group("key_value", Repetition::REPEATED,
                   {Int32("key", Repetition::OPTIONAL), Int32("value", Repetition::OPTIONAL)}));
}

TEST(OptionalMapKey, BecomesRequired) {
  // {1: 10, 2: null}, {}, null
  const BufferPtr file =
      WriteFile(Root({MapWithOptionalKey()}), {[](auto* out) {
                  WriteColumn<Int32Type>(out, {3, 3, 1, 0}, {0, 1, 0, 0}, {1, 2});
                  WriteColumn<Int32Type>(out, {3, 2, 1, 0}, {0, 1, 0, 0}, {10});
                }});
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto bits = BitsOf(result->file);
  ASSERT_TRUE(bits.ok()) << bits.status();
  EXPECT_EQ((*bits)[0].definition, (std::vector<int16_t>{2, 2, 1, 0}));
  EXPECT_EQ((*bits)[1].definition, (std::vector<int16_t>{3, 2, 1, 0}));
  const auto rows = RowsOf(result->file);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(Said(result->receipt.repairs),
              ::testing::Contains("optional map key -> required: m"));
}

TEST(OptionalMapKey, NullKeyFailsTheFileAndNamesTheRow) {
  const BufferPtr file =
      WriteFile(Root({MapWithOptionalKey()}), {[](auto* out) {
                  WriteColumn<Int32Type>(out, {3, 3, 0, 3, 2}, {0, 1, 0, 0, 1}, {1, 2, 3});
                  WriteColumn<Int32Type>(out, {3, 2, 0, 3, 3}, {0, 1, 0, 0, 1}, {10, 30, 40});
                }});
  const Status status = RewriteBytes(file, OptionsFor("snowflake")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kUnsupported);
  EXPECT_EQ(status.message(),
            "row group 0: column m.key_value.key: row 2 has a map key that is null, which the "
            "target does not take");
  EXPECT_TRUE(RewriteBytes(file, OptionsFor("generic")).ok());
}

// A key that is a struct: every leaf below it moves.
TEST(OptionalMapKey, LevelsBelowAStructKeyMove) {
  const BufferPtr file = WriteFile(
      Root({Map("m", Repetition::REQUIRED,
                Group("key_value", Repetition::REPEATED,
                      {Group("key", Repetition::OPTIONAL, {Int32("a", Repetition::OPTIONAL)})}))}),
      {[](auto* out) { WriteColumn<Int32Type>(out, {3, 2, 0}, {0, 1, 0}, {5}); }});
  const auto result = RewriteBytes(file, OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto bits = BitsOf(result->file);
  ASSERT_TRUE(bits.ok()) << bits.status();
  EXPECT_EQ((*bits)[0].definition, (std::vector<int16_t>{2, 1, 0}));
}

TEST(Malformed, ListIsRefusedForATargetThatWantsTheStandardForm) {
  const NodePtr list = GroupNode::Make(
      "l", Repetition::OPTIONAL,
      {Int32("a", Repetition::REQUIRED), Int32("b", Repetition::REQUIRED)}, LogicalType::List());
  const BufferPtr file = WriteFile(Root({list}), {});
  const Status status = RewriteBytes(file, OptionsFor("snowflake")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kUnsupported);
  EXPECT_EQ(status.message(), "column l is annotated as LIST, but does not look like one");
  EXPECT_TRUE(RewriteBytes(file, OptionsFor("generic")).ok());
}

TEST(Malformed, MapWithThreeFieldsIsRefused) {
  const NodePtr map = Map("m", Repetition::OPTIONAL,
                          Group("key_value", Repetition::REPEATED,
                                {Int32("a", Repetition::REQUIRED), Int32("b", Repetition::REQUIRED),
                                 Int32("c", Repetition::REQUIRED)}));
  const Status status = RewriteBytes(WriteFile(Root({map}), {}), OptionsFor("snowflake")).status();
  EXPECT_EQ(status.message(), "column m is annotated as MAP, but does not look like one");
}

// Each of 100 layers becomes three.
TEST(Nesting, IsRefusedWhereThreeLayersEachAreTooDeep) {
  NodePtr column = Int32("leaf", Repetition::REPEATED);
  for (int i = 0; i < 99; ++i) column = Group("g", Repetition::REPEATED, {column});
  const BufferPtr file = WriteFile(GroupNode::Make("schema", Repetition::REQUIRED, {column}), {});
  const auto standardised = RewriteBytes(file, OptionsFor("snowflake"));
  EXPECT_EQ(CodeOf(standardised.status()), ErrorCode::kUnsupported);
  EXPECT_EQ(standardised.status().message(),
            "column g would be nested deeper than 256 once its lists have their layers");
  EXPECT_TRUE(RewriteBytes(file, OptionsFor("generic")).ok());
}

}  // namespace
}  // namespace pqpack::testing

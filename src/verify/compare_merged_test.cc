// SPDX-License-Identifier: Apache-2.0
//
// Files whose columns differ, against what they would be merged into.
// test/e2e/test_verify_merged.py has merges by the program and files of other writers.
#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/table.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <utility>

#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using testing::CompareTablesTest;

struct Column {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string values;  // in JSON
  bool nullable = true;
};

const auto kInt32 = arrow::int32();
const auto kInt64 = arrow::int64();
const auto kFloat = arrow::float32();
const auto kDouble = arrow::float64();
const auto kText = arrow::utf8();

std::string FileWith(const std::vector<Column>& columns, int64_t rows_per_group = 1000,
                     bool decimals_as_integers = false, bool dictionaries = true) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const Column& column : columns) {
    fields.push_back(arrow::field(column.name, column.type, column.nullable));
    arrays.push_back(arrow::json::ArrayFromJSONString(column.type, column.values).ValueOrDie());
  }
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  parquet::WriterProperties::Builder properties;
  if (decimals_as_integers) properties.enable_store_decimal_as_integer();
  if (!dictionaries) properties.disable_dictionary();
  const Status status = parquet::arrow::WriteTable(
      *arrow::Table::Make(arrow::schema(fields), arrays), arrow::default_memory_pool(), sink,
      rows_per_group, properties.build());
  EXPECT_TRUE(status.ok()) << status;
  return sink->Finish().ValueOrDie()->ToString();
}

class CompareMergedTest : public CompareTablesTest {
 protected:
  CompareMergedTest() {
    options_.schemas = SchemaRule::kMerged;
    options_.proof = Proof::kAuto;
  }

  // What is said of columns; "" if there is nothing to say.
  std::string Schemas(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto result = Compare(a, b);
    if (!result.ok()) return result.status().message();
    if (!result->difference) return "";
    EXPECT_EQ(result->difference->row, -1);
    return result->difference->column + ": " + result->difference->what;
  }
};

TEST_F(CompareMergedTest, EqualColumnsAreComparedAsEver) {
  const auto rows = testing::SomeRows(500);
  const std::string whole = testing::FileOf(rows, {.rows_per_group = 60});
  EXPECT_EQ(First({whole, whole}, {whole, whole}), "");
  EXPECT_EQ(First({whole, whole}, {whole}), "500 : a row | no row");
  for (const testing::Change& change : testing::Changes()) {
    auto changed = rows;
    change.apply(changed[7]);
    EXPECT_EQ(First({whole}, {testing::FileOf(changed)}), std::string("7 ") + change.found);
  }
  const auto result = Compare({whole}, {whole});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->proof.by_content, 0);
}

TEST_F(CompareMergedTest, ColumnsThatAFileLacksAreNull) {
  const std::string one = FileWith({{"a", kInt64, "[1, 2]"}});
  const std::string two = FileWith({{"a", kInt64, "[3]"}, {"b", kText, R"(["x"])"}});
  const auto merged = [](const std::string& b) {
    return FileWith({{"a", kInt64, "[1, 2, 3]"}, {"b", kText, b}});
  };
  EXPECT_EQ(First({one, two}, {merged(R"([null, null, "x"])")}), "");
  EXPECT_EQ(First({one, two}, {merged(R"([null, "", "x"])")}), "1 b: null (no such column) | ''");
  EXPECT_EQ(First({one, two}, {merged(R"(["x", null, "x"])")}), "0 b: null (no such column) | 'x'");
  EXPECT_EQ(First({one, two}, {merged("[null, null, null]")}), "2 b: 'x' | null");
  EXPECT_EQ(First({two, one}, {merged(R"([null, null, "x"])")}), "0 a: 3 | 1");
}

// As one set, by name, where the order of columns is not that of the file before.
TEST_F(CompareMergedTest, ColumnsOfEachFileInAnOrderOfTheirOwn) {
  options_.schemas = SchemaRule::kSame;
  const std::string one = FileWith({{"a", kInt64, "[1]"}, {"b", kInt64, "[2]"}});
  const std::string two = FileWith({{"b", kInt64, "[4]"}, {"a", kInt64, "[3]"}});
  EXPECT_TRUE(SameSet({one, two}, {FileWith({{"b", kInt64, "[4, 2]"}, {"a", kInt64, "[3, 1]"}})}));
  EXPECT_FALSE(SameSet({one, two}, {FileWith({{"b", kInt64, "[3, 2]"}, {"a", kInt64, "[4, 1]"}})}));
}

// The whole of the column lacks, not a part of it.
TEST_F(CompareMergedTest, NestedColumnsThatAFileLacks) {
  const auto point = arrow::struct_({arrow::field("x", kInt32), arrow::field("y", kInt32)});
  const auto lists = arrow::list(arrow::list(kInt32));
  const auto map = arrow::map(kText, kInt32);
  const std::string one = FileWith({{"a", kInt64, "[1]"}});
  const std::string two = FileWith({{"a", kInt64, "[2]"},
                                    {"p", point, R"([{"x": 1, "y": null}])"},
                                    {"l", lists, "[[[1], [], null]]"},
                                    {"m", map, R"([[["k", 1]]])"}});
  const auto merged = [&](const std::string& p, const std::string& l, const std::string& m) {
    return FileWith({{"a", kInt64, "[1, 2]"},
                     {"p", point, "[" + p + R"(, {"x": 1, "y": null}])"},
                     {"l", lists, "[" + l + ", [[1], [], null]]"},
                     {"m", map, "[" + m + R"(, [["k", 1]]])"}});
  };
  EXPECT_EQ(First({one, two}, {merged("null", "null", "null")}), "");
  EXPECT_EQ(First({one, two}, {merged(R"({"x": null, "y": null})", "null", "null")}),
            "0 p.x: null (no such column) | null");
  EXPECT_EQ(First({one, two}, {merged("null", "[]", "null")}),
            "0 l.list.element.list.element: null (no such column) | empty list (at l)");
  EXPECT_EQ(First({one, two}, {merged("null", "[null]", "null")}),
            "0 l.list.element.list.element: null (no such column) | null (at l.list.element)");
  EXPECT_EQ(First({one, two}, {merged("null", "null", "[]")}),
            "0 m.key_value.key: null (no such column) | empty map (at m)");
}

// A file of `repeated int32 v`, without a list around it.
std::string FileOfRepeated(const std::vector<std::vector<int32_t>>& rows) {
  using parquet::Repetition;
  const auto leaf =
      parquet::schema::PrimitiveNode::Make("v", Repetition::REPEATED, parquet::Type::INT32);
  const auto root = parquet::schema::GroupNode::Make("schema", Repetition::REQUIRED, {leaf});
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto writer = parquet::ParquetFileWriter::Open(
      sink, std::static_pointer_cast<parquet::schema::GroupNode>(root));
  auto* column = static_cast<parquet::Int32Writer*>(writer->AppendRowGroup()->NextColumn());
  for (const std::vector<int32_t>& row : rows) {
    const auto slots = std::max<size_t>(row.size(), 1);
    const std::vector<int16_t> definition(slots, row.empty() ? 0 : 1);
    std::vector<int16_t> repetition(slots, 1);
    repetition[0] = 0;
    column->WriteBatch(static_cast<int64_t>(slots), definition.data(), repetition.data(),
                       row.data());
  }
  writer->Close();
  return sink->Finish().ValueOrDie()->ToString();
}

// Such a field can't be null; a list can.
TEST_F(CompareMergedTest, RepeatedFieldsThatAFileLacks) {
  const std::string one = FileWith({{"a", kInt64, "[1, 2]"}});
  const std::string two = FileOfRepeated({{7, 8}});
  EXPECT_EQ(Schemas({one, two}, {two}), "a: a column is missing in the result");
  options_.schemas = SchemaRule::kSame;
  const std::string lists = FileWith({{"v", arrow::list(kInt32), "[[], [], [7, 8]]"}});
  EXPECT_EQ(First({FileOfRepeated({{}, {}, {7, 8}})}, {lists}), "");
  options_.schemas = SchemaRule::kMerged;

  const std::string none = FileWith({{"V", arrow::list(kInt32), "[]"}});
  const auto merged = [](const std::string& values, bool nullable) {
    return FileWith({{"a", kInt64, "[1, 2, null]"}, {"v", arrow::list(kInt32), values, nullable}});
  };
  EXPECT_EQ(First({one, none, two}, {merged("[[], [], [7, 8]]", false)}), "");
  EXPECT_EQ(First({one, none, two}, {merged("[[], [7], [8]]", false)}),
            "1 v.list.element: null (no such column) | 7");
  EXPECT_EQ(First({one, none, two}, {merged("[null, null, [7, 8]]", true)}), "");
  EXPECT_EQ(First({one, none, two}, {merged("[null, [], [7, 8]]", true)}),
            "1 v.list.element: null (no such column) | empty list (at v)");
  // A map is never such a field.
  const auto map = arrow::map(kText, kInt32);
  const std::string three = FileWith({{"m", map, R"([[["k", 1]]])"}});
  const std::string maps =
      FileWith({{"a", kInt64, "[1, 2, null]"}, {"m", map, R"([[], [], [["k", 1]]])", false}});
  EXPECT_EQ(First({one, three}, {maps}),
            "0 m.key_value.key: null (no such column) | empty map (at m)");
}

TEST_F(CompareMergedTest, OrderAndCaseOfColumnsAreFree) {
  const std::string one = FileWith({{"Id", kInt64, "[1]"}, {"azAZ", kText, R"(["a"])"}});
  const std::string two = FileWith({{"AZaz", kText, R"(["b"])"}, {"id", kInt64, "[2]"}});
  const std::string three = FileWith({{"azaz", kText, R"(["a", "b"])"}, {"Id", kInt64, "[1, 2]"}});
  EXPECT_EQ(First({one, two}, {three}), "");
  const std::string swapped =
      FileWith({{"azaz", kText, R"(["b", "a"])"}, {"Id", kInt64, "[1, 2]"}});
  EXPECT_EQ(First({one, two}, {swapped}), "0 azAZ: 'a' | 'b'");
  for (const auto& [name, other] : {std::pair("[", "{"), {"@", "`"}, {"Ä", "ä"}}) {
    EXPECT_EQ(Schemas({FileWith({{name, kInt64, "[1]"}})}, {FileWith({{other, kInt64, "[1]"}})}),
              std::string(name) + ": a column is missing in the result");
  }
}

TEST_F(CompareMergedTest, ColumnsOfOneTypeThatChangedPlaces) {
  const std::string one = FileWith({{"a", kInt64, "[1, 2]"}, {"b", kInt64, "[1, 3]"}});
  const std::string two = FileWith({{"b", kInt64, "[9]"}});
  const std::string right = FileWith({{"b", kInt64, "[1, 3, 9]"}, {"a", kInt64, "[1, 2, null]"}});
  const std::string wrong = FileWith({{"a", kInt64, "[1, 3, 9]"}, {"b", kInt64, "[1, 2, null]"}});
  EXPECT_EQ(First({one, two}, {right}), "");
  EXPECT_EQ(First({one, two}, {wrong}), "1 a: 2 | 3");
}

TEST_F(CompareMergedTest, NoColumnIsDroppedOrAdded) {
  const std::string one = FileWith({{"a", kInt64, "[1]"}});
  const std::string two = FileWith({{"a", kInt64, "[2]"}, {"b", kInt64, "[null]"}});
  const std::string none = FileWith({{"c", kInt64, "[]"}});  // no row, but a column
  const std::string only_a = FileWith({{"a", kInt64, "[1, 2]"}});
  const std::string both = FileWith({{"a", kInt64, "[1, 2]"}, {"b", kInt64, "[null, null]"}});
  EXPECT_EQ(Schemas({one, two}, {both}), "");
  EXPECT_EQ(Schemas({one, two}, {only_a}), "b: a column is missing in the result");
  EXPECT_EQ(Schemas({one, one}, {both}), "b: the result has a column that no file has");
  EXPECT_EQ(Schemas({one, two, none}, {both}), "c: a column is missing in the result");
  EXPECT_EQ(Schemas({one, two}, {both, only_a}),
            "b: two files of one side differ: one of them lacks the column");
  const auto result = Compare({one, two}, {only_a});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->a.uri.substr(0, 11), "memory://b/");
  EXPECT_EQ(result->difference->a.value, "INT64 optional");
  EXPECT_EQ(result->difference->b.value, "no column");
}

// Which rows of a file have the struct, if it has other fields of it?
TEST_F(CompareMergedTest, StructsWithOtherFields) {
  const auto x = arrow::struct_({arrow::field("x", kInt32)});
  const auto xy = arrow::struct_({arrow::field("x", kInt32), arrow::field("y", kInt32)});
  const std::string one = FileWith({{"p", x, R"([{"x": 1}])"}});
  const std::string two = FileWith({{"p", xy, R"([{"x": 2, "y": 2}])"}});
  const std::string all = FileWith({{"p", xy, R"([{"x": 1, "y": null}, {"x": 2, "y": 2}])"}});
  EXPECT_EQ(Schemas({one, two}, {all}), "p.y: a column has other fields in the result");
  EXPECT_EQ(Schemas({two, one}, {FileWith({{"p", x, R"([{"x": 2}, {"x": 1}])"}})}),
            "p.y: a column is missing in the result");
}

TEST_F(CompareMergedTest, NamesThatDifferInCaseWithinAFile) {
  const std::string one = FileWith({{"a", kInt64, "[1]"}, {"A", kInt64, "[2]"}});
  const std::string other = FileWith({{"A", kInt64, "[1]"}, {"a", kInt64, "[2]"}});
  const std::string alone = FileWith({{"a", kInt64, "[1]"}});
  const std::string what = ": names that differ only in case have no counterparts of the same case";
  EXPECT_EQ(First({one, one}, {one, one}), "");
  EXPECT_EQ(Schemas({one}, {other}), "a" + what);
  EXPECT_EQ(Schemas({one}, {alone}), "A" + what);
  EXPECT_EQ(Schemas({alone, one}, {one, one}), "A" + what);
}

TEST_F(CompareMergedTest, TypesThatHoldAllValues) {
  struct Case {
    std::shared_ptr<arrow::DataType> narrow, wide;
    std::string values, changed;
    std::string found;
  };
  const std::vector<Case> cases = {
      {kInt32, kInt64, "[1, null, -7]", "[1, null, 7]", "2 v: -7 | 7"},
      {kInt32, kInt64, "[1, null, -7]", "[4294967297, null, -7]", "0 v: 1 | 4294967297"},
      {arrow::int8(), kInt64, "[-128, null, 127]", "[-128, 0, 127]", "1 v: null | 0"},
      {arrow::int16(), kInt32, "[-1, null, 1]", "[65535, null, 1]", "0 v: -1 | 65535"},
      {kFloat, kDouble, "[0.5, null, 0.1]", "[0.5, null, 0.1]",
       "2 v: 0.1 [0xcdcccc3d] | 0.1 [0x9a9999999999b93f]"},
      {arrow::decimal128(5, 2), arrow::decimal128(9, 2), R"(["1.25", null, "-3.00"])",
       R"(["1.25", null, "3.00"])", "2 v: -3.00 | 3.00"},
      {arrow::decimal128(9, 2), arrow::decimal128(38, 2), R"(["1.25", null, "-3.01"])",
       R"(["1.25", null, "-3.00"])", "2 v: -3.01 | -3.00"},
  };
  for (const Case& one : cases) {
    for (const bool integers : {false, true}) {
      const auto file = [&](const auto& type, const std::string& values) {
        return FileWith({{"v", type, values}}, 2, integers);
      };
      const std::string narrow = file(one.narrow, one.values);
      const bool inexact = one.narrow == kFloat;  // 0.1 as a float is another number
      const std::string wide =
          file(one.wide, inexact ? "[0.5, null, 0.10000000149011612]" : one.values);
      EXPECT_EQ(First({narrow, wide}, {wide, wide}), "") << one.wide->ToString();
      EXPECT_EQ(Schemas({narrow, wide}, {narrow, narrow}),
                "v: the result has no type for the values of the column");
      EXPECT_EQ(First({narrow}, {file(one.wide, one.changed)}), one.found);
    }
  }
}

TEST_F(CompareMergedTest, TypesThatMeanSomethingElse) {
  const auto one = [](const auto& type) { return FileWith({{"v", type, "[1]"}}); };
  const std::string what = "v: the result has no type for the values of the column";
  using arrow::TimeUnit;
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {one(arrow::timestamp(TimeUnit::MILLI)), one(arrow::timestamp(TimeUnit::MICRO))},
      {one(arrow::timestamp(TimeUnit::MICRO)), one(arrow::timestamp(TimeUnit::MICRO, "UTC"))},
      {one(kInt64), one(arrow::timestamp(TimeUnit::MICRO))},
      {one(arrow::date32()), one(kInt64)},
      {one(arrow::uint32()), one(kInt64)},
      {one(kInt64), one(arrow::uint64())},
      {one(kInt64), one(kInt32)},
      {one(kInt32), one(kDouble)},
      {one(kInt32), one(arrow::int16())},
      {one(kDouble), one(kFloat)},
      {one(arrow::float16()), one(kFloat)},
      {FileWith({{"v", arrow::decimal128(9, 2), R"(["1.00"])"}}),
       FileWith({{"v", arrow::decimal128(20, 3), R"(["1.000"])"}})},
      {FileWith({{"v", arrow::decimal128(20, 2), R"(["1.00"])"}}),
       FileWith({{"v", arrow::decimal128(9, 2), R"(["1.00"])"}})},
      {FileWith({{"v", kText, R"(["1"])"}}), FileWith({{"v", arrow::binary(), R"(["1"])"}})},
  };
  for (size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(Schemas({pairs[i].first}, {pairs[i].second}), what) << i;
  }
  const std::string list = FileWith({{"v", arrow::list(kInt32), "[[1]]"}});
  const std::string map = FileWith({{"v", arrow::map(kInt32, kInt32), "[[[1, 1]]]"}});
  EXPECT_EQ(Schemas({one(kInt32)}, {list}), "v: a column is missing in the result");
  EXPECT_EQ(Schemas({list}, {map}), "v.list.element: a column is missing in the result");
}

// Where a's bytes are the first of b's.
TEST_F(CompareMergedTest, BytesOfOtherTypesProveNothing) {
  const auto plain = [](const Column& column) { return FileWith({column}, 1000, false, false); };
  const std::string one = plain({"v", kInt32, "[1, 0]", false});
  EXPECT_EQ(First({one}, {plain({"v", kInt64, "[1, 0]", false})}), "");
  EXPECT_EQ(First({one}, {plain({"v", kInt64, "[1, 5]", false})}), "1 v: 0 | 5");
}

// Only numbers may be written in another length.
TEST_F(CompareMergedTest, TextsOfTheSameTypeAreComparedByTheirBytes) {
  const std::string one = FileWith({{"v", kText, R"(["a"])"}, {"w", kInt64, "[1]"}});
  EXPECT_EQ(First({one}, {FileWith({{"w", kInt64, "[1]"}, {"v", kText, R"(["\u0000a"])"}})}),
            "0 v: 'a' | 0x0061");
}

// Its levels would be read as those of a list.
TEST_F(CompareMergedTest, AListThatIsNone) {
  const auto list = arrow::struct_({arrow::field("element", kInt32)});
  const std::string none = testing::WithFooter(
      FileWith(
          {{"v", arrow::struct_({arrow::field("list", list)}), R"([{"list": {"element": 1}}])"}}),
      [](FileMetaData& footer) { footer.schema[1].converted_type = ConvertedType::kList; });
  EXPECT_EQ(First({none}, {none}), "");
  EXPECT_EQ(Schemas({none}, {FileWith({{"v", arrow::list(kInt32), "[[1]]"}})}),
            "v.list.element: the result has no type for the values of the column");
}

TEST_F(CompareMergedTest, GroupsThatMeanSomethingElse) {
  const auto fields = arrow::struct_(
      {arrow::field("metadata", arrow::binary()), arrow::field("value", arrow::binary())});
  const std::string plain = FileWith({{"v", fields, R"([{"metadata": "", "value": ""}])"}});
  const std::string variant = testing::WithFooter(plain, [](FileMetaData& footer) {
    footer.schema[1].logical_type.emplace().kind = LogicalKind::kVariant;
  });
  EXPECT_EQ(First({variant}, {variant}), "");
  EXPECT_EQ(Schemas({plain}, {variant}),
            "v.metadata: the result has no type for the values of the column");
}

TEST_F(CompareMergedTest, RequiredMayBecomeOptional) {
  const std::string required = FileWith({{"a", kInt32, "[1, 2]", false}});
  const std::string optional = FileWith({{"a", kInt32, "[null]"}});
  const std::string other = FileWith({{"b", kInt32, "[5]", false}});
  const std::string merged =
      FileWith({{"a", kInt32, "[1, 2, null, null]"}, {"b", kInt32, "[null, null, null, 5]"}});
  EXPECT_EQ(First({required, optional, other}, {merged}), "");
  // A required column has no null for a file that lacks it.
  const std::string filled =
      FileWith({{"a", kInt32, "[1, 2, null, null]"}, {"b", kInt32, "[0, 0, 0, 5]", false}});
  EXPECT_EQ(First({required, optional, other}, {filled}), "0 b: null (no such column) | 0");
}

// However the row groups of both sides lie, and whatever the first columns prove.
TEST_F(CompareMergedTest, RowGroupsThatEndNowhereTogether) {
  const auto numbers = [](int begin, int end, int null_from) {
    std::string text;
    for (int i = begin; i < end; ++i) {
      text += (i > begin ? ", " : "[") + (i >= null_from ? "null" : std::to_string(i));
    }
    return text + "]";
  };
  constexpr int kEnd = 100;
  const std::string one =
      FileWith({{"a", kInt64, numbers(0, 40, kEnd)}, {"w", kInt32, numbers(0, 40, kEnd)}}, 7);
  const std::string two = FileWith({{"a", kInt64, numbers(40, 70, kEnd)},
                                    {"b", kInt64, numbers(40, 70, kEnd)},
                                    {"w", kInt64, numbers(40, 70, kEnd)}},
                                   11);
  const std::string three = FileWith({{"a", kInt64, numbers(70, 100, kEnd)}}, 30);
  std::string b = "[";
  for (int i = 0; i < kEnd; ++i) {
    b += (i > 0 ? ", " : "") + (i >= 40 && i < 70 ? std::to_string(i) : "null");
  }
  b += "]";
  for (const int64_t rows_per_group : {3, 13, 40, 1000}) {
    for (const Proof proof : {Proof::kAuto, Proof::kContent}) {
      options_.proof = proof;
      const auto merged = [&](const std::string& of_b) {
        return FileWith({{"a", kInt64, numbers(0, kEnd, kEnd)},
                         {"b", kInt64, of_b},
                         {"w", kInt64, numbers(0, kEnd, 70)}},
                        rows_per_group);
      };
      EXPECT_EQ(First({one, two, three}, {merged(b)}), "") << rows_per_group;
      std::string changed = b;
      changed.replace(changed.find("55"), 2, "56");
      EXPECT_EQ(First({one, two, three}, {merged(changed)}), "55 b: 55 | 56") << rows_per_group;
      const std::string more = b.substr(0, b.size() - 5) + "0]";
      EXPECT_EQ(First({one, two, three}, {merged(more)}), "99 b: null (no such column) | 0");
    }
  }
}

TEST_F(CompareMergedTest, WhatStructureCanNotProve) {
  const std::string one = FileWith({{"a", kInt64, "[1]"}, {"w", kInt32, "[1]"}});
  const std::string two = FileWith({{"a", kInt64, "[2]"}, {"b", kInt64, "[3]"}});
  const std::string merged = FileWith(
      {{"a", kInt64, "[1, 2]"}, {"b", kInt64, "[null, 3]"}, {"w", kInt64, "[1, null]"}}, 1);
  auto result = Compare({one, two}, {merged});
  ASSERT_TRUE(result.ok() && !result->difference);
  EXPECT_EQ(result->proof.by_structure, 3);  // of a, and where b is there
  EXPECT_EQ(result->proof.by_content, 1);    // w
  options_.proof = Proof::kStructure;
  result = Compare({one, two}, {merged});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->what, "not proven by structure: no such column");
  EXPECT_EQ(result->difference->column, "b");
}

TEST_F(CompareMergedTest, FilesThatAreMissingOrThereTwice) {
  const std::string one = FileWith({{"a", kInt64, "[1, 2]"}});
  const std::string two = FileWith({{"b", kInt32, "[3]"}});
  const auto merged = [](const std::string& a, const std::string& b) {
    return FileWith({{"a", kInt64, a}, {"b", kInt64, b}});
  };
  EXPECT_EQ(First({one, two, one}, {merged("[1, 2, null, 1, 2]", "[null, null, 3, null, null]")}),
            "");
  EXPECT_EQ(First({one, two, one}, {merged("[1, 2, null]", "[null, null, 3]")}),
            "3 : a row | no row");
  EXPECT_EQ(First({one, two}, {merged("[1, 2, null, null]", "[null, null, 3, 3]")}),
            "3 : no row | a row");
  EXPECT_EQ(First({one, two}, {merged("[1, 2, 1, 2]", "[null, null, null, null]")}),
            "2 a: null (no such column) | 1");
}

}  // namespace
}  // namespace pqpack

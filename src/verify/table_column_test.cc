// SPDX-License-Identifier: Apache-2.0
#include "verify/table_column.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

SchemaElement Group(const std::string& name, Repetition repetition, int children,
                    std::optional<ConvertedType> converted = std::nullopt) {
  SchemaElement element;
  element.name = name;
  element.repetition = repetition;
  element.num_children = children;
  element.converted_type = converted;
  return element;
}

SchemaElement Leaf(const std::string& name, Repetition repetition,
                   PhysicalType type = PhysicalType::kInt32) {
  SchemaElement element;
  element.name = name;
  element.repetition = repetition;
  element.type = type;
  if (type == PhysicalType::kFixedLenByteArray) element.type_length = 12;
  return element;
}

constexpr auto kRequired = Repetition::kRequired;
constexpr auto kOptional = Repetition::kOptional;
constexpr auto kRepeated = Repetition::kRepeated;

std::vector<TableColumn> Columns(std::vector<SchemaElement> fields, int children = 1) {
  fields.insert(fields.begin(), Group("root", kRepeated, children));
  return TableColumnsOf(SchemaTree::Make(fields).ValueOrDie());
}

std::vector<SchemaElement> StandardList() {
  return {Group("a", kOptional, 1, ConvertedType::kList), Group("list", kRepeated, 1),
          Leaf("element", kRequired)};
}

// Each pair of LogicalTypes.md's backward-compatibility rules.
TEST(TableColumns, ListsInEveryForm) {
  const TableColumn standard = Columns(StandardList())[0];
  EXPECT_EQ(standard.Path(), "a.list.element");
  const std::vector<std::vector<SchemaElement>> others = {
      {Group("a", kOptional, 1, ConvertedType::kList), Leaf("element", kRepeated)},
      {Group("a", kOptional, 1, ConvertedType::kList), Group("bag", kRepeated, 1),
       Leaf("array_element", kRequired)},
      {Group("a", kRequired, 1, ConvertedType::kList), Group("list", kRepeated, 1),
       Leaf("item", kOptional)},
      {Leaf("a", kRepeated)},
  };
  for (const auto& other : others) EXPECT_TRUE(Columns(other)[0].SameAs(standard));

  // A group of one field is the element itself only under these names.
  for (const std::string name : {"array", "a_tuple"}) {
    const auto column = Columns({Group("a", kOptional, 1, ConvertedType::kList),
                                 Group(name, kRepeated, 1), Leaf("x", kRequired)})[0];
    EXPECT_EQ(column.Path(), "a.list.element.x");
  }
  // Without the annotation `list` is a field that repeats.
  EXPECT_EQ(Columns({Group("a", kOptional, 1), Group("list", kRepeated, 1),
                     Leaf("element", kRequired)})[0]
                .Path(),
            "a.list.list.element.element");
}

TEST(TableColumns, MapsInEveryForm) {
  const auto map = [](ConvertedType converted, const std::string& pair, const std::string& key,
                      Repetition key_repetition) {
    return Columns({Group("m", kOptional, 1, converted), Group(pair, kRepeated, 2),
                    Leaf(key, key_repetition), Leaf("value", kOptional)});
  };
  const auto standard = map(ConvertedType::kMap, "key_value", "key", kRequired);
  EXPECT_EQ(standard[0].Path(), "m.key_value.key");
  for (const auto& other : {map(ConvertedType::kMapKeyValue, "map", "key", kRequired),
                            map(ConvertedType::kMap, "entries", "k", kOptional)}) {
    EXPECT_TRUE(other[0].SameAs(standard[0]));
    EXPECT_TRUE(other[1].SameAs(standard[1]));
  }
}

TEST(TableColumns, LevelsCountEveryLayer) {
  const TableColumn column = Columns(StandardList())[0];
  EXPECT_EQ(column.max_definition, 2);
  EXPECT_EQ(column.level_map, (std::vector<int16_t>{0, 1, 3}));
  EXPECT_EQ(AbsenceText(column, 0), "null (at a)");
  EXPECT_EQ(AbsenceText(column, 1), "empty list (at a)");
  EXPECT_EQ(AbsenceText(column, 2), "null");
  EXPECT_EQ(AbsenceText(column, 3), "");
  EXPECT_TRUE(Columns({Leaf("a", kOptional)})[0].level_map.empty());
}

TEST(TableColumns, AnnotationsOfBothGenerationsAreTheSame) {
  const auto converted = [](PhysicalType type, ConvertedType kind) {
    SchemaElement element = Leaf("a", kOptional, type);
    element.converted_type = kind;
    return Columns({element})[0];
  };
  const auto logical = [](PhysicalType type, LogicalType kind) {
    SchemaElement element = Leaf("a", kOptional, type);
    element.logical_type = std::move(kind);
    return Columns({element})[0];
  };
  LogicalType micros;
  micros.kind = LogicalKind::kTimestamp;
  micros.unit = TimeUnit::kMicros;
  micros.adjusted_to_utc = true;
  const auto int64 = PhysicalType::kInt64;
  EXPECT_TRUE(converted(int64, ConvertedType::kTimestampMicros).SameAs(logical(int64, micros)));
  EXPECT_FALSE(converted(int64, ConvertedType::kTimestampMillis).SameAs(logical(int64, micros)));
  LogicalType local = micros;
  local.adjusted_to_utc = false;
  EXPECT_FALSE(logical(int64, local).SameAs(logical(int64, micros)));

  LogicalType integer;
  integer.kind = LogicalKind::kInteger;
  integer.bit_width = 64;
  integer.is_signed = true;
  const TableColumn plain = Columns({Leaf("a", kOptional, int64)})[0];
  EXPECT_TRUE(logical(int64, integer).SameAs(plain));
  integer.is_signed = false;
  EXPECT_FALSE(logical(int64, integer).SameAs(plain));

  LogicalType geometry;
  geometry.kind = LogicalKind::kGeometry;
  LogicalType named = geometry;
  named.crs = "OGC:CRS84";
  const auto bytes = PhysicalType::kByteArray;
  EXPECT_TRUE(logical(bytes, geometry).SameAs(logical(bytes, named)));
  EXPECT_FALSE(converted(PhysicalType::kFixedLenByteArray, ConvertedType::kInterval)
                   .SameAs(Columns({Leaf("a", kOptional, PhysicalType::kFixedLenByteArray)})[0]));

  // Of two annotations that contradict each other the logical type counts.
  SchemaElement both = Leaf("a", kOptional, PhysicalType::kFixedLenByteArray);
  both.converted_type = ConvertedType::kInterval;
  EXPECT_EQ(ToString(Columns({both})[0].layers.back()), "optional INTERVAL");
  both.logical_type = geometry;
  EXPECT_TRUE(Columns({both})[0].SameAs(logical(PhysicalType::kFixedLenByteArray, geometry)));
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "format/schema_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pqpack {
namespace {

using ::testing::ElementsAre;

SchemaElement Group(std::string name, Repetition repetition, int32_t children) {
  SchemaElement element;
  element.name = std::move(name);
  element.repetition = repetition;
  element.num_children = children;
  return element;
}

SchemaElement Leaf(std::string name, Repetition repetition) {
  SchemaElement element;
  element.name = std::move(name);
  element.repetition = repetition;
  element.type = PhysicalType::kInt32;
  return element;
}

SchemaElement As(SchemaElement element, LogicalKind kind) {
  element.logical_type.emplace().kind = kind;
  return element;
}

SchemaElement As(SchemaElement element, ConvertedType type) {
  element.converted_type = type;
  return element;
}

constexpr Repetition kRequired = Repetition::kRequired;
constexpr Repetition kOptional = Repetition::kOptional;
constexpr Repetition kRepeated = Repetition::kRepeated;

// The example of Dremel's levels in README.md's "Nested Encoding" has this shape.
TEST(SchemaTree, HasLevelsAndPaths) {
  const std::vector<SchemaElement> elements = {
      Group("root", kRepeated, 3),  // arrow-go's mistake: does not count
      Leaf("id", kRequired),        Group("links", kOptional, 2), Leaf("back", kRepeated),
      Leaf("on", kOptional),        Group("names", kRepeated, 2), Leaf("url", kOptional),
      Group("empty", kOptional, 0),
  };
  const auto made = SchemaTree::Make(elements);
  ASSERT_TRUE(made.ok()) << made.status();
  const SchemaTree& tree = *made;
  EXPECT_THAT(tree.leaves(), ElementsAre(1, 3, 4, 6));
  EXPECT_THAT(tree.Children(0), ElementsAre(1, 2, 5));
  EXPECT_THAT(tree.Children(2), ElementsAre(3, 4));
  EXPECT_THAT(tree.Children(5), ElementsAre(6, 7));
  EXPECT_THAT(tree.Children(7), ElementsAre());
  EXPECT_THAT(tree.Path(3), ElementsAre("links", "back"));
  EXPECT_THAT(tree.Path(0), ElementsAre());
  EXPECT_EQ(tree.DottedPath(6), "names.url");
  const auto levels = [&](int i) {
    return std::pair<int, int>(tree.node(i).max_definition_level,
                               tree.node(i).max_repetition_level);
  };
  EXPECT_EQ(levels(1), std::pair(0, 0));
  EXPECT_EQ(levels(3), std::pair(2, 1));
  EXPECT_EQ(levels(4), std::pair(2, 0));
  EXPECT_EQ(levels(6), std::pair(2, 1));
  EXPECT_EQ(tree.node(6).leaf, 3);
  EXPECT_FALSE(tree.is_leaf(7));
}

TEST(SchemaTree, ATableWithoutColumnsIsATree) {
  const auto tree = SchemaTree::Make(std::vector<SchemaElement>{Group("root", kRequired, 0)});
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_TRUE(tree->leaves().empty());
}

TEST(SchemaTree, RefusesWhatIsNoTree) {
  SchemaElement bare = Leaf("x", kRequired);
  bare.repetition.reset();
  SchemaElement odd_repetition = Leaf("x", static_cast<Repetition>(3));
  SchemaElement odd_type = Leaf("x", kRequired);
  odd_type.type = static_cast<PhysicalType>(8);
  SchemaElement both = Group("x", kRequired, 1);
  both.type = PhysicalType::kInt32;
  SchemaElement unsized = Leaf("x", kRequired);
  unsized.type = PhysicalType::kFixedLenByteArray;
  SchemaElement negative = unsized;
  negative.type_length = -1;
  const SchemaElement root = Group("root", kRequired, 1);
  struct Case {
    std::vector<SchemaElement> elements;
    ErrorCode code;
    const char* message;
  };
  const Case cases[] = {
      {{}, ErrorCode::kCorrupt, "the schema has no elements"},
      {{root}, ErrorCode::kCorrupt, "schema element 0 ('root'): 1 of its 1 children are missing"},
      {{root, Group("x", kRequired, INT32_MAX), Leaf("y", kRequired)},
       ErrorCode::kCorrupt,
       "schema element 1 ('x'): 2147483646 of its 2147483647 children are missing"},
      {{root, Leaf("x", kRequired), Leaf("y", kRequired)},
       ErrorCode::kCorrupt,
       "schema element 2 ('y'): belongs to no group"},
      {{Group("root", kRequired, 0), Leaf("y", kRequired)},
       ErrorCode::kCorrupt,
       "schema element 1 ('y'): belongs to no group"},
      {{root, Group("x", kRequired, -1)},
       ErrorCode::kCorrupt,
       "schema element 1 ('x'): -1 children"},
      {{root, bare}, ErrorCode::kCorrupt, "schema element 1 ('x'): no repetition type"},
      {{root, odd_repetition}, ErrorCode::kCorrupt, "schema element 1 ('x'): repetition type 3"},
      {{root, odd_type},
       ErrorCode::kUnsupported,
       "schema element 1 ('x'): physical type 8 is not known"},
      {{root, both, Leaf("y", kRequired)},
       ErrorCode::kCorrupt,
       "schema element 1 ('x'): a physical type and children"},
      {{root, unsized},
       ErrorCode::kCorrupt,
       "schema element 1 ('x'): FIXED_LEN_BYTE_ARRAY of length 0"},
      {{root, negative},
       ErrorCode::kCorrupt,
       "schema element 1 ('x'): FIXED_LEN_BYTE_ARRAY of length -1"},
  };
  for (const Case& c : cases) {
    const Status status = SchemaTree::Make(c.elements).status();
    EXPECT_EQ(CodeOf(status), c.code) << c.message;
    EXPECT_EQ(status.message(), c.message);
  }
}

TEST(SchemaTree, IsNotDeeperThanItsLimit) {
  std::vector<SchemaElement> elements(kMaxSchemaDepth, Group("g", kOptional, 1));
  elements.push_back(Leaf("x", kRequired));
  const auto tree = SchemaTree::Make(elements);
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->node(tree->leaves()[0]).depth, kMaxSchemaDepth);
  elements.insert(elements.begin(), Group("g", kOptional, 1));
  EXPECT_EQ(CodeOf(SchemaTree::Make(elements).status()), ErrorCode::kTooLarge);
}

bool Standard(std::vector<SchemaElement> elements, bool list) {
  elements.insert(elements.begin(), Group("root", kRequired, 1));
  const SchemaTree tree = SchemaTree::Make(elements).ValueOrDie();
  EXPECT_EQ(list ? tree.IsList(1) : tree.IsMap(1), true);
  EXPECT_FALSE(list ? tree.IsMap(1) : tree.IsList(1));
  return list ? tree.IsStandardList(1) : tree.IsStandardMap(1);
}

TEST(SchemaTree, KnowsTheStandardList) {
  const SchemaElement outer = As(Group("a", kOptional, 1), LogicalKind::kList);
  const SchemaElement middle = Group("list", kRepeated, 1);
  const SchemaElement inner = Leaf("element", kOptional);
  EXPECT_TRUE(Standard({outer, middle, inner}, true));
  EXPECT_TRUE(Standard({As(Group("a", kOptional, 1), ConvertedType::kList), middle, inner}, true));
  EXPECT_TRUE(Standard({As(Group("a", kRequired, 1), LogicalKind::kList), middle, inner}, true));

  EXPECT_FALSE(Standard({As(Group("a", kRepeated, 1), LogicalKind::kList), middle, inner}, true));
  EXPECT_FALSE(Standard({outer, Group("bag", kRepeated, 1), inner}, true));
  EXPECT_FALSE(Standard({outer, Group("list", kOptional, 1), inner}, true));
  EXPECT_FALSE(Standard({outer, middle, Leaf("item", kOptional)}, true));
  EXPECT_FALSE(Standard({outer, middle, Leaf("element", kRepeated)}, true));
  EXPECT_FALSE(Standard({outer, Leaf("list", kRepeated)}, true));
  EXPECT_FALSE(
      Standard({outer, Group("list", kRepeated, 2), inner, Leaf("more", kOptional)}, true));
  EXPECT_FALSE(Standard(
      {As(Group("a", kOptional, 2), LogicalKind::kList), middle, inner, Leaf("more", kOptional)},
      true));
}

TEST(SchemaTree, KnowsTheStandardMap) {
  const SchemaElement outer = As(Group("m", kOptional, 1), LogicalKind::kMap);
  const SchemaElement middle = Group("key_value", kRepeated, 2);
  const SchemaElement key = Leaf("key", kRequired);
  const SchemaElement value = Leaf("value", kOptional);
  EXPECT_TRUE(Standard({outer, middle, key, value}, false));
  EXPECT_TRUE(
      Standard({As(Group("m", kOptional, 1), ConvertedType::kMap), middle, key, value}, false));
  EXPECT_TRUE(Standard({outer, Group("key_value", kRepeated, 1), key}, false));  // a set of keys

  EXPECT_FALSE(Standard({outer, Group("map", kRepeated, 2), key, value}, false));
  EXPECT_FALSE(Standard({outer, middle, Leaf("key", kOptional), value}, false));
  EXPECT_FALSE(Standard({outer, middle, Leaf("k", kRequired), value}, false));
  EXPECT_FALSE(Standard({outer, middle, key, Leaf("v", kOptional)}, false));
  EXPECT_FALSE(Standard({outer, middle, key, Leaf("value", kRepeated)}, false));
  EXPECT_FALSE(Standard({outer, Group("key_value", kOptional, 2), key, value}, false));
  EXPECT_FALSE(
      Standard({As(Group("m", kRepeated, 1), LogicalKind::kMap), middle, key, value}, false));
}

}  // namespace
}  // namespace pqpack

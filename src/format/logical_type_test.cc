// SPDX-License-Identifier: Apache-2.0
#include "format/logical_type.h"

#include <gtest/gtest.h>

#include <string>

#include "format/thrift_tree_testing.h"
#include "format/types.h"

namespace pqpack {
namespace {

using testing::ThriftTree;

ThriftTree Bool(bool value) {
  return ThriftTree::Integer(value ? ThriftTree::kTrue : ThriftTree::kFalse, 0);
}

ThriftTree I32(int32_t value) { return ThriftTree::Integer(ThriftTree::kI32, value); }

ThriftTree I8(char value) {
  ThriftTree tree = ThriftTree::Integer(ThriftTree::kByte, 0);
  tree.bytes = std::string(1, value);
  return tree;
}

ThriftTree Union(int member, ThriftTree value = {}) {
  ThriftTree tree;
  tree.Add(member, std::move(value));
  return tree;
}

ThriftTree Struct(const std::vector<std::pair<int, ThriftTree>>& fields) {
  ThriftTree tree;
  for (const auto& [id, value] : fields) tree.Add(id, value);
  return tree;
}

struct Read {
  LogicalType type;
  Status status;
};

Read ReadType(const ThriftTree& tree) {
  const std::string bytes = tree.Write();
  CompactReader in(AsBytes(bytes), "type");
  Read read;
  ReadStruct(in, &read.type);
  read.status = in.status();
  return read;
}

TEST(LogicalType, ReadsEveryKindWithItsParameters) {
  const std::pair<ThriftTree, const char*> cases[] = {
      {Union(1), "STRING"},
      {Union(2), "MAP"},
      {Union(3), "LIST"},
      {Union(4), "ENUM"},
      {Union(5, Struct({{1, I32(2)}, {2, I32(38)}})), "DECIMAL(38,2)"},
      {Union(6), "DATE"},
      {Union(7, Struct({{1, Bool(false)}, {2, Union(1)}})), "TIME(MILLIS, local)"},
      {Union(8, Struct({{1, Bool(true)}, {2, Union(2)}})), "TIMESTAMP(MICROS, UTC)"},
      {Union(8, Struct({{1, Bool(false)}, {2, Union(3)}})), "TIMESTAMP(NANOS, local)"},
      {Union(8, Struct({{1, Bool(false)}, {2, Union(4)}})), "TIMESTAMP(no unit, local)"},
      {Union(10, Struct({{1, I8(8)}, {2, Bool(false)}})), "INTEGER(8, unsigned)"},
      {Union(10, Struct({{1, I8(64)}, {2, Bool(true)}})), "INTEGER(64, signed)"},
      {Union(11), "UNKNOWN"},
      {Union(12), "JSON"},
      {Union(13), "BSON"},
      {Union(14), "UUID"},
      {Union(15), "FLOAT16"},
      {Union(16, Struct({{1, I8(1)}})), "VARIANT"},
      {Union(17), "GEOMETRY"},
      {Union(18, Struct({{1, ThriftTree::Binary("OGC:CRS84")}, {2, I32(3)}})), "GEOGRAPHY"},
      {Union(19), "FILE"},
  };
  for (const auto& [tree, text] : cases) {
    const Read read = ReadType(tree);
    ASSERT_TRUE(read.status.ok()) << text << read.status;
    EXPECT_TRUE(read.type.known()) << text;
    EXPECT_EQ(ToString(read.type), text);
    EXPECT_TRUE(read.type.unknown.empty()) << text;
  }
  const LogicalType geography = ReadType(cases[19].first).type;
  EXPECT_EQ(geography.crs, "OGC:CRS84");
  EXPECT_EQ(geography.algorithm, 3);
  EXPECT_EQ(ReadType(cases[17].first).type.specification_version, 1);
}

TEST(LogicalType, FlagsAndKeepsWhatItDoesNotKnow) {
  for (const int kind : {9, 20, 1000}) {
    const Read read = ReadType(Union(kind, Struct({{1, I32(5)}})));
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_FALSE(read.type.known());
    EXPECT_EQ(ToString(read.type), "UNKNOWN(" + std::to_string(kind) + ")");
    ASSERT_EQ(read.type.unknown.size(), 1u);
    EXPECT_EQ(read.type.unknown[0].bytes, std::string("\x15\x0a\0", 3));
  }
  const Read empty = ReadType({});
  ASSERT_TRUE(empty.status.ok());
  EXPECT_FALSE(empty.type.known());
  // A parameter that a known type does not have yet.
  const Read more = ReadType(Union(1, Struct({{1, I32(5)}})));
  ASSERT_EQ(more.type.unknown.size(), 1u);
  EXPECT_EQ(more.type.unknown[0], (RawField{1, CompactType::kI32, "\x0a"}));
}

TEST(LogicalType, RefusesTwoMembersAndMissingParameters) {
  EXPECT_EQ(CodeOf(ReadType(Struct({{1, {}}, {2, {}}})).status), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(ReadType(Union(8, Struct({{1, Bool(true)}}))).status), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(ReadType(Union(5, Struct({{2, I32(9)}}))).status), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(ReadType(Union(10, Struct({{2, Bool(true)}}))).status), ErrorCode::kCorrupt);
}

TEST(Types, HaveTheNamesOfTheSpecification) {
  EXPECT_EQ(ToString(PhysicalType::kFixedLenByteArray), "FIXED_LEN_BYTE_ARRAY");
  EXPECT_EQ(ToString(static_cast<PhysicalType>(8)), "UNKNOWN(8)");
  EXPECT_EQ(ToString(Repetition::kRepeated), "REPEATED");
  EXPECT_EQ(ToString(static_cast<Encoding>(1)), "UNKNOWN(1)");
  EXPECT_EQ(ToString(Encoding::kByteStreamSplit), "BYTE_STREAM_SPLIT");
  EXPECT_EQ(ToString(Codec::kLz4Raw), "LZ4_RAW");
  EXPECT_EQ(ToString(static_cast<Codec>(-1)), "UNKNOWN(-1)");
  EXPECT_EQ(ToString(PageType::kDataV2), "DATA_PAGE_V2");
  EXPECT_EQ(ToString(ConvertedType::kInterval), "INTERVAL");
  EXPECT_EQ(ToString(static_cast<ConvertedType>(22)), "UNKNOWN(22)");
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copied_schema.h"

#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>
#include <string>

#include "format/footer.h"

namespace pqpack {
namespace {

using Annotation = parquet::LogicalType;
using testing::ElementsAre;

SchemaNode Leaf(std::string name, PhysicalType type,
                std::shared_ptr<const Annotation> annotation = nullptr, int32_t length = 0) {
  SchemaNode node;
  node.name = std::move(name);
  node.type = type;
  node.type_length = length;
  node.annotation = std::move(annotation);
  return node;
}

SchemaNode Group(std::string name, std::vector<SchemaNode> children,
                 std::shared_ptr<const Annotation> annotation = nullptr) {
  SchemaNode node;
  node.name = std::move(name);
  node.children = std::move(children);
  node.annotation = std::move(annotation);
  return node;
}

// Many shapes, most of them twice, that differ in one thing each.
SchemaNode Everything() {
  using Unit = Annotation::TimeUnit;
  std::vector<SchemaNode> fields;
  for (const int round : {0, 1}) {
    const auto add = [&](PhysicalType type, std::shared_ptr<const Annotation> annotation = nullptr,
                         int32_t length = 0) {
      fields.push_back(
          Leaf("f" + std::to_string(fields.size()), type, std::move(annotation), length));
      if (fields.size() % 3 == 0) fields.back().field_id = static_cast<int32_t>(fields.size());
      fields.back().repetition = round == 0 ? Repetition::kOptional : Repetition::kRequired;
    };
    add(PhysicalType::kInt32);
    add(PhysicalType::kInt64);
    add(PhysicalType::kFixedLenByteArray, nullptr, 4);
    add(PhysicalType::kFixedLenByteArray, nullptr, 5);
    add(PhysicalType::kByteArray);
    add(PhysicalType::kByteArray, Annotation::String());
    add(PhysicalType::kByteArray, Annotation::JSON());
    add(PhysicalType::kInt32, Annotation::Int(8, true));
    add(PhysicalType::kInt32, Annotation::Int(8, false));
    add(PhysicalType::kInt64, Annotation::Timestamp(true, Unit::MICROS));
    add(PhysicalType::kInt64, Annotation::Timestamp(true, Unit::MICROS, true));
    add(PhysicalType::kInt64, Annotation::Timestamp(false, Unit::MICROS));
    add(PhysicalType::kInt64, Annotation::Timestamp(false, Unit::MICROS, false, true));
    add(PhysicalType::kInt64, Annotation::Timestamp(true, Unit::NANOS));
    add(PhysicalType::kFixedLenByteArray, Annotation::Interval(), 12);
    for (int precision = 1; precision <= 9; ++precision) {
      for (int scale = 0; scale < precision; ++scale) {
        add(PhysicalType::kInt32, Annotation::Decimal(precision, scale));
      }
    }
    SchemaNode list = Group("list", {Leaf("element", PhysicalType::kInt32)});
    list.repetition = Repetition::kRepeated;
    fields.push_back(Group("l" + std::to_string(round), {list}, Annotation::List()));
    fields.push_back(Group("s" + std::to_string(round), {Leaf("x", PhysicalType::kDouble)}));
  }
  return Group("root", std::move(fields));
}

// As the library writes it, all at once.
std::vector<SchemaElement> AsWritten(const SchemaNode& root) {
  auto schema = *ToParquetSchema(root, /*annotated=*/true);
  parquet::SchemaDescriptor descriptor;
  descriptor.Init(schema);
  auto stream = *arrow::io::BufferOutputStream::Create();
  parquet::FileMetaDataBuilder::Make(&descriptor, parquet::default_writer_properties())
      ->Finish()
      ->WriteTo(stream.get());
  const auto bytes = *stream->Finish();
  return ParseFooter({bytes->data(), static_cast<size_t>(bytes->size())})->schema;
}

TEST(CopiedSchema, IsWhatTheLibraryWrites) {
  const SchemaNode root = Everything();
  const auto copied = CopiedSchema(root, {});
  ASSERT_TRUE(copied.ok()) << copied.status();
  const auto expected = AsWritten(root);
  ASSERT_EQ(copied->size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(copied->at(i), expected[i]) << expected[i].name;
  }
}

TEST(CopiedSchema, FieldsWithoutANameComeFromTheSource) {
  const SchemaNode root = Group("root", {Leaf("a", PhysicalType::kInt32)});
  std::vector<SchemaElement> source(2);
  const RawField field{99, CompactType::kI32, "\x02"};
  source[1].unknown = {field};
  EXPECT_THAT((*CopiedSchema(root, source))[1].unknown, ElementsAre(field));
  // Not where they can't be told apart.
  source.resize(3);
  EXPECT_TRUE((*CopiedSchema(root, source))[1].unknown.empty());
}

}  // namespace
}  // namespace pqpack

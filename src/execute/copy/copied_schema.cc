// SPDX-License-Identifier: Apache-2.0
//
// Parquet's library writes a schema into a footer without rows, from which it is read
// back.  That is the only way to its SchemaElements, which are hidden in it, and it keeps
// one truth about annotations: both engines give the same schema.
//
// It is asked once for each shape of a node (type and annotation), since tables of 1,000
// columns have a handful of them: asked for the whole schema it took a sixth of all CPU time
// to copy such files.
#include "execute/copy/copied_schema.h"

#include <arrow/io/memory.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "execute/parquet_call.h"
#include "format/footer.h"

namespace pqpack {
namespace {

Result<std::vector<SchemaElement>> Written(
    const std::shared_ptr<parquet::schema::GroupNode>& schema) {
  PQ_ASSIGN(auto stream, arrow::io::BufferOutputStream::Create());
  PQ_RETURN_NOT_OK(WriteCall([&] {
    parquet::SchemaDescriptor descriptor;
    descriptor.Init(schema);
    parquet::FileMetaDataBuilder::Make(&descriptor, parquet::WriterProperties::Builder().build())
        ->Finish()
        ->WriteTo(stream.get());
  }));
  PQ_ASSIGN(const auto bytes, stream->Finish());
  PQ_ASSIGN(FileMetaData footer,
            ParseFooter(Bytes(bytes->data(), static_cast<size_t>(bytes->size()))));
  return std::move(footer.schema);
}

// What of a node the library turns into annotations.
bool SameShape(const SchemaNode& a, const SchemaNode& b) {
  if (a.type != b.type || a.type_length != b.type_length) return false;
  if (a.annotation == nullptr || b.annotation == nullptr) return a.annotation == b.annotation;
  parquet::schema::DecimalMetadata ignored{};
  return a.annotation->Equals(*b.annotation) &&
         a.annotation->is_serialized() == b.annotation->is_serialized() &&
         a.annotation->ToConvertedType(&ignored) == b.annotation->ToConvertedType(&ignored);
}

// A schema with one field for each shape.
class Shapes {
 public:
  // The number of the node's shape.
  size_t Add(const SchemaNode& node) {
    // Of many shapes the last ones are compared: one too many does no harm.
    constexpr size_t kCompared = 32;
    const size_t first = nodes_.size() - std::min(nodes_.size(), kCompared);
    for (size_t i = first; i < nodes_.size(); ++i) {
      if (SameShape(*nodes_[i], node)) return i;
    }
    nodes_.push_back(&node);
    return nodes_.size() - 1;
  }

  Result<std::vector<SchemaElement>> Elements() const {
    SchemaNode leaf;
    leaf.type = PhysicalType::kInt32;
    SchemaNode root;
    for (const SchemaNode* node : nodes_) {
      SchemaNode& shape = root.children.emplace_back();
      shape.type = node->type;
      shape.type_length = node->type_length;
      shape.annotation = node->annotation;
      if (!shape.is_leaf()) shape.children = {leaf};
    }
    PQ_ASSIGN(const auto schema, ToParquetSchema(root, /*annotated=*/true));
    PQ_ASSIGN(auto written, Written(schema));
    std::vector<SchemaElement> elements;
    for (size_t i = 1; i < written.size(); ++i) {  // 0 is the root
      const bool group = written[i].num_children.has_value();
      elements.push_back(std::move(written[i]));
      if (group) ++i;
    }
    return elements;
  }

 private:
  std::vector<const SchemaNode*> nodes_;
};

void Flatten(const SchemaNode& node, std::vector<const SchemaNode*>* nodes) {
  nodes->push_back(&node);
  for (const SchemaNode& child : node.children) Flatten(child, nodes);
}

SchemaElement ElementOf(const SchemaNode& node, SchemaElement element) {
  element.name = node.name;
  element.repetition = node.repetition;
  element.field_id = node.field_id;
  if (!node.is_leaf()) element.num_children = static_cast<int32_t>(node.children.size());
  return element;
}

}  // namespace

Result<std::vector<SchemaElement>> CopiedSchema(const SchemaNode& output,
                                                const std::vector<SchemaElement>& source) {
  std::vector<const SchemaNode*> nodes;
  Flatten(output, &nodes);
  Shapes shapes;
  std::vector<size_t> shape_of;
  shape_of.reserve(nodes.size());
  for (const SchemaNode* node : nodes) shape_of.push_back(shapes.Add(*node));
  PQ_ASSIGN(const auto shape, shapes.Elements());
  std::vector<SchemaElement> elements;
  elements.reserve(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    elements.push_back(ElementOf(*nodes[i], shape[shape_of[i]]));
  }
  if (elements.size() != source.size()) return elements;  // a list got a layer more
  for (size_t i = 0; i < elements.size(); ++i) elements[i].unknown = source[i].unknown;
  return elements;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A walk over the schema that writes every list as name.list.element and every map as
// name.key_value.key/value.  By LogicalTypes.md the older forms have the same levels as
// these with required elements.
//
// On disk a required layer has no level.  Canonically every layer has one: a column whose
// values are all there reads the same whether it is declared required or optional, which
// writers decide differently (DuckDB by the data, others by the schema).
#include "verify/table_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

using Unit = TimeUnit;

LogicalType Kind(LogicalKind kind) {
  LogicalType type;
  type.kind = kind;
  return type;
}

LogicalType Integer(int8_t bits, bool is_signed) {
  LogicalType type = Kind(LogicalKind::kInteger);
  type.bit_width = bits;
  type.is_signed = is_signed;
  return type;
}

LogicalType Time(LogicalKind kind, Unit unit) {
  LogicalType type = Kind(kind);
  type.adjusted_to_utc = true;
  type.unit = unit;
  return type;
}

// The pairs of LogicalTypes.md; nothing for INTERVAL and for values that it does not name.
std::optional<LogicalType> FromConverted(const SchemaElement& element) {
  switch (*element.converted_type) {
    case ConvertedType::kUtf8:
      return Kind(LogicalKind::kString);
    case ConvertedType::kMap:
    case ConvertedType::kMapKeyValue:
      return Kind(LogicalKind::kMap);
    case ConvertedType::kList:
      return Kind(LogicalKind::kList);
    case ConvertedType::kEnum:
      return Kind(LogicalKind::kEnum);
    case ConvertedType::kDecimal: {
      LogicalType type = Kind(LogicalKind::kDecimal);
      type.scale = element.scale.value_or(0);
      type.precision = element.precision.value_or(0);
      return type;
    }
    case ConvertedType::kDate:
      return Kind(LogicalKind::kDate);
    case ConvertedType::kTimeMillis:
      return Time(LogicalKind::kTime, Unit::kMillis);
    case ConvertedType::kTimeMicros:
      return Time(LogicalKind::kTime, Unit::kMicros);
    case ConvertedType::kTimestampMillis:
      return Time(LogicalKind::kTimestamp, Unit::kMillis);
    case ConvertedType::kTimestampMicros:
      return Time(LogicalKind::kTimestamp, Unit::kMicros);
    case ConvertedType::kUint8:
      return Integer(8, false);
    case ConvertedType::kUint16:
      return Integer(16, false);
    case ConvertedType::kUint32:
      return Integer(32, false);
    case ConvertedType::kUint64:
      return Integer(64, false);
    case ConvertedType::kInt8:
      return Integer(8, true);
    case ConvertedType::kInt16:
      return Integer(16, true);
    case ConvertedType::kInt32:
      return Integer(32, true);
    case ConvertedType::kInt64:
      return Integer(64, true);
    case ConvertedType::kJson:
      return Kind(LogicalKind::kJson);
    case ConvertedType::kBson:
      return Kind(LogicalKind::kBson);
    default:
      return std::nullopt;
  }
}

// What a parameter that is left out stands for (parquet.thrift).
void FillDefaults(LogicalType* type) {
  if (type->kind == LogicalKind::kVariant && !type->specification_version) {
    type->specification_version = 1;
  }
  const bool geo = type->kind == LogicalKind::kGeometry || type->kind == LogicalKind::kGeography;
  if (geo && !type->crs) type->crs = "OGC:CRS84";
  if (type->kind == LogicalKind::kGeography && !type->algorithm) type->algorithm = 0;
}

// LogicalTypes.md, "Signed Integers": these mean no more than the physical type by itself.
bool IsImplied(const LogicalType& type, const SchemaElement& element) {
  if (type.kind != LogicalKind::kInteger || !type.is_signed) return false;
  return (element.type == PhysicalType::kInt32 && type.bit_width == 32) ||
         (element.type == PhysicalType::kInt64 && type.bit_width == 64);
}

bool HasLogicalType(const SchemaElement& element) {
  return element.logical_type && element.logical_type->kind != LogicalKind::kNone;
}

// The logical type counts where both are there.
std::optional<LogicalType> AnnotationOf(const SchemaElement& element) {
  std::optional<LogicalType> type;
  if (HasLogicalType(element)) {
    type = element.logical_type;
  } else if (element.converted_type) {
    type = FromConverted(element);
  }
  if (type && IsImplied(*type, element)) return std::nullopt;
  if (type) FillDefaults(&*type);
  return type;
}

bool IsInterval(const SchemaElement& element) {
  return element.converted_type == ConvertedType::kInterval && !HasLogicalType(element);
}

class Walk {
 public:
  explicit Walk(const SchemaTree& tree) : tree_(tree) {}

  std::vector<TableColumn> Run() {
    for (const int child : tree_.Children(0)) Value(child, tree_.element(child).name);
    return std::move(columns_);
  }

 private:
  bool IsRepeated(int node) const {
    return tree_.element(node).repetition == Repetition::kRepeated;
  }
  bool Is(int node, LogicalKind kind) const {
    const auto annotation = AnnotationOf(tree_.element(node));
    return !tree_.is_leaf(node) && annotation && annotation->kind == kind;
  }

  // `node` stands where a value stands: not as the repeated layer of a list or map.
  void Value(int node, const std::string& name) {
    if (!IsRepeated(node)) return Named(node, name);
    // Alone it is a required list of required elements.
    Layer list{.name = name, .repetition = Repetition::kRequired, .annotation = {}};
    list.annotation = Kind(LogicalKind::kList);
    Below(std::move(list), [&] { Elements(node); });
  }

  // The repeated layer `list` with `node` as its element.
  void Elements(int node) {
    Below(Repeated("list"), [&] { Named(node, "element"); });
  }

  void Named(int node, const std::string& name) {
    const SchemaElement& element = tree_.element(node);
    const auto repetition =
        element.repetition == Repetition::kOptional ? Repetition::kOptional : Repetition::kRequired;
    const Layer layer{name, repetition, AnnotationOf(element), IsInterval(element)};
    Below(layer, [&] { Inside(node); });
  }

  void Inside(int node) {
    if (tree_.is_leaf(node)) return Leaf(node);
    const std::vector<int> children = tree_.Children(node);
    const bool one_repeated = children.size() == 1 && IsRepeated(children[0]);
    if (one_repeated && Is(node, LogicalKind::kList)) return List(node, children[0]);
    if (one_repeated && Is(node, LogicalKind::kMap) && IsPair(children[0])) {
      return Map(children[0]);
    }
    for (const int child : children) Value(child, tree_.element(child).name);
  }

  void List(int node, int repeated) {
    const std::vector<int> inner = tree_.Children(repeated);
    const std::string& name = tree_.element(repeated).name;
    const bool is_element = tree_.is_leaf(repeated) || inner.size() != 1 || IsRepeated(inner[0]) ||
                            name == "array" || name == tree_.element(node).name + "_tuple";
    if (is_element) return Elements(repeated);
    Below(Repeated("list"), [&] { Value(inner[0], "element"); });
  }

  bool IsPair(int node) const {
    const std::vector<int> fields = tree_.Children(node);
    return !fields.empty() && fields.size() <= 2 && !IsRepeated(fields[0]);
  }

  void Map(int pair) {
    const std::vector<int> fields = tree_.Children(pair);
    Below(Repeated("key_value"), [&] {
      Named(fields[0], "key");
      if (fields.size() == 2) Value(fields[1], "value");
    });
  }

  void Leaf(int node) {
    const SchemaElement& element = tree_.element(node);
    TableColumn column;
    column.layers = layers_;
    column.type = *element.type;
    const bool fixed = column.type == PhysicalType::kFixedLenByteArray;
    column.length = fixed ? element.type_length.value_or(0) : 0;
    column.number = tree_.node(node).leaf;
    column.max_definition = tree_.node(node).max_definition_level;
    column.max_repetition = tree_.node(node).max_repetition_level;
    column.level_map = LevelMap();
    columns_.push_back(std::move(column));
  }

  // On disk a slot of level n stops in front of the layer that has the level n + 1.
  std::vector<int16_t> LevelMap() const {
    std::vector<int16_t> map;
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].repetition != Repetition::kRequired) map.push_back(static_cast<int16_t>(i));
    }
    map.push_back(static_cast<int16_t>(layers_.size()));
    const bool same = map.size() == layers_.size() + 1;
    return same ? std::vector<int16_t>() : map;
  }

  static Layer Repeated(const char* name) {
    return {.name = name, .repetition = Repetition::kRepeated, .annotation = {}};
  }

  template <typename Fn>
  void Below(Layer layer, const Fn& fn) {
    layers_.push_back(std::move(layer));
    fn();
    layers_.pop_back();
  }

  const SchemaTree& tree_;
  std::vector<Layer> layers_;
  std::vector<TableColumn> columns_;
};

std::string PathOf(const std::vector<Layer>& layers, size_t count) {
  std::string path;
  for (size_t i = 0; i < count; ++i) path += (i > 0 ? "." : "") + layers[i].name;
  return path;
}

}  // namespace

std::string ToString(const Layer& layer) {
  constexpr const char* kNames[] = {"required", "optional", "repeated"};
  std::string text = kNames[static_cast<int>(layer.repetition)];
  if (layer.annotation) text += " " + ToString(*layer.annotation);
  if (layer.interval) text += " INTERVAL";
  return text;
}

std::string TableColumn::Path() const { return PathOf(layers, layers.size()); }

std::vector<TableColumn> TableColumnsOf(const SchemaTree& tree) { return Walk(tree).Run(); }

bool TableColumn::SameAs(const TableColumn& other) const {
  const auto same = [](const Layer& a, const Layer& b) { return a.SameAs(b); };
  return type == other.type && length == other.length &&
         std::ranges::equal(layers, other.layers, same);
}

std::string Declaration(const TableColumn& column) {
  std::string text = ToString(column.type);
  if (column.type == PhysicalType::kFixedLenByteArray) text += fmt::format("({})", column.length);
  for (size_t i = 0; i < column.layers.size(); ++i) {
    text += i == 0 ? " " : fmt::format(" > {} ", column.layers[i].name);
    text += ToString(column.layers[i]);
  }
  return text;
}

std::string AbsenceText(const TableColumn& column, int16_t definition) {
  const auto missing = static_cast<size_t>(definition);
  if (missing >= column.layers.size()) return {};
  if (column.absent()) return "null (no such column)";
  const Layer& layer = column.layers[missing];
  if (layer.repeated()) {
    return fmt::format("empty {} (at {})", layer.name == "key_value" ? "map" : "list",
                       PathOf(column.layers, missing));
  }
  if (missing + 1 == column.layers.size()) return "null";
  return fmt::format("null (at {})", PathOf(column.layers, missing + 1));
}

}  // namespace pqpack

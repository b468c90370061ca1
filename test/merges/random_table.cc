// SPDX-License-Identifier: Apache-2.0
#include "random_table.h"

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/builder.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace pqpack::merges {
namespace {

using Kind = Field::Kind;
using TypePtr = std::shared_ptr<arrow::DataType>;

TypePtr LeafType(Random& random) {
  using arrow::TimeUnit;
  static const std::vector<TypePtr> kTypes{
      arrow::boolean(),
      arrow::int8(),
      arrow::int16(),
      arrow::int32(),
      arrow::int32(),
      arrow::int64(),
      arrow::int64(),
      arrow::uint8(),
      arrow::uint16(),
      arrow::uint32(),
      arrow::uint64(),
      arrow::float16(),
      arrow::float32(),
      arrow::float64(),
      arrow::float64(),
      arrow::utf8(),
      arrow::utf8(),
      arrow::utf8(),
      arrow::binary(),
      arrow::fixed_size_binary(1),
      arrow::fixed_size_binary(5),
      arrow::fixed_size_binary(16),
      arrow::decimal128(7, 2),
      arrow::decimal128(18, 0),
      arrow::decimal128(30, 10),
      arrow::decimal256(50, 3),
      arrow::date32(),
      arrow::time32(TimeUnit::MILLI),
      arrow::time64(TimeUnit::MICRO),
      arrow::time64(TimeUnit::NANO),
      arrow::timestamp(TimeUnit::MILLI),
      arrow::timestamp(TimeUnit::MICRO, "UTC"),
      arrow::timestamp(TimeUnit::NANO),
      arrow::null(),
  };
  return kTypes[Below(random, static_cast<uint32_t>(kTypes.size()))];
}

Field RandomField(Random& random, std::string name, int depth) {
  Field field;
  field.name = std::move(name);
  field.scattered = Chance(random, 50);
  const uint32_t dice = depth < 3 ? Below(random, 100) : 0;
  if (dice < 70) {
    field.leaf = LeafType(random);
    return field;
  }
  const auto child = [&](std::string of) {
    field.children.push_back(RandomField(random, std::move(of), depth + 1));
  };
  if (dice < 83) {
    field.kind = Kind::kList;
    child("element");
  } else if (dice < 94) {
    field.kind = Kind::kStruct;
    for (uint32_t i = 0, count = 1 + Below(random, 3); i < count; ++i) child(std::to_string(i));
  } else {
    field.kind = Kind::kMap;
    field.children.push_back(RandomField(random, "key", /*depth=*/3));
    child("value");
    Field& key = field.children[0];
    key.is_key = true;
    if (key.leaf->id() == arrow::Type::NA) key.leaf = arrow::utf8();
  }
  return field;
}

// How one file has it.
void Settle(Random& random, Field* field) {
  const bool has_nulls = !field->is_key && Chance(random, 60);
  const bool null_type = field->leaf != nullptr && field->leaf->id() == arrow::Type::NA;
  field->nulls = has_nulls ? OneOf<uint32_t>(random, {1, 20, 60, 100}) : 0;
  field->nullable = !field->is_key && (has_nulls || null_type || Chance(random, 70));
  // The same in all files, some of them, others, or one.
  field->count = OneOf<uint32_t>(random, {1, 2, 7, 40, 255, 300, 5000, 1U << 30});
  field->first = OneOf<uint32_t>(random, {0, 0, 0, 3, 250, 1000, Below(random, 1U << 20)});
  field->run = OneOf<uint32_t>(random, {1, 1, 1, 3, 9, 200});
  field->drawn.reset();
  field->left = 0;
  for (Field& child : field->children) Settle(random, &child);
}

TypePtr TypeOf(const Field& field);

std::shared_ptr<arrow::Field> AsArrow(const Field& field) {
  return arrow::field(field.name, TypeOf(field), field.nullable);
}

TypePtr TypeOf(const Field& field) {
  switch (field.kind) {
    case Kind::kList:
      return arrow::list(AsArrow(field.children[0]));
    case Kind::kMap:
      return arrow::map(TypeOf(field.children[0]), AsArrow(field.children[1]));
    case Kind::kStruct: {
      arrow::FieldVector fields;
      for (const Field& child : field.children) fields.push_back(AsArrow(child));
      return arrow::struct_(fields);
    }
    default:
      return field.leaf;
  }
}

template <typename Builder, typename Value>
Status Put(arrow::ArrayBuilder* to, Value value) {
  return static_cast<Builder*>(to)->Append(value);
}

// Of every sign and size, and what numbers are not.
double Real(uint32_t number) {
  constexpr double kSpecial[] = {0.0, -0.0, INFINITY, -INFINITY, NAN};
  const double value = static_cast<double>(number) / 7;
  return number % 29 < 5 ? kSpecial[number % 29] : (number % 2 == 0 ? value : -value);
}

std::string Text(uint32_t number) {
  if (number % 11 == 0) return number == 0 ? std::string() : std::to_string(number);
  const size_t padding = number % 1999 == 5 ? 3000 : number % 45;
  return std::string(padding, static_cast<char>('a' + number % 5)) + std::to_string(number);
}

std::string FixedBytes(uint64_t bits, int width) {
  std::string bytes(static_cast<size_t>(width), 'x');
  for (size_t i = 0; i < bytes.size() && i < sizeof(bits); ++i) {
    bytes[i] = static_cast<char>(bits >> (8 * i) & 0xff);
  }
  return bytes;
}

Status PutLeaf(const Field& field, uint32_t number, arrow::ArrayBuilder* to) {
  const uint64_t bits = field.scattered ? number * 0x9e3779b97f4a7c15ULL : number;
  const auto whole = static_cast<int64_t>(bits);
  constexpr int64_t kDay = 86'400;
  switch (field.leaf->id()) {
    case arrow::Type::BOOL:
      return Put<arrow::BooleanBuilder>(to, bits % 2 == 1);
    case arrow::Type::INT8:
      return Put<arrow::Int8Builder>(to, static_cast<int8_t>(bits));
    case arrow::Type::INT16:
      return Put<arrow::Int16Builder>(to, static_cast<int16_t>(bits));
    case arrow::Type::INT32:
      return Put<arrow::Int32Builder>(to, static_cast<int32_t>(bits));
    case arrow::Type::INT64:
      return Put<arrow::Int64Builder>(to, whole);
    case arrow::Type::UINT8:
      return Put<arrow::UInt8Builder>(to, static_cast<uint8_t>(bits));
    case arrow::Type::UINT16:
      return Put<arrow::UInt16Builder>(to, static_cast<uint16_t>(bits));
    case arrow::Type::UINT32:
      return Put<arrow::UInt32Builder>(to, static_cast<uint32_t>(bits));
    case arrow::Type::UINT64:
      return Put<arrow::UInt64Builder>(to, bits);
    case arrow::Type::HALF_FLOAT:
      return Put<arrow::HalfFloatBuilder>(to,
                                          arrow::util::Float16::FromDouble(Real(number)).bits());
    case arrow::Type::FLOAT:
      return Put<arrow::FloatBuilder>(to, static_cast<float>(Real(number)));
    case arrow::Type::DOUBLE:
      return Put<arrow::DoubleBuilder>(to, Real(number));
    case arrow::Type::STRING:
      return Put<arrow::StringBuilder>(to, Text(number));
    case arrow::Type::BINARY:
      return Put<arrow::BinaryBuilder>(to, FixedBytes(bits, static_cast<int>(number % 9)));
    case arrow::Type::FIXED_SIZE_BINARY: {
      const int width = static_cast<const arrow::FixedSizeBinaryType&>(*field.leaf).byte_width();
      return Put<arrow::FixedSizeBinaryBuilder>(to, FixedBytes(bits, width));
    }
    case arrow::Type::DECIMAL128:
      return Put<arrow::Decimal128Builder>(to, arrow::Decimal128(whole % 9'999'999));
    case arrow::Type::DECIMAL256:
      return Put<arrow::Decimal256Builder>(to, arrow::Decimal256(whole));
    case arrow::Type::DATE32:
      return Put<arrow::Date32Builder>(to, static_cast<int32_t>(whole % 100'000));
    case arrow::Type::TIME32:
      return Put<arrow::Time32Builder>(to, static_cast<int32_t>(bits % (kDay * 1000)));
    case arrow::Type::TIME64:
      return Put<arrow::Time64Builder>(to, static_cast<int64_t>(bits % (kDay * 1'000'000)));
    case arrow::Type::TIMESTAMP:
      return Put<arrow::TimestampBuilder>(to, whole % (int64_t{1} << 60));
    default:
      return to->AppendNull();
  }
}

Status Fill(Random& random, Field* field, arrow::ArrayBuilder* to);

Status FillNested(Random& random, Field* field, uint32_t number, arrow::ArrayBuilder* to) {
  std::vector<Field>& children = field->children;
  if (field->kind == Kind::kStruct) {
    auto* const builder = static_cast<arrow::StructBuilder*>(to);
    ARROW_RETURN_NOT_OK(builder->Append());
    for (size_t i = 0; i < children.size(); ++i) {
      ARROW_RETURN_NOT_OK(Fill(random, &children[i], builder->field_builder(static_cast<int>(i))));
    }
    return Status::OK();
  }
  if (field->kind == Kind::kList) {
    auto* const builder = static_cast<arrow::ListBuilder*>(to);
    ARROW_RETURN_NOT_OK(builder->Append());
    const uint32_t length = number % 97 == 1 ? 60 : number % 4;
    for (uint32_t i = 0; i < length; ++i) {
      ARROW_RETURN_NOT_OK(Fill(random, children.data(), builder->value_builder()));
    }
    return Status::OK();
  }
  auto* const builder = static_cast<arrow::MapBuilder*>(to);
  ARROW_RETURN_NOT_OK(builder->Append());
  for (uint32_t i = 0; i < number % 3; ++i) {
    ARROW_RETURN_NOT_OK(Fill(random, children.data(), builder->key_builder()));
    ARROW_RETURN_NOT_OK(Fill(random, &children[1], builder->item_builder()));
  }
  return Status::OK();
}

Status Fill(Random& random, Field* field, arrow::ArrayBuilder* to) {
  if (field->left == 0) {
    field->left = field->run;
    field->drawn = field->first + Below(random, field->count);
    if (field->nullable && Chance(random, field->nulls)) field->drawn.reset();
  }
  --field->left;
  if (!field->drawn) return to->AppendNull();
  if (field->kind == Kind::kLeaf) return PutLeaf(*field, *field->drawn, to);
  return FillNested(random, field, *field->drawn, to);
}

// The type with every field OPTIONAL, and names inside of lists and maps that are always the same.
TypePtr LooseType(const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::LIST:
      return arrow::list(arrow::field("element", LooseType(type->field(0)->type())));
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(*type);
      return arrow::map(LooseType(map.key_type()), LooseType(map.item_type()));
    }
    case arrow::Type::STRUCT: {
      arrow::FieldVector fields;
      for (const auto& field : type->fields()) {
        fields.push_back(arrow::field(field->name(), LooseType(field->type())));
      }
      return arrow::struct_(fields);
    }
    default:
      return type;
  }
}

std::shared_ptr<arrow::ArrayData> AsType(const arrow::ArrayData& data, const TypePtr& type) {
  auto copy = data.Copy();
  copy->type = type;
  for (size_t i = 0; i < copy->child_data.size(); ++i) {
    copy->child_data[i] = AsType(*copy->child_data[i], type->field(static_cast<int>(i))->type());
  }
  return copy;
}

}  // namespace

RandomTable::RandomTable(Random& random, uint32_t columns, uint32_t files)
    : random_(random), files_(files) {
  for (uint32_t i = 0; i < columns; ++i) {
    columns_.push_back(RandomField(random, "c" + std::to_string(i), /*depth=*/0));
  }
}

Result<std::shared_ptr<arrow::Table>> RandomTable::NextFile(int64_t rows) {
  const uint32_t number = next_++ % files_;
  std::vector<Field> fields;
  const bool lacks_some = Chance(random_, 15);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const bool needed = i % files_ == number || (fields.empty() && i + 1 == columns_.size());
    if (!needed && lacks_some && Chance(random_, 50)) continue;
    fields.push_back(columns_[i]);
    Settle(random_, &fields.back());
  }
  if (Chance(random_, 15)) std::shuffle(fields.begin(), fields.end(), random_);

  arrow::FieldVector schema;
  arrow::ArrayVector columns;
  for (Field& field : fields) {
    schema.push_back(AsArrow(field));
    PQ_ASSIGN(const auto builder, arrow::MakeBuilder(schema.back()->type()));
    for (int64_t i = 0; i < rows; ++i) {
      PQ_RETURN_NOT_OK(Fill(random_, &field, builder.get()));
    }
    PQ_ASSIGN(columns.emplace_back(), builder->Finish());
  }
  return arrow::Table::Make(arrow::schema(schema), columns, rows);
}

Result<std::shared_ptr<arrow::Table>> RandomTable::Loose(const arrow::Table& table) const {
  arrow::FieldVector schema;
  arrow::ChunkedArrayVector columns;
  for (const Field& field : columns_) {
    const TypePtr type = LooseType(TypeOf(field));
    schema.push_back(arrow::field(field.name, type));
    arrow::ArrayVector chunks;
    if (const auto column = table.GetColumnByName(field.name)) {
      if (!LooseType(column->type())->Equals(type)) {
        return Status::TypeError(field.name, " is ", column->type()->ToString(), ", not ",
                                 type->ToString());
      }
      for (const auto& chunk : column->chunks()) {
        chunks.push_back(arrow::MakeArray(AsType(*chunk->data(), type)));
      }
    } else {
      PQ_ASSIGN(chunks.emplace_back(), arrow::MakeArrayOfNull(type, table.num_rows()));
    }
    columns.push_back(std::make_shared<arrow::ChunkedArray>(std::move(chunks), type));
  }
  return arrow::Table::Make(arrow::schema(schema), std::move(columns), table.num_rows());
}

}  // namespace pqpack::merges

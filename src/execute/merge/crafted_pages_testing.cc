// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/crafted_pages_testing.h"

#include <arrow/util/compression.h>
#include <parquet/properties.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "format/compact_writer.h"
#include "format/dictionary_indices.h"

namespace pqpack::testing {
namespace {

std::string Snappy(std::string_view plain) {
  const auto codec = *arrow::util::Codec::Create(arrow::Compression::SNAPPY);
  const auto size = static_cast<int64_t>(plain.size());
  const auto* const bytes = reinterpret_cast<const uint8_t*>(plain.data());
  std::string out(static_cast<size_t>(codec->MaxCompressedLen(size, bytes)), '\0');
  const auto written = codec->Compress(size, bytes, static_cast<int64_t>(out.size()),
                                       reinterpret_cast<uint8_t*>(out.data()));
  out.resize(static_cast<size_t>(*written));
  return out;
}

std::vector<SchemaElement> SchemaOf(MaxLevels max) {
  const auto element = [](const char* name, std::optional<Repetition> repetition, int children) {
    SchemaElement one;
    one.name = name;
    one.repetition = repetition;
    if (children > 0) one.num_children = children;
    if (children == 0) one.type = PhysicalType::kInt64;
    return one;
  };
  std::vector<SchemaElement> schema{element("schema", std::nullopt, 1)};
  if (max.repetition > 0) {
    schema.push_back(element("a", Repetition::kOptional, 1));
    schema.back().converted_type = ConvertedType::kList;
    schema.push_back(element("list", Repetition::kRepeated, 1));
    schema.push_back(
        element("element", max.definition > 2 ? Repetition::kOptional : Repetition::kRequired, 0));
  } else {
    schema.push_back(
        element("a", max.definition > 0 ? Repetition::kOptional : Repetition::kRequired, 0));
  }
  return schema;
}

struct Framed {
  PageHeader header;
  std::string body;
};

Framed FrameV1(const CraftedPage& page, const PageParts& parts, MaxLevels max, int32_t slots) {
  Framed framed;
  framed.header.type = PageType::kData;
  DataPageHeader& data = framed.header.data.emplace();
  data.num_values = slots;
  data.encoding = page.encoding;
  data.definition_level_encoding = data.repetition_level_encoding = Encoding::kRle;
  const std::string body = JoinPageV1(parts, max);
  framed.header.uncompressed_page_size = static_cast<int32_t>(body.size());
  framed.body = Snappy(body);
  return framed;
}

Framed FrameV2(const CraftedPage& page, const PageParts& parts, MaxLevels max, int32_t slots) {
  Framed framed;
  framed.header.type = PageType::kDataV2;
  DataPageHeaderV2& data = framed.header.data_v2.emplace();
  data.num_values = slots;
  data.num_nulls = static_cast<int32_t>(
      slots - (max.definition > 0 ? std::ranges::count(page.definition, max.definition) : slots));
  data.num_rows = static_cast<int32_t>(
      max.repetition > 0 ? std::ranges::count(page.repetition, int16_t{0}) : slots);
  data.encoding = page.encoding;
  data.repetition_levels_byte_length = static_cast<int32_t>(parts.repetition.bytes.size());
  data.definition_levels_byte_length = static_cast<int32_t>(parts.definition.bytes.size());
  framed.body += AsText(parts.repetition.bytes);
  framed.body += AsText(parts.definition.bytes);
  framed.header.uncompressed_page_size =
      static_cast<int32_t>(framed.body.size() + page.values.size());
  framed.body += Snappy(page.values);
  return framed;
}

Framed Frame(const CraftedPage& page, MaxLevels max) {
  const auto slots =
      page.definition.empty() ? page.slots : static_cast<int32_t>(page.definition.size());
  const std::string repetition = EncodeLevels(page.repetition, max.repetition);
  const std::string definition = EncodeLevels(page.definition, max.definition);
  PageParts parts;
  parts.repetition.bytes = AsBytes(repetition);
  parts.definition.bytes = AsBytes(definition);
  parts.values = AsBytes(page.values);
  return page.v2 ? FrameV2(page, parts, max, slots) : FrameV1(page, parts, max, slots);
}

Framed FrameDictionary(const std::vector<int64_t>& entries) {
  Framed framed;
  framed.header.type = PageType::kDictionary;
  framed.header.dictionary.emplace().num_values = static_cast<int32_t>(entries.size());
  const std::string plain = PlainNumbers(entries);
  framed.header.uncompressed_page_size = static_cast<int32_t>(plain.size());
  framed.body = Snappy(plain);
  return framed;
}

}  // namespace

std::string PlainNumbers(const std::vector<int64_t>& values) {
  std::string bytes(values.size() * sizeof(int64_t), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string Indices(const std::vector<uint32_t>& indices, int64_t dictionary_size) {
  return EncodeIndices(indices, dictionary_size);
}

BufferPtr Craft(const CraftedColumn& column) {
  std::string file(kMagic);
  ColumnMetaData meta;
  const auto put = [&](Framed framed) {
    framed.header.compressed_page_size = static_cast<int32_t>(framed.body.size());
    const std::string header = Serialize(framed.header);
    meta.total_uncompressed_size +=
        static_cast<int64_t>(header.size()) + framed.header.uncompressed_page_size;
    file += header + framed.body;
  };
  if (!column.dictionary.empty()) {
    meta.dictionary_page_offset = kMagicSize;
    put(FrameDictionary(column.dictionary));
  }
  meta.data_page_offset = static_cast<int64_t>(file.size());
  meta.encodings = {Encoding::kRle};
  for (const CraftedPage& page : column.pages) {
    Framed framed = Frame(page, column.max);
    meta.num_values += *framed.header.num_values();
    meta.encodings.push_back(page.encoding);
    put(std::move(framed));
  }
  meta.type = PhysicalType::kInt64;
  meta.codec = Codec::kSnappy;
  meta.path_in_schema = {"a"};
  if (column.max.repetition > 0) meta.path_in_schema = {"a", "list", "element"};
  meta.total_compressed_size = static_cast<int64_t>(file.size()) - kMagicSize;
  FileMetaData footer;
  footer.version = 2;
  footer.schema = SchemaOf(column.max);
  footer.num_rows = column.rows;
  footer.created_by = parquet::default_writer_properties()->created_by();
  ColumnOrder order;
  order.kind = ColumnOrderKind::kTypeDefined;
  footer.column_orders = {order};
  RowGroup& group = footer.row_groups.emplace_back();
  group.num_rows = column.rows;
  group.total_byte_size = meta.total_uncompressed_size;
  group.columns.emplace_back().meta_data = std::move(meta);
  if (column.change) column.change(footer);
  return arrow::Buffer::FromString(file + *SerializeFooter(footer));
}

}  // namespace pqpack::testing

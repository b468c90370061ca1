// SPDX-License-Identifier: Apache-2.0
//
// Bounds come twice, as text and as hex: the text is for reading, the bytes are exact.
#include "cli/inspect_json.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/render_json.h"
#include "inspect/value_text.h"

namespace pqpack::cli {
namespace {

constexpr std::array kEvents = {
    JsonEvent{"file",
              "uri, size, footer_offset, footer_length, footer_whole, version, created_by, rows, "
              "row_groups, encrypted, key_values, column_orders",
              "the file as its footer has it; the footer's place is null where there is "
              "none"},
    JsonEvent{"schema_element",
              "element, name, path, depth, column, max_definition_level, max_repetition_level, "
              "repetition, physical_type, type_length, children, logical_type, converted_type, "
              "scale, precision, field_id",
              "a node of the schema, depth first; what it does not have is absent, "
              "`column` is null in groups"},
    JsonEvent{"row_group",
              "row_group, rows, columns, total_byte_size, total_compressed_size, file_offset, "
              "ordinal, sorting_columns",
              "a row group; its chunks follow"},
    JsonEvent{"chunk",
              "row_group, column, path, path_in_schema, physical_type, codec, encodings, values, "
              "compressed_size, uncompressed_size, data_page_offset, index_page_offset, "
              "dictionary_page_offset, statistics, encoding_stats, size_statistics, key_values, "
              "bloom_filter_offset, bloom_filter_length, column_index_offset, "
              "column_index_length, offset_index_offset, offset_index_length, file_offset, "
              "file_path, encrypted",
              "a column chunk as the footer has it; its pages and indexes follow. "
              "Bounds in `statistics` come as text and, exact, as `..._hex`"},
    JsonEvent{"page",
              "row_group, column, path, page, offset, header_size, kind, encoding, codec, "
              "compressed_size, uncompressed_size, values, nulls, nulls_from, rows, crc, "
              "definition_levels, repetition_levels, is_compressed, definition_levels_size, "
              "repetition_levels_size, is_sorted, statistics",
              "a page by its own header. `nulls_from`: header, levels, statistics, "
              "schema, unknown; `crc`: ok, wrong, absent, not checked. Row group and column are "
              "null where no footer tells them"},
    JsonEvent{"column_index",
              "row_group, column, path, offset, length, boundary_order, null_pages, min_values, "
              "max_values, min_values_hex, max_values_hex, null_counts, nan_counts, "
              "repetition_level_histograms, definition_level_histograms",
              "a chunk's column index, an entry per page"},
    JsonEvent{"offset_index",
              "row_group, column, path, offset, length, pages, unencoded_byte_array_data_bytes",
              "a chunk's offset index; `pages` have offset, compressed_page_size, "
              "first_row_index"},
    JsonEvent{"bloom_filter",
              "row_group, column, path, offset, length, header_size, size, algorithm, hash, "
              "compression",
              "the header of a chunk's Bloom filter; `length` is the footer's, 0 "
              "where it gives none"},
    JsonEvent{"broken", "row_group, column, path, part, error, action, code",
              "what is wrong, right behind what could be read"},
    JsonEvent{"error", "error, action, code",
              "why nothing could be read, or the first of what is broken"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, pages, "
              "crc, broken, requests",
              "always the last line: how many pages, what their CRCs said, at how many places the "
              "file is broken; `requests` with --stat"},
};

template <typename T>
void Put(Json& json, const char* name, const std::optional<T>& value) {
  if (value) json[name] = *value;
}

template <typename T>
std::vector<std::string> Names(const std::vector<T>& values) {
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const T& value : values) names.push_back(ToString(value));
  return names;
}

void PutBound(Json& json, const std::string& name, const std::optional<std::string>& bytes,
              const SchemaElement* element) {
  if (!bytes) return;
  if (element != nullptr) json[name] = ValueText(*bytes, *element);
  json[name + "_hex"] = ToHex(*bytes);
}

Json StatisticsJson(const Statistics& statistics, const SchemaElement* element) {
  Json json = Json::object();
  PutBound(json, "min_value", statistics.min_value, element);
  PutBound(json, "max_value", statistics.max_value, element);
  PutBound(json, "min", statistics.min, element);
  PutBound(json, "max", statistics.max, element);
  Put(json, "null_count", statistics.null_count);
  Put(json, "distinct_count", statistics.distinct_count);
  Put(json, "nan_count", statistics.nan_count);
  Put(json, "is_min_value_exact", statistics.is_min_value_exact);
  Put(json, "is_max_value_exact", statistics.is_max_value_exact);
  return json;
}

Json KeyValuesJson(const std::vector<KeyValue>& pairs) {
  Json list = Json::array();
  for (const KeyValue& pair : pairs) {
    Json entry = {{"key", pair.key}, {"value", nullptr}};
    Put(entry, "value", pair.value);
    if (pair.value && !IsUtf8(*pair.value)) entry["value_hex"] = ToHex(*pair.value);
    list.push_back(std::move(entry));
  }
  return list;
}

Json PlaceJson(const ByteRange& place) {
  return {{"offset", place.offset}, {"length", place.length}};
}

void PutChunkPlace(Json& line, const ChunkView* view) {
  line["row_group"] = nullptr;
  line["column"] = nullptr;
  line["path"] = nullptr;
  if (view == nullptr) return;
  line["row_group"] = view->row_group;
  line["column"] = view->column;
  line["path"] = view->path;
}

void PutMetaData(Json& line, const ColumnMetaData& meta, const SchemaElement* element) {
  line["path_in_schema"] = meta.path_in_schema;
  line["physical_type"] = ToString(meta.type);
  line["codec"] = ToString(meta.codec);
  line["encodings"] = Names(meta.encodings);
  line["values"] = meta.num_values;
  line["compressed_size"] = meta.total_compressed_size;
  line["uncompressed_size"] = meta.total_uncompressed_size;
  line["data_page_offset"] = meta.data_page_offset;
  Put(line, "index_page_offset", meta.index_page_offset);
  Put(line, "dictionary_page_offset", meta.dictionary_page_offset);
  Put(line, "bloom_filter_offset", meta.bloom_filter_offset);
  Put(line, "bloom_filter_length", meta.bloom_filter_length);
  if (meta.statistics) line["statistics"] = StatisticsJson(*meta.statistics, element);
  if (meta.encoding_stats) {
    line["encoding_stats"] = Json::array();
    for (const PageEncodingStats& stats : *meta.encoding_stats) {
      line["encoding_stats"].push_back({{"page_type", ToString(stats.page_type)},
                                        {"encoding", ToString(stats.encoding)},
                                        {"count", stats.count}});
    }
  }
  if (meta.size_statistics) {
    Json sizes = Json::object();
    Put(sizes, "unencoded_byte_array_data_bytes",
        meta.size_statistics->unencoded_byte_array_data_bytes);
    Put(sizes, "repetition_level_histogram", meta.size_statistics->repetition_level_histogram);
    Put(sizes, "definition_level_histogram", meta.size_statistics->definition_level_histogram);
    line["size_statistics"] = std::move(sizes);
  }
  if (meta.key_value_metadata) line["key_values"] = KeyValuesJson(*meta.key_value_metadata);
}

class InspectJson : public InspectPrinter {
 public:
  explicit InspectJson(Console& console) : console_(console) {}

  void File(const ObjectInfo& object, const FooterReport& footer) override {
    const FileMetaData& meta = footer.meta;
    Json line = Line("file");
    line["uri"] = object.uri.ToString();
    line["size"] = object.size;
    line["footer_offset"] = nullptr;
    line["footer_length"] = nullptr;
    if (footer.place) line["footer_offset"] = footer.place->offset;
    if (footer.place) line["footer_length"] = footer.place->length;
    line["footer_whole"] = footer.whole;
    line["version"] = meta.version;
    line["created_by"] = nullptr;
    Put(line, "created_by", meta.created_by);
    line["rows"] = meta.num_rows;
    line["row_groups"] = meta.row_groups.size();
    line["encrypted"] = meta.has_encryption_algorithm;
    if (meta.key_value_metadata) line["key_values"] = KeyValuesJson(*meta.key_value_metadata);
    if (meta.column_orders) {
      line["column_orders"] = Json::array();
      for (const ColumnOrder& order : *meta.column_orders) {
        line["column_orders"].push_back(static_cast<int>(order.kind));
      }
    }
    Say(line);
  }

  void Schema(const FileMetaData& meta, const SchemaTree* tree,
              const std::vector<bool>& shown) override {
    for (size_t i = 0; i < meta.schema.size(); ++i) {
      if (shown[i]) SchemaElementLine(meta.schema[i], static_cast<int>(i), tree);
    }
  }

  void Group(int64_t row_group, const RowGroup& group) override {
    Json line = Line("row_group");
    line["row_group"] = row_group;
    line["rows"] = group.num_rows;
    line["columns"] = group.columns.size();
    line["total_byte_size"] = group.total_byte_size;
    Put(line, "total_compressed_size", group.total_compressed_size);
    Put(line, "file_offset", group.file_offset);
    Put(line, "ordinal", group.ordinal);
    if (group.sorting_columns) {
      line["sorting_columns"] = Json::array();
      for (const SortingColumn& column : *group.sorting_columns) {
        line["sorting_columns"].push_back({{"column", column.column_idx},
                                           {"descending", column.descending},
                                           {"nulls_first", column.nulls_first}});
      }
    }
    Say(line);
  }

  void Chunk(const ChunkView& view) override {
    const ColumnChunk& chunk = *view.chunk;
    Json line = Line("chunk");
    PutChunkPlace(line, &view);
    line["file_offset"] = chunk.file_offset;
    Put(line, "file_path", chunk.file_path);
    line["encrypted"] = chunk.encrypted();
    Put(line, "offset_index_offset", chunk.offset_index_offset);
    Put(line, "offset_index_length", chunk.offset_index_length);
    Put(line, "column_index_offset", chunk.column_index_offset);
    Put(line, "column_index_length", chunk.column_index_length);
    if (chunk.meta_data) PutMetaData(line, *chunk.meta_data, view.element);
    Say(line);
  }

  void LostPages(int64_t /*from*/) override {}

  void Page(const ChunkView* view, int64_t index, const WalkedPage& page) override {
    const PageHeader& header = page.header;
    Json line = Line("page");
    PutChunkPlace(line, view);
    line["page"] = index;
    line["offset"] = page.offset;
    line["header_size"] = page.header_size;
    line["kind"] = ToString(header.type);
    line["compressed_size"] = header.compressed_page_size;
    line["uncompressed_size"] = header.uncompressed_page_size;
    Put(line, "values", page.num_values());
    if (page.encoding()) line["encoding"] = ToString(*page.encoding());
    if (header.data && header.type == PageType::kData) {
      line["definition_levels"] = ToString(header.data->definition_level_encoding);
      line["repetition_levels"] = ToString(header.data->repetition_level_encoding);
    }
    if (header.data_v2 && header.type == PageType::kDataV2) {
      line["rows"] = header.data_v2->num_rows;
      line["is_compressed"] = header.data_v2->is_compressed.value_or(true);
      line["definition_levels_size"] = header.data_v2->definition_levels_byte_length;
      line["repetition_levels_size"] = header.data_v2->repetition_levels_byte_length;
    }
    if (header.dictionary && header.type == PageType::kDictionary) {
      Put(line, "is_sorted", header.dictionary->is_sorted);
    }
    if (view != nullptr && view->chunk->meta_data) {
      line["codec"] = ToString(view->chunk->meta_data->codec);
    }
    if (page.is_data()) {
      line["nulls"] = nullptr;
      Put(line, "nulls", page.nulls);
      line["nulls_from"] = ToString(page.nulls_from);
    }
    line["crc"] = ToString(page.crc);
    if (const Statistics* statistics = page.statistics(); statistics != nullptr) {
      line["statistics"] = StatisticsJson(*statistics, view == nullptr ? nullptr : view->element);
    }
    Say(line);
  }

  void EndPages(const ChunkView* /*view*/, const WalkEnd& /*end*/) override {}

  void Indexes(const ChunkView& view, const IndexReport<ColumnIndex>& column_index,
               const IndexReport<OffsetIndex>& offset_index,
               const IndexReport<ParsedBloomFilterHeader>& bloom_filter) override {
    if (column_index.value) ColumnIndexLine(view, *column_index.place, *column_index.value);
    if (offset_index.value) OffsetIndexLine(view, *offset_index.place, *offset_index.value);
    if (bloom_filter.value) BloomFilterLine(view, *bloom_filter.place, *bloom_filter.value);
  }

  void Broke(const Break& broken) override {
    Json line = Line("broken");
    line["row_group"] = nullptr;
    line["column"] = nullptr;
    Put(line, "row_group", broken.place.row_group);
    Put(line, "column", broken.place.column);
    line["path"] = broken.place.path;
    line["part"] = broken.place.part;
    PutError(line, broken.problem);
    Say(line);
  }

  void Summary(const InspectOutcome& outcome) override {
    if (!outcome.status.ok()) console_.Out(ErrorJson(outcome.status));
    const bool read = outcome.exit_code == 0;
    Json line = SummaryLine(
        {.completed = read ? 1 : 0, .failed = read ? 0 : 1, .bytes_in = outcome.bytes_read},
        outcome.seconds, outcome.exit_code);
    line["pages"] = outcome.pages;
    line["crc"] = Json::object();
    for (const auto& [state, count] : outcome.crcs)
      line["crc"][std::string(ToString(state))] = count;
    line["broken"] = outcome.breaks;
    if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
    Say(line);
  }

 private:
  void Say(const Json& line) { console_.Out(Dump(line)); }

  void SchemaElementLine(const SchemaElement& element, int i, const SchemaTree* tree) {
    Json line = Line("schema_element");
    line["element"] = i;
    line["name"] = element.name;
    if (tree != nullptr) {
      const SchemaTree::Node& node = tree->node(i);
      line["path"] = tree->DottedPath(i);
      line["depth"] = node.depth;
      line["column"] = nullptr;
      if (node.leaf >= 0) line["column"] = node.leaf;
      line["max_definition_level"] = node.max_definition_level;
      line["max_repetition_level"] = node.max_repetition_level;
    }
    if (element.repetition) line["repetition"] = ToString(*element.repetition);
    if (element.type) line["physical_type"] = ToString(*element.type);
    Put(line, "type_length", element.type_length);
    Put(line, "children", element.num_children);
    if (element.logical_type) line["logical_type"] = ToString(*element.logical_type);
    if (element.converted_type) line["converted_type"] = ToString(*element.converted_type);
    Put(line, "scale", element.scale);
    Put(line, "precision", element.precision);
    Put(line, "field_id", element.field_id);
    Say(line);
  }

  void ColumnIndexLine(const ChunkView& view, ByteRange place, const ColumnIndex& index) {
    Json line = Line("column_index");
    PutChunkPlace(line, &view);
    line.update(PlaceJson(place));
    line["boundary_order"] = ToString(index.boundary_order);
    line["null_pages"] = index.null_pages;
    for (const auto& [name, bounds] :
         {std::pair{"min_values", &index.min_values}, std::pair{"max_values", &index.max_values}}) {
      line[name] = Json::array();
      line[std::string(name) + "_hex"] = Json::array();
      for (const std::string& bound : *bounds) {
        if (view.element != nullptr) line[name].push_back(ValueText(bound, *view.element));
        line[std::string(name) + "_hex"].push_back(ToHex(bound));
      }
    }
    Put(line, "null_counts", index.null_counts);
    Put(line, "nan_counts", index.nan_counts);
    Put(line, "repetition_level_histograms", index.repetition_level_histograms);
    Put(line, "definition_level_histograms", index.definition_level_histograms);
    Say(line);
  }

  void OffsetIndexLine(const ChunkView& view, ByteRange place, const OffsetIndex& index) {
    Json line = Line("offset_index");
    PutChunkPlace(line, &view);
    line.update(PlaceJson(place));
    line["pages"] = Json::array();
    for (const PageLocation& page : index.page_locations) {
      line["pages"].push_back({{"offset", page.offset},
                               {"compressed_page_size", page.compressed_page_size},
                               {"first_row_index", page.first_row_index}});
    }
    Put(line, "unencoded_byte_array_data_bytes", index.unencoded_byte_array_data_bytes);
    Say(line);
  }

  void BloomFilterLine(const ChunkView& view, ByteRange place,
                       const ParsedBloomFilterHeader& filter) {
    Json line = Line("bloom_filter");
    PutChunkPlace(line, &view);
    line.update(PlaceJson(place));
    line["header_size"] = filter.length;
    line["size"] = filter.header.num_bytes;
    line["algorithm"] = static_cast<int>(filter.header.algorithm);
    line["hash"] = static_cast<int>(filter.header.hash);
    line["compression"] = static_cast<int>(filter.header.compression);
    Say(line);
  }

  Console& console_;
};

}  // namespace

std::span<const JsonEvent> InspectEvents() { return kEvents; }

std::unique_ptr<InspectPrinter> MakeInspectJson(Console& console) {
  return std::make_unique<InspectJson>(console);
}

}  // namespace pqpack::cli

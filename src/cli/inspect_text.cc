// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/human.h"
#include "cli/render_text.h"
#include "cli/wrap.h"
#include "inspect/value_text.h"

namespace pqpack::cli {
namespace {

using Pieces = std::vector<std::string>;

constexpr int kValueColumns = 40;
constexpr int kNameColumns = 60;
constexpr size_t kMostKinds = 16;

// "a, b, c": a comma behind all but the last.
Pieces Listed(Pieces pieces) {
  for (size_t i = 0; i + 1 < pieces.size(); ++i) pieces[i] += ',';
  return pieces;
}

// In at most `width` columns, whatever the file says.
std::string Narrow(int64_t value, size_t width) {
  std::string text = fmt::format("{}", value);
  return text.size() <= width ? text : fmt::format("{:.1e}", static_cast<double>(value));
}

std::string Narrow(const std::optional<int64_t>& value, size_t width) {
  return value ? Narrow(*value, width) : "-";
}

std::string Value(const std::string& bytes, const SchemaElement* element) {
  const SchemaElement none;
  const SchemaElement& leaf = element != nullptr ? *element : none;
  // Of a long value only the beginning is looked at.
  constexpr size_t kEnough = 4 * size_t{kValueColumns};
  if (bytes.size() <= kEnough) return Cut(ValueText(bytes, leaf), kValueColumns);
  return Cut(ValueText(bytes.substr(0, kEnough), leaf), kValueColumns) +
         fmt::format(" ({} bytes)", bytes.size());
}

// "min 1", "max 9", "nulls 0", ...
Pieces StatisticsPieces(const Statistics& statistics, const SchemaElement* element) {
  Pieces pieces;
  const auto bound = [&](const char* name, const std::optional<std::string>& bytes,
                         const std::optional<std::string>& old) {
    if (bytes) {
      pieces.push_back(fmt::format("{} {}", name, Value(*bytes, element)));
    } else if (old) {
      pieces.push_back(fmt::format("{} {} (deprecated field)", name, Value(*old, element)));
    }
  };
  const auto count = [&](const char* name, const std::optional<int64_t>& value) {
    if (value) pieces.push_back(fmt::format("{} {}", name, *value));
  };
  bound("min", statistics.min_value, statistics.min);
  bound("max", statistics.max_value, statistics.max);
  count("nulls", statistics.null_count);
  count("distinct", statistics.distinct_count);
  count("NaN", statistics.nan_count);
  return pieces;
}

std::string KindText(const WalkedPage& page) {
  std::string text = ToString(page.header.type);
  if (page.encoding()) text += " " + ToString(*page.encoding());
  if (page.header.type != PageType::kData) return text;
  // RLE is what all writers use today.
  const DataPageHeader& data = *page.header.data;
  const auto levels = [&](const char* what, Encoding encoding) {
    if (encoding != Encoding::kRle) text += fmt::format(", {} {}", what, ToString(encoding));
  };
  levels("definition levels", data.definition_level_encoding);
  levels("repetition levels", data.repetition_level_encoding);
  return text;
}

std::string CrcMark(CrcState state) {
  switch (state) {
    case CrcState::kOk:
      return "ok";
    case CrcState::kWrong:
      return "BAD";
    case CrcState::kNotChecked:
      return "?";
    case CrcState::kAbsent:
      break;
  }
  return "-";
}

std::string TypeText(const SchemaElement& element) {
  if (!element.type) return "group";
  std::string text = ToString(*element.type);
  if (element.type_length) text += fmt::format("({})", *element.type_length);
  return text;
}

// What the pages of a chunk have in common.
struct PageSummary {
  int64_t pages = 0;
  std::vector<std::pair<std::string, int64_t>> kinds;  // in order of appearance
  int64_t values = 0;                                  // of data pages
  std::optional<int64_t> nulls = 0;
  std::map<CrcState, int64_t> crcs;

  void Add(const WalkedPage& page) {
    ++pages;
    // A broken file may have any number of kinds.
    const std::string kind = kinds.size() < kMostKinds ? KindText(page) : "other";
    const auto known =
        std::ranges::find_if(kinds, [&](const auto& entry) { return entry.first == kind; });
    if (known == kinds.end()) {
      kinds.emplace_back(kind, 1);
    } else {
      ++known->second;
    }
    ++crcs[page.crc];
    if (!page.is_data()) return;
    values += *page.num_values();
    // A broken file's counts may be anything.
    if (!page.nulls || *page.nulls < 0 || *page.nulls > *page.num_values()) nulls.reset();
    if (nulls) *nulls += *page.nulls;
  }

  Pieces ToPieces() const {
    Pieces pieces;
    for (const auto& [kind, count] : kinds) pieces.push_back(fmt::format("{} {}", count, kind));
    pieces.push_back(HumanCount(values, "value"));
    if (nulls) pieces.push_back(HumanCount(*nulls, "null"));
    for (const auto& [state, count] : crcs) {
      if (state == CrcState::kAbsent) continue;
      pieces.push_back(fmt::format("CRC {}{}", ToString(state),
                                   count == pages ? "" : fmt::format(" of {}", count)));
    }
    return Listed(std::move(pieces));
  }
};

class InspectText : public InspectPrinter {
 public:
  InspectText(Console& console, bool list_pages) : console_(console), list_pages_(list_pages) {}

  void File(const ObjectInfo& object, const FooterReport& footer) override {
    console_.Out(OneLine(object.uri.ToString()));  // not broken up: it is there to be copied
    const FileMetaData& meta = footer.meta;
    if (!footer.place) {
      Say("  ", 4, {HumanBytes(object.size) + ", no footer"});
      return;
    }
    Say("  ", 4,
        Listed({HumanBytes(object.size), HumanCount(meta.num_rows, "row"),
                HumanCount(static_cast<int64_t>(meta.row_groups.size()), "row group"),
                fmt::format("footer of {} at offset {}", HumanBytes(footer.place->length),
                            footer.place->offset),
                fmt::format("format version {}", meta.version)}));
    if (meta.created_by) Say("  ", 4, {"written by " + *meta.created_by});
    if (meta.key_value_metadata) KeyValues("  ", *meta.key_value_metadata);
  }

  void Schema(const FileMetaData& meta, const SchemaTree* tree,
              const std::vector<bool>& shown) override {
    if (meta.schema.empty()) return;
    console_.Out("\nSchema\n  column def rep");
    for (size_t i = 0; i < meta.schema.size(); ++i) {
      if (shown[i]) SchemaLine(meta.schema[i], static_cast<int>(i), tree);
    }
  }

  void Group(int64_t row_group, const RowGroup& group) override {
    console_.Out("");
    Pieces pieces = {HumanCount(group.num_rows, "row"),
                     HumanCount(static_cast<int64_t>(group.columns.size()), "column")};
    if (group.total_compressed_size) pieces.push_back(HumanBytes(*group.total_compressed_size));
    pieces.push_back(HumanBytes(group.total_byte_size) + " uncompressed");
    if (group.file_offset) pieces.push_back(fmt::format("at offset {}", *group.file_offset));
    if (group.sorting_columns) {
      for (const SortingColumn& column : *group.sorting_columns) {
        pieces.push_back(fmt::format("sorted by column {}{}{}", column.column_idx,
                                     column.descending ? " descending" : "",
                                     column.nulls_first ? " nulls first" : ""));
      }
    }
    pieces = Listed(std::move(pieces));
    Say(fmt::format("Row group {}: ", row_group), 4, pieces);
  }

  void Chunk(const ChunkView& view) override {
    summary_ = {};
    last_kind_.clear();
    Say(fmt::format("  {:>4} ", view.column), 7, {view.path});
    const ColumnChunk& chunk = *view.chunk;
    if (chunk.file_path) Say(kIndent, kHang, {"in file " + *chunk.file_path});
    if (chunk.encrypted()) Say(kIndent, kHang, {"encrypted"});
    if (!chunk.meta_data) return;
    const ColumnMetaData& meta = *chunk.meta_data;
    Pieces encodings;
    for (const Encoding encoding : meta.encodings) encodings.push_back(ToString(encoding));
    Pieces pieces = {ToString(meta.type), ToString(meta.codec),
                     HumanCount(meta.num_values, "value"),
                     fmt::format("{} -> {} at offset {}", HumanBytes(meta.total_uncompressed_size),
                                 HumanBytes(meta.pages().length), meta.pages().offset)};
    pieces = Listed(std::move(pieces));
    Say(kIndent, kHang, pieces);
    encodings = Listed(std::move(encodings));
    encodings.insert(encodings.begin(), "encodings:");
    Say(kIndent, kHang, encodings);
    if (meta.statistics) {
      Pieces statistics = Listed(StatisticsPieces(*meta.statistics, view.element));
      if (!statistics.empty()) Say(kIndent, kHang, statistics);
    }
    if (meta.key_value_metadata) KeyValues(kIndent, *meta.key_value_metadata);
  }

  void LostPages(int64_t from) override {
    summary_ = {};
    last_kind_.clear();
    console_.Out(fmt::format("\nPages from offset {} on, by their own headers", from));
  }

  void Page(const ChunkView* view, int64_t index, const WalkedPage& page) override {
    summary_.Add(page);
    if (!list_pages_) return;
    const std::string kind = KindText(page);
    if (kind != last_kind_) {
      Say(kIndent, kHang, {kind});
      if (last_kind_.empty()) {
        console_.Out(fmt::format("{:>6} {:>12} {:>6} {:>10} {:>10} {:>9} {:>7} {:>7} {}", "page",
                                 "offset", "header", "body", "plain", "values", "nulls", "rows",
                                 "crc"));
      }
      last_kind_ = kind;
    }
    console_.Out(fmt::format("{:>6} {:>12} {:>6} {:>10} {:>10} {:>9} {:>7} {:>7} {}",
                             Narrow(index, 6), Narrow(page.offset, 12), Narrow(page.header_size, 6),
                             page.header.compressed_page_size, page.header.uncompressed_page_size,
                             Narrow(page.num_values(), 9), Narrow(page.nulls, 7),
                             Narrow(page.num_rows(), 7), CrcMark(page.crc)));
    if (const Statistics* statistics = page.statistics(); statistics != nullptr) {
      const Pieces pieces =
          Listed(StatisticsPieces(*statistics, view != nullptr ? view->element : nullptr));
      if (!pieces.empty()) Say(kPageIndent, kPageIndent.size() + 2, pieces);
    }
  }

  void EndPages(const ChunkView* /*view*/, const WalkEnd& /*end*/) override {
    Pieces pieces = summary_.ToPieces();
    pieces.insert(pieces.begin(), "pages:");
    Say(kIndent, kHang, pieces);
  }

  void Indexes(const ChunkView& view, const IndexReport<ColumnIndex>& column_index,
               const IndexReport<OffsetIndex>& offset_index,
               const IndexReport<ParsedBloomFilterHeader>& bloom_filter) override {
    if (column_index.value) {
      Say(kIndent, kHang,
          Listed({IndexText("column index", *column_index.place),
                  HumanCount(static_cast<int64_t>(column_index.value->null_pages.size()), "page"),
                  ToString(column_index.value->boundary_order)}));
      if (list_pages_) ColumnIndexPages(*column_index.value, view.element);
    }
    if (offset_index.value) {
      const auto& pages = offset_index.value->page_locations;
      Say(kIndent, kHang,
          Listed({IndexText("offset index", *offset_index.place),
                  HumanCount(static_cast<int64_t>(pages.size()), "page")}));
      if (list_pages_) OffsetIndexPages(pages);
    }
    if (bloom_filter.value) {
      Say(kIndent, kHang,
          {fmt::format("bloom filter: {} at offset {}, header of {} bytes",
                       HumanBytes(bloom_filter.value->header.num_bytes), bloom_filter.place->offset,
                       bloom_filter.value->length)});
    }
  }

  void Broke(const Break& broken) override {
    const size_t indent = broken.place.column ? kHang - 2 : 2;
    Say(std::string(indent, ' ') + "! ", indent + 2,
        Words(broken.place.part + ": " + broken.What()));
  }

  void Summary(const InspectOutcome& outcome) override {
    if (outcome.pages > 0 || outcome.breaks > 0) console_.Out("\n" + Ending(outcome));
    if (outcome.stat) console_.Out(RequestsText(outcome));
  }

 private:
  static constexpr std::string_view kIndent = "       ";
  static constexpr std::string_view kPageIndent = "           ";
  static constexpr size_t kHang = 9;

  void Say(std::string_view indent, size_t hanging, const Pieces& pieces) {
    console_.Out(Wrap(indent, hanging, pieces));
  }

  static Pieces Words(const std::string& text) {
    Pieces words;
    for (size_t at = 0; at <= text.size();) {
      const size_t space = std::min(text.find(' ', at), text.size());
      words.push_back(text.substr(at, space - at));
      at = space + 1;
    }
    return words;
  }

  static std::string IndexText(std::string_view name, ByteRange place) {
    return fmt::format("{}: {} at offset {}", name, HumanBytes(place.length), place.offset);
  }

  void KeyValues(std::string_view indent, const std::vector<KeyValue>& pairs) {
    for (const KeyValue& pair : pairs) {
      const std::string value =
          pair.value
              ? fmt::format("{}, {}", HumanCount(static_cast<int64_t>(pair.value->size()), "byte"),
                            Cut(*pair.value, kValueColumns))
              : "no value";
      Say(indent, indent.size() + 2, {fmt::format("key {}:", Cut(pair.key, kNameColumns)), value});
    }
  }

  void SchemaLine(const SchemaElement& element, int i, const SchemaTree* tree) {
    size_t depth = 0;
    std::string front(17, ' ');
    if (tree != nullptr) {
      const SchemaTree::Node& node = tree->node(i);
      depth = static_cast<size_t>(std::min<int>(node.depth, 20));
      front =
          fmt::format("  {:>6} {:>3} {:>3} ", node.leaf >= 0 ? fmt::format("{}", node.leaf) : "",
                      node.max_definition_level, node.max_repetition_level);
    }
    Pieces pieces = {element.name + ":"};
    if (element.repetition) pieces.push_back(ToString(*element.repetition));
    pieces.push_back(TypeText(element));
    if (element.logical_type) pieces.push_back(ToString(*element.logical_type));
    if (element.converted_type) pieces.push_back("[" + ToString(*element.converted_type) + "]");
    if (element.field_id) pieces.push_back(fmt::format("id {}", *element.field_id));
    front += std::string(depth, ' ');
    Say(front, front.size() + 2, pieces);
  }

  void ColumnIndexPages(const ColumnIndex& index, const SchemaElement* element) {
    const size_t pages =
        std::min({index.null_pages.size(), index.min_values.size(), index.max_values.size()});
    for (size_t i = 0; i < pages; ++i) {
      Pieces pieces;
      if (index.null_pages[i]) {
        pieces = {"all null"};
      } else {
        pieces = {"min " + Value(index.min_values[i], element),
                  "max " + Value(index.max_values[i], element)};
      }
      if (index.null_counts && i < index.null_counts->size()) {
        pieces.push_back(fmt::format("nulls {}", (*index.null_counts)[i]));
      }
      pieces = Listed(std::move(pieces));
      Say(fmt::format("{:>15} ", i), kHang + 7, pieces);
    }
  }

  void OffsetIndexPages(const std::vector<PageLocation>& pages) {
    for (size_t i = 0; i < pages.size(); ++i) {
      Say(fmt::format("{:>15} ", i), kHang + 7,
          Listed({fmt::format("offset {}", pages[i].offset),
                  HumanCount(pages[i].compressed_page_size, "byte"),
                  fmt::format("from row {}", pages[i].first_row_index)}));
    }
  }

  static std::string Ending(const InspectOutcome& outcome) {
    Pieces pieces = {HumanCount(outcome.pages, "page")};
    for (const auto& [state, count] : outcome.crcs) {
      pieces.push_back(state == CrcState::kAbsent
                           ? fmt::format("{} without CRC", HumanCount(count))
                           : fmt::format("CRC {} {}", ToString(state), HumanCount(count)));
    }
    pieces.push_back(HumanBytes(outcome.bytes_read) + " read");
    if (outcome.breaks > 0) {
      pieces.push_back("broken at " + HumanCount(outcome.breaks, "place") + ", marked with !");
    }
    return Wrap("", 2, Listed(std::move(pieces)));
  }

  Console& console_;
  const bool list_pages_;
  PageSummary summary_;
  std::string last_kind_;
};

}  // namespace

std::unique_ptr<InspectPrinter> MakeInspectText(Console& console, bool list_pages) {
  return std::make_unique<InspectText>(console, list_pages);
}

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// For tests: reads every structure that a file has outside of its page bodies, writes
// each again and holds it against the bytes it came from; then the levels and dictionary
// indices of its pages (page_body_testing.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/bloom_filter_header.h"
#include "format/column_index.h"
#include "format/compact_writer.h"
#include "format/footer.h"
#include "format/offset_index.h"
#include "format/page_body_testing.h"
#include "format/page_header.h"
#include "format/schema_tree.h"

namespace pqpack::testing {

struct RoundTrip {
  int footers = 0;
  int page_headers = 0;
  int offset_indexes = 0;
  int column_indexes = 0;
  int bloom_filters = 0;
  int page_bodies = 0;
  int as_written = 0;                  // of all these: not as Serialize() writes by itself
  std::vector<std::string> different;  // "offset index at 123"
  std::vector<std::string> unread;     // not compared, and why
  std::vector<std::string> bodies;     // what does not hold of them, or why they can't be read
};

namespace round_trip_internal {

// parquet-testing has one of two gigabytes.
constexpr int64_t kLargestBody = 64 * kMiB;

class Walk {
 public:
  Walk(Bytes file, RoundTrip* out) : file_(file), out_(*out) {}

  void File() {
    const auto size = static_cast<int64_t>(file_.size());
    const auto place = LocateFooter(file_, size);
    if (!place.ok()) return Unread("footer", place.status());
    const auto footer = ParseFooter(At(place->footer));
    if (!footer.ok()) return Unread("footer", footer.status());
    Compare("footer", place->footer.offset, *footer, footer->serialized_size);
    ++out_.footers;
    const auto tree = SchemaTree::Make(footer->schema);
    for (const RowGroup& group : footer->row_groups) {
      for (size_t i = 0; i < group.columns.size(); ++i) {
        const ColumnChunk& chunk = group.columns[i];
        if (chunk.encrypted() || chunk.file_path) continue;
        Indexes(chunk);
        if (!chunk.meta_data) continue;
        if (tree.ok() && i < tree->leaves().size()) {
          const SchemaTree::Node& leaf = tree->node(tree->leaves()[i]);
          Chunk(*chunk.meta_data, MaxLevels{leaf.max_repetition_level, leaf.max_definition_level});
        } else {
          Chunk(*chunk.meta_data, std::nullopt);
        }
      }
    }
  }

 private:
  bool Holds(ByteRange range) const {
    return range.offset >= 4 && range.length > 0 &&
           range.length <= static_cast<int64_t>(file_.size()) - range.offset;
  }
  Bytes At(ByteRange range) const {
    return file_.subspan(static_cast<size_t>(range.offset), static_cast<size_t>(range.length));
  }
  Bytes From(int64_t offset) const { return file_.subspan(static_cast<size_t>(offset)); }

  void Unread(const std::string& what, const Status& status) {
    out_.unread.push_back(what + ": " + status.message());
  }

  template <typename T>
  void Compare(const std::string& what, int64_t offset, const T& value, int64_t length) {
    if (!value.as_written.empty()) ++out_.as_written;
    if (Serialize(value) == AsText(At({offset, length}))) return;
    out_.different.push_back(what + " at " + std::to_string(offset));
  }

  template <typename T>
  int Index(const char* what, ByteRange range) {
    if (!Holds(range)) return 0;
    const auto index = ParseWhole<T>(At(range), what);
    if (!index.ok()) {
      Unread(what, index.status());
      return 0;
    }
    Compare(what, range.offset, *index, range.length);
    return 1;
  }

  void Indexes(const ColumnChunk& chunk) {
    out_.offset_indexes += Index<OffsetIndex>(
        "offset index",
        {chunk.offset_index_offset.value_or(0), chunk.offset_index_length.value_or(0)});
    out_.column_indexes += Index<ColumnIndex>(
        "column index",
        {chunk.column_index_offset.value_or(0), chunk.column_index_length.value_or(0)});
  }

  void Body(const PageHeader& page, ByteRange body, PageContext* context) {
    if (page.type == PageType::kDictionary) context->dictionary_size = page.dictionary->num_values;
    if (!Holds(body) || page.uncompressed_page_size > kLargestBody) return;
    ++out_.page_bodies;
    const Status status = CheckPageBody(page, At(body), *context);
    if (!status.ok()) {
      out_.bodies.push_back(std::to_string(body.offset) + ": " + status.message());
    }
  }

  // Without `max`, no bodies.
  void Chunk(const ColumnMetaData& meta, std::optional<MaxLevels> max) {
    if (const int64_t at = meta.bloom_filter_offset.value_or(0); Holds({at, 1})) {
      const auto bloom = ParseBloomFilterHeader(From(at));
      if (!bloom.ok()) return Unread("bloom filter header", bloom.status());
      Compare("bloom filter header", at, bloom->header, bloom->length);
      ++out_.bloom_filters;
    }
    const ByteRange pages = meta.pages();
    if (!Holds(pages)) return;
    PageContext context{meta.codec, max.value_or(MaxLevels{}), 0};
    for (int64_t at = pages.offset; at < pages.end();) {
      const auto page = ParsePageHeader(At({at, pages.end() - at}));
      if (!page.ok()) return Unread("page header", page.status());
      if (!*page) return Unread("page header", Status::Invalid("cut off"));
      Compare("page header", at, (*page)->header, (*page)->length);
      ++out_.page_headers;
      const ByteRange body{at + (*page)->length, (*page)->header.compressed_page_size};
      if (max) Body((*page)->header, body, &context);
      at = body.end();
    }
  }

  Bytes file_;
  RoundTrip& out_;
};

}  // namespace round_trip_internal

inline RoundTrip RoundTripOf(Bytes file) {
  RoundTrip result;
  round_trip_internal::Walk(file, &result).File();
  return result;
}

}  // namespace pqpack::testing

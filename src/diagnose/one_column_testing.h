// SPDX-License-Identifier: Apache-2.0
//
// For tests: a Parquet file of one column, built byte for byte, so that any page of it can
// be wrong in any way.  Not compressed unless a test says so.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "format/levels.h"
#include "format/thrift_tree_testing.h"

namespace pqpack::testing {

inline ThriftTree I32(int64_t value) { return ThriftTree::Integer(ThriftTree::kI32, value); }
inline ThriftTree I64(int64_t value) { return ThriftTree::Integer(ThriftTree::kI64, value); }
inline ThriftTree Bool(bool value) {
  return ThriftTree::Integer(value ? ThriftTree::kTrue : ThriftTree::kFalse, 0);
}
inline ThriftTree Text(std::string value) { return ThriftTree::Binary(std::move(value)); }
inline ThriftTree Struct(std::initializer_list<std::pair<int, ThriftTree>> fields) {
  ThriftTree tree;
  for (const auto& [id, value] : fields) tree.Add(id, value);
  return tree;
}
inline ThriftTree List(int element, std::vector<ThriftTree> items) {
  ThriftTree tree;
  tree.type = ThriftTree::kList;
  tree.element = element;
  tree.items = std::move(items);
  return tree;
}

template <typename T>
std::string Plain(std::initializer_list<T> values) {
  std::string bytes;
  for (const T value : values) {
    bytes.resize(bytes.size() + sizeof(T));
    std::memcpy(bytes.data() + bytes.size() - sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

struct TestPage {
  ThriftTree header;
  std::string body;
  int64_t values = 0;

  // PageHeader fields: 1 type, 2 uncompressed size, 3 compressed size, 4 crc.
  std::string Bytes() const { return header.Write() + body; }
};

struct TestLevels {
  std::vector<int16_t> repetition, definition;
};

// DataPageHeader (field 5): 1 num_values, 2 encoding, 3 and 4 levels' encodings, 5 statistics.
inline TestPage PageV1(int64_t values, const std::string& plain, const TestLevels& levels,
                       MaxLevels max, int encoding = 0) {
  const std::string repetition = EncodeLevels(levels.repetition, max.repetition);
  const std::string definition = EncodeLevels(levels.definition, max.definition);
  PageParts parts;
  parts.repetition.bytes = AsBytes(repetition);
  parts.definition.bytes = AsBytes(definition);
  parts.values = AsBytes(plain);
  TestPage page;
  page.values = values;
  page.body = JoinPageV1(parts, max);
  const auto size = static_cast<int64_t>(page.body.size());
  page.header =
      Struct({{1, I32(0)},
              {2, I32(size)},
              {3, I32(size)},
              {5, Struct({{1, I32(values)}, {2, I32(encoding)}, {3, I32(3)}, {4, I32(3)}})}});
  return page;
}

// DataPageHeaderV2 (field 8): 1 num_values, 2 num_nulls, 3 num_rows, 4 encoding, 5 and 6
// lengths of levels, 7 is_compressed.
inline TestPage PageV2(int64_t values, int64_t nulls, int64_t rows, const std::string& plain,
                       const TestLevels& levels, MaxLevels max) {
  const std::string repetition = EncodeLevels(levels.repetition, max.repetition);
  const std::string definition = EncodeLevels(levels.definition, max.definition);
  TestPage page;
  page.values = values;
  page.body = repetition + definition + plain;
  const auto size = static_cast<int64_t>(page.body.size());
  page.header = Struct({{1, I32(3)},
                        {2, I32(size)},
                        {3, I32(size)},
                        {8, Struct({{1, I32(values)},
                                    {2, I32(nulls)},
                                    {3, I32(rows)},
                                    {4, I32(0)},
                                    {5, I32(static_cast<int64_t>(definition.size()))},
                                    {6, I32(static_cast<int64_t>(repetition.size()))},
                                    {7, Bool(false)}})}});
  return page;
}

struct OneColumnFile {
  int type = 2;  // INT64
  // Groups around the column, outermost first, then the column: their repetitions.
  std::vector<int> repetitions = {1};
  int64_t rows = 0;
  std::vector<TestPage> pages;
  ThriftTree statistics;  // of the chunk, where it has fields
  bool offset_index = false;
  // Changes the footer, whose fields checks_testing.h names, and the index before they are
  // written.
  std::vector<std::pair<int, ThriftTree>> more_meta = {};
  std::string bloom_filter = {};  // header and bits, behind the pages

  // Where each page begins, with the magic in front.
  std::vector<int64_t> Offsets() const {
    std::vector<int64_t> offsets = {4};
    for (const TestPage& page : pages) {
      offsets.push_back(offsets.back() + static_cast<int64_t>(page.Bytes().size()));
    }
    return offsets;
  }

  // PageLocation: 1 offset, 2 compressed_page_size, 3 first_row_index.
  ThriftTree OffsetIndex() const {
    std::vector<ThriftTree> places;
    int64_t row = 0;
    const auto offsets = Offsets();
    for (size_t i = 0; i < pages.size(); ++i) {
      places.push_back(
          Struct({{1, I64(offsets[i])}, {2, I32(offsets[i + 1] - offsets[i])}, {3, I64(row)}}));
      row += pages[i].values;
    }
    return Struct({{1, List(ThriftTree::kStruct, std::move(places))}});
  }

  std::string Build() const {
    std::string file = "PAR1";
    int64_t values = 0;
    for (const TestPage& page : pages) {
      file += page.Bytes();
      values += page.values;
    }
    const auto size = static_cast<int64_t>(file.size()) - 4;
    std::vector<ThriftTree> elements = {Struct({{4, Text("schema")}, {5, I32(1)}})};
    std::vector<ThriftTree> path;
    for (size_t i = 0; i < repetitions.size(); ++i) {
      ThriftTree element = Struct({{3, I32(repetitions[i])}, {4, Text(Name(i))}});
      if (i + 1 < repetitions.size()) {
        element.Add(5, I32(1));
      } else {
        element.Add(1, I32(type));
      }
      elements.push_back(std::move(element));
      path.push_back(Text(Name(i)));
    }
    ThriftTree meta = Struct({{1, I32(type)},
                              {2, List(ThriftTree::kI32, {I32(0), I32(3)})},
                              {3, List(ThriftTree::kBinary, path)},
                              {4, I32(0)},
                              {5, I64(values)},
                              {6, I64(size)},
                              {7, I64(size)},
                              {9, I64(4)}});
    if (!statistics.ids.empty()) meta.Add(12, statistics);
    if (!bloom_filter.empty()) {
      meta.Add(14, I64(static_cast<int64_t>(file.size())));
      meta.Add(15, I32(static_cast<int64_t>(bloom_filter.size())));
      file += bloom_filter;
    }
    for (const auto& [id, value] : more_meta) {
      meta.Erase(id);
      meta.Add(id, value);
    }
    ThriftTree chunk = Struct({{2, I64(0)}, {3, meta}});
    if (offset_index) {
      const std::string index = OffsetIndex().Write();
      chunk.Add(4, I64(static_cast<int64_t>(file.size())));
      chunk.Add(5, I32(static_cast<int64_t>(index.size())));
      file += index;
    }
    const ThriftTree group =
        Struct({{1, List(ThriftTree::kStruct, {chunk})}, {2, I64(size)}, {3, I64(rows)}});
    const std::string footer =
        Struct({{1, I32(2)},
                {2, List(ThriftTree::kStruct, elements)},
                {3, I64(rows)},
                {4, List(ThriftTree::kStruct, {group})},
                {6, Text("a test")},
                {7, List(ThriftTree::kStruct, {Struct({{1, ThriftTree()}})})}})
            .Write();
    file += footer;
    for (int shift = 0; shift < 32; shift += 8) file += static_cast<char>(footer.size() >> shift);
    return file + "PAR1";
  }

  static std::string Name(size_t i) { return std::string(1, static_cast<char>('a' + i)); }
};

}  // namespace pqpack::testing

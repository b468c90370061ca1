// SPDX-License-Identifier: Apache-2.0
//
// For tests: files out of Parquet's low-level writer, so that levels are set one by one, and
// their comparison.
#pragma once

#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/column_writer.h>
#include <parquet/file_writer.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/memory_budget.h"
#include "format/footer.h"
#include "format/page_header.h"
#include "store/memory_store.h"
#include "verify/compare_tables.h"

namespace pqpack::testing {

// Rows: a required number, an optional text, a list of optional numbers.
struct Row {
  int64_t number = 0;
  std::optional<std::string> text;
  std::optional<std::vector<std::optional<int32_t>>> list;
};

struct Layout {
  size_t rows_per_group = 1000;
  int64_t page_size = 1 << 20;
  bool dictionary = true;
  bool required_text = false;  // `text` is declared so
  arrow::Compression::type codec = arrow::Compression::UNCOMPRESSED;
  parquet::ParquetDataPageVersion pages = parquet::ParquetDataPageVersion::V1;
  parquet::Encoding::type encoding = parquet::Encoding::PLAIN;  // without a dictionary
  bool checksums = false;
};

inline parquet::schema::NodePtr Schema(const Layout& layout) {
  using parquet::Repetition;
  using parquet::schema::GroupNode;
  using parquet::schema::PrimitiveNode;
  const auto element = PrimitiveNode::Make("element", Repetition::OPTIONAL, parquet::Type::INT32);
  const auto list = GroupNode::Make("list", Repetition::REPEATED, {element});
  const auto text_repetition = layout.required_text ? Repetition::REQUIRED : Repetition::OPTIONAL;
  return GroupNode::Make(
      "schema", Repetition::REQUIRED,
      {PrimitiveNode::Make("number", Repetition::REQUIRED, parquet::Type::INT64),
       PrimitiveNode::Make("text", text_repetition, parquet::Type::BYTE_ARRAY,
                           parquet::ConvertedType::UTF8),
       GroupNode::Make("list", Repetition::OPTIONAL, {list}, parquet::ConvertedType::LIST)});
}

// Value by value, so that pages may end anywhere.
inline void WriteGroup(std::span<const Row> rows, parquet::RowGroupWriter* group,
                       bool required_text) {
  auto* number = static_cast<parquet::Int64Writer*>(group->NextColumn());
  for (const Row& row : rows) number->WriteBatch(1, nullptr, nullptr, &row.number);
  auto* text = static_cast<parquet::ByteArrayWriter*>(group->NextColumn());
  for (const Row& row : rows) {
    const int16_t level = row.text ? 1 : 0;
    const std::string content = row.text.value_or("");
    const parquet::ByteArray value(content);
    text->WriteBatch(1, required_text ? nullptr : &level, nullptr, &value);
  }
  auto* list = static_cast<parquet::Int32Writer*>(group->NextColumn());
  for (const Row& row : rows) {
    std::vector<int16_t> definition, repetition;
    std::vector<int32_t> values;
    if (!row.list || row.list->empty()) {
      definition.push_back(row.list ? 1 : 0);
      repetition.push_back(0);
    } else {
      for (const auto& value : *row.list) {
        repetition.push_back(definition.empty() ? 0 : 1);
        definition.push_back(value ? 3 : 2);
        if (value) values.push_back(*value);
      }
    }
    list->WriteBatch(static_cast<int64_t>(definition.size()), definition.data(), repetition.data(),
                     values.data());
  }
}

inline void DisableDictionary(parquet::Encoding::type encoding,
                              parquet::WriterProperties::Builder* properties) {
  properties->disable_dictionary();
  properties->encoding("number", encoding)->encoding("list.list.element", encoding);
}

inline std::string FileOf(const std::vector<Row>& rows, const Layout& layout = {}) {
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  parquet::WriterProperties::Builder properties;
  properties.data_pagesize(layout.page_size)->write_batch_size(1);
  properties.compression(layout.codec)->data_page_version(layout.pages);
  if (!layout.dictionary) DisableDictionary(layout.encoding, &properties);
  if (layout.checksums) properties.enable_page_checksum();
  auto writer = parquet::ParquetFileWriter::Open(
      sink, std::static_pointer_cast<parquet::schema::GroupNode>(Schema(layout)),
      properties.build());
  for (size_t at = 0; at < rows.size(); at += layout.rows_per_group) {
    const size_t count = std::min(layout.rows_per_group, rows.size() - at);
    WriteGroup(std::span(rows).subspan(at, count), writer->AppendRowGroup(), layout.required_text);
  }
  writer->Close();
  return sink->Finish().ValueOrDie()->ToString();
}

inline ByteRange FooterPlaceOf(const std::string& file) {
  return LocateFooter(AsBytes(file), static_cast<int64_t>(file.size())).ValueOrDie().footer;
}

inline FileMetaData FooterOf(const std::string& file) {
  const ByteRange place = FooterPlaceOf(file);
  const auto begin = static_cast<size_t>(place.offset);
  return ParseFooter(AsBytes(file).subspan(begin, static_cast<size_t>(place.length))).ValueOrDie();
}

// The file with another footer.
inline std::string WithFooter(const std::string& file,
                              const std::function<void(FileMetaData&)>& change) {
  FileMetaData footer = FooterOf(file);
  change(footer);
  return file.substr(0, static_cast<size_t>(FooterPlaceOf(file).offset)) +
         SerializeFooter(footer).ValueOrDie();
}

// The file with another header of a column's first data page, or of its dictionary page, as long
// as the one that it had.
inline std::string WithPageHeader(std::string file, size_t column,
                                  const std::function<void(PageHeader&)>& change,
                                  bool of_dictionary = false) {
  const FileMetaData footer = FooterOf(file);
  const ColumnMetaData& chunk = *footer.row_groups[0].columns[column].meta_data;
  const auto begin =
      static_cast<size_t>(of_dictionary ? chunk.pages().offset : chunk.data_page_offset);
  auto parsed = **ParsePageHeader(AsBytes(file).subspan(begin));
  change(parsed.header);
  const std::string header = Serialize(parsed.header);
  EXPECT_EQ(static_cast<int64_t>(header.size()), parsed.length);
  return file.replace(begin, header.size(), header);
}

// Without the other columns.
inline void KeepLists(FileMetaData& footer) {
  footer.schema.erase(footer.schema.begin() + 1, footer.schema.begin() + 3);
  footer.schema[0].num_children = 1;
  footer.column_orders.reset();
  for (RowGroup& group : footer.row_groups) {
    group.columns.erase(group.columns.begin(), group.columns.begin() + 2);
  }
}

// Lists of every kind, texts that repeat.
inline std::vector<Row> SomeRows(size_t count) {
  std::vector<Row> rows(count);
  for (size_t i = 0; i < count; ++i) {
    const auto n = static_cast<int32_t>(i);
    rows[i].number = n;
    if (i % 5 != 0) rows[i].text = "text " + std::to_string(i % 7);
    if (i % 4 == 1) rows[i].list.emplace();
    if (i % 4 == 2) rows[i].list = {{n}};
    if (i % 4 == 3) rows[i].list = {{n, std::nullopt, n + 1}};
  }
  return rows;
}

struct Change {
  const char* name;
  std::function<void(Row&)> apply;
  const char* found;  // behind the row
};

// Of row 7 of SomeRows().
inline std::vector<Change> Changes() {
  return {
      {"number", [](Row& row) { row.number += 1000; }, "number: 7 | 1007"},
      {"text", [](Row& row) { row.text = "text 1"; }, "text: 'text 0' | 'text 1'"},
      {"text to null", [](Row& row) { row.text.reset(); }, "text: 'text 0' | null"},
      {"element", [](Row& row) { (*row.list)[2] = 9; }, "list.list.element: 8 | 9"},
      {"element to null", [](Row& row) { (*row.list)[0].reset(); }, "list.list.element: 7 | null"},
      {"null to element", [](Row& row) { (*row.list)[1] = 0; }, "list.list.element: null | 0"},
      {"list to empty", [](Row& row) { row.list->clear(); },
       "list.list.element: 7 | empty list (at list)"},
      {"list to null", [](Row& row) { row.list.reset(); }, "list.list.element: 7 | null (at list)"},
      {"one element less", [](Row& row) { row.list->pop_back(); },
       "list.list.element: 8 | the row has ended"},
      {"one element more", [](Row& row) { row.list->emplace_back(5); },
       "list.list.element: the row has ended | 5"},
  };
}

class CompareTablesTest : public ::testing::Test {
 protected:
  CompareTablesTest() { options_.proof = Proof::kContent; }

  ObjectInfo Put(const std::string& bytes) {
    const Uri uri = Uri::Parse("memory://b/" + std::to_string(files_++)).ValueOrDie();
    auto writer = store_.Create(uri, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
    EXPECT_TRUE(writer->Append(AsBytes(bytes)).ok());
    return writer->Finish().ValueOrDie();
  }

  TableFiles Table(const std::vector<std::string>& files) {
    TableFiles table{&store_, {}};
    for (const auto& bytes : files) table.objects.push_back(Put(bytes));
    return table;
  }

  Result<Comparison> Compare(const std::vector<std::string>& a, const std::vector<std::string>& b,
                             bool unordered = false) {
    options_.executor = &executor_;
    options_.width = 4;
    if (options_.pool == nullptr) options_.pool = arrow::system_memory_pool();
    std::optional<RowHashKey> key;
    if (unordered) key = RowHashKey{1, 2, 3};
    return CompareTables(Table(a), Table(b), key, options_);
  }

  // "row column: a | b" of the first difference; "" if they are the same.
  std::string First(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto result = Compare(a, b);
    if (!result.ok()) return result.status().message();
    if (!result->difference) return "";
    const Difference& found = *result->difference;
    return std::to_string(found.row) + " " + found.column + ": " + found.a.value + " | " +
           found.b.value;
  }

  bool SameSet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return !Compare(a, b, /*unordered=*/true).ValueOrDie().difference.has_value();
  }

  MemoryStore store_{{"b"}};
  int files_ = 0;
  Executor executor_{4};
  CompareOptions options_;
};

}  // namespace pqpack::testing

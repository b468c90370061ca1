// SPDX-License-Identifier: Apache-2.0
//
// The comparison on files out of Parquet's low-level writer, so that levels are set one by
// one.  test/e2e/test_verify.py has files of other writers.
#include "verify/compare_tables.h"

#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/column_writer.h>
#include <parquet/file_writer.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "base/memory_budget.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using parquet::Repetition;
using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;

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
};

NodePtr Schema(const Layout& layout) {
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
void WriteGroup(std::span<const Row> rows, parquet::RowGroupWriter* group, bool required_text) {
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

std::string FileOf(const std::vector<Row>& rows, const Layout& layout = {}) {
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  parquet::WriterProperties::Builder properties;
  properties.data_pagesize(layout.page_size)->write_batch_size(1);
  if (!layout.dictionary) properties.disable_dictionary();
  auto writer = parquet::ParquetFileWriter::Open(
      sink, std::static_pointer_cast<GroupNode>(Schema(layout)), properties.build());
  for (size_t at = 0; at < rows.size(); at += layout.rows_per_group) {
    const size_t count = std::min(layout.rows_per_group, rows.size() - at);
    WriteGroup(std::span(rows).subspan(at, count), writer->AppendRowGroup(), layout.required_text);
  }
  writer->Close();
  return sink->Finish().ValueOrDie()->ToString();
}

// Lists of every kind, texts that repeat.
std::vector<Row> SomeRows(size_t count) {
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

TEST_F(CompareTablesTest, LayoutDoesNotCount) {
  const auto rows = SomeRows(1000);
  const std::string whole = FileOf(rows);
  for (const Layout& layout :
       {Layout{.rows_per_group = 100}, Layout{.rows_per_group = 333, .page_size = 50},
        Layout{.rows_per_group = 7, .dictionary = false}, Layout{.page_size = 1}}) {
    EXPECT_EQ(First({whole}, {FileOf(rows, layout)}), "");
    EXPECT_EQ(First({FileOf(rows, layout)}, {whole}), "");
    EXPECT_TRUE(SameSet({whole}, {FileOf(rows, layout)}));
  }
}

TEST_F(CompareTablesTest, FilesAreOneSequence) {
  const auto rows = SomeRows(500);
  const auto part = [&](size_t begin, size_t end) {
    return FileOf({rows.begin() + static_cast<long>(begin), rows.begin() + static_cast<long>(end)},
                  {.rows_per_group = 60});
  };
  const std::vector<std::string> parts = {part(0, 1), part(1, 1), part(1, 300), part(300, 500)};
  EXPECT_EQ(First(parts, {FileOf(rows, {.rows_per_group = 70})}), "");
  auto changed = rows;
  changed[420].number = -1;
  const auto result = Compare(parts, {FileOf(changed, {.rows_per_group = 70})});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->row, 420);
  EXPECT_EQ(result->difference->a.row, 120);  // of the fourth file
  EXPECT_EQ(result->difference->a.row_group, 2);
  EXPECT_EQ(result->difference->b.row_group, 6);
}

// Each change, wherever it is and however the other side is cut, is found at its place.
struct Change {
  const char* name;
  std::function<void(Row&)> apply;
  const char* found;  // behind the row
};

TEST_F(CompareTablesTest, EveryChangeIsFoundAtItsPlace) {
  const std::vector<Change> changes = {
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
  const auto rows = SomeRows(60);
  for (const Change& change : changes) {
    for (const size_t at : {size_t{7}}) {
      auto changed = rows;
      change.apply(changed[at]);
      for (const size_t group : {size_t{1}, size_t{8}, size_t{1000}}) {
        const std::string other = FileOf(changed, {.rows_per_group = group, .page_size = 16});
        EXPECT_EQ(First({FileOf(rows, {.rows_per_group = 9})}, {other}),
                  std::to_string(at) + " " + change.found)
            << change.name << " in groups of " << group;
        EXPECT_FALSE(SameSet({FileOf(rows)}, {other})) << change.name;
      }
    }
  }
}

TEST_F(CompareTablesTest, TheFirstDifferenceIsTheSameInEveryRun) {
  const auto rows = SomeRows(3000);
  auto changed = rows;
  for (size_t i = 1234; i < changed.size(); i += 3) {
    changed[i].number = -1;
    changed[i].text = "other";
  }
  for (size_t i = 1235; i < changed.size(); ++i) changed[i].list.emplace();
  const std::string a = FileOf(rows, {.rows_per_group = 50});
  for (const size_t group : {size_t{50}, size_t{77}}) {
    const std::string b = FileOf(changed, {.rows_per_group = group});
    for (int run = 0; run < 50; ++run) EXPECT_EQ(First({a}, {b}), "1234 number: 1234 | -1");
  }
}

TEST_F(CompareTablesTest, MoreRowsOnOneSide) {
  const auto rows = SomeRows(100);
  auto fewer = rows;
  fewer.pop_back();
  for (const size_t group : {size_t{10}, size_t{1000}}) {
    EXPECT_EQ(First({FileOf(rows)}, {FileOf(fewer, {.rows_per_group = group})}),
              "99 : a row | no row");
    EXPECT_EQ(First({FileOf(fewer, {.rows_per_group = group})}, {FileOf(rows)}),
              "99 : no row | a row");
  }
  EXPECT_FALSE(SameSet({FileOf(rows)}, {FileOf(fewer)}));
}

TEST_F(CompareTablesTest, NullabilityDoesNotCountButNullsDo) {
  auto rows = SomeRows(100);
  for (Row& row : rows) row.text = "there";
  const std::string required = FileOf(rows, {.rows_per_group = 30, .required_text = true});
  EXPECT_EQ(First({required}, {FileOf(rows)}), "");
  EXPECT_EQ(First({FileOf(rows)}, {required}), "");
  EXPECT_TRUE(SameSet({required}, {FileOf(rows)}));
  rows[40].text.reset();
  EXPECT_EQ(First({required}, {FileOf(rows)}), "40 text: 'there' | null");
  EXPECT_EQ(First({FileOf(rows)}, {required}), "40 text: null | 'there'");
  EXPECT_FALSE(SameSet({required}, {FileOf(rows)}));
}

TEST_F(CompareTablesTest, SetsOfRows) {
  const auto rows = SomeRows(200);
  auto reversed = rows;
  std::ranges::reverse(reversed);
  EXPECT_TRUE(SameSet({FileOf(rows)}, {FileOf(reversed, {.rows_per_group = 13})}));
  EXPECT_EQ(First({FileOf(rows)}, {FileOf(reversed)}), "0 number: 0 | 199");

  auto twice = rows;
  twice[3] = twice[8];
  EXPECT_FALSE(SameSet({FileOf(rows)}, {FileOf(twice)}));

  // Every column has the same values.
  auto exchanged = rows;
  std::swap(exchanged[3].number, exchanged[8].number);
  const auto result = Compare({FileOf(rows)}, {FileOf(exchanged)}, /*unordered=*/true);
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->what, "each column has the same values, but they make other rows");

  // Elements that move from one row's list to the next one's.
  std::vector<Row> lists(2);
  lists[0].list = {{1, 2}};
  lists[1].list = {{3}};
  auto moved = lists;
  moved[0].list = {{1}};
  moved[1].list = {{2, 3}};
  EXPECT_FALSE(SameSet({FileOf(lists)}, {FileOf(moved)}));
}

TEST_F(CompareTablesTest, ProofByStructureWhereThePagesAreTheSame) {
  const auto rows = SomeRows(1000);
  auto changed = rows;
  changed[700].number = -1;
  const Layout layout{.rows_per_group = 100};
  options_.proof = Proof::kAuto;
  auto result = Compare({FileOf(rows, layout)}, {FileOf(changed, layout)});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->row, 700);
  result = Compare({FileOf(rows, layout)}, {FileOf(rows, layout)});
  ASSERT_TRUE(result.ok() && !result->difference);
  EXPECT_EQ(result->proof.by_structure, 30);
  EXPECT_EQ(result->proof.by_content, 0);
  options_.proof = Proof::kStructure;
  result = Compare({FileOf(rows, layout)}, {FileOf(changed, layout)});
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->what, "not proven by structure: the bytes of page 0 differ");
  EXPECT_EQ(result->difference->a.row_group, 7);
}

TEST_F(CompareTablesTest, WhatIsTooLargeIsAnError) {
  CappedPool pool(arrow::system_memory_pool(), 1000);
  options_.pool = &pool;
  const std::string file = FileOf(SomeRows(1000));
  for (const bool unordered : {false, true}) {
    const auto result = Compare({file}, {file}, unordered);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(CodeOf(result.status()), ErrorCode::kTooLarge) << result.status();
  }
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

TEST_F(CompareTablesTest, AStopEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  options_.stop = stop.get_token();
  const auto result = Compare({FileOf(SomeRows(10))}, {FileOf(SomeRows(10))});
  EXPECT_EQ(CodeOf(result.status()), ErrorCode::kCancelled);
}

TEST_F(CompareTablesTest, WideDeltasOfArrowGoAreRead) {
  std::ifstream in("test/data/arrow_go_18_5_0/delta_int32.parquet", std::ios::binary);
  ASSERT_TRUE(in) << "tests run in the root of the checkout";
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  const auto result = Compare({file}, {file});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->difference);
  EXPECT_GT(result->rows_a, 0);
}

// Cut off at every byte, and each byte changed: an error or an answer, and the memory is free
// again.
TEST_F(CompareTablesTest, SurvivesDamage) {
  const std::string file = FileOf(SomeRows(30), {.rows_per_group = 10});
  CappedPool pool(arrow::system_memory_pool(), int64_t{64} << 20);
  options_.pool = &pool;
  int errors = 0;
  for (size_t at = 0; at < file.size(); at += 3) {
    errors += Compare({file}, {file.substr(0, at)}).ok() ? 0 : 1;
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    errors += Compare({file}, {flipped}, at % 2 == 0).ok() ? 0 : 1;
  }
  EXPECT_GT(errors, static_cast<int>(file.size()) / 3);
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

}  // namespace
}  // namespace pqpack

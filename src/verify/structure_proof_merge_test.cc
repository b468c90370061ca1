// SPDX-License-Identifier: Apache-2.0
//
// The structure proof of many small files against what they were merged into: what a merge
// could do wrong between two files, in one column alone, with all counts as they should be.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <utility>

#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using testing::FileOf;
using testing::Layout;
using testing::Row;
using testing::SomeRows;
using testing::WithFooter;

constexpr size_t kRowsPerFile = 25;
constexpr size_t kRows = 300;

constexpr auto kV2 = parquet::ParquetDataPageVersion::V2;
constexpr auto kZstd = arrow::Compression::ZSTD;
constexpr auto kSnappy = arrow::Compression::SNAPPY;

// As what merges write: pages of a source moved, joined, with a dictionary or without.
const std::vector<Layout>& MergedLayouts() {
  static const std::vector<Layout> kLayouts = {
      {},
      {.codec = kSnappy},
      {.dictionary = false, .codec = kSnappy},
      {.rows_per_group = kRowsPerFile, .codec = kSnappy},
      {.rows_per_group = 110, .page_size = 100, .pages = kV2},
      {.rows_per_group = 60, .page_size = 64, .dictionary = false, .codec = kZstd, .pages = kV2},
  };
  return kLayouts;
}

std::vector<std::string> FilesOf(const std::vector<Row>& rows, const Layout& layout) {
  std::vector<std::string> files;
  for (size_t at = 0; at < rows.size(); at += kRowsPerFile) {
    const auto begin = rows.begin() + static_cast<long>(at);
    files.push_back(FileOf({begin, begin + kRowsPerFile}, layout));
  }
  return files;
}

// Which row of the sources stands at each place of what is merged.
using Places = std::vector<size_t>;

struct Fault {
  const char* name;
  void (*apply)(Places&);
};

// Counts of rows stay what they are.
const std::vector<Fault>& Faults() {
  static const auto kAt = [](Places& rows, size_t row) {
    return rows.begin() + static_cast<long>(row);
  };
  static const std::vector<Fault> kFaults = {
      {"two files in each other's place",
       [](Places& rows) { std::swap_ranges(kAt(rows, 75), kAt(rows, 100), kAt(rows, 125)); }},
      {"one file twice, another one missing",
       [](Places& rows) { std::copy(kAt(rows, 25), kAt(rows, 50), kAt(rows, 225)); }},
      {"the last row of a file behind the first of the next",
       [](Places& rows) { std::swap(rows[24], rows[25]); }},
      {"a row moved to another file",
       [](Places& rows) { std::rotate(kAt(rows, 49), kAt(rows, 50), kAt(rows, 53)); }},
      {"a file's last row twice, the next one's first missing",
       [](Places& rows) { rows[100] = rows[99]; }},
      {"the very last row twice", [](Places& rows) { rows[299] = rows[298]; }},
      {"all of it from the second row on one row later",
       [](Places& rows) { std::rotate(kAt(rows, 1), kAt(rows, 299), rows.end()); }},
  };
  return kFaults;
}

struct Field {
  const char* path;
  void (*copy)(const Row& from, Row* to);
  bool (*same)(const Row& a, const Row& b);
};

const std::vector<Field>& Fields() {
  static const std::vector<Field> kFields = {
      {"number", [](const Row& from, Row* to) { to->number = from.number; },
       [](const Row& a, const Row& b) { return a.number == b.number; }},
      {"text", [](const Row& from, Row* to) { to->text = from.text; },
       [](const Row& a, const Row& b) { return a.text == b.text; }},
      {"list.list.element", [](const Row& from, Row* to) { to->list = from.list; },
       [](const Row& a, const Row& b) { return a.list == b.list; }},
  };
  return kFields;
}

class MergeProofTest : public testing::CompareTablesTest {
 protected:
  MergeProofTest() {
    options_.proof = Proof::kStructure;
    options_.schemas = SchemaRule::kMerged;
  }

  // "row column" of the first difference; "" where there is none.
  std::string Found(Proof proof, const std::vector<std::string>& a,
                    const std::vector<std::string>& b) {
    options_.proof = proof;
    const auto result = Compare(a, b);
    if (!result.ok()) return result.status().message();
    counts_ = result->proof;
    if (!result->difference) return "";
    return std::to_string(result->difference->row) + " " + result->difference->column;
  }

  ProofCounts counts_;
};

TEST_F(MergeProofTest, WhatIsMergedRightIsProvenWithoutDecoding) {
  const auto rows = SomeRows(kRows);
  for (const Layout& of_sources : MergedLayouts()) {
    const auto sources = FilesOf(rows, of_sources);
    for (const Layout& merged : MergedLayouts()) {
      EXPECT_EQ(Found(Proof::kStructure, sources, {FileOf(rows, merged)}), "");
      EXPECT_EQ(counts_.by_structure, 36);
      EXPECT_EQ(counts_.by_content, 0);
    }
  }
}

TEST_F(MergeProofTest, EachFaultOfEachColumnIsFoundAtItsRow) {
  const auto rows = SomeRows(kRows);
  for (const Fault& fault : Faults()) {
    Places places(kRows);
    std::iota(places.begin(), places.end(), size_t{0});
    fault.apply(places);
    for (const Field& field : Fields()) {
      auto wrong = rows;
      for (size_t i = 0; i < kRows; ++i) field.copy(rows[places[i]], &wrong[i]);
      size_t first = 0;
      while (first < kRows && field.same(rows[first], wrong[first])) ++first;
      ASSERT_LT(first, kRows) << fault.name << ", " << field.path;
      const std::string expected = std::to_string(first) + " " + field.path;
      for (const Layout& of_sources : {Layout{}, Layout{.dictionary = false, .codec = kSnappy}}) {
        const auto sources = FilesOf(rows, of_sources);
        for (const Layout& merged : MergedLayouts()) {
          const std::string b = FileOf(wrong, merged);
          EXPECT_NE(Found(Proof::kStructure, sources, {b}), "") << fault.name << ", " << field.path;
          EXPECT_EQ(Found(Proof::kAuto, sources, {b}), expected) << fault.name;
        }
      }
    }
  }
}

// The sources' dictionaries have other entries in other orders, and one of them is misread.
TEST_F(MergeProofTest, AnEntryOfOneSourcesDictionaryIsAnother) {
  const auto rows = SomeRows(kRows);
  const auto sources = FilesOf(rows, {});
  for (const Layout& merged : MergedLayouts()) {
    const std::string b = FileOf(rows, merged);
    for (size_t file = 0; file < sources.size(); ++file) {
      auto wrong = sources;
      const auto chunk = testing::FooterOf(wrong[file]).row_groups[0].columns[1].meta_data->pages();
      const size_t entry = wrong[file].find("text 3", static_cast<size_t>(chunk.offset));
      ASSERT_LT(entry, static_cast<size_t>(chunk.end()));
      wrong[file][entry + 5] = '4';
      size_t row = file * kRowsPerFile;
      while (rows[row].text != "text 3") ++row;
      EXPECT_NE(Found(Proof::kStructure, wrong, {b}), "");
      EXPECT_EQ(Found(Proof::kAuto, wrong, {b}), std::to_string(row) + " text");
    }
  }
}

// The same indices in the same pages, under dictionaries that were the same one chunk before: the
// second of two files begins with the other text.
TEST_F(MergeProofTest, DictionariesAreComparedForEachPairOfChunks) {
  const auto texts = [](size_t begin, size_t count) {
    std::vector<Row> rows(count);
    for (size_t i = 0; i < count; ++i) rows[i].text = (begin + i) % 2 == 0 ? "p" : "q";
    return rows;
  };
  for (const int64_t page_size : {int64_t{1}, int64_t{1} << 20}) {
    const Layout layout{.page_size = page_size};
    const std::string one = FileOf(texts(0, 20), layout);
    const std::string first = FileOf(texts(0, 10), layout);
    const std::string second = FileOf(texts(1, 10), layout);
    EXPECT_EQ(Found(Proof::kStructure, {one}, {first, first}), "");
    EXPECT_EQ(Found(Proof::kStructure, {one}, {first, second}), "10 text");
    EXPECT_EQ(Found(Proof::kStructure, {first, second}, {one}), "10 text");
    EXPECT_EQ(Found(Proof::kAuto, {one}, {first, second}), "10 text");
    EXPECT_EQ(Found(Proof::kAuto, {first, second}, {one}), "10 text");
  }
}

// Small files are gone through several at a time; these are not small.
TEST_F(MergeProofTest, FilesThatAreReadOneByOne) {
  std::vector<Row> rows(3);
  const auto size = static_cast<size_t>(kTogetherBytes) + 1;
  for (size_t i = 0; i < rows.size(); ++i) rows[i].text.emplace(size, static_cast<char>('a' + i));
  const auto file = [&](size_t i) { return FileOf({rows[i]}, {.dictionary = false}); };
  const std::string merged = FileOf(rows, {.dictionary = false, .codec = kSnappy});
  EXPECT_EQ(Found(Proof::kStructure, {file(0), file(1), file(2)}, {merged}), "");
  EXPECT_EQ(Found(Proof::kStructure, {file(0), file(2), file(1)}, {merged}), "1 text");
}

// Counts the requests for all files but `merged`.
class CountingStore : public MemoryStore {
 public:
  CountingStore() : MemoryStore({"b"}) {}
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    if (!id.uri.ToString().ends_with("merged")) ++reads_;
    return MemoryStore::Read(id, range);
  }
  int64_t reads() const { return reads_; }

 private:
  std::atomic<int64_t> reads_ = 0;
};

// As many as columns go through together; of others footer and pages are two requests.
TEST_F(MergeProofTest, SmallFilesAreOneRequestEach) {
  std::vector<Row> rows(4);
  const auto size = static_cast<size_t>(kTogetherBytes) / 5;
  for (size_t i = 0; i < rows.size(); ++i) rows[i].text.emplace(size, static_cast<char>('a' + i));
  const auto reads = [&](size_t files, size_t repeats) {
    CountingStore store;
    std::vector<Row> all;
    const auto put = [&](const std::string& name, const std::vector<Row>& some) {
      const Uri uri = Uri::Parse("memory://b/" + name).ValueOrDie();
      auto writer = store.Create(uri, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
      EXPECT_TRUE(writer->Append(AsBytes(FileOf(some, {.dictionary = false}))).ok());
      return writer->Finish().ValueOrDie();
    };
    TableFiles a{&store, {}}, b{&store, {}};
    for (size_t i = 0; i < files; ++i) {
      std::vector<Row> some(repeats, rows[i % rows.size()]);
      for (size_t r = 1; r < repeats; ++r) some[r].text = "short";
      a.objects.push_back(put(std::to_string(i), some));
      all.insert(all.end(), some.begin(), some.end());
    }
    b.objects.push_back(put("merged", all));
    options_.executor = &executor_;
    options_.width = 2;
    options_.pool = arrow::system_memory_pool();
    const int64_t before = store.reads();
    const auto result = CompareTables(a, b, std::nullopt, options_);
    EXPECT_TRUE(result.ok() && !result->difference);
    return store.reads() - before;
  };
  EXPECT_EQ(reads(4, 3), 4);
  EXPECT_EQ(reads(7, 3), 4 + 3 * 2);
}

// Named before any row.
TEST_F(MergeProofTest, TheSameBytesOfAnotherType) {
  const auto rows = SomeRows(kRows);
  const auto sources = FilesOf(rows, {});
  const auto typed = [&](size_t element, PhysicalType type) {
    return WithFooter(FileOf(rows), [=](FileMetaData& footer) {
      footer.schema[element].type = type;
      const size_t column = element == 5 ? 2 : element - 1;
      for (RowGroup& group : footer.row_groups) group.columns[column].meta_data->type = type;
    });
  };
  EXPECT_EQ(Found(Proof::kStructure, sources, {typed(1, PhysicalType::kInt64)}), "");
  EXPECT_EQ(Found(Proof::kStructure, sources, {typed(1, PhysicalType::kDouble)}), "-1 number");
  EXPECT_EQ(Found(Proof::kStructure, sources, {typed(5, PhysicalType::kFloat)}),
            "-1 list.list.element");
  const std::string bytes = WithFooter(FileOf(rows), [](FileMetaData& footer) {
    footer.schema[2].converted_type.reset();
    footer.schema[2].logical_type.reset();
  });
  EXPECT_EQ(Found(Proof::kStructure, sources, {bytes}), "-1 text");
}

}  // namespace
}  // namespace pqpack

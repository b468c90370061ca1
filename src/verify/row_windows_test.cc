// SPDX-License-Identifier: Apache-2.0
//
// Tables that are known by their facts alone: nothing is read.
#include "verify/row_windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kLarge = 100 * kMiB;  // is held whole nowhere

struct TestFile {
  int64_t size;
  std::vector<int64_t> rows;  // of row groups
};

class RowWindows : public ::testing::Test {
 protected:
  Table& Of(const std::vector<TestFile>& files, const std::string& store = "memory://b/") {
    Schema schema(2);
    schema[0].name = "schema";
    schema[0].num_children = 1;
    schema[1].name = "n";
    schema[1].type = PhysicalType::kInt64;
    schema[1].repetition = Repetition::kRequired;
    auto& table = tables_.emplace_back(std::make_unique<Table>(store_));
    for (const TestFile& file : files) {
      auto facts = std::make_shared<FileFacts>();
      facts->group_rows = file.rows;
      facts->chunks.resize(file.rows.size());
      facts->schema = std::make_shared<const Schema>(schema);
      ObjectInfo object;
      object.uri = Uri::Parse(store + std::to_string(table->files())).ValueOrDie();
      object.size = file.size;
      EXPECT_EQ(table->Add(object, facts), Status::OK());
    }
    return *table;
  }

  std::vector<WindowBatch> Batches(const Table& a, const Table& b, int64_t most = kGiB) {
    windows_ = WindowsOf(a, b);
    return BatchesOf(windows_, a, b, most);
  }
  std::vector<size_t> Sizes(const Table& a, const Table& b, int64_t most = kGiB) {
    std::vector<size_t> sizes;
    for (const WindowBatch& batch : Batches(a, b, most)) sizes.push_back(batch.size());
    return sizes;
  }

  MemoryStore store_{{"b"}};
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<Window> windows_;
};

TEST_F(RowWindows, EndWhereARowGroupOfEitherDoes) {
  const auto windows = WindowsOf(Of({{kMiB, {10, 20}}}), Of({{kMiB, {15}}, {kMiB, {15}}}));
  ASSERT_EQ(windows.size(), 3U);
  std::vector<std::vector<int64_t>> found;
  for (const Window& w : windows) {
    found.push_back({w.a->group, w.b->file, w.a_begins, w.b_begins, w.a_ends, w.b_ends});
  }
  EXPECT_THAT(found, ElementsAre(ElementsAre(0, 0, 1, 1, 1, 0), ElementsAre(1, 0, 1, 0, 0, 1),
                                 ElementsAre(1, 1, 0, 1, 1, 1)));
}

TEST_F(RowWindows, ThatAreWholeAreByThemselves) {
  EXPECT_THAT(Sizes(Of({{kMiB, {10, 10, 5, 15}}}), Of({{kMiB, {10, 10, 20}}})), ElementsAre(2, 2));
  EXPECT_THAT(Sizes(Of({{kMiB, {5, 5, 10}}}), Of({{kMiB, {10, 10}}})), ElementsAre(2, 1));
}

TEST_F(RowWindows, OfABatchHaveFilesOfSoManyBytes) {
  const std::vector<TestFile> small(4, TestFile{6 * kMiB, {5, 5}});
  for (const std::string store : {"memory://b/", "/"}) {
    const Table& inputs = Of(small, store);
    const Table& merged = Of({{kLarge, {40}}}, "/");  // small blocks of it
    EXPECT_THAT(Sizes(inputs, merged, 16 * kMiB), ElementsAre(4, 4));
    EXPECT_THAT(Sizes(merged, inputs, 16 * kMiB), ElementsAre(4, 4));
    EXPECT_EQ(Sizes(inputs, merged, 1), std::vector<size_t>(8, 1));
    EXPECT_THAT(Sizes(inputs, merged), ElementsAre(8));
  }
}

TEST_F(RowWindows, DoNotGoBackInAFileThatIsNotHeld) {
  const Table& held = Of({{kMiB, {10, 10, 10, 10}}});
  const Table& large = Of({{kLarge, {15, 15, 10}}});
  EXPECT_THAT(Sizes(held, large), ElementsAre(2, 2, 1));
  EXPECT_THAT(Sizes(large, held), ElementsAre(2, 2, 1));
  EXPECT_THAT(Sizes(held, Of({{kMiB, {15, 15, 10}}})), ElementsAre(4, 1));
}

TEST_F(RowWindows, OfABatchEndTogetherWhereThatIsNotFar) {
  for (const auto& [size, sizes] :
       std::vector<std::pair<int64_t, std::vector<size_t>>>{{10 * kMiB, {2, 2}}, {kMiB, {4}}}) {
    EXPECT_EQ(Sizes(Of({{size, {5, 5}}, {size, {5, 5}}}), Of({{size, {10}}, {size, {10}}})), sizes);
  }
}

void ExpectReading(const ReadAheadOptions& reading, int64_t block, int ahead, int64_t most) {
  EXPECT_EQ(reading.block_size, block);
  EXPECT_EQ(reading.blocks_ahead, ahead);
  EXPECT_EQ(reading.max_bytes, most);
}

TEST_F(RowWindows, ThatAreReadToTheirEndHaveLargeBlocks) {
  constexpr int64_t kWindow = 40 * kMiB + kFooterGuess;
  for (const std::string store : {"memory://b/", "/"}) {
    const Table& a = Of({{kLarge, {10, 10}}}, store);
    const auto batches = Batches(a, a);
    ExpectReading(HowToRead(batches, a, Side::kA, 1, {}), 8 * kMiB, 2, -1);
    ExpectReading(HowToRead(batches, a, Side::kA, 2, {}), 5 * kMiB, 1, kWindow);
    ExpectReading(HowToRead(batches, a, Side::kA, 100, {}), kMiB, 1, kWindow);
    ReadAheadOptions little;
    little.max_bytes = 9 * kMiB;
    ExpectReading(HowToRead(batches, a, Side::kA, 2, little), 8 * kMiB, 2, 9 * kMiB);
  }
}

TEST_F(RowWindows, ThatStopInTheMiddleHaveSmallOnes) {
  const Table& inputs = Of(std::vector<TestFile>(4, TestFile{6 * kMiB, {10}}));
  const Table& merged = Of({{kLarge, {40}}});
  auto batches = Batches(inputs, merged, 16 * kMiB);
  ASSERT_GT(batches.size(), 1U);
  ExpectReading(HowToRead(batches, inputs, Side::kA, 1, {}), 8 * kMiB, 2, -1);
  ExpectReading(HowToRead(batches, merged, Side::kB, 1, {}), kMiB, 0, -1);
  batches = Batches(inputs, merged);
  ASSERT_EQ(batches.size(), 1U);
  ExpectReading(HowToRead(batches, merged, Side::kB, 1, {}), 8 * kMiB, 2, -1);
  // What is held is fetched once anyway, and what is here can be read again.
  const Table& held = Of({{20 * kMiB, {40}}});
  batches = Batches(inputs, held, 32 * kMiB);
  ASSERT_GT(batches.size(), 1U);
  ExpectReading(HowToRead(batches, held, Side::kB, 1, {}), 8 * kMiB, 2, -1);
  const Table& here = Of({{kLarge, {40}}}, "/");
  ExpectReading(HowToRead(Batches(inputs, here), here, Side::kB, 1, {}), kMiB, 0, -1);
}

TEST_F(RowWindows, FilesAreHeldFromWhereTheyBegin) {
  const Table& inputs = Of(std::vector<TestFile>(4, TestFile{6 * kMiB, {5, 5}}));
  const Table& held = Of({{kMiB, {40}}});
  const auto batches = Batches(held, inputs, 16 * kMiB);
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_THAT(HeldFiles(batches[0], inputs, Side::kB), ElementsAre(0, 1));
  EXPECT_THAT(HeldFiles(batches[1], inputs, Side::kB), ElementsAre(2, 3));
  EXPECT_THAT(HeldFiles(batches[0], held, Side::kA), ElementsAre(0));
  EXPECT_THAT(HeldFiles(batches[1], held, Side::kA), IsEmpty());
  const Table& large = Of({{kLarge, {40}}});
  EXPECT_THAT(HeldFiles(Batches(large, inputs)[0], large, Side::kA), IsEmpty());
}

}  // namespace
}  // namespace pqpack

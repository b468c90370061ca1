// SPDX-License-Identifier: Apache-2.0
//
// What a comparison asks a store for that is not this machine.
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "verify/compare_tables_testing.h"
#include "verify/file_facts.h"

namespace pqpack {
namespace {

using testing::FileOf;
using testing::FooterOf;
using testing::Layout;
using testing::Row;
using testing::SomeRows;

struct Traffic {
  int64_t requests = 0;
  int64_t bytes = 0;
};

class CountingStore : public MemoryStore {
 public:
  CountingStore() : MemoryStore({"b"}) {}
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    const std::lock_guard lock(mutex_);
    Traffic& of_object = traffic_[id.uri];
    ++of_object.requests;
    of_object.bytes += range.length;
    return MemoryStore::Read(id, range);
  }
  const Traffic& Of(const ObjectInfo& object) { return traffic_[object.uri]; }
  void Forget() { traffic_.clear(); }

 private:
  std::mutex mutex_;
  std::map<Uri, Traffic> traffic_;
};

class ProofRequestsTest : public ::testing::Test {
 protected:
  ObjectInfo Put(const std::string& name, const std::string& bytes) {
    const Uri uri = Uri::Parse("memory://b/" + name).ValueOrDie();
    auto writer = store_.Create(uri, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
    EXPECT_TRUE(writer->Append(AsBytes(bytes)).ok());
    return writer->Finish().ValueOrDie();
  }

  void AddOriginal(const std::vector<Row>& rows, const Layout& layout) {
    const std::string file = FileOf(rows, layout);
    const std::string name = std::to_string(originals_.objects.size());
    originals_.objects.push_back(Put(name, file));
    originals_.known.push_back(std::make_shared<FileFacts>(FactsOf(FooterOf(file), nullptr)));
  }

  Result<Comparison> Compare(const ObjectInfo& merged, int width = 1) {
    CompareOptions options;
    options.proof = Proof::kStructure;
    options.executor = &workers_;
    options.width = width;
    options.pool = arrow::system_memory_pool();
    options.reading.executor = &io_;
    options.together = 64 * kMiB;
    return CompareTables(originals_, {&store_, {merged}}, std::nullopt, options);
  }

  CountingStore store_;
  Executor workers_{2};
  Executor io_{4};
  TableFiles originals_{&store_, {}};
};

// Two threads may fetch the block in which the column of one ends and that of the other begins
// twice.
TEST_F(ProofRequestsTest, EachByteIsAskedForOnce) {
  constexpr Layout kLayout{.rows_per_group = 1000, .page_size = 256 * kKiB, .dictionary = false};
  std::vector<Row> all;
  for (int32_t i = 0; i < 12; ++i) {
    Row row{i, std::string(1200 * kKiB, static_cast<char>('a' + i)), {}};
    row.list.emplace(300'000, i);
    AddOriginal({row}, kLayout);
    all.push_back(row);
  }
  const ObjectInfo merged = Put("merged", FileOf(all, kLayout));
  ASSERT_GT(merged.size, 24 * kMiB);
  const int64_t block = ReadAheadOptions().block_size;
  for (const int width : {1, 2}) {
    store_.Forget();
    const auto result = Compare(merged, width);
    ASSERT_TRUE(result.ok() && !result->difference) << result.status();
    for (const ObjectInfo& original : originals_.objects) {
      EXPECT_EQ(store_.Of(original).requests, 1);
      EXPECT_EQ(store_.Of(original).bytes, original.size);
    }
    const Traffic& of_merged = store_.Of(merged);
    if (width == 2) {
      EXPECT_LE(of_merged.bytes, merged.size + kFooterGuess + block);
      continue;
    }
    EXPECT_EQ(of_merged.requests, merged.size / block + 1);  // and its footer
    EXPECT_EQ(of_merged.bytes, merged.size + kFooterGuess);
  }
}

// A footer that was read before says where pages are, and no more.
TEST_F(ProofRequestsTest, AFooterThatIsAnotherOneIsNoProof) {
  const std::vector<Row> rows = SomeRows(40);
  const ObjectInfo merged = Put("merged", FileOf(rows));
  AddOriginal(rows, {.rows_per_group = 10});
  ASSERT_TRUE(Compare(merged).ok());
  std::vector<FileMetaData> others = {
      FooterOf(FileOf(rows, {.rows_per_group = 20})),
      FooterOf(FileOf(rows, {.rows_per_group = 10, .page_size = 1}))};
  const FileMetaData same = FooterOf(FileOf(rows, {.rows_per_group = 10}));
  others.push_back(same);
  others.back().created_by = "DuckDB";  // its pages are read in another way
  others.push_back(same);
  ++others.back().row_groups[0].num_rows;
  --others.back().row_groups[1].num_rows;
  others.push_back(same);
  others.back().schema[1].field_id = 7;
  for (const FileMetaData& other : others) {
    originals_.known = {std::make_shared<FileFacts>(FactsOf(other, nullptr))};
    const Status status = Compare(merged).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch) << status;
    EXPECT_NE(status.message().find("b/0: its footer is not"), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace pqpack

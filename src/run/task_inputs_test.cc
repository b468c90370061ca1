// SPDX-License-Identifier: Apache-2.0
#include "run/task_inputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/temporary_folder_testing.h"
#include "run/repack_testing.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

constexpr int64_t kColumns = 512;
constexpr int64_t kChunk = 8 * kKiB;
constexpr int64_t kWindow = int64_t{4} * 160 * kKiB + kFooterGuess;

// Of so many columns, as far as its footer tells.
std::string WideFile() {
  return WithFooter(LargeFile(kColumns * kChunk), [](FileMetaData& footer) {
    const SchemaElement leaf = footer.schema[1];
    const ColumnChunk chunk = footer.row_groups[0].columns[0];
    footer.schema.resize(1);
    footer.schema[0].num_children = static_cast<int32_t>(kColumns);
    footer.row_groups[0].columns.clear();
    for (int64_t i = 0; i < kColumns; ++i) {
      footer.schema.push_back(leaf);
      footer.schema.back().name += std::to_string(i);
      ColumnMetaData& meta = *footer.row_groups[0].columns.emplace_back(chunk).meta_data;
      meta.path_in_schema = {footer.schema.back().name};
      meta.data_page_offset = kMagicSize + i * kChunk;
      meta.total_compressed_size = kChunk;
    }
  });
}

class TaskInputsTest : public ::testing::Test {
 protected:
  // As a merge does that asks for its columns in `order`.
  std::shared_ptr<ReadAheadFile> Open(const std::string& bytes, ColumnOrderIs order) {
    const Uri uri = Uri::Parse((folder_.path() / "f.parquet").string()).ValueOrDie();
    return Open(*local_, uri, bytes, order);
  }
  std::shared_ptr<ReadAheadFile> Open(ObjectStore& store, const Uri& uri, const std::string& bytes,
                                      ColumnOrderIs order) {
    inputs_.reset();  // gives back what it has of the budget
    Put(store, uri, bytes);
    task_.inputs = {store.Find(uri).ValueOrDie()};
    task_.bytes = task_.inputs[0].size;
    inputs_ = TaskInputs::Read(task_, task_.bytes + 1, store, io_, budget_, {}).ValueOrDie();
    const int first = 0;
    const auto files = inputs_->Open(std::span(&first, 1), order).ValueOrDie();
    return std::dynamic_pointer_cast<ReadAheadFile>(files.at(0));
  }

  // Reads all chunks; what the file held at the most.
  static int64_t MostHeld(ReadAheadFile& file, const std::string& bytes) {
    int64_t most = 0;
    for (int64_t at = kMagicSize; at < kMagicSize + kColumns * kChunk; at += kChunk) {
      const auto chunk = file.ReadAt(at, kChunk).ValueOrDie();
      EXPECT_EQ(chunk->ToString(), bytes.substr(static_cast<size_t>(at), kChunk));
      most = std::max(most, file.bytes_held());
    }
    return most;
  }
  int64_t MostHeld(const std::string& bytes, ColumnOrderIs order) {
    return MostHeld(*Open(bytes, order), bytes);
  }

  // Whether chunks are views of what the file holds.
  bool AreViews(const std::string& bytes, ColumnOrderIs order) {
    const auto file = Open(bytes, order);
    const auto one = file->ReadAt(kMagicSize, kChunk).ValueOrDie();
    const auto next = file->ReadAt(kMagicSize + kChunk, kChunk).ValueOrDie();
    return next->data() == one->data() + kChunk;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> local_ = MakeLocalStore();
  Executor io_{2};
  MemoryBudget budget_{kMiB};  // not enough to keep the file from its footer on
  CompactTask task_;
  std::unique_ptr<TaskInputs> inputs_;
};

TEST_F(TaskInputsTest, AFileOfManyColumnsOnADiskIsNotHeldWhole) {
  const std::string file = WideFile();
  ASSERT_GT(static_cast<int64_t>(file.size()), 2 * kWindow);
  EXPECT_LE(MostHeld(file, ColumnOrderIs::kThatOfFiles), kWindow);
}

// It would be read again and again.
TEST_F(TaskInputsTest, OneWhoseColumnsAreAskedForInAnotherOrderIs) {
  const std::string file = WideFile();
  EXPECT_EQ(MostHeld(file, ColumnOrderIs::kAnother), static_cast<int64_t>(file.size()));
}

// Each would be a request of its own.
TEST_F(TaskInputsTest, OneInAStoreIs) {
  const std::string file = WideFile();
  MemoryStore store({"b"});
  const Uri uri = Uri::Parse("memory://b/f.parquet").ValueOrDie();
  EXPECT_EQ(MostHeld(*Open(store, uri, file, ColumnOrderIs::kThatOfFiles), file),
            static_cast<int64_t>(file.size()));
  inputs_.reset();  // before the store
}

// Its columns are not where the last row group's are.
TEST_F(TaskInputsTest, OneOfSeveralRowGroupsIs) {
  const std::string file = WithFooter(WideFile(), [](FileMetaData& footer) {
    RowGroup empty = footer.row_groups[0];
    empty.num_rows = 0;
    for (ColumnChunk& chunk : empty.columns) {
      chunk.meta_data->num_values = 0;
      chunk.meta_data->total_compressed_size = 0;
    }
    footer.row_groups.push_back(empty);
  });
  EXPECT_EQ(MostHeld(file, ColumnOrderIs::kThatOfFiles), static_cast<int64_t>(file.size()));
}

// A view keeps its block: of a small file that is the file, which is held anyway.
TEST_F(TaskInputsTest, ChunksAreViewsWhereTheirBlockIsHeldAnyway) {
  EXPECT_TRUE(AreViews(WideFile(), ColumnOrderIs::kThatOfFiles));
  EXPECT_TRUE(AreViews(WideFile(), ColumnOrderIs::kAnother));
  EXPECT_FALSE(AreViews(LargeFile(3 * ReadAheadOptions().block_size), ColumnOrderIs::kAnother));
}

TEST_F(TaskInputsTest, OneOfLargeColumnChunksIs) {
  const std::string file = LargeFile(kColumns * kChunk);
  EXPECT_EQ(MostHeld(file, ColumnOrderIs::kThatOfFiles), static_cast<int64_t>(file.size()));
}

}  // namespace
}  // namespace pqpack

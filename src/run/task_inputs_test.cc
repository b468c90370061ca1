// SPDX-License-Identifier: Apache-2.0
#include "run/task_inputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/temporary_folder_testing.h"
#include "run/repack_testing.h"
#include "store/local_store.h"

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
  void SetUp() override {
    const Uri uri = Uri::Parse((folder_.path() / "wide.parquet").string()).ValueOrDie();
    Put(*store_, uri, bytes_);
    task_.inputs = {store_->Find(uri).ValueOrDie()};
    task_.bytes = task_.inputs[0].size;
    inputs_ = TaskInputs::Read(task_, task_.bytes + 1, *store_, io_, budget_, {}).ValueOrDie();
  }

  // Its first input, opened to be merged.
  std::shared_ptr<ReadAheadFile> Open(ColumnOrderIs order) {
    const int first = 0;
    const auto files = inputs_->Open(std::span(&first, 1), order).ValueOrDie();
    return std::dynamic_pointer_cast<ReadAheadFile>(files.at(0));
  }

  // Reads all chunks; what the file held at the most.
  int64_t ReadChunks(ReadAheadFile& file) {
    int64_t most = 0;
    for (int64_t at = kMagicSize; at < kMagicSize + kColumns * kChunk; at += kChunk) {
      const auto chunk = file.ReadAt(at, kChunk).ValueOrDie();
      EXPECT_EQ(chunk->ToString(), bytes_.substr(static_cast<size_t>(at), kChunk));
      most = std::max(most, file.bytes_held());
    }
    return most;
  }

  const std::string bytes_ = WideFile();
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = MakeLocalStore();
  Executor io_{2};
  MemoryBudget budget_{kMiB};  // not enough to keep the file from its footer on
  CompactTask task_;
  std::unique_ptr<TaskInputs> inputs_;
};

TEST_F(TaskInputsTest, AFileOfManyColumnsOnADiskIsNotHeldWhole) {
  ASSERT_GT(task_.bytes, 2 * kWindow);
  const auto file = Open(ColumnOrderIs::kThatOfFiles);
  ASSERT_NE(file, nullptr);
  EXPECT_LE(ReadChunks(*file), kWindow);
}

// It would be read again and again.
TEST_F(TaskInputsTest, OneWhoseColumnsAreAskedForInAnotherOrderIs) {
  const auto file = Open(ColumnOrderIs::kAnother);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(ReadChunks(*file), task_.bytes);
}

}  // namespace
}  // namespace pqpack

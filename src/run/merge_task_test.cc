// SPDX-License-Identifier: Apache-2.0
//
// A writer whose footers promise what the rows do not keep: the task looks, and does not end well.
#include "run/merge_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "run/repack_testing.h"
#include "store/fault_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;
using Change = std::function<void(FileMetaData&)>;

// Parquet files that are written through it have a changed footer.
class ChangingStore : public FaultStore {
 public:
  ChangingStore(ObjectStore* inner, Change change)
      : FaultStore(inner, {}), change_(std::move(change)) {}

  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override {
    PQ_ASSIGN(auto inner, FaultStore::Create(uri, options));
    return std::make_unique<Writer>(*this, std::move(inner));
  }

 private:
  class Writer : public ObjectWriter {
   public:
    Writer(ChangingStore& store, std::unique_ptr<ObjectWriter> inner)
        : store_(store), inner_(std::move(inner)) {}
    Status Append(Bytes data) override {
      bytes_ += AsText(data);
      return Status::OK();
    }
    Status AppendFrom(const ObjectId& source, ByteRange range) override {
      PQ_ASSIGN(const auto bytes, store_.Read(source, range));
      bytes_ += bytes->ToString();
      return Status::OK();
    }
    Result<ObjectInfo> Finish() override {
      PQ_RETURN_NOT_OK(inner_->Append(AsBytes(WithFooter(bytes_, store_.change_))));
      return inner_->Finish();
    }
    void LeaveBehind() override { inner_->LeaveBehind(); }

   private:
    ChangingStore& store_;
    const std::unique_ptr<ObjectWriter> inner_;
    std::string bytes_;
  };

  const Change change_;
};

// Says of the rows of each row group that they are sorted by their one column.
void SaySorted(FileMetaData& footer, bool descending) {
  SortingColumn by;
  by.column_idx = 0;
  by.descending = descending;
  for (RowGroup& group : footer.row_groups) group.sorting_columns = {by};
}
void SayAscending(FileMetaData& footer) { SaySorted(footer, false); }
void SayDescending(FileMetaData& footer) { SaySorted(footer, true); }
void SayNothingMore(FileMetaData&) {}

class MergeTaskTest : public ::testing::Test {
 protected:
  MergeTaskTest() {
    options_.target = FindTarget("generic").ValueOrDie();
    options_.table.policy.target_file_size = 2'400'000;
  }

  void AddInput(const std::string& bytes) {
    const Uri uri = At("in/" + std::to_string(task_.inputs.size()));
    Put(memory_, uri, bytes);
    task_.inputs.push_back(memory_.Find(uri).ValueOrDie());
    task_.bytes += task_.inputs.back().size;
  }
  Status Merge(const Change& change) {
    ChangingStore store(&memory_, change);
    const std::string folder = "out" + std::to_string(++merges_) + "/";
    const MergeContext context{options_, {},    store, executor_, executor_,
                               inputs_,  work_, {},    events_};
    return MergeTask(
               task_, [&](size_t n) { return At(folder + std::to_string(n)); }, 1, context)
        .status();
  }
  Uri At(const std::string& key) const { return {Scheme::kMemory, "b", key}; }

  MemoryStore memory_{{"b"}};
  Executor executor_{1};
  MemoryBudget inputs_{64 * kMiB}, work_{512 * kMiB};
  Events events_;
  CompactOptions options_;
  CompactTask task_;
  int merges_ = 0;
};

// 0, 1, ... 7, 0, 1, ...: inputs tell the truth, an output that repeats it does not.
TEST_F(MergeTaskTest, AnOutputThatIsNotSortedAsItSays) {
  AddInput(WithFooter(LargeFile(64), SayAscending));
  AddInput(WithFooter(LargeFile(64), SayAscending));
  AddInput(LargeFile(64));
  EXPECT_EQ(Merge(SayNothingMore), Status::OK());
  const Status lie = Merge(SayAscending);
  EXPECT_EQ(CodeOf(lie), ErrorCode::kMismatch);
  EXPECT_THAT(lie.message(), HasSubstr("row group 0, column 0 (n)"));
  EXPECT_THAT(lie.message(), HasSubstr("row 8 is not"));
  options_.proof = std::nullopt;
  EXPECT_EQ(Merge(SayAscending), Status::OK());
}

// The last input is one row group of the output as it is, with a promise that it does not keep.
TEST_F(MergeTaskTest, WhatIsCopiedIsTakenAtItsWordAndNoMore) {
  AddInput(WithFooter(LargeFile(64), SayAscending));
  AddInput(WithFooter(LargeFile(2'000'000), SayDescending));
  EXPECT_EQ(Merge(SayNothingMore), Status::OK());
  const auto turn = [](size_t row_group) {
    return [row_group](FileMetaData& footer) {
      ASSERT_EQ(footer.row_groups.size(), 2U);
      SortingColumn& by = footer.row_groups[row_group].sorting_columns.value().at(0);
      by.descending = !by.descending;
    };
  };
  EXPECT_EQ(Merge(turn(1)), Status::OK());  // the rows are ascending
  const Status lie = Merge(turn(0));
  EXPECT_EQ(CodeOf(lie), ErrorCode::kMismatch);
  EXPECT_THAT(lie.message(), HasSubstr("row group 0, column 0 (n)"));
}

TEST_F(MergeTaskTest, ALaterRowGroupOfOneInputSaysSomething) {
  const std::string file = LargeFile(64);
  const int64_t end = LocateFooter(AsBytes(file), std::ssize(file)).ValueOrDie().footer.offset;
  const auto twice = [](FileMetaData& footer) {
    const RowGroup first = footer.row_groups[0];
    SayAscending(footer);
    footer.row_groups.insert(footer.row_groups.begin(), first);
    ColumnMetaData& meta = *footer.row_groups[1].columns[0].meta_data;
    meta.data_page_offset += meta.total_compressed_size;
    footer.num_rows *= 2;
  };
  AddInput(file);
  AddInput(WithFooter(file, twice, file.substr(kMagicSize, static_cast<size_t>(end) - kMagicSize)));
  EXPECT_EQ(Merge(SayNothingMore), Status::OK());
  EXPECT_EQ(CodeOf(Merge(SayAscending)), ErrorCode::kMismatch);
}

TEST_F(MergeTaskTest, EachOutputIsLookedAt) {
  AddInput(WithFooter(LargeFile(2'000'000), SayAscending));
  AddInput(WithFooter(LargeFile(2'000'000), SayAscending));
  for (const int liar : {1, 2}) {
    int written = 0;
    const Status lie = Merge([&](FileMetaData& footer) {
      if (++written == liar) SayDescending(footer);
    });
    EXPECT_EQ(written, 2);
    EXPECT_EQ(CodeOf(lie), ErrorCode::kMismatch) << liar;
  }
}

}  // namespace
}  // namespace pqpack

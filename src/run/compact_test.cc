// SPDX-License-Identifier: Apache-2.0
//
// A whole compaction dies at each of its store calls in turn, in each mode.  A reader finds every
// row at each of these moments, and a run that follows ends as an undisturbed one does.

#include "run/compact_testing.h"
#include "verify/compare_tables.h"

namespace pqpack {
namespace {

class CompactTest : public CompactedTable {
 protected:
  void DieAtEachCall(PublishMode mode);
};

void CompactTest::DieAtEachCall(PublishMode mode) {
  const Place good = Fill("undisturbed");
  FaultStore counting(&store(), {});
  ASSERT_EQ(Run(counting, good, mode), Status::OK());
  ExpectDone(good, mode);
  EXPECT_EQ(summary_.completed, 3);
  EXPECT_EQ(summary_.rows, 3 * kAllRows);
  ASSERT_GT(counting.calls(), 50);
  // A real server and a real disk take a while.
  const int64_t stride = kind() == StoreKind::kMemory ? 1 : 11;
  int completed = 0;
  int undone = 0;
  for (int64_t n = 1; n <= counting.calls(); n += stride) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    const Place place = Fill("dies" + std::to_string(n));
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      (void)Run(dying, place, mode);
    }
    ExpectNoneLost(place, mode);
    const Status again = Run(store(), place, mode);
    ASSERT_TRUE(again.ok()) << again;
    // Where it has completed the run that died, there is nothing more to do.
    completed += summary_.completed < 3 ? 1 : 0;
    undone += summary_.completed == 3 ? 1 : 0;
    ExpectDone(place, mode);
  }
  EXPECT_GT(undone, 0);
  EXPECT_GT(completed, 0);
}

TEST_P(CompactTest, InPlaceDiesAtEachCall) { DieAtEachCall(PublishMode::kInPlace); }
TEST_P(CompactTest, ACopyDiesAtEachCall) { DieAtEachCall(PublishMode::kCopy); }
TEST_P(CompactTest, AMoveDiesAtEachCall) { DieAtEachCall(PublishMode::kMove); }

TEST_P(CompactTest, TheRowsAreThoseOfTheOriginals) {
  const Place place = Fill("whole");
  const Place pristine = Fill("pristine");
  Executor executor(1);
  ASSERT_EQ(Run(store(), place, PublishMode::kInPlace), Status::OK());
  for (const PartitionDone& partition : done_) {
    TableFiles before{&store(), {}};
    for (int64_t i = 0; i < kFiles; ++i) {
      before.objects.push_back(
          store()
              .Find(pristine.table.Child(partition.folder + std::to_string(i) + ".parquet"))
              .ValueOrDie());
    }
    ASSERT_EQ(partition.outputs.size(), 1U);
    const TableFiles after{
        &store(), {store().Find(Uri::Parse(partition.outputs[0]).ValueOrDie()).ValueOrDie()}};
    CompareOptions options;
    options.executor = &executor;
    options.pool = arrow::system_memory_pool();
    const auto compared = CompareTables(before, after, std::nullopt, options);
    ASSERT_TRUE(compared.ok()) << compared.status();
    EXPECT_FALSE(compared->difference);
    EXPECT_EQ(compared->rows_b, kAllRows);
  }
}

// What it has then must not be lost, and not be mixed with what it had.
TEST_P(CompactTest, AFileThatChangesAtAnyMoment) {
  FaultStore counting(&store(), {});
  ASSERT_EQ(Run(counting, Fill("counted"), PublishMode::kInPlace), Status::OK());
  const int64_t stride = kind() == StoreKind::kMemory ? 1 : 11;
  std::set<int64_t> sums;
  for (int64_t n = 1; n <= counting.calls(); n += stride) {
    SCOPED_TRACE("changes at call " + std::to_string(n));
    const Place place = Fill("changing" + std::to_string(n));
    bool changed = false;
    FaultStore changing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                     const Uri file = place.table.Child("p=1/1.parquet");
                                     if (store().Find(file).ok()) changed = true;
                                     if (changed) Put(store(), file, LargeFile(80));
                                   }});
    ASSERT_EQ(Run(changing, place, PublishMode::kInPlace), Status::OK());
    int64_t rows = 0;
    for (const auto& [name, bytes] : Visible(place.table)) {
      if (name.starts_with("p=1/")) rows += RowsOf(place.table.Child(name));
    }
    sums.insert(rows);
    const bool merged = done_[0].status.ok();
    if (!changed) {
      EXPECT_EQ(rows, kAllRows);
    } else if (merged || rows == 1 + 10 + 4) {
      EXPECT_EQ(rows, 1 + 10 + 4);
    } else {
      // It changed behind the last look at it: its earlier rows are in the output, and that is
      // said.
      EXPECT_EQ(rows, kAllRows + 10);
      EXPECT_EQ(CodeOf(done_[0].status), ErrorCode::kSourceChanged);
    }
  }
  EXPECT_TRUE(sums.contains(1 + 10 + 4));
}

// The largest file of each partition has a row group that stays as it is, and that the store
// appends to the rows of the others.
class AppendedTest : public CompactTest {
 protected:
  void SetUp() override {
    CompactTest::SetUp();
    if (IsSkipped()) return;
    original_.clear();
    SetRows(40'000);
    original_.erase("p=2/large.parquet");
    options_.table.policy.target_file_size = 2'400'000;
  }

  void ExpectAppended() {
    ASSERT_EQ(done_.size(), kPartitions.size());
    for (const PartitionDone& done : done_) {
      EXPECT_GT(done.bytes_by_level[0], 4 * 8 * rows_);
      EXPECT_GT(done.bytes_by_level[2], 3 * 8 * rows_);
      EXPECT_EQ(done.bytes_by_level[1] + done.bytes_by_level[3], 0);
    }
  }
};

TEST_P(AppendedTest, HasTheRowsOfTheOriginals) {
  const Place place = Fill("whole");
  FaultStore counting(&store(), {});
  ASSERT_EQ(Run(counting, place, PublishMode::kInPlace), Status::OK());
  ExpectAppended();
  for (const std::string& partition : kPartitions) {
    EXPECT_EQ(Sources(place.table, partition), All(partition));
  }
}

// A run that dies in the middle of it leaves the originals, and is gone on with.
TEST_P(AppendedTest, DiesAtEachAppend) {
  const Place good = Fill("undisturbed");
  FaultStore counting(&store(), {});
  ASSERT_EQ(Run(counting, good, PublishMode::kInPlace), Status::OK());
  const int64_t appends = counting.calls(StoreOperation::kAppendFrom);
  ASSERT_GE(appends, 3);
  Forget(good);
  for (const auto kind : {StoreFault::kCrash, StoreFault::kLostAnswer}) {
    for (int64_t n = 1; n <= appends; ++n) {
      SCOPED_TRACE("append " + std::to_string(n));
      const Place place = Fill("dies" + std::to_string(kind) + "at" + std::to_string(n));
      {
        FaultStore dying(&store(),
                         {{{.kind = kind, .nth = n, .operation = StoreOperation::kAppendFrom}}});
        (void)Run(dying, place, PublishMode::kInPlace);
      }
      ExpectNoneLost(place, PublishMode::kInPlace);
      ASSERT_EQ(Run(store(), place, PublishMode::kInPlace), Status::OK());
      for (const std::string& partition : kPartitions) {
        EXPECT_EQ(Sources(place.table, partition), All(partition));
      }
      Forget(place);
    }
  }
}

TEST_P(AppendedTest, ASourceThatChangesMeanwhileIsLeft) {
  const Place place = Fill("changing");
  const std::string other = LargeFile(8 * 5 * rows_);
  const Uri file = place.table.Child("p=1/2.parquet");
  FaultStore changing(
      &store(), {{{.kind = StoreFault::kDelay, .nth = 1, .operation = StoreOperation::kAppendFrom}},
                 [&] { Put(store(), file, other); }});
  ASSERT_EQ(Run(changing, place, PublishMode::kInPlace), Status::OK());
  EXPECT_EQ(CodeOf(done_[0].status), ErrorCode::kSourceChanged) << done_[0].status;
  EXPECT_EQ(done_[1].status, Status::OK());
  Files left = Visible(place.table);
  EXPECT_EQ(left["p=1/2.parquet"], other);
  for (const char* name : {"p=1/0.parquet", "p=1/1.parquet"}) {
    EXPECT_EQ(left[name], original_[name]);
  }
}

// It may refuse to copy what it lets us read; then the pages pass through here.
TEST_P(AppendedTest, AStoreThatRefuses) {
  for (const ErrorCode code : {ErrorCode::kDenied, ErrorCode::kInvalid, ErrorCode::kUnsupported}) {
    const Place place = Fill("refused" + std::to_string(static_cast<int>(code)));
    FaultStore refusing(&store(), {{{.kind = StoreFault::kFail,
                                     .nth = 1,
                                     .operation = StoreOperation::kAppendFrom,
                                     .code = code}}});
    ASSERT_EQ(Run(refusing, place, PublishMode::kInPlace), Status::OK());
    EXPECT_EQ(done_[0].status, Status::OK());
    EXPECT_EQ(done_[0].bytes_by_level[0], 0);
    EXPECT_GT(done_[0].bytes_by_level[1], 4 * 8 * rows_);
    EXPECT_GT(done_[1].bytes_by_level[0], 4 * 8 * rows_);
    for (const std::string& partition : kPartitions) {
      EXPECT_EQ(Sources(place.table, partition), All(partition));
    }
    Forget(place);
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, AppendedTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false}),
                         NameOfCase);

INSTANTIATE_TEST_SUITE_P(Stores, CompactTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

}  // namespace
}  // namespace pqpack

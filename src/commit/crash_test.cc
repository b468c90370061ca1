// SPDX-License-Identifier: Apache-2.0
//
// A compaction dies at each of its store calls in turn, in each mode.  A reader sees every row at
// each of these moments; recovery gives what an undisturbed run gives, or the table as it was, and
// leaves nothing.  So it is where the recovery dies, too.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "commit/compaction_testing.h"
#include "store/conformance_testing.h"
#include "store/fault_store.h"

namespace pqpack {
namespace {

using Files = std::map<std::string, std::string>;

class CrashTest : public StoreTest {
 protected:
  void TryAll(PublishMode mode);

  // In a copy a row may be absent, or be there once; of a table no row may ever be missing.
  void ExpectNoneLost(const TestTable& table, PublishMode mode) {
    Rows rows = VisibleRows(store(), table.table());
    const Rows copied = VisibleRows(store(), table.target());
    for (const auto& [row, count] : copied) {
      EXPECT_EQ(count, 1) << "row " << row << " in the target";
      rows[row] += count;
    }
    EXPECT_EQ(rows.size(), all_.size());
    if (mode != PublishMode::kCopy) return;
    EXPECT_EQ(VisibleFiles(store(), table.table()), before_);
  }

  void ExpectEnded(const TestTable& table, PublishMode mode) {
    for (const Uri& place : {table.table(), table.target()}) {
      if (CodeOf(store().List(place).status()) == ErrorCode::kNotFound) continue;
      for (const auto& [name, bytes] : Contents(store(), place)) {
        EXPECT_EQ(name.find("_pqpack"), std::string::npos) << name << ": " << bytes;
      }
      EXPECT_TRUE(store().Unfinished(place).ValueOrDie().empty());
    }
    const Files now = VisibleFiles(store(), table.table());
    const Files target = VisibleFiles(store(), table.target());
    const bool undone = now == before_ && target.empty();
    const bool done = now == done_table_[mode] && target == done_target_[mode];
    EXPECT_TRUE(undone || done);
    completed_ += done ? 1 : 0;
    undone_ += undone ? 1 : 0;
  }

  // A real server and a real disk take a while.
  int64_t stride() const { return kind() == StoreKind::kMemory ? 1 : 7; }

  Rows all_;
  Files before_;
  std::map<PublishMode, Files> done_table_;
  std::map<PublishMode, Files> done_target_;
  int completed_ = 0;
  int undone_ = 0;
};

void CrashTest::TryAll(PublishMode mode) {
  const std::string run = RunId(1);
  const TestTable good(At("undisturbed"), store());
  before_ = VisibleFiles(store(), good.table());
  all_ = VisibleRows(store(), good.table());
  ASSERT_EQ(all_.size(), 25U);
  FaultStore counting(&store(), {});
  ASSERT_EQ(good.Compact(counting, mode, run, TestLock(false)), Status::OK());
  done_table_[mode] = VisibleFiles(store(), good.table());
  done_target_[mode] = VisibleFiles(store(), good.target());
  ASSERT_EQ(VisibleRows(store(), good.result(mode)), all_);
  ASSERT_GT(counting.calls(), 50);

  for (int64_t n = 1; n <= counting.calls(); n += stride()) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    const TestTable table(At("dies" + std::to_string(n)), store());
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      EXPECT_FALSE(table.Compact(dying, mode, run, TestLock(false)).ok());
    }
    ExpectNoneLost(table, mode);
    const Status recovered = table.RecoverAs(store(), mode, RunId(2), TestLock(true));
    // A local target may not be there yet.
    ASSERT_TRUE(recovered.ok() || CodeOf(recovered) == ErrorCode::kNotFound) << recovered;
    ExpectEnded(table, mode);
  }
  EXPECT_GT(undone_, 0);
  EXPECT_GT(completed_, 0);
}

TEST_P(CrashTest, InPlace) { TryAll(PublishMode::kInPlace); }
TEST_P(CrashTest, Copy) { TryAll(PublishMode::kCopy); }
TEST_P(CrashTest, Move) { TryAll(PublishMode::kMove); }

INSTANTIATE_TEST_SUITE_P(Stores, CrashTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

}  // namespace
}  // namespace pqpack

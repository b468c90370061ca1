// SPDX-License-Identifier: Apache-2.0
//
// A compaction dies at each of its store calls in turn, in each mode.  A reader sees every row at
// each of these moments; recovery gives what an undisturbed run gives, or the table as it was, and
// leaves nothing.  So it is where the recovery dies, too.
#include <gtest/gtest.h>

#include <string>

#include "commit/compaction_testing.h"
#include "store/conformance_testing.h"
#include "store/fault_store.h"

namespace pqpack {
namespace {

class CrashTest : public StoreTest {
 protected:
  void TryAll(const TestCase& of);

  // A real server and a real disk take a while.
  int64_t stride() const {
    switch (kind()) {
      case StoreKind::kMemory:
        return 1;
      case StoreKind::kLocal:
        return 7;
      case StoreKind::kS3:
        break;
    }
    return 17;
  }
};

void CrashTest::TryAll(const TestCase& of) {
  const PublishMode mode = of.mode;
  Undisturbed good(At("undisturbed"), store(), of, RunId(1));
  ASSERT_GT(good.calls(), 50);
  int completed = 0;
  int undone = 0;
  for (int64_t n = 1; n <= good.calls(); n += stride()) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    const TestTable table(At("dies" + std::to_string(n)), store(), of.third);
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      EXPECT_FALSE(table.Compact(dying, mode, RunId(1), TestLock(false)).ok());
    }
    good.ExpectNoneLost(store(), table);
    const Status recovered = table.RecoverAs(store(), mode, RunId(2), TestLock(true));
    // A local target may not be there yet.
    ASSERT_TRUE(recovered.ok() || CodeOf(recovered) == ErrorCode::kNotFound) << recovered;
    const bool done = good.ExpectEnded(store(), table);
    good.ExpectCounted(table, done);
    done ? ++completed : ++undone;
  }
  EXPECT_GT(undone, 0);
  EXPECT_GT(completed, 0);
}

TEST_P(CrashTest, InPlace) { TryAll({PublishMode::kInPlace}); }
TEST_P(CrashTest, Copy) { TryAll({PublishMode::kCopy}); }
TEST_P(CrashTest, Move) { TryAll({PublishMode::kMove}); }
TEST_P(CrashTest, Swap) { TryAll({PublishMode::kSwap}); }
TEST_P(CrashTest, CatalogMove) { TryAll({PublishMode::kCatalogMove}); }
TEST_P(CrashTest, InPlaceOutside) { TryAll({PublishMode::kInPlace, "o/p=3/"}); }
TEST_P(CrashTest, SwapOutside) { TryAll({PublishMode::kSwap, "o/p=3/"}); }

INSTANTIATE_TEST_SUITE_P(Stores, CrashTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

class UploadTest : public StoreTest {};

// One that was taken for dead has all of a large output under way when its run is recovered; the
// name is free again when it wakes up, as after a later compaction.
TEST_P(UploadTest, OfAPausedOneCanNotBeEnded) {
  Executor executor(1);
  Events events;
  const PublishContext context{store(), store(), executor};
  const RunFolder folder{At("t/"), RunId(1)};
  const auto run =
      CompactionRun::Begin({folder, PublishMode::kInPlace, TestLock(false)}, context, events)
          .ValueOrDie();
  Put(store(), At("t/a"), "a");
  Put(store(), run->Staged(0), std::string(6 * kMiB, 'x'));
  const ObjectInfo staged = store().Find(run->Staged(0)).ValueOrDie();
  const Uri output = At("t/part-" + RunId(1));
  ASSERT_EQ(run->Seal({{{{{staged, output}}, {}, {store().Find(At("t/a")).ValueOrDie().id()}}}}),
            Status::OK());
  const auto writer =
      store().Create(output, {{WriteCondition::kIfAbsent, {}}, staged.size}).ValueOrDie();
  ASSERT_EQ(writer->AppendFrom(staged.id(), {0, staged.size}), Status::OK());
  ASSERT_EQ(store().Unfinished(output).ValueOrDie().size(), 1U);

  const auto recovered =
      Recover({folder.root, RunId(2)}, TestLock(true), context, events).ValueOrDie();
  ASSERT_EQ(recovered.size(), 1U);
  EXPECT_EQ(recovered[0].outcome, RecoveredRun::kCompleted);
  ASSERT_EQ(store().Delete(store().Find(output).ValueOrDie().id()), Status::OK());
  EXPECT_FALSE(writer->Finish().ok());
  EXPECT_EQ(CodeOf(store().Find(output).status()), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(run->Publish().status()), ErrorCode::kSourceChanged);
}

INSTANTIATE_TEST_SUITE_P(Stores, UploadTest, ::testing::Values(StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

// The one who recovers dies, too, at each of his calls, after a run that died at any of its own.
TEST(CrashTwice, IsRecoveredFrom) {
  for (const TestCase& of : kAllCases) {
    const PublishMode mode = of.mode;
    MemoryStore store({"b"});
    const Uri folder{Scheme::kMemory, "b", "test/"};
    Undisturbed good(folder.Child("undisturbed"), store, of, RunId(1));
    for (int64_t n = 1; n <= good.calls(); n += 3) {
      for (int64_t m = 1 + n % 4;; m += 4) {
        SCOPED_TRACE("dies at call " + std::to_string(n) + ", then at " + std::to_string(m));
        MemoryStore own({"b"});
        const TestTable table(folder.Child("disturbed"), own, of.third);
        FaultStore dying(&own, {{{.kind = StoreFault::kCrash, .nth = n}}});
        ASSERT_FALSE(table.Compact(dying, mode, RunId(1), TestLock(false)).ok());
        FaultStore again(&own, {{{.kind = StoreFault::kCrash, .nth = m}}});
        const bool survived = table.RecoverAs(again, mode, RunId(2), TestLock(true)).ok();
        good.ExpectNoneLost(own, table);
        ASSERT_EQ(table.RecoverAs(own, mode, RunId(3), TestLock(true)), Status::OK());
        good.ExpectCounted(table, good.ExpectEnded(own, table));
        if (survived) break;
      }
    }
  }
}

// Nothing dies, but a call fails, or does its work and its answer is lost.
TEST(Disturbed, RunsAreRecoveredFromOrDone) {
  for (const TestCase& of : kAllCases) {
    const PublishMode mode = of.mode;
    for (const auto kind : {StoreFault::kFail, StoreFault::kLostAnswer}) {
      MemoryStore store({"b"});
      const Uri folder{Scheme::kMemory, "b", "test/"};
      Undisturbed good(folder.Child("undisturbed"), store, of, RunId(1));
      for (int64_t n = 1; n <= good.calls(); ++n) {
        SCOPED_TRACE("disturbed at call " + std::to_string(n));
        MemoryStore own({"b"});
        const TestTable table(folder, own, of.third);
        FaultStore faulty(&own, {{{.kind = kind, .nth = n}}});
        (void)table.Compact(faulty, mode, RunId(1), TestLock(false));
        good.ExpectNoneLost(own, table);
        ASSERT_EQ(table.RecoverAs(own, mode, RunId(2), TestLock(true)), Status::OK());
        good.ExpectEnded(own, table);
      }
    }
  }
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "commit/undo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commit/compaction_testing.h"
#include "commit/find_runs.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;

class Undo : public ::testing::Test {
 protected:
  void SetUp() override {
    all_ = table_.RowsByCatalog(store_);
    before_ = Contents(store_, table_.table());
    ASSERT_EQ(table_.Compact(store_, PublishMode::kSwap, RunId(1), TestLock(false)), Status::OK());
    table_.on_tick = on_tick_;
  }
  Result<UndoReport> Do(const TestTable& table, ObjectStore& store,
                        const std::string& swap = RunId(1), bool others_are_dead = true) {
    TickingCatalog catalog = table.Ticking(store);
    PublishContext context{store, store, executor_, 1, {table.target()}};
    context.catalog = &catalog;
    return UndoSwap({table.table(), RunId(2)}, swap, TestLock(others_are_dead), context);
  }
  Uri Old(const std::string& path) const { return table_.table().Child(path); }
  Uri New(const std::string& path) const { return table_.target().Child(path); }
  Uri Led(const std::string& partition) const {
    return table_.catalog().FindLocation({partition}).ValueOrDie();
  }

  const Uri folder_{Scheme::kMemory, "b", "test/"};
  MemoryStore store_{{"b"}};
  TestTable table_{folder_, store_};
  Executor executor_{1};
  std::function<void(int)> on_tick_;
  Rows all_;
  Files before_;
};

TEST_F(Undo, LeadsBackWhatIsAsItWas) {
  const auto swaps = FindSwaps(store_, table_.table()).ValueOrDie();
  ASSERT_EQ(swaps.size(), 1U);
  EXPECT_EQ(swaps[0].run, RunId(1));
  EXPECT_EQ(swaps[0].table, "d.t");
  EXPECT_EQ(swaps[0].places, 3);
  const Files swapped = VisibleFiles(store_, table_.target());
  Put(store_, Old("p=1/since"), "200");
  const auto report = Do(table_, store_).ValueOrDie();
  EXPECT_EQ(report.ToStatus(), Status::OK());
  EXPECT_EQ(report.back.size(), 3U);
  EXPECT_EQ(Led("1"), Old("p=1/"));
  all_[200] = 1;
  EXPECT_EQ(table_.RowsByCatalog(store_), all_);
  EXPECT_EQ(VisibleFiles(store_, table_.target()), swapped);
  before_[Old("p=1/since").key] = "200";
  EXPECT_EQ(Contents(store_, table_.table()), before_);  // nothing of pqpack's is left
  EXPECT_EQ(CodeOf(Do(table_, store_).status()), ErrorCode::kNotFound);
}

TEST_F(Undo, LeavesWhatWouldLoseRows) {
  Put(store_, New("p=1/added"), "200");
  Put(store_, Old("p=2/a.parquet"), "300");
  const auto report = Do(table_, store_).ValueOrDie();
  EXPECT_EQ(CodeOf(report.ToStatus()), ErrorCode::kSourceChanged);
  ASSERT_EQ(report.left.size(), 2U);
  EXPECT_THAT(report.left[0].why.message(), HasSubstr("does not hold what the swap left there"));
  EXPECT_THAT(report.left[1].why.message(), HasSubstr("does not hold the originals"));
  EXPECT_EQ(Led("1"), New("p=1/"));
  EXPECT_EQ(Led("2"), New("p=2/"));
  EXPECT_EQ(Led("3"), Old("p=3/"));
  all_[200] = 1;
  EXPECT_EQ(table_.RowsByCatalog(store_), all_);
  EXPECT_EQ(FindSwaps(store_, table_.table()).ValueOrDie().size(), 1U);
}

TEST_F(Undo, LeavesWhatIsGoneFromTheOldPlace) {
  ASSERT_EQ(store_.Delete(store_.Find(Old("p=2/a.parquet")).ValueOrDie().id()), Status::OK());
  const auto report = Do(table_, store_).ValueOrDie();
  ASSERT_EQ(report.left.size(), 1U);
  EXPECT_EQ(Led("2"), New("p=2/"));
  EXPECT_EQ(table_.RowsByCatalog(store_), all_);
}

TEST_F(Undo, LeavesWhatSomebodyHasLedOn) {
  const Uri third = folder_.Child("third/");
  table_.catalog().Replace({"2"}, third);
  const auto report = Do(table_, store_).ValueOrDie();
  ASSERT_EQ(report.left.size(), 1U);
  EXPECT_THAT(report.left[0].why.message(), HasSubstr("third"));
  EXPECT_EQ(Led("2"), third);
}

TEST_F(Undo, WhatArrivesInTheNewPlaceMeanwhileIsCopied) {
  int finds = 0;
  table_.on_tick = [&](int) {
    if (++finds == 6) Put(store_, New("p=1/late"), "200");  // between the look and the change
  };
  const auto report = Do(table_, store_).ValueOrDie();
  EXPECT_EQ(report.ToStatus(), Status::OK());
  EXPECT_EQ(report.late, 1);
  all_[200] = 1;
  EXPECT_EQ(table_.RowsByCatalog(store_), all_);
}

TEST_F(Undo, WhatWasCopiedIsNotCopiedAgain) {
  int finds = 0;
  table_.on_tick = [&](int) {
    if (++finds == 6) Put(store_, New("p=1/late"), "200");
  };
  Put(store_, New("p=2/added"), "300");
  ASSERT_EQ(Do(table_, store_).ValueOrDie().left.size(), 1U);
  table_.on_tick = nullptr;
  all_[200] = 1;
  all_[300] = 1;
  ASSERT_EQ(table_.RowsByCatalog(store_), all_);
  // Somebody merges it away.
  ASSERT_EQ(store_.Delete(store_.Find(Old("p=1/late")).ValueOrDie().id()), Status::OK());
  Put(store_, Old("p=1/merged"), "200");
  const auto again = Do(table_, store_).ValueOrDie();
  EXPECT_EQ(again.back.size(), 0U);
  EXPECT_EQ(again.left.size(), 1U);
  EXPECT_EQ(table_.RowsByCatalog(store_), all_);
  EXPECT_EQ(FindSwaps(store_, table_.table()).ValueOrDie()[0].places, 1);
}

TEST_F(Undo, WhatDiedBehindTheChangeIsNotGoneOnWithWhereTheOldPlaceChanged) {
  table_.catalog().Replace({"1"}, Old("p=1/"));
  const Rows all = table_.RowsByCatalog(store_);
  Put(store_, New("p=1/late"), "200");
  const Uri original = Old("p=1/a.parquet");
  const auto text = Contents(store_, original.Folder()).at(original.key);
  ASSERT_EQ(store_.Delete(store_.Find(original).ValueOrDie().id()), Status::OK());
  Put(store_, Old("p=1/merged"), text);
  const auto report = Do(table_, store_).ValueOrDie();
  ASSERT_EQ(report.left.size(), 1U);
  EXPECT_THAT(report.left[0].why.message(), HasSubstr("led back already"));
  EXPECT_EQ(table_.RowsByCatalog(store_), all);
}

// It dies at any call behind the copy of a file that had arrived, and somebody merges that copy
// away.
TEST_F(Undo, WhatDiedBehindACopyIsNotCopiedAgain) {
  int left = 0;
  for (int64_t n = 1;; ++n) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    MemoryStore store({"b"});
    TestTable table(folder_, store);
    ASSERT_EQ(table.Compact(store, PublishMode::kSwap, RunId(1), TestLock(false)), Status::OK());
    int finds = 0;
    table.on_tick = [&](int) {
      if (++finds == 6) Put(store, table.target().Child("p=1/late"), "200");
    };
    FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
    (void)Do(table, dying);
    table.on_tick = nullptr;
    const auto copy = LookUp(store, table.table().Child("p=1/late")).ValueOrDie();
    if (copy) {
      ASSERT_EQ(store.Delete(copy->id()), Status::OK());
      Put(store, table.table().Child("p=1/merged"), "200");
    }
    const auto again = Do(table, store);
    if (again.ok()) left += again->left.empty() ? 0 : 1;
    for (const auto& [row, count] : table.RowsByCatalog(store)) EXPECT_EQ(count, 1) << row;
    if (!dying.crashed()) break;
  }
  EXPECT_GT(left, 0);
}

TEST_F(Undo, LeavesWhatRowsWereDeletedFromAsSoonAsTheCatalogLedThere) {
  MemoryStore store({"b"});
  TestTable table(folder_, store);
  table.on_tick = [&](int tick) {
    if (tick != 9) return;
    const auto file = store.Find(table.target().Child("p=2/large.parquet")).ValueOrDie();
    ASSERT_EQ(store.Delete(file.id()), Status::OK());
  };
  ASSERT_EQ(table.Compact(store, PublishMode::kSwap, RunId(1), TestLock(false)), Status::OK());
  table.on_tick = nullptr;
  const Rows rows = table.RowsByCatalog(store);
  EXPECT_FALSE(rows.contains(100));
  const auto report = Do(table, store).ValueOrDie();
  ASSERT_EQ(report.left.size(), 1U);
  EXPECT_THAT(report.left[0].why.message(),
              HasSubstr("does not hold what the swap left there: 2 files"));
  EXPECT_EQ(table.RowsByCatalog(store), rows);
}

TEST_F(Undo, WhatDiedBehindTheChangeIsCountedAsAnUndisturbedOne) {
  ASSERT_TRUE(Do(table_, store_).ok());
  const auto kept = table_.catalog().kept();
  EXPECT_TRUE(kept.contains({"1"}) && kept.contains({"3"}));
  for (int64_t n = 1;; ++n) {
    MemoryStore store({"b"});
    const TestTable table(folder_, store);
    ASSERT_EQ(table.Compact(store, PublishMode::kSwap, RunId(1), TestLock(false)), Status::OK());
    FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
    (void)Do(table, dying);
    (void)Do(table, store);
    EXPECT_EQ(table.catalog().kept(), kept) << "dies at call " << n;
    if (!dying.crashed()) return;
  }
}

TEST_F(Undo, TheNewPlaceIsLocked) {
  const Uri place = SwapPlace(table_.table(), RunId(1)).ValueOrDie();
  const auto lock = RunLock::Take(store_, {place, RunId(3)}, TestLock(false)).ValueOrDie();
  EXPECT_EQ(CodeOf(Do(table_, store_, RunId(1), false).status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(Led("1"), New("p=1/"));
}

TEST_F(Undo, ASwapThatIsNotThereOrOfAnotherTableIsRefused) {
  const auto before = Contents(store_, folder_);
  for (const std::string& run : {RunId(7), std::string("../x"), std::string()}) {
    EXPECT_EQ(CodeOf(Do(table_, store_, run).status()), ErrorCode::kNotFound) << run;
  }
  MemoryCatalog other("d.other", {});
  PublishContext context{store_, store_, executor_, 1, {table_.target()}};
  context.catalog = &other;
  const auto undo = [&] {
    return CodeOf(UndoSwap({table_.table(), RunId(2)}, RunId(1), TestLock(true), context).status());
  };
  EXPECT_EQ(undo(), ErrorCode::kConfig);
  context.allowed.clear();  // u/ is no place that a swap made beside t/
  EXPECT_EQ(undo(), ErrorCode::kInvalid);
  EXPECT_EQ(Contents(store_, folder_), before);
}

TEST_F(Undo, DiesAtEachCall) {
  for (int64_t n = 1;; ++n) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    MemoryStore store({"b"});
    const TestTable table(folder_, store);
    ASSERT_EQ(table.Compact(store, PublishMode::kSwap, RunId(1), TestLock(false)), Status::OK());
    FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
    const bool done = Do(table, dying).ok();
    EXPECT_EQ(table.RowsByCatalog(store), all_);
    const auto again = Do(table, store);
    EXPECT_TRUE(again.ok() || CodeOf(again.status()) == ErrorCode::kNotFound) << again.status();
    if (again.ok()) {
      EXPECT_EQ(again->ToStatus(), Status::OK());
    }
    EXPECT_EQ(table.catalog().places().at({"3"}), table.table().Child("p=3/"));
    EXPECT_EQ(table.RowsByCatalog(store), all_);
    if (!dying.crashed()) {
      EXPECT_TRUE(done);
      EXPECT_GT(n, 20);
      return;
    }
  }
}

}  // namespace
}  // namespace pqpack

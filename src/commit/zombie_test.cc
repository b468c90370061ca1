// SPDX-License-Identifier: Apache-2.0
//
// A run is taken for dead while it is only paused, at each of its store calls.  Somebody else
// recovers it; then it wakes up and goes on from where it was.
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <random>
#include <span>
#include <string>
#include <thread>

#include "commit/compaction_testing.h"
#include "commit/sparing_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

const Uri kFolder{Scheme::kMemory, "b", "test/"};

// Calls `at(n)` before the nth call of every kind goes through.
class PausedStore {
 public:
  PausedStore(ObjectStore* store, const std::function<void(int64_t)>& at, int64_t most = 600)
      : faults_(store, Plan(at, most)) {}
  FaultStore& store() { return faults_; }

 private:
  FaultPlan Plan(const std::function<void(int64_t)>& at, int64_t most) {
    FaultPlan plan;
    for (int64_t n = 1; n <= most; ++n) {
      plan.faults.push_back({.kind = StoreFault::kDelay, .nth = n});
    }
    plan.delay = [this, at] { at(++calls_); };
    return plan;
  }
  int64_t calls_ = 0;
  FaultStore faults_;
};

TEST(Zombie, WakesUpAfterRecovery) {
  for (const TestCase& of : kAllCases) {
    const PublishMode mode = of.mode;
    MemoryStore first({"b"});
    const Undisturbed good(kFolder, first, of, RunId(1));
    for (int64_t n = 1; n <= good.calls(); ++n) {
      SCOPED_TRACE(std::string(ToString(mode)) + " paused at call " + std::to_string(n));
      MemoryStore store({"b"});
      const TestTable table(kFolder, store, of.third);
      FaultStore paused(&store, {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                   EXPECT_EQ(table.RecoverAs(store, mode, RunId(2), TestLock(true)),
                                             Status::OK());
                                   good.ExpectNoneLost(store, table);
                                   (void)good.ExpectEnded(store, table);
                                 }});
      (void)table.Compact(paused, mode, RunId(1), TestLock(false));
      good.ExpectNoneLost(store, table);
      ASSERT_EQ(table.RecoverAs(store, mode, RunId(3), TestLock(true)), Status::OK());
      good.ExpectEnded(store, table);
    }
  }
}

// It wakes up while it is recovered, and goes on to its end before the one who recovers does.
TEST(Zombie, WakesUpDuringRecovery) {
  for (const TestCase& of : kAllCases) {
    const PublishMode mode = of.mode;
    MemoryStore first({"b"});
    const Undisturbed good(kFolder, first, of, RunId(1));
    for (int64_t n = 1; n <= good.calls(); n += 3 * kOneOf) {
      bool woken = true;
      for (int64_t m = 1 + n % 2; woken; m += 2) {
        SCOPED_TRACE(std::string(ToString(mode)) + " paused at " + std::to_string(n) +
                     ", woken at " + std::to_string(m));
        MemoryStore store({"b"});
        const TestTable table(kFolder, store, of.third);
        std::promise<void> reached;
        std::promise<void> go;
        FaultStore paused(&store, {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                     reached.set_value();
                                     go.get_future().wait();
                                   }});
        std::thread zombie([&] { (void)table.Compact(paused, mode, RunId(1), TestLock(false)); });
        reached.get_future().wait();
        woken = false;
        const auto wake = [&] {
          woken = true;
          go.set_value();
          zombie.join();
          good.ExpectNoneLost(store, table);
        };
        FaultStore recovering(&store, {{{.kind = StoreFault::kDelay, .nth = m}}, wake});
        EXPECT_EQ(table.RecoverAs(recovering, mode, RunId(2), TestLock(true)), Status::OK());
        good.ExpectNoneLost(store, table);
        if (zombie.joinable()) {
          go.set_value();
          zombie.join();
        }
        ASSERT_EQ(table.RecoverAs(store, mode, RunId(3), TestLock(true)), Status::OK());
        good.ExpectEnded(store, table);
      }
    }
  }
}

// Two recover at once: the second one takes the first one for dead, or sees that it lives.
TEST(Zombie, RecoversWhileItIsRecovered) {
  for (const TestCase& of : kAllCases) {
    const PublishMode mode = of.mode;
    MemoryStore first({"b"});
    const Undisturbed good(kFolder, first, of, RunId(1));
    for (const bool taken_for_dead : {false, true}) {
      for (int64_t n = 20; n <= good.calls(); n += 5 * kOneOf) {
        for (int64_t m = 1; m <= 60; m += 2) {
          SCOPED_TRACE("died at " + std::to_string(n) + ", paused at " + std::to_string(m));
          MemoryStore store({"b"});
          const TestTable table(kFolder, store, of.third);
          FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
          ASSERT_FALSE(table.Compact(dying, mode, RunId(1), TestLock(false)).ok());
          FaultStore paused(&store, {{{.kind = StoreFault::kDelay, .nth = m}}, [&] {
                                       (void)table.RecoverAs(store, mode, RunId(2),
                                                             TestLock(taken_for_dead));
                                       good.ExpectNoneLost(store, table);
                                     }});
          const Status done = table.RecoverAs(paused, mode, RunId(3), TestLock(true));
          good.ExpectNoneLost(store, table);
          EXPECT_TRUE(taken_for_dead || done.ok()) << done;
          ASSERT_EQ(table.RecoverAs(store, mode, RunId(4), TestLock(true)), Status::OK());
          good.ExpectEnded(store, table);
        }
      }
    }
  }
}

// A later compaction has merged the outputs away, so their names are free again.  What recover.cc
// says of the window that remains: only a publishing call itself can be held up too long.
TEST(Zombie, WakesUpAfterALaterCompaction) {
  const TestCase of{PublishMode::kInPlace};
  const PublishMode mode = of.mode;
  MemoryStore first({"b"});
  const Undisturbed good(kFolder, first, of, RunId(1));
  int doubled = 0;
  for (int64_t n = 1; n <= good.calls(); ++n) {
    SCOPED_TRACE("paused at call " + std::to_string(n));
    MemoryStore store({"b"});
    const TestTable table(kFolder, store);
    int64_t finishes = 0;
    bool is_finish = false;
    FaultStore* zombie = nullptr;
    PausedStore paused(&store, [&](int64_t call) {
      const int64_t now = zombie->calls(StoreOperation::kFinish);
      if (call == n) {
        is_finish = now > finishes;
        EXPECT_EQ(table.Compact(store, mode, RunId(2), TestLock(true)), Status::OK());
      }
      finishes = now;
    });
    zombie = &paused.store();
    (void)table.Compact(paused.store(), mode, RunId(1), TestLock(false));
    good.ExpectNoneLost(store, table);
    ASSERT_EQ(table.RecoverAs(store, mode, RunId(3), TestLock(true)), Status::OK());
    if (VisibleRows(store, table.table()) == good.all()) continue;
    EXPECT_TRUE(is_finish);
    ++doubled;
  }
  EXPECT_EQ(doubled, 3);  // of the memory store, whose writers nobody can abandon
}

struct Schedule {
  TestCase of;
  int64_t pause;         // the run is recovered before this call of its own, and goes on
  int64_t second_death;  // the first one who recovers dies at this call of his
  int64_t add;           // a writer adds a file before this call of the run
  int64_t replace;       // and replaces an original before this one
};

Schedule MakeSchedule(unsigned seed, std::span<const TestCase> cases) {
  std::mt19937 random(seed);
  const auto upto = [&](int64_t most) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most));
  };
  return {cases[seed % cases.size()], upto(200), upto(120), upto(200), upto(400)};
}

class ScheduleRun {
 public:
  explicit ScheduleRun(const Schedule& schedule)
      : schedule_(schedule), table_(kFolder, store_, schedule.of.third) {
    all_ = table_.AllRows(store_);
  }

  void Run() {
    PausedStore paused(&store_, [this](int64_t call) { Before(call); });
    (void)table_.Compact(paused.store(), schedule_.of.mode, RunId(1), TestLock(false));
    ExpectNoneLost();
    ASSERT_EQ(table_.RecoverAs(store_, schedule_.of.mode, RunId(9), TestLock(true)), Status::OK());
    ended_ = true;
    Undisturbed::ExpectNothingLeft(store_, table_);
    ExpectNoneLost();
    ExpectOnce();
  }

 private:
  void Before(int64_t call) {
    if (call == schedule_.add) {
      Put(store_, PlaceOf("1").Child("new.parquet"), "200 201");
      all_[200] = all_[201] = 1;
    }
    if (call == schedule_.replace) {
      Put(store_, PlaceOf("3").Child("a.parquet"), "300");
      all_[300] = 1;
      replaced_ = {13, 14};
    }
    ExpectNoneLost();
    if (call != schedule_.pause) return;
    FaultStore dying(&store_, {{{.kind = StoreFault::kCrash, .nth = schedule_.second_death}}});
    (void)table_.RecoverAs(dying, schedule_.of.mode, RunId(2), TestLock(true));
    ExpectNoneLost();
    ASSERT_EQ(table_.RecoverAs(store_, schedule_.of.mode, RunId(3), TestLock(true)), Status::OK());
    ExpectNoneLost();
  }

  // A writer asks the catalog, which stays as it is without a run that leads it.
  Uri PlaceOf(const std::string& partition) {
    return table_.catalog().FindLocation({partition}).ValueOrDie();
  }

  Rows Seen() {
    if (LeadsCatalog(schedule_.of.mode)) return table_.RowsByCatalog(store_);
    Rows rows = table_.AllRows(store_);
    if (schedule_.of.mode == PublishMode::kCopy) return rows;
    for (const auto& [row, count] : VisibleRows(store_, table_.target())) rows[row] += count;
    return rows;
  }

  void ExpectNoneLost() {
    const Rows seen = Seen();
    for (const auto& [row, count] : all_) {
      // What a writer adds in the moment in which the catalog is changed is seen a moment later.
      if (!ended_ && LeadsCatalog(schedule_.of.mode) && row >= 200) continue;
      EXPECT_TRUE(replaced_.contains(row) || seen.contains(row)) << row;
    }
  }

  void ExpectOnce() {
    for (const auto& [row, count] : Seen()) EXPECT_EQ(count, 1) << row;
    for (const auto& [row, count] : VisibleRows(store_, table_.target())) EXPECT_EQ(count, 1);
  }

  const Schedule schedule_;
  MemoryStore store_{{"b"}};
  const TestTable table_;
  Rows all_;
  std::set<int> replaced_;
  bool ended_ = false;
};

void TryAThousand(std::span<const TestCase> cases) {
  for (unsigned seed = 0; seed < 1000 / kOneOf && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ScheduleRun(MakeSchedule(seed, cases)).Run();
  }
}

TEST(Zombie, AThousandSchedules) { TryAThousand(std::span(kAllCases).first(3)); }
TEST(Zombie, AThousandSchedulesOfACatalog) { TryAThousand(std::span(kAllCases).subspan(3)); }

}  // namespace
}  // namespace pqpack

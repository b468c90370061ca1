// SPDX-License-Identifier: Apache-2.0
//
// A plan that workers carry out and somebody commits: each of them dies, pauses or is disturbed at
// each of its store calls in turn.  A reader finds every row at each of these moments, and in the
// end the table is as an undisturbed compaction leaves it.
#include "run/commit_plan.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <latch>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "run/compact_testing.h"
#include "run/execute_plan.h"
#include "run/plan_end.h"
#include "run/plan_for_workers.h"

namespace pqpack {
namespace {

constexpr std::array kModes = {PublishMode::kInPlace, PublishMode::kCopy, PublishMode::kMove};

class PlanTest : public CompactedTable {
 protected:
  std::string NewRun() { return MakeRunId(TimePoint(std::chrono::hours(24 * 365 * 50)), ++runs_); }

  static Uri PlanOf(const Place& place) {
    Uri uri = place.table;
    uri.key.pop_back();
    uri.key += "-plan.json";
    return uri;
  }

  Status MakePlan(ObjectStore& store, const Place& place, PublishMode mode) {
    CompactOptions options = options_;
    options.publish = mode;
    options.moved_from = place.table;
    options.destination = mode == PublishMode::kInPlace ? Uri() : place.destination;
    HiveDirectory catalog(&store, place.table);
    PQ_ASSIGN(const PlannedRun planned,
              PlanForWorkers(options, {}, PlanOf(place), catalog, store, events_, {}));
    return StorePlan(planned, store, PlanOf(place));
  }

  Status Execute(ObjectStore& store, const Place& place, Share share = {}) {
    PQ_ASSIGN(const PlannedRun planned, LoadPlan(store, PlanOf(place)));
    PQ_ASSIGN(const auto found, FindPlanEnd(planned, store, PlanOf(place)));
    if (found.end && found.end->reached) return Status::OK();
    ExecuteOptions options{planned.options, share, NewRun()};
    options.compact.workers = 1;
    Executor io(1);
    executed_ = {};
    return ExecutePlan(
        planned, options, store, io, events_, [](const TaskDone&) {}, {}, &executed_);
  }

  Status Commit(ObjectStore& store, const Place& place) {
    PQ_ASSIGN(const PlannedRun planned, LoadPlan(store, PlanOf(place)));
    CompactOptions options = planned.options;
    options.workers = 1;
    options.lock = options_.lock;
    options.attempt = NewRun();
    HiveDirectory catalog(&store, place.table, planned.plan.table.partition_keys);
    committed_ = {};
    done_.clear();
    return CommitPlan(
        planned, options, {store, PlanOf(place)}, catalog, {store, store}, events_,
        [&](const PartitionDone& partition) { done_.push_back(partition); }, {}, &committed_);
  }

  void Discard(const Place& place) {
    const PlannedRun planned = LoadPlan(store(), PlanOf(place)).ValueOrDie();
    CompactOptions options = planned.options;
    options.lock = options_.lock;
    options.attempt = NewRun();
    HiveDirectory catalog(&store(), place.table);
    EXPECT_EQ(DiscardPlan(planned, options, {store(), PlanOf(place)}, catalog, {store(), store()},
                          events_, {}),
              Status::OK());
  }

  // Of a table that a plan was made of, and maybe carried out.
  Place Planned(const std::string& name, PublishMode mode, bool executed) {
    const Place place = Fill(name);
    EXPECT_EQ(MakePlan(store(), place, mode), Status::OK());
    if (executed) {
      EXPECT_EQ(Execute(store(), place), Status::OK());
    }
    return place;
  }

  // Then one of its files was replaced, so that a commit leaves its partition out.
  Place PlannedAndChanged(const std::string& name) {
    Place place = Planned(name, PublishMode::kInPlace, true);
    Put(store(), place.table.Child("p=1/1.parquet"), LargeFile(80));
    return place;
  }

  // A real server and a real disk take a while.
  int64_t Stride(int64_t much) const { return kind() == StoreKind::kMemory ? 1 : much; }

  using Step = std::function<Status(ObjectStore&, const Place&)>;

  // body(n) for each call of `step` on a place of `fill`.
  void AtEachCall(const std::function<Place(const std::string&)>& fill, const Step& step,
                  int64_t stride, const std::function<void(int64_t, const Place&)>& body) {
    const Place counted = fill("counted");
    FaultStore counting(&store(), {});
    ASSERT_EQ(step(counting, counted), Status::OK());
    ASSERT_GT(counting.calls(), 20);
    for (int64_t n = 1; n <= counting.calls(); n += stride) {
      SCOPED_TRACE("at call " + std::to_string(n));
      body(n, fill("at" + std::to_string(n)));
      if (HasFatalFailure()) return;
    }
  }

  Events events_;
  ExecuteSummary executed_;
  CommitSummary committed_;
};

TEST_P(PlanTest, AWorkerDiesAtEachCall) {
  const auto fill = [&](const std::string& name) {
    return Planned(name, PublishMode::kInPlace, false);
  };
  const auto execute = [&](ObjectStore& store, const Place& place) {
    return Execute(store, place);
  };
  AtEachCall(fill, execute, Stride(17), [&](int64_t n, const Place& place) {
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      (void)Execute(dying, place);
    }
    EXPECT_EQ(Visible(place.table), original_);
    ASSERT_EQ(Execute(store(), place), Status::OK());
    EXPECT_EQ(executed_.completed + executed_.skipped, 3);
    EXPECT_EQ(Visible(place.table), original_);
    ASSERT_EQ(Commit(store(), place), Status::OK());
    ExpectDone(place, PublishMode::kInPlace);
  });
}

TEST_P(PlanTest, ACommitDiesAtEachCall) {
  for (const PublishMode mode : kModes) {
    SCOPED_TRACE(ToString(mode));
    const auto fill = [&](const std::string& name) {
      return Planned(std::string(ToString(mode)) + name, mode, true);
    };
    const auto commit = [&](ObjectStore& store, const Place& place) {
      return Commit(store, place);
    };
    int again = 0;
    int before = 0;
    AtEachCall(fill, commit, Stride(23), [&](int64_t n, const Place& place) {
      {
        FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
        (void)Commit(dying, place);
      }
      ExpectNoneLost(place, mode);
      ASSERT_EQ(Commit(store(), place), Status::OK());
      ++(committed_.committed_before ? before : again);
      EXPECT_EQ(committed_.completed, committed_.committed_before ? 0 : 3);
      ExpectDone(place, mode);
      ASSERT_EQ(Commit(store(), place), Status::OK());
      EXPECT_TRUE(committed_.committed_before);
      ExpectDone(place, mode);
    });
    EXPECT_GT(again, 0);
    EXPECT_GT(before, 0);
  }
}

// Each call, and so on memory only.
class PlanRaceTest : public PlanTest {};

// By a compaction, which knows nothing of the plan.
TEST_P(PlanRaceTest, ACommitThatDiedIsEndedBySomebodyElse) {
  for (const PublishMode mode : {PublishMode::kInPlace, PublishMode::kCopy}) {
    SCOPED_TRACE(ToString(mode));
    const auto fill = [&](const std::string& name) {
      return Planned(std::string(ToString(mode)) + name, mode, true);
    };
    const auto commit = [&](ObjectStore& store, const Place& place) {
      return Commit(store, place);
    };
    AtEachCall(fill, commit, 1, [&](int64_t n, const Place& place) {
      {
        FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
        (void)Commit(dying, place);
      }
      const Status other = Run(store(), place, mode);
      ASSERT_TRUE(other.ok()) << other;
      ExpectNoneLost(place, mode);
      const Status later = Commit(store(), place);
      ExpectNoneLost(place, mode);
      // What the other one has done can't be done by this plan any more.
      EXPECT_TRUE(later.ok()) << later;
      if (!committed_.committed_before) {
        EXPECT_EQ(committed_.completed, 0);
        EXPECT_EQ(committed_.failed, 3);
        Discard(place);
      }
      ExpectDone(place, mode);
    });
  }
}

// Of a file that is replaced behind its death, rows are there twice or its partition is left: that
// is told, and told again.
TEST_P(PlanRaceTest, WhatACommitThatDiedHasLeftIsToldEachTime) {
  const auto fill = [&](const std::string& name) {
    return Planned(name, PublishMode::kInPlace, true);
  };
  const auto commit = [&](ObjectStore& store, const Place& place) { return Commit(store, place); };
  int left = 0;
  AtEachCall(fill, commit, 1, [&](int64_t n, const Place& place) {
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      (void)Commit(dying, place);
    }
    // Two of one partition.
    bool replaced = false;
    for (const char* name : {"p=1/0.parquet", "p=1/1.parquet"}) {
      const Uri file = place.table.Child(name);
      if (!store().Find(file).ok()) continue;
      Put(store(), file, LargeFile(80));
      replaced = true;
    }
    for (const char* time : {"first", "second"}) {
      SCOPED_TRACE(time);
      const Status status = Commit(store(), place);
      EXPECT_EQ(!status.ok() || committed_.failed > 0, replaced) << status;
      if (!committed_.committed_before || status.ok()) continue;
      ++left;
      EXPECT_NE(status.message().find("but for 1 of its partitions"), std::string::npos) << status;
    }
  });
  EXPECT_GT(left, 0);
}

// The same of a partition that it had left out before it died.
TEST_P(PlanRaceTest, WhatACommitHadLeftOutBeforeItDiedIsToldEachTime) {
  const auto fill = [&](const std::string& name) { return PlannedAndChanged(name); };
  const auto commit = [&](ObjectStore& store, const Place& place) { return Commit(store, place); };
  AtEachCall(fill, commit, 1, [&](int64_t n, const Place& place) {
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      (void)Commit(dying, place);
    }
    for (const char* time : {"first", "second"}) {
      SCOPED_TRACE(time);
      const Status status = Commit(store(), place);
      EXPECT_TRUE(!status.ok() || committed_.failed > 0);
    }
  });
}

// Taken for dead, it is overtaken by another commit of the same plan, and goes on then.
TEST_P(PlanRaceTest, ACommitPausesAtEachCallWhileAnotherIsDone) {
  for (const PublishMode mode : kModes) {
    SCOPED_TRACE(ToString(mode));
    const auto fill = [&](const std::string& name) {
      return Planned(std::string(ToString(mode)) + name, mode, true);
    };
    const auto commit = [&](ObjectStore& store, const Place& place) {
      return Commit(store, place);
    };
    AtEachCall(fill, commit, 1, [&](int64_t n, const Place& place) {
      Status other;
      FaultStore pausing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                      const auto committed = committed_;
                                      other = Commit(store(), place);
                                      committed_ = committed;
                                    }});
      (void)Commit(pausing, place);
      ExpectNoneLost(place, mode);
      const Status last = Commit(store(), place);
      ASSERT_TRUE(last.ok()) << last << other;
      ExpectDone(place, mode);
    });
  }
}

// An output is begun when the pages of its first input turn out to be not what its footer says.  It
// is begun anew, under another name, and its receipt counts.
TEST_P(PlanTest, PagesThatSurpriseAreEncodedAnew) {
  original_["p=1/0.parquet"] = WithPadding(LargeFile(2400));
  const Place place = Planned("surprise", PublishMode::kInPlace, true);
  EXPECT_EQ(executed_.completed, 3);
  ASSERT_EQ(Execute(store(), place), Status::OK());
  EXPECT_EQ(executed_.skipped, 3);
  ASSERT_EQ(Commit(store(), place), Status::OK());
  EXPECT_EQ(done_.at(0).rows, 300 + 2 + 4);
  EXPECT_EQ(done_.at(0).bytes_decoded, done_.at(0).bytes_by_level[3]);
  EXPECT_EQ(RowsOf(Uri::Parse(done_.at(0).outputs.at(0)).ValueOrDie()), 300 + 2 + 4);
}

// So it does where the other one had left something out, and what that said is said again.
TEST_P(PlanRaceTest, WhatAnotherCommitHasLeftOutMeanwhileIsToldEachTime) {
  const auto fill = [&](const std::string& name) { return PlannedAndChanged(name); };
  const auto commit = [&](ObjectStore& store, const Place& place) { return Commit(store, place); };
  AtEachCall(fill, commit, 1, [&](int64_t n, const Place& place) {
    FaultStore pausing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}},
                                  [&] { (void)Commit(store(), place); }});
    (void)Commit(pausing, place);
    const Status last = Commit(store(), place);
    EXPECT_EQ(CodeOf(last), ErrorCode::kSourceChanged) << last;
  });
}

// It finds the plan done, removes what it has made, and changes nothing.
TEST_P(PlanRaceTest, AWorkerPausesAtEachCallWhileOthersAreDone) {
  for (const PublishMode mode : {PublishMode::kInPlace, PublishMode::kCopy}) {
    SCOPED_TRACE(ToString(mode));
    const auto fill = [&](const std::string& name) {
      return Planned(std::string(ToString(mode)) + name, mode, false);
    };
    const auto execute = [&](ObjectStore& store, const Place& place) {
      return Execute(store, place);
    };
    AtEachCall(fill, execute, 1, [&](int64_t n, const Place& place) {
      FaultStore pausing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                      ASSERT_EQ(Execute(store(), place), Status::OK());
                                      ASSERT_EQ(Commit(store(), place), Status::OK());
                                    }});
      (void)Execute(pausing, place);
      ASSERT_EQ(Commit(store(), place), Status::OK());
      EXPECT_TRUE(committed_.committed_before);
      ExpectDone(place, mode);
    });
  }
}

TEST_P(PlanRaceTest, TwoOfOneShareLeaveOneReceiptEach) {
  const auto fill = [&](const std::string& name) {
    return Planned(name, PublishMode::kInPlace, false);
  };
  const auto execute = [&](ObjectStore& store, const Place& place) {
    return Execute(store, place);
  };
  AtEachCall(fill, execute, 1, [&](int64_t n, const Place& place) {
    FaultStore pausing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}},
                                  [&] { ASSERT_EQ(Execute(store(), place), Status::OK()); }});
    ASSERT_EQ(Execute(pausing, place), Status::OK());
    std::map<std::string, int> left;
    for (const auto& [key, bytes] : Contents(store(), PlansFolder(place.table))) {
      ++left[key.substr(key.rfind('.'))];
    }
    EXPECT_EQ(left, (std::map<std::string, int>{{".json", 4}, {".staged", 3}}));
    ASSERT_EQ(Commit(store(), place), Status::OK());
    ExpectDone(place, PublishMode::kInPlace);
  });
}

// What it has then is not lost, and not mixed with what it had.
TEST_P(PlanTest, AFileThatChangesAtAnyMoment) {
  for (const PublishMode mode : {PublishMode::kInPlace, PublishMode::kCopy}) {
    const auto fill = [&](const std::string& name) {
      return Planned(std::string(ToString(mode)) + name, mode, false);
    };
    const auto both = [&](ObjectStore& store, const Place& place) {
      (void)Execute(store, place);
      return Commit(store, place);
    };
    std::set<int64_t> sums;
    AtEachCall(fill, both, Stride(31), [&](int64_t n, const Place& place) {
      bool changed = false;
      FaultStore changing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                       const Uri file = place.table.Child("p=1/1.parquet");
                                       if (store().Find(file).ok()) changed = true;
                                       if (changed) Put(store(), file, LargeFile(80));
                                     }});
      ASSERT_EQ(both(changing, place), Status::OK());
      const auto rows_in = [&](const Uri& folder) {
        int64_t rows = 0;
        for (const auto& [name, bytes] : Visible(folder)) {
          if (name.starts_with("p=1/")) rows += RowsOf(folder.Child(name));
        }
        return rows;
      };
      const int64_t rows = rows_in(place.table);
      sums.insert(rows);
      const Status& first = done_.at(0).status;
      if (mode == PublishMode::kCopy) {
        // It was replaced before the commit listed the table, or it is as it was.
        EXPECT_EQ(rows, changed ? 1 + 10 + 4 : kAllRows);
        EXPECT_EQ(rows_in(place.destination), first.ok() ? kAllRows : 0);
      } else if (!changed) {
        EXPECT_EQ(rows, kAllRows);
      } else if (rows != 1 + 10 + 4) {
        // It changed behind the last look at it, and that is said.
        EXPECT_EQ(rows, kAllRows + 10);
        EXPECT_EQ(CodeOf(first), ErrorCode::kSourceChanged);
      }
      for (const char* other : {"p=2/", "p=3/"}) {
        const Uri& result = mode == PublishMode::kCopy ? place.destination : place.table;
        EXPECT_EQ(Sources(result, other), All(other));
      }
    });
    EXPECT_TRUE(sums.contains(1 + 10 + 4));
  }
}

// A file of each partition has a row group that the store appends.
class AppendedPlanTest : public PlanTest {
 protected:
  void SetUp() override {
    PlanTest::SetUp();
    if (IsSkipped()) return;
    original_.clear();
    SetRows(40'000);
    original_.erase("p=2/large.parquet");
    options_.table.policy.target_file_size = 2'400'000;
  }
};

// Behind the look at its first pages, by a file of the same size.
TEST_P(AppendedPlanTest, ASourceThatChangesMeanwhileIsLeft) {
  const Place place = Planned("changing", PublishMode::kInPlace, false);
  const std::string changed = "p=1/2.parquet";
  std::string other = original_[changed];
  other[other.size() / 2] ^= 1;
  FaultStore changing(
      &store(), {{{.kind = StoreFault::kDelay, .nth = 1, .operation = StoreOperation::kAppendFrom}},
                 [&] { Put(store(), place.table.Child(changed), other); }});
  ASSERT_EQ(Execute(changing, place), Status::OK());
  EXPECT_EQ(executed_.failed, 1);
  EXPECT_EQ(executed_.failed_by_code[ErrorCode::kSourceChanged], 1);
  ASSERT_EQ(Commit(store(), place), Status::OK());
  ASSERT_EQ(done_.size(), kPartitions.size());
  for (const PartitionDone& done : done_) {
    if (done.folder == "p=1/") {
      EXPECT_EQ(CodeOf(done.status), ErrorCode::kSourceChanged) << done.status;
    } else {
      EXPECT_EQ(done.status, Status::OK());
      EXPECT_GT(done.bytes_by_level[0], 4 * 8 * rows_);
    }
  }
  original_[changed] = other;
  Files left = Visible(place.table);
  for (const char* name : {"p=1/0.parquet", "p=1/1.parquet", "p=1/2.parquet"}) {
    EXPECT_EQ(left[name], original_[name]) << name;
  }
  EXPECT_EQ(Sources(place.table, "p=2/"), All("p=2/"));
}

INSTANTIATE_TEST_SUITE_P(Stores, AppendedPlanTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false}),
                         NameOfCase);

// The plan lists that compaction's outputs and their originals: double rows, which never get
// into what is committed.
TEST_P(PlanRaceTest, APlanThatIsMadeWhileACompactionPublishes) {
  options_.lock.is_gone = [](const ProcessIdentity&) { return false; };
  for (const PublishMode mode : kModes) {
    SCOPED_TRACE(ToString(mode));
    const auto fill = [&](const std::string& name) {
      return Fill(std::string(ToString(mode)) + name);
    };
    const auto compact = [&](ObjectStore& store, const Place& place) {
      return Run(store, place, PublishMode::kInPlace);
    };
    int refused = 0;
    AtEachCall(fill, compact, 1, [&](int64_t n, const Place& place) {
      Status planned;
      FaultStore pausing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                      planned = MakePlan(store(), place, mode);
                                      if (planned.ok()) (void)Execute(store(), place);
                                      if (planned.ok()) (void)Commit(store(), place);
                                    }});
      (void)compact(pausing, place);  // what it is about to merge may have been moved away
      ASSERT_TRUE(planned.ok()) << planned;
      (void)Execute(store(), place);
      const Status committed = Commit(store(), place);
      refused += committed.ok() && committed_.failed == 0 ? 0 : 1;
      for (const std::string& partition : kPartitions) {
        auto seen = Sources(place.table, partition);
        const auto there = Sources(place.destination, partition);
        EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size()) << partition;
        EXPECT_EQ(std::set(there.begin(), there.end()).size(), there.size()) << partition;
        seen.insert(there.begin(), there.end());
        EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), All(partition).size()) << partition;
      }
    });
    EXPECT_GT(refused, 0);
  }
}

// A thread that stops at the n-th call of its store, and goes on when it is told to.
class Compacting {
 public:
  Compacting(ObjectStore* store, int64_t n, const std::function<void(ObjectStore&)>& run)
      : pausing_(store, {{{.kind = StoreFault::kDelay, .nth = n}},
                         [this] {
                           paused_.count_down();
                           go_on_.wait();
                         }}),
        thread_([this, run] {
          run(pausing_);
          if (!paused_.try_wait()) paused_.count_down();  // it had no such call
        }) {
    paused_.wait();
  }
  ~Compacting() { Finish(); }

  void Finish() {
    if (!thread_.joinable()) return;
    go_on_.count_down();
    thread_.join();
  }

 private:
  std::latch paused_{1};
  std::latch go_on_{1};
  FaultStore pausing_;
  std::thread thread_;
};

// As above, but the compaction goes on, and ends, in the middle of the commit.  A copy does not
// have the table's lock, so it may.
TEST_P(PlanRaceTest, ACopyIsCommittedWhileACompactionEnds) {
  options_.lock.is_gone = [](const ProcessIdentity&) { return false; };
  FaultStore counting(&store(), {});
  const Place counted = Fill("counted");
  ASSERT_EQ(Run(counting, counted, PublishMode::kInPlace), Status::OK());
  std::mt19937 random(11);
  int committed_double = 0;
  int planned_double = 0;
  for (int round = 0; round < 1000; ++round) {
    const int64_t n = 1 + static_cast<int64_t>(random() % counting.calls());
    const int64_t m = 1 + static_cast<int64_t>(random() % 150);
    SCOPED_TRACE("paused at " + std::to_string(n) + ", goes on at " + std::to_string(m));
    const Place place = Fill("round" + std::to_string(round));
    CompactOptions options = options_;
    options.publish = PublishMode::kInPlace;
    options.run = NewRun();
    Compacting other(&store(), n, [&](ObjectStore& slow) {
      HiveDirectory catalog(&slow, place.table);
      Executor io(1);
      Events events;
      CompactSummary summary;
      (void)Compact(
          options, catalog, {slow, slow}, io, events, [](const PartitionDone&) {}, {}, &summary);
    });
    ASSERT_EQ(MakePlan(store(), place, PublishMode::kCopy), Status::OK());
    const auto planned = LoadPlan(store(), PlanOf(place)).ValueOrDie();
    for (const PartitionPlan& partition : planned.plan.partitions) {
      planned_double += partition.files() > kFiles + 1 ? 1 : 0;
    }
    ASSERT_EQ(Execute(store(), place), Status::OK());
    FaultStore telling(&store(),
                       {{{.kind = StoreFault::kDelay, .nth = m}}, [&] { other.Finish(); }});
    (void)Commit(telling, place);
    other.Finish();
    for (const std::string& partition : kPartitions) {
      const auto there = Sources(place.destination, partition);
      committed_double += std::set(there.begin(), there.end()).size() != there.size() ? 1 : 0;
      EXPECT_EQ(Sources(place.table, partition), All(partition));
    }
  }
  EXPECT_EQ(committed_double, 0);
  EXPECT_GT(planned_double, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, PlanTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

INSTANTIATE_TEST_SUITE_P(Stores, PlanRaceTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false}), NameOfCase);

}  // namespace
}  // namespace pqpack

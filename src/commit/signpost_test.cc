// SPDX-License-Identifier: Apache-2.0
//
// Two runs at once that share a place of which neither has the other's lock: a catalog's, which has
// a partition there, and one by a path or for another table.  They take turns by each call of the
// store, in an order that a seed decides.
#include "commit/signpost.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "commit/compaction_testing.h"
#include "commit/find_runs.h"
#include "commit/record.h"
#include "commit/sparing_testing.h"
#include "store/conformance_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

// One of two goes on at any time.  The first one is ahead by some calls, and from then on it is
// tossed for, but that the second one pauses once, if it is to, at a call of its own.
class Turns {
 public:
  Turns(unsigned seed, int ahead, int pause) : random_(seed), ahead_(ahead), pause_(pause) {}

  void Wait(int who) {
    std::unique_lock lock(mutex_);
    if (who == 1 && --pause_ == 0) ahead_ = 60;
    turn_ = ahead_ > 0 ? 0 : static_cast<int>(random_() % 2);
    if (ahead_ > 0) --ahead_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return turn_ == who || ended_[1 - who]; });
  }

  void End(int who) {
    std::lock_guard lock(mutex_);
    ended_[who] = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::mt19937 random_;
  int ahead_;
  int pause_;
  int turn_ = 0;
  bool ended_[2] = {false, false};
};

// A store that waits for its turn before each call.
class TurnStore {
 public:
  TurnStore(ObjectStore* store, Turns* turns, int who) : faults_(store, Plan(turns, who)) {}
  FaultStore& store() { return faults_; }

 private:
  static FaultPlan Plan(Turns* turns, int who) {
    FaultPlan plan;
    for (int64_t n = 1; n <= 1000; ++n) {
      plan.faults.push_back({.kind = StoreFault::kDelay, .nth = n});
    }
    plan.delay = [=] { turns->Wait(who); };
    return plan;
  }
  FaultStore faults_;
};

struct Meeting {
  PublishMode mode;        // of the first one
  std::string_view third;  // where it has a partition
  std::string_view path;   // of the second one; empty: another table that has the partition, too
};

constexpr std::array kMeetings = {
    Meeting{PublishMode::kInPlace, "far/o/p=3/", "far/o/"},
    Meeting{PublishMode::kInPlace, "far/o/p=3/", "far/o/p=3/"},
    Meeting{PublishMode::kInPlace, "far/o/p=3/", "far/"},
    Meeting{PublishMode::kInPlace, "far/o/p=3/", ""},
    Meeting{PublishMode::kInPlace, "far/o/", "far/o/"},
    Meeting{PublishMode::kInPlace, "far/o/", "far/"},
    Meeting{PublishMode::kInPlace, "far/o/", ""},
    Meeting{PublishMode::kSwap, "far/o/p=3/", "far/o/"},
    Meeting{PublishMode::kSwap, "far/o/", "far/o/"},
    Meeting{PublishMode::kCatalogMove, "far/o/p=3/", "far/o/p=3/"},
};

struct Ends {
  int first = 0;   // went through alone
  int second = 0;  // likewise
  int both = 0;    // one behind the other
};

// A process of this machine that is not there: it looks dead, and is paused only.
LockOptions LooksDead() {
  LockOptions options = TestLock(false);
  options.process = ThisProcess();
  options.process.started = "never";
  return options;
}

void Meet(ObjectStore& store, const Uri& folder, unsigned seed, Ends* ends) {
  const Meeting& meeting = kMeetings[seed % kMeetings.size()];
  const bool looks_dead = seed / kMeetings.size() % 4 == 3 && !meeting.path.empty();
  std::mt19937 random(seed);
  const Uri third = folder.Child(meeting.third);
  const TestTable table(folder, store, third);
  const Rows all = table.AllRows(store);
  const TestTable other = meeting.path.empty() ? TestTable(folder.Child("other/"), store, third)
                                               : TestTable(folder.Child(meeting.path));
  const PublishMode in_place = PublishMode::kInPlace;
  const auto upto = [&](unsigned most) { return static_cast<int>(random() % most); };
  // One that looks dead pauses about where it has its lock, and its journal not yet.
  Turns turns(seed, upto(looks_dead ? 8 : 120), looks_dead ? 18 + upto(16) : 0);
  Status first;
  Status second;
  std::thread beside([&] {
    TurnStore own(&store, &turns, 1);
    turns.Wait(1);
    second =
        other.Compact(own.store(), in_place, RunId(2), looks_dead ? LooksDead() : TestLock(false));
    turns.End(1);
  });
  {
    TurnStore own(&store, &turns, 0);
    turns.Wait(0);
    first = table.Compact(own.store(), meeting.mode, RunId(1), TestLock(false));
    turns.End(0);
    beside.join();
  }
  EXPECT_EQ(table.RecoverAs(store, meeting.mode, RunId(3), TestLock(true)), Status::OK());
  EXPECT_EQ(other.RecoverAs(store, in_place, RunId(4), TestLock(true)), Status::OK());
  const bool leads = LeadsCatalog(meeting.mode);
  EXPECT_EQ(leads ? table.RowsByCatalog(store) : table.AllRows(store), all)
      << first << "; " << second;
  Undisturbed::ExpectNothingLeft(store, table);
  Undisturbed::ExpectNothingLeft(store, other);
  ends->first += first.ok() && !second.ok() ? 1 : 0;
  ends->second += second.ok() && !first.ok() ? 1 : 0;
  ends->both += first.ok() && second.ok() ? 1 : 0;
}

class TwoAtOnce : public StoreTest {};

// At least one of them sees the other.
TEST_P(TwoAtOnce, OneSeesTheOther) {
  const bool memory = kind() == StoreKind::kMemory;
  const unsigned seeds = memory ? 1000 / kOneOf : 10;
  Ends ends;
  for (unsigned seed = 0; seed < seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    if (memory) {
      MemoryStore own({"b"});
      Meet(own, {Scheme::kMemory, "b", "test/"}, seed, &ends);
    } else {
      Meet(store(), At("two" + std::to_string(seed)), seed, &ends);
    }
  }
  if (!memory) return;
  EXPECT_GT(ends.first, 100 / kOneOf);
  EXPECT_GT(ends.second, 100 / kOneOf);
  EXPECT_GT(ends.both, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, TwoAtOnce,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

// Whoever comes by a path, there, above or below, is told what to end and how.
TEST(SignpostTest, OneOfADeadRunIsFound) {
  const Uri folder{Scheme::kMemory, "b", "test/"};
  const std::string how =
      "Wait for its end, or run pqpack recover memory://b/test/t/ --also "
      "memory://b/test/o/.";
  int dead = 0;
  bool died = true;
  for (int64_t n = 1; died; ++n) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    MemoryStore store({"b"});
    const TestTable table(folder, store, "o/p=3/");
    FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
    died = !table.Compact(dying, PublishMode::kInPlace, RunId(1), TestLock(false)).ok();
    const auto found = FindRuns(store, folder.Child("o/")).ValueOrDie();
    if (!found.runs.empty()) {
      ++dead;
      EXPECT_EQ(found.runs[0].kept_at, table.table());
      for (const char* path : {"o/", "o/p=3/", ""}) {
        const TestTable by_path{folder.Child(path)};
        const Status refused =
            by_path.Compact(store, PublishMode::kInPlace, RunId(2), TestLock(true));
        EXPECT_EQ(CodeOf(refused), ErrorCode::kAlreadyExists) << refused;
        (void)by_path.RecoverAs(store, PublishMode::kInPlace, RunId(3), TestLock(true));
        if (*path == '\0') continue;  // the table itself is found first
        EXPECT_NE(refused.message().find(RunId(1)), std::string::npos) << refused;
        EXPECT_EQ(ActionOf(refused), how);
      }
    }
    ASSERT_EQ(table.RecoverAs(store, PublishMode::kInPlace, RunId(4), TestLock(true)),
              Status::OK());
    Undisturbed::ExpectNothingLeft(store, table);
    EXPECT_EQ(TestTable(folder.Child("o/"))
                  .Compact(store, PublishMode::kInPlace, RunId(5), TestLock(true)),
              Status::OK());
  }
  EXPECT_GT(dead, 50);
}

// A copy reads without a lock: nothing is read where rows may be double, by whatever run.
TEST(SignpostTest, ACopyWaitsForWhatIsPublishedOutside) {
  const Uri folder{Scheme::kMemory, "b", "test/"};
  MemoryStore store({"b"});
  const TestTable table(folder, store, "o/p=3/");
  const std::vector<Uri> outside = {folder.Child("o/p=3/")};
  const auto check = [&] { return CheckNotPublishing(store, folder.Child("other/"), outside); };
  int staging = 0;
  int publishing = 0;
  for (int64_t n = 1;; ++n) {
    FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
    if (table.Compact(dying, PublishMode::kInPlace, RunId(1), TestLock(false)).ok()) break;
    const auto journal = Journal::Load(store, {table.table(), RunId(1)}).ValueOrDie();
    const bool seen = journal && journal->state().phase == Phase::kPublishing;
    const Status checked = check();
    EXPECT_TRUE(seen ? CodeOf(checked) == ErrorCode::kSourceChanged : checked.ok()) << checked;
    (seen ? publishing : staging) += 1;
    const bool ended = table.RecoverAs(store, PublishMode::kInPlace, RunId(2), TestLock(true)).ok();
    ASSERT_TRUE(ended);
    if (seen) break;
  }
  EXPECT_GT(staging, 0);
  EXPECT_GT(publishing, 0);
  EXPECT_EQ(
      TestTable(folder.Child("o/")).Compact(store, PublishMode::kInPlace, RunId(5), TestLock(true)),
      Status::OK());
  EXPECT_EQ(check(), Status::OK());
}

// One that was taken for dead does not remove what the same run's next attempt has put there.
TEST(SignpostTest, IsKeptByALaterBeginning) {
  MemoryStore store({"b"});
  Executor executor(1);
  const PublishContext context{store, store, executor};
  const Uri place{Scheme::kMemory, "b", "o/"};
  const RunFolder root{{Scheme::kMemory, "b", "t/"}, RunId(1)};
  const auto begin = [&](int attempt) {
    return Journal::Begin(
               store, root,
               {.attempt = RunId(attempt), .signposts = {place, {Scheme::kMemory, "b", ""}}})
        .ValueOrDie();
  };
  Journal first = begin(2);
  ASSERT_EQ(PutSignposts(first, context), Status::OK());
  ASSERT_EQ(first.Remove(), Status::OK());
  const Journal second = begin(3);
  ASSERT_EQ(PutSignposts(second, context), Status::OK());
  ASSERT_EQ(RemoveSignposts(first, context), Status::OK());
  EXPECT_EQ(FindSignpost(store, {place, RunId(1)}).ValueOrDie(), root.root);
  const auto loaded = Journal::Load(store, root).ValueOrDie();
  EXPECT_EQ(loaded->state().signposts, second.state().signposts);
  ASSERT_EQ(RemoveSignposts(*loaded, context), Status::OK());
  EXPECT_EQ(FindSignpost(store, {place, RunId(1)}).ValueOrDie(), std::nullopt);
}

// Its table may have been removed with all that was below it.
TEST(SignpostTest, OneOfARunThatIsNotThereAnyMoreKeepsNobodyAway) {
  const Uri folder{Scheme::kMemory, "b", "test/"};
  for (const bool there : {true, false}) {
    SCOPED_TRACE(there);
    MemoryStore store({"b"});
    Executor executor(1);
    const PublishContext context{store, store, executor};
    const TestTable table(folder, store, "o/p=3/");
    const Rows all = table.AllRows(store);
    const RunFolder root{folder.Child("gone/"), RunId(1)};
    Journal journal = Journal::Begin(store, root, {.signposts = {folder.Child("o/")}}).ValueOrDie();
    ASSERT_EQ(PutSignposts(journal, context), Status::OK());
    const Status removed = there ? Status::OK() : journal.Remove();
    ASSERT_EQ(removed, Status::OK());
    const ErrorCode code = there ? ErrorCode::kAlreadyExists : CodeOf(Status::OK());
    const auto compact = [&](const TestTable& by, int run) {
      return CodeOf(by.Compact(store, PublishMode::kInPlace, RunId(run), TestLock(true)));
    };
    EXPECT_EQ(compact(TestTable(folder.Child("o/p=3/")), 2), code);  // below it
    EXPECT_EQ(compact(table, 3), code);                              // a catalog has it
    EXPECT_EQ(compact(TestTable(folder.Child("o/")), 4), code);      // there
    EXPECT_EQ(table.AllRows(store), all);
    EXPECT_EQ(FindSignpost(store, {folder.Child("o/"), RunId(1)}).ValueOrDie().has_value(), there);
  }
}

// What can't be understood is no run's that has ended.
TEST(SignpostTest, OneThatIsNotUnderstoodChangesNothing) {
  const Uri folder{Scheme::kMemory, "b", "test/"};
  const auto text = [&](int version, const std::string& root) {
    return R"({"kind":"pqpack journal elsewhere","v":)" + std::to_string(version) + R"(,"run":")" +
           RunId(1) + R"(","root":")" + root + "\"}";
  };
  const std::pair<std::string, ErrorCode> cases[] = {
      {"", ErrorCode::kCorrupt},
      {R"({"kind":"pqpack jour)", ErrorCode::kCorrupt},
      {text(1, "memory://b/test/o/"), ErrorCode::kCorrupt},  // itself
      {text(2, "memory://b/test/gone/"), ErrorCode::kUnsupported},
      {text(1, "s3://b/test/gone/"), ErrorCode::kAlreadyExists}};
  for (const auto& [written, code] : cases) {
    SCOPED_TRACE(written);
    MemoryStore store({"b"});
    const TestTable table(folder, store, "o/p=3/");
    const Rows all = table.AllRows(store);
    const RunFolder signpost{folder.Child("o/"), RunId(1)};
    ASSERT_TRUE(
        WriteText(store, signpost.journal(), written, {WriteCondition::kIfAbsent, {}}).ok());
    const auto compact = [&](const char* path, int run) {
      return CodeOf(TestTable(folder.Child(path))
                        .Compact(store, PublishMode::kInPlace, RunId(run), TestLock(true)));
    };
    EXPECT_EQ(compact("o/", 2), code);
    EXPECT_EQ(compact("o/p=3/", 3), ErrorCode::kAlreadyExists);
    EXPECT_EQ(table.AllRows(store), all);
    EXPECT_TRUE(LookUp(store, signpost.journal()).ValueOrDie().has_value());
  }
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Journals that are not understood, stores that ignore conditions, and what `runs` sees.
#include "commit/recover.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/temporary_folder_testing.h"
#include "commit/compaction_testing.h"
#include "commit/find_runs.h"
#include "commit/probe_store.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

constexpr PublishMode kInPlace = PublishMode::kInPlace;

class RecoverTest : public ::testing::Test {
 protected:
  // A run that died with the journal in `phase`.
  void Die(Phase phase) {
    for (int64_t n = 1;; ++n) {
      MemoryStore own({"b"});
      const TestTable table(folder_, own);
      FaultStore dying(&own, {{{.kind = StoreFault::kCrash, .nth = n}}});
      ASSERT_FALSE(table.Compact(dying, kInPlace, RunId(1), TestLock(false)).ok());
      const auto journal = Journal::Load(own, run_).ValueOrDie();
      if (!journal || journal->state().phase != phase) continue;
      FaultStore same(&store_, {{{.kind = StoreFault::kCrash, .nth = n}}});
      ASSERT_FALSE(table_.Compact(same, kInPlace, RunId(1), TestLock(false)).ok());
      return;
    }
  }

  std::string Text(const Uri& uri) { return Contents(store_, uri.Folder()).at(uri.key); }
  Status Recover() { return table_.RecoverAs(store_, kInPlace, RunId(2), TestLock(true)); }

  // Recovery fails with `code` and changes nothing but the lock and what it asked the store with.
  void ExpectRefused(ErrorCode code) {
    Files before = Contents(store_, folder_);
    EXPECT_EQ(CodeOf(Recover()), code);
    Files after = Contents(store_, folder_);
    before.erase(LockName(table_.table()).key);
    after.erase(LockName(table_.table()).key);
    EXPECT_EQ(after, before);
  }

  MemoryStore store_{{"b"}};
  const Uri folder_{Scheme::kMemory, "b", "test/"};
  const TestTable table_{folder_, store_};
  const RunFolder run_{table_.table(), RunId(1)};
};

TEST_F(RecoverTest, AJournalThatIsNotUnderstoodChangesNothing) {
  Die(Phase::kStaging);
  const std::string good = Text(run_.journal());
  for (size_t size = 0; size + 1 < good.size(); ++size) {
    Put(store_, run_.journal(), good.substr(0, size));
    ExpectRefused(ErrorCode::kCorrupt);
  }
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    Put(store_, run_.journal(), text);
  };
  with("\"v\":1", "\"v\":2");
  ExpectRefused(ErrorCode::kUnsupported);
  with("in-place", "replaced");
  ExpectRefused(ErrorCode::kUnsupported);
  with("staging", "dancing");
  ExpectRefused(ErrorCode::kUnsupported);
  with(RunId(1), RunId(3));
  ExpectRefused(ErrorCode::kCorrupt);
  Put(store_, run_.journal(), good);
  EXPECT_EQ(Recover(), Status::OK());
}

TEST_F(RecoverTest, AListThatIsNotTheProvenOneIsNotPublished) {
  Die(Phase::kPublishing);
  const std::string good = Text(run_.list());
  std::string other = good;
  other.replace(other.find("p=1/a.parquet"), 13, "p=2/a.parquet");
  Put(store_, run_.list(), other);
  ExpectRefused(ErrorCode::kCorrupt);
  ASSERT_EQ(store_.Delete(store_.Find(run_.list()).ValueOrDie().id()), Status::OK());
  ExpectRefused(ErrorCode::kCorrupt);
  Put(store_, run_.list(), good);
  EXPECT_EQ(Recover(), Status::OK());
}

TEST_F(RecoverTest, OtherThingsBelowPqpackAreLeft) {
  Put(store_, RunsFolder(table_.table()).Child("plan.json"), "mine");
  Put(store_, RunsFolder(table_.table()).Child("notes/a"), "mine");
  Die(Phase::kPublishing);
  EXPECT_EQ(Recover(), Status::OK());
  EXPECT_EQ(Contents(store_, RunsFolder(table_.table())).size(), 2U);
}

TEST_F(RecoverTest, WhereNothingWasNothingIsWritten) {
  FaultStore counting(&store_, {});
  EXPECT_EQ(table_.RecoverAs(counting, kInPlace, RunId(2), TestLock(true)), Status::OK());
  EXPECT_EQ(counting.calls(StoreOperation::kCreate), 0);
}

TEST_F(RecoverTest, RunsAreSeen) {
  EXPECT_TRUE(FindRuns(store_, table_.table()).ValueOrDie().runs.empty());
  Die(Phase::kPublishing);
  EXPECT_EQ(CodeOf(CheckNotPublishing(store_, table_.table())), ErrorCode::kSourceChanged);
  const Files before = Contents(store_, folder_);
  const FoundRuns found = FindRuns(store_, table_.table()).ValueOrDie();
  EXPECT_EQ(Contents(store_, folder_), before);
  ASSERT_EQ(found.runs.size(), 1U);
  EXPECT_EQ(found.runs[0].run, RunId(1));
  EXPECT_EQ(found.runs[0].state->mode, kInPlace);
  EXPECT_EQ(found.runs[0].state->phase, Phase::kPublishing);
  EXPECT_EQ(found.runs[0].files, 3);
  EXPECT_EQ(found.lock->run, RunId(1));
  EXPECT_TRUE(found.runs[0].locked);
  EXPECT_EQ(found.lock->process.host, "host");
  Put(store_, run_.journal(), "?");
  EXPECT_EQ(CodeOf(FindRuns(store_, table_.table()).ValueOrDie().runs[0].unreadable),
            ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(CheckNotPublishing(store_, table_.table())), ErrorCode::kCorrupt);
}

TEST(FindPlans, WhatWorkersLeft) {
  MemoryStore store({"b"});
  const RunFolder folder{{Scheme::kMemory, "b", "t/"}, RunId(1)};
  EXPECT_TRUE(FindPlans(store, folder.root).ValueOrDie().empty());
  Put(store, folder.plan_begun(), "{}");
  Put(store, folder.plan_receipt(0), "{}");
  Put(store, folder.plan_receipt(7), "{}");
  Put(store, folder.plan_staged(0, RunId(2)), "rows");
  const auto found = FindPlans(store, folder.root).ValueOrDie();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].run, RunId(1));
  EXPECT_EQ(found[0].receipts, 2);
  EXPECT_EQ(found[0].files, 1);
  EXPECT_EQ(found[0].bytes, 4);
  EXPECT_TRUE(FindRuns(store, folder.root).ValueOrDie().runs.empty());
}

TEST(LifeOfALock, IsSeenFromHere) {
  LockHolder lock{RunId(1), ThisProcess(), TimePoint(std::chrono::hours(1))};
  EXPECT_EQ(LifeOf(lock, lock.renewed + std::chrono::minutes(10)), Life::kAlive);
  EXPECT_EQ(LifeOf(lock, lock.renewed + std::chrono::seconds(601)), Life::kOverdue);
  lock.process.started = "1";
  EXPECT_EQ(LifeOf(lock, lock.renewed), Life::kGone);
  lock.process.boot = "another";
  EXPECT_EQ(LifeOf(lock, lock.renewed), Life::kAlive);
}

// Whatever path leads to the place: the caller may have come by a link.
TEST(RunsAbove, AreFoundBehindALink) {
  const TemporaryFolder folder;
  const auto store = MakeLocalStore();
  const Uri root{Scheme::kLocal, {}, folder.path().string() + "/"};
  auto journal = Journal::Begin(*store, {root.Child("t/"), RunId(1)}, {.mode = kInPlace});
  ASSERT_EQ(journal.status(), Status::OK());
  ASSERT_EQ(journal->Advance(Phase::kPublishing, "x"), Status::OK());
  std::filesystem::create_directories(folder.path() / "t/k=1");
  std::filesystem::create_directory_symlink("t/k=1", folder.path() / "link");
  EXPECT_EQ(CodeOf(CheckNotPublishing(*store, root.Child("link/"))), ErrorCode::kSourceChanged);
  EXPECT_EQ(CheckNotPublishing(*store, root.Child("t2/")), Status::OK());
  Executor executor(1);
  Events events;
  const PublishContext context{*store, *store, executor};
  const auto run =
      CompactionRun::Begin({.folder = {root.Child("link/"), RunId(2)}}, context, events);
  EXPECT_EQ(CodeOf(run.status()), ErrorCode::kAlreadyExists);
}

TEST_F(RecoverTest, ACompactionRecoversFirst) {
  Die(Phase::kPublishing);
  const Rows before = VisibleRows(store_, table_.table());
  EXPECT_EQ(table_.Compact(store_, kInPlace, RunId(2), TestLock(true)), Status::OK());
  const Rows after = VisibleRows(store_, table_.table());
  EXPECT_EQ(after.size(), before.size());
  for (const auto& [row, count] : after) EXPECT_EQ(count, 1) << row;
  Undisturbed::ExpectNothingLeft(store_, table_);
}

TEST_F(RecoverTest, WhatIsProvenIsNotGivenUp) {
  Executor executor(1);
  Events events;
  const PublishContext context{store_, store_, executor};
  {
    const auto run =
        CompactionRun::Begin({run_, kInPlace, TestLock(false)}, context, events).ValueOrDie();
    Put(store_, run->Staged(0), "1 2");
    const ObjectInfo staged = store_.Find(run->Staged(0)).ValueOrDie();
    const ObjectId original = store_.Find(table_.table().Child("p=1/a.parquet")).ValueOrDie().id();
    const Uri output = table_.table().Child("p=1/part-" + RunId(1));
    ASSERT_EQ(run->Seal({{{{{staged, output}}, {}, {original}}}}), Status::OK());
    EXPECT_EQ(CodeOf(run->GiveUp()), ErrorCode::kInternal);
  }
  const Rows before = VisibleRows(store_, table_.table());
  EXPECT_EQ(Recover(), Status::OK());
  EXPECT_EQ(VisibleRows(store_, table_.table()), before);
  EXPECT_FALSE(VisibleFiles(store_, table_.table()).contains("p=1/a.parquet"));
}

TEST_F(RecoverTest, ARunThatIsGivenUpLeavesNothing) {
  Executor executor(1);
  Events events;
  const Files before = Contents(store_, folder_);
  const PublishContext context{store_, store_, executor};
  const auto run =
      CompactionRun::Begin({run_, kInPlace, TestLock(false)}, context, events).ValueOrDie();
  Put(store_, run->Staged(0), "1 2");
  EXPECT_EQ(run->GiveUp(), Status::OK());
  EXPECT_EQ(Contents(store_, folder_), before);
}

TEST_F(RecoverTest, ALiveRunIsLeftAlone) {
  Die(Phase::kPublishing);
  const Files before = Contents(store_, folder_);
  EXPECT_EQ(CodeOf(table_.RecoverAs(store_, kInPlace, RunId(2), TestLock(false))),
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(Contents(store_, folder_), before);
}

// Takes conditions and ignores some of them.
class IgnorantStore : public FaultStore {
 public:
  IgnorantStore(ObjectStore* inner, WriteCondition::Kind ignored, bool deletes)
      : FaultStore(inner, {}), inner_(*inner), ignored_(ignored), deletes_(deletes) {}

  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override {
    WriteOptions changed = options;
    if (options.condition.kind == ignored_) changed.condition.kind = WriteCondition::kOverwrite;
    return FaultStore::Create(uri, changed);
  }
  Status Delete(const ObjectId& id) override {
    if (!deletes_) return FaultStore::Delete(id);
    PQ_ASSIGN(const auto found, LookUp(inner_, id.uri));
    return found ? inner_.Delete(found->id()) : Status::OK();
  }

 private:
  ObjectStore& inner_;
  const WriteCondition::Kind ignored_;
  const bool deletes_;
};

TEST_F(RecoverTest, ConditionsThatAreIgnoredAreFoundOut) {
  constexpr auto kNone = WriteCondition::kOverwrite;
  EXPECT_TRUE(ProbeConditions(store_, run_).ValueOrDie().all());
  IgnorantStore create(&store_, WriteCondition::kIfAbsent, false);
  EXPECT_EQ(ProbeConditions(create, run_).ValueOrDie().Missing(), "If-None-Match on PUT");
  IgnorantStore replace(&store_, WriteCondition::kIfMatch, false);
  EXPECT_EQ(ProbeConditions(replace, run_).ValueOrDie().Missing(), "If-Match on PUT");
  IgnorantStore remove(&store_, kNone, true);
  EXPECT_EQ(ProbeConditions(remove, run_).ValueOrDie().Missing(), "If-Match on DELETE");
  Undisturbed::ExpectNothingLeft(store_, table_);

  const Files before = Contents(store_, folder_);
  for (ObjectStore* store : {&create, &replace, &remove}) {
    for (const PublishMode mode : {kInPlace, PublishMode::kMove}) {
      EXPECT_EQ(CodeOf(table_.Compact(*store, mode, RunId(1), TestLock(false))),
                ErrorCode::kConfig);
      EXPECT_EQ(Contents(store_, folder_), before);
    }
  }
  EXPECT_EQ(table_.Compact(remove, PublishMode::kCopy, RunId(1), TestLock(false)), Status::OK());
  EXPECT_EQ(VisibleRows(store_, table_.target()), VisibleRows(store_, table_.table()));
}

}  // namespace
}  // namespace pqpack

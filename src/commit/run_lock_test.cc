// SPDX-License-Identifier: Apache-2.0
#include "commit/run_lock.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <string>

#include "base/temporary_folder_testing.h"
#include "commit/compaction_testing.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

class RunLockTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<RunLock>> Take(int run, const LockOptions& options) {
    return RunLock::Take(store_, {root_, RunId(run)}, options);
  }

  MemoryStore store_{{"b"}};
  const Uri root_{Scheme::kMemory, "b", "t/"};
};

TEST_F(RunLockTest, ALiveOneIsNamed) {
  const auto first = Take(1, TestLock(false)).ValueOrDie();
  const Status status = Take(2, TestLock(false)).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kAlreadyExists);
  EXPECT_NE(status.message().find("memory://b/t/: another run is at work: " + RunId(1) +
                                  " on host host, process 7, seen 0 s ago"),
            std::string::npos)
      << status;
  EXPECT_EQ(first->Renew(), Status::OK());
  EXPECT_EQ(FindLock(store_, root_).ValueOrDie()->run, RunId(1));
}

// Who waits asks the store for its time, by an object in its own folder.
TEST_F(RunLockTest, AHolderThatRemovesWhatOthersAskWithIsALiveOne) {
  const auto first = Take(1, TestLock(false)).ValueOrDie();
  const Uri probe = RunFolder{root_, RunId(2)}.probe();
  for (const auto operation : {StoreOperation::kFind, StoreOperation::kDelete}) {
    int removed = 0;
    FaultStore watched(&store_, {{{.kind = StoreFault::kDelay,
                                   .nth = operation == StoreOperation::kFind ? 2 : 1,
                                   .operation = operation}},
                                 [&] {
                                   const auto found = store_.Find(probe);
                                   if (found.ok() && store_.Delete(found->id()).ok()) ++removed;
                                 }});
    const auto second = RunLock::Take(watched, {root_, RunId(2)}, TestLock(false));
    EXPECT_EQ(CodeOf(second.status()), ErrorCode::kAlreadyExists) << second.status();
    EXPECT_EQ(removed, 1);
  }
  EXPECT_EQ(first->Renew(), Status::OK());
}

TEST_F(RunLockTest, ReleasedIsFree) {
  ASSERT_EQ(Take(1, TestLock(false)).ValueOrDie()->Release(), Status::OK());
  EXPECT_FALSE(FindLock(store_, root_).ValueOrDie().has_value());
  (void)Take(2, TestLock(false)).ValueOrDie();  // the destructor releases, too
  EXPECT_FALSE(FindLock(store_, root_).ValueOrDie().has_value());
}

TEST_F(RunLockTest, TakenOverAndNoticed) {
  const auto first = Take(1, TestLock(false)).ValueOrDie();
  const auto second = Take(2, TestLock(true)).ValueOrDie();
  EXPECT_EQ(second->taken_from()->run, RunId(1));
  EXPECT_EQ(first->Check(), Status::OK());  // not asked yet
  EXPECT_EQ(CodeOf(first->Renew()), ErrorCode::kSourceChanged);
  EXPECT_EQ(CodeOf(first->Check()), ErrorCode::kSourceChanged);
  EXPECT_EQ(first->Release(), Status::OK());  // leaves the other one's
  EXPECT_EQ(second->Renew(), Status::OK());
  EXPECT_EQ(FindLock(store_, root_).ValueOrDie()->run, RunId(2));
}

TEST_F(RunLockTest, ALockThatIsGoneIsNotMadeAnew) {
  const auto lock = Take(1, TestLock(false)).ValueOrDie();
  ASSERT_EQ(store_.Delete(store_.Find(LockName(root_)).ValueOrDie().id()), Status::OK());
  EXPECT_EQ(CodeOf(lock->Renew()), ErrorCode::kSourceChanged);
  EXPECT_FALSE(FindLock(store_, root_).ValueOrDie().has_value());
}

TEST_F(RunLockTest, CheckAsksTheStoreWhenTimeHasPassed) {
  FaultStore counting(&store_, {});
  std::chrono::nanoseconds now{};
  LockOptions options = TestLock(false);
  options.uptime = [&] { return now; };
  const auto lock = RunLock::Take(counting, {root_, RunId(1)}, options).ValueOrDie();
  const int64_t before = counting.calls();
  now = std::chrono::minutes(5);
  EXPECT_EQ(lock->Check(), Status::OK());
  EXPECT_EQ(counting.calls(), before);
  now += std::chrono::seconds(1);
  EXPECT_EQ(lock->Check(), Status::OK());
  EXPECT_EQ(counting.calls(StoreOperation::kFinish), 2);
  const auto other = Take(2, TestLock(true)).ValueOrDie();
  EXPECT_EQ(lock->Check(), Status::OK());
  now += std::chrono::minutes(6);
  EXPECT_EQ(CodeOf(lock->Check()), ErrorCode::kSourceChanged);
}

TEST_F(RunLockTest, ARenewalWhoseAnswerIsLostIsOurs) {
  FaultStore faulty(
      &store_,
      {{{.kind = StoreFault::kLostAnswer, .nth = 2, .operation = StoreOperation::kFinish}}});
  const auto lock = RunLock::Take(faulty, {root_, RunId(1)}, TestLock(false)).ValueOrDie();
  EXPECT_EQ(CodeOf(lock->Renew()), ErrorCode::kTransient);
  EXPECT_EQ(lock->Renew(), Status::OK());
  EXPECT_EQ(lock->Release(), Status::OK());
  EXPECT_FALSE(FindLock(store_, root_).ValueOrDie().has_value());
}

TEST_F(RunLockTest, RenewsByItself) {
  std::promise<void> renewed;
  int64_t finishes = 0;
  FaultStore watched(
      &store_,
      {{{.kind = StoreFault::kDelay, .nth = 4, .operation = StoreOperation::kFinish}}, [&] {
         ++finishes;
         renewed.set_value();
       }});
  LockOptions options = TestLock(false);
  options.renew_every = std::chrono::milliseconds(1);
  const auto lock = RunLock::Take(watched, {root_, RunId(1)}, options).ValueOrDie();
  renewed.get_future().wait();
  EXPECT_EQ(lock->Release(), Status::OK());
  EXPECT_EQ(finishes, 1);
}

TEST_F(RunLockTest, OneThatIsNotUnderstoodIsLeft) {
  for (const auto& [text, code] : std::vector<std::pair<std::string, ErrorCode>>{
           {"", ErrorCode::kCorrupt},
           {"null", ErrorCode::kCorrupt},
           {"[[[[[[[[", ErrorCode::kCorrupt},
           {R"({"kind":"pqpack lock","v":1})", ErrorCode::kCorrupt},
           {R"({"kind":"pqpack lock","v":2})", ErrorCode::kUnsupported},
           {R"({"kind":"pqpack lock","v":"1"})", ErrorCode::kCorrupt},
           {R"({"kind":"another","v":1})", ErrorCode::kCorrupt},
           {std::string(65537, ' '), ErrorCode::kTooLarge}}) {
    Put(store_, LockName(root_), text);
    EXPECT_EQ(CodeOf(Take(1, TestLock(true)).status()), code) << text;
    EXPECT_EQ(Contents(store_, root_).at(LockName(root_).key), text);
  }
}

// By the store's clock: this machine's is not asked.
TEST(RunLockAge, IsTheStores) {
  const TemporaryFolder folder;
  const auto store = MakeLocalStore();
  const Uri root{Scheme::kLocal, {}, folder.path().string() + "/"};
  const auto first = RunLock::Take(*store, {root, RunId(1)}, TestLock(false)).ValueOrDie();
  const auto age = [&](std::chrono::minutes minutes) {
    const std::filesystem::path path(LockName(root).key);
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - minutes);
  };
  age(std::chrono::minutes(9));
  const auto live = RunLock::Take(*store, {root, RunId(2)}, TestLock(false));
  EXPECT_EQ(CodeOf(live.status()), ErrorCode::kAlreadyExists);
  age(std::chrono::minutes(11));
  EXPECT_EQ(RunLock::Take(*store, {root, RunId(2)}, TestLock(false)).status(), Status::OK());
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "commit/publish.h"

#include <gtest/gtest.h>

#include <string>

#include "base/temporary_folder_testing.h"
#include "commit/compaction_testing.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

const RunFolder kFolder{{Scheme::kMemory, "b", "t/"}, "20200101t000000z-0000000000000001"};

class PublishTest : public ::testing::Test {
 protected:
  Uri At(const std::string& name) const { return kFolder.root.Child(name); }
  ObjectInfo Add(const std::string& name, const std::string& bytes) {
    Put(store_, At(name), bytes);
    return store_.Find(At(name)).ValueOrDie();
  }
  Uri Output(const std::string& partition) const {
    return At(partition + "/part-" + kFolder.run + ".parquet");
  }

  // A group that merges two files.
  PublishGroup Merge(const std::string& partition, int64_t number) {
    PublishGroup group;
    for (const char* name : {"/a", "/b"}) group.remove.push_back(Add(partition + name, name).id());
    Put(store_, kFolder.staged(number), "a b");
    group.files = {{store_.Find(kFolder.staged(number)).ValueOrDie(), Output(partition)}};
    return group;
  }

  Result<PublishReport> Run(const PublishList& list, ObjectStore* store = nullptr) {
    ObjectStore& used = store != nullptr ? *store : store_;
    return Publish(list, kFolder, {used, used, executor_}, [this] { return ours_; });
  }
  Files Now() { return VisibleFiles(store_, kFolder.root); }

  MemoryStore store_{{"b"}};
  Executor executor_{1};
  Status ours_;
  const std::string part_ = "/part-" + kFolder.run + ".parquet";
};

TEST_F(PublishTest, EachGroupWholeThenItsOriginalsGo) {
  const PublishList list{{Merge("p=1", 1), Merge("p=2", 2)}};
  const auto report = Run(list).ValueOrDie();
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.ToStatus(), Status::OK());
  EXPECT_EQ(report.files, 2);
  EXPECT_EQ(report.bytes, 6);
  EXPECT_EQ(report.removed, 4);
  EXPECT_EQ(Now(), (Files{{"p=1" + part_, "a b"}, {"p=2" + part_, "a b"}}));
  // Again, by whoever: nothing changes.
  EXPECT_EQ(Run(list).ValueOrDie().files, 2);
  EXPECT_EQ(Now(), (Files{{"p=1" + part_, "a b"}, {"p=2" + part_, "a b"}}));
}

TEST_F(PublishTest, EachFileIsAStep) {
  PublishList list{{Merge("p=1", 1), Merge("p=2", 2)}};
  const ObjectInfo large = Add("p=2/large", "large");
  list.groups[1].carried.push_back({large.id(), large.size, At("p=2/copy")});
  EXPECT_EQ(Steps(list), 7);  // two outputs, four originals and a file that is carried
  int64_t steps = 0;
  PublishContext context{store_, store_, executor_};
  context.stepped = [&] { ++steps; };
  ASSERT_TRUE(Publish(list, kFolder, context, [] { return Status::OK(); }).ok());
  EXPECT_EQ(steps, 7);
}

TEST_F(PublishTest, AGroupWhoseOriginalsChangedIsLeftAndTheOthersAreDone) {
  const PublishList list{{Merge("p=1", 1), Merge("p=2", 2), Merge("p=3", 3)}};
  Put(store_, At("p=1/a"), "new");
  ASSERT_EQ(store_.Delete(list.groups[2].remove[1]), Status::OK());
  const auto report = Run(list).ValueOrDie();
  ASSERT_EQ(report.failed.size(), 2U);
  EXPECT_EQ(report.failed[0].group, 0U);
  EXPECT_EQ(report.failed[0].why.message(), "memory://b/t/p=1/a: changed since it was read");
  EXPECT_EQ(report.failed[1].why.message(), "memory://b/t/p=3/b: deleted since it was read");
  EXPECT_FALSE(report.failed[0].partly);
  EXPECT_EQ(CodeOf(report.ToStatus()), ErrorCode::kSourceChanged);
  EXPECT_EQ(Now(),
            (Files{{"p=1/a", "new"}, {"p=1/b", "/b"}, {"p=2" + part_, "a b"}, {"p=3/a", "/a"}}));
}

TEST_F(PublishTest, AnOriginalThatIsReplacedMeanwhileStaysAndIsNamed) {
  const PublishList list{{Merge("p=1", 1)}};
  FaultStore late(&store_,
                  {{{.kind = StoreFault::kDelay, .nth = 1, .operation = StoreOperation::kDelete}},
                   [&] { Put(store_, At("p=1/a"), "new"); }});
  const auto report = Run(list, &late).ValueOrDie();
  EXPECT_EQ(report.changed, (std::vector<ObjectId>{list.groups[0].remove[0]}));
  EXPECT_EQ(report.removed, 1);
  EXPECT_EQ(CodeOf(report.ToStatus()), ErrorCode::kSourceChanged);
  EXPECT_EQ(Now(), (Files{{"p=1/a", "new"}, {"p=1" + part_, "a b"}}));
}

TEST_F(PublishTest, ATakenNameOfAnOutputLosesNothing) {
  const PublishList list{{Merge("p=1", 1)}};
  Put(store_, Output("p=1"), "something else");
  EXPECT_EQ(CodeOf(Run(list).status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(Now().size(), 3U);
  EXPECT_EQ(Now().at("p=1" + part_), "something else");
  EXPECT_EQ(CodeOf(CheckNamesAreFree(list, {store_, store_, executor_})),
            ErrorCode::kAlreadyExists);
}

TEST_F(PublishTest, WhatTheStoreDoesNotHaveWholeRemovesNothing) {
  const PublishList list{{Merge("p=1", 1)}};
  // Replaced between its publication and the look at it.
  FaultStore late(&store_,
                  {{{.kind = StoreFault::kDelay, .nth = 4, .operation = StoreOperation::kFind}},
                   [&] { Put(store_, Output("p=1"), "a"); }});
  EXPECT_EQ(CodeOf(Run(list, &late).status()), ErrorCode::kMismatch);
  EXPECT_EQ(Now(), (Files{{"p=1/a", "/a"}, {"p=1/b", "/b"}, {"p=1" + part_, "a"}}));
}

TEST_F(PublishTest, AGroupWhoseStagedFileIsGoneIsLeftAndTheOthersAreDone) {
  const PublishList list{{Merge("p=1", 1), Merge("p=2", 2)}};
  ASSERT_EQ(store_.Delete(list.groups[0].files[0].staged.id()), Status::OK());
  const auto report = Run(list).ValueOrDie();
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_EQ(report.failed[0].group, 0U);
  EXPECT_FALSE(report.failed[0].partly);
  EXPECT_EQ(CodeOf(report.ToStatus()), ErrorCode::kSourceChanged);
  EXPECT_EQ(report.ToStatus().message(),
            kFolder.staged(1).ToString() + ": removed or changed since it was proven");
  EXPECT_EQ(Now(), (Files{{"p=1/a", "/a"}, {"p=1/b", "/b"}, {"p=2" + part_, "a b"}}));
}

TEST_F(PublishTest, AGroupThatIsPublishedInPartSaysWhatToRemove) {
  PublishList list{{Merge("p=1", 1)}};
  Put(store_, kFolder.staged(2), "c");
  const Uri second = At("p=1/part-2-" + kFolder.run);
  list.groups[0].files.push_back({store_.Find(kFolder.staged(2)).ValueOrDie(), second});
  ASSERT_EQ(store_.Delete(list.groups[0].files[1].staged.id()), Status::OK());
  Put(store_, Output("p=1"), "a b");  // by an earlier attempt
  const Status status = Run(list).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kSourceChanged);
  EXPECT_EQ(ActionOf(status), "No original of its group was deleted. Remove what is there of " +
                                  Output("p=1").ToString() + " " + second.ToString() +
                                  ", then run pqpack recover.");
  EXPECT_EQ(Now(), (Files{{"p=1/a", "/a"}, {"p=1/b", "/b"}, {"p=1" + part_, "a b"}}));
  // Not where that would lose the rows.
  ASSERT_EQ(store_.Delete(list.groups[0].remove[0]), Status::OK());
  EXPECT_EQ(ActionOf(Run(list).status()), "Originals of its group are gone: see what became of " +
                                              second.ToString() + " before anything is removed.");
  EXPECT_EQ(Now(), (Files{{"p=1/b", "/b"}, {"p=1" + part_, "a b"}}));
  Put(store_, At("p=1/a"), "/a");
  list.groups[0].remove[0] = store_.Find(At("p=1/a")).ValueOrDie().id();
  ASSERT_EQ(store_.Delete(store_.Find(Output("p=1")).ValueOrDie().id()), Status::OK());
  EXPECT_EQ(Run(list).ValueOrDie().failed.size(), 1U);
  EXPECT_EQ(Now(), (Files{{"p=1/a", "/a"}, {"p=1/b", "/b"}}));
}

TEST_F(PublishTest, WhoIsNotTheOwnerAnyMorePublishesNothing) {
  const PublishList list{{Merge("p=1", 1)}};
  const Files before = Now();
  ours_ = Error(ErrorCode::kSourceChanged, "taken over");
  EXPECT_EQ(Run(list).status().message(), "taken over");
  EXPECT_EQ(Now(), before);
}

TEST_F(PublishTest, AStopIsKeptBetweenSteps) {
  const PublishList list{{Merge("p=1", 1)}};
  std::stop_source stop;
  FaultStore late(&store_,
                  {{{.kind = StoreFault::kDelay, .nth = 1, .operation = StoreOperation::kDelete}},
                   [&] { stop.request_stop(); }});
  const PublishContext context{late, late, executor_, 1, {}, stop.get_token()};
  const auto report = Publish(list, kFolder, context, [] { return Status::OK(); });
  EXPECT_EQ(CodeOf(report.status()), ErrorCode::kCancelled);
  EXPECT_EQ(Now(), (Files{{"p=1/b", "/b"}, {"p=1" + part_, "a b"}}));
  EXPECT_EQ(Run(list).ValueOrDie().files, 1);
  EXPECT_EQ(Now(), (Files{{"p=1" + part_, "a b"}}));
}

class CarryTest : public PublishTest {
 protected:
  // The other place, from where a file goes along.
  PublishGroup Carry(bool moves) {
    PublishGroup group = Merge("p=1", 1);
    group.remove.clear();
    const ObjectInfo large = Add("from/large", "large file");
    group.carried = {{large.id(), large.size, At("p=1/large")}};
    if (moves) group.remove = {large.id()};
    return group;
  }
};

TEST_F(CarryTest, GoesAlong) {
  EXPECT_EQ(Run({{Carry(false)}}).ValueOrDie().files, 2);
  EXPECT_EQ(Now().at("p=1/large"), "large file");
  EXPECT_TRUE(Now().contains("from/large"));
}

TEST_F(CarryTest, BetweenStores) {
  const TemporaryFolder folder;
  const auto local = MakeLocalStore();
  const Uri place{Scheme::kLocal, {}, folder.path().string() + "/"};
  const std::string bytes(9 * kMiB, 'x');
  Put(*local, place.Child("large"), bytes);
  const ObjectInfo large = local->Find(place.Child("large")).ValueOrDie();
  PublishGroup group = Carry(false);
  group.carried[0].source = large.id();
  group.carried[0].size = large.size;
  group.remove = {large.id()};
  const PublishContext context{store_, *local, executor_, 1, {place}};
  const auto report = Publish({{group}}, kFolder, context, [] { return Status::OK(); });
  EXPECT_EQ(report.ValueOrDie().removed, 1);
  EXPECT_EQ(Now().at("p=1/large"), bytes);
  EXPECT_TRUE(Contents(*local, place).empty());
}

TEST_F(CarryTest, WhatIsTakenIsNoCopyUnlessItIsTheSame) {
  const PublishList list{{Carry(true)}};
  Put(store_, At("p=1/large"), "LARGE FILE");  // as long
  const auto report = Run(list).ValueOrDie();
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_EQ(CodeOf(report.failed[0].why), ErrorCode::kAlreadyExists);
  EXPECT_TRUE(report.failed[0].partly);
  EXPECT_EQ(Now().at("from/large"), "large file");
  Put(store_, At("p=1/large"), "large file");
  EXPECT_EQ(Run(list).ValueOrDie().removed, 1);
  EXPECT_FALSE(Now().contains("from/large"));
}

TEST_F(CarryTest, AnOriginalThatChangedLeavesTheGroup) {
  const PublishList list{{Carry(false)}};
  Put(store_, At("from/large"), "changed!!!");
  const auto report = Run(list).ValueOrDie();
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_FALSE(report.failed[0].partly);
  EXPECT_FALSE(Now().contains("p=1/large"));
  EXPECT_FALSE(Now().contains("p=1" + part_));
}

}  // namespace
}  // namespace pqpack

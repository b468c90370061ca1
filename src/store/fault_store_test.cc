// SPDX-License-Identifier: Apache-2.0
#include "store/fault_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/temporary_folder_testing.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Uri kFolder{Scheme::kMemory, "b", "f/"};

Result<ObjectInfo> Write(ObjectStore& store, const Uri& uri, std::string_view text) {
  PQ_ASSIGN(auto writer, store.Create(uri, {}));
  PQ_RETURN_NOT_OK(writer->Append(AsBytes(text)));
  return writer->Finish();
}

std::vector<std::string> Names(ObjectStore& store, const Uri& folder) {
  std::vector<std::string> names;
  auto listing = *store.List(folder);
  for (const auto& object : *listing->Next()) names.emplace_back(object.uri.Name());
  return names;
}

class FaultStoreTest : public ::testing::Test {
 protected:
  MemoryStore memory_{{"b"}};
  ObjectInfo object_ = *Write(memory_, kFolder.Child("x"), "0123456789");
};

TEST_F(FaultStoreTest, CountsCalls) {
  FaultStore store(&memory_, {});
  EXPECT_TRUE(store.Find(object_.uri).ok());
  EXPECT_TRUE(store.Find(object_.uri).ok());
  EXPECT_TRUE(store.Read(object_.id(), {0, 1}).ok());
  EXPECT_TRUE(Write(store, kFolder.Child("y"), "1").ok());
  EXPECT_EQ(store.calls(), 6);
  EXPECT_EQ(store.calls(StoreOperation::kFind), 2);
  EXPECT_EQ(store.calls(StoreOperation::kAppend), 1);
  EXPECT_EQ(store.calls(StoreOperation::kDelete), 0);
}

TEST_F(FaultStoreTest, FailsTheNthCall) {
  FaultStore store(
      &memory_,
      {{{.nth = 2, .code = ErrorCode::kDenied},
        {.nth = 1, .operation = StoreOperation::kDelete, .code = ErrorCode::kThrottled}}});
  EXPECT_TRUE(store.Find(object_.uri).ok());
  EXPECT_EQ(CodeOf(store.Find(object_.uri).status()), ErrorCode::kDenied);
  EXPECT_TRUE(store.Find(object_.uri).ok());
  EXPECT_EQ(CodeOf(store.Delete(object_.id())), ErrorCode::kThrottled);
  EXPECT_TRUE(memory_.Find(object_.uri).ok());
  EXPECT_EQ(store.Delete(object_.id()), Status::OK());
  EXPECT_FALSE(memory_.Find(object_.uri).ok());
}

TEST_F(FaultStoreTest, LosesAnAnswer) {
  FaultStore store(&memory_,
                   {{{.kind = StoreFault::kLostAnswer, .operation = StoreOperation::kFinish},
                     {.kind = StoreFault::kLostAnswer, .operation = StoreOperation::kDelete}}});
  EXPECT_EQ(CodeOf(Write(store, kFolder.Child("y"), "1").status()), ErrorCode::kTransient);
  EXPECT_EQ(CodeOf(store.Delete(object_.id())), ErrorCode::kTransient);
  EXPECT_THAT(Names(memory_, kFolder), ElementsAre("y"));
}

TEST_F(FaultStoreTest, TruncatesARead) {
  FaultStore store(&memory_, {{{.kind = StoreFault::kTruncate, .nth = 2, .bytes = 3}}});
  EXPECT_EQ((*store.Read(object_.id(), {0, 10}))->ToString(), "0123456789");
  EXPECT_EQ((*store.Read(object_.id(), {0, 10}))->ToString(), "012");
  EXPECT_EQ((*store.Read(object_.id(), {0, 10}))->ToString(), "0123456789");
}

TEST_F(FaultStoreTest, Delays) {
  int delays = 0;
  FaultStore store(&memory_, {{{.kind = StoreFault::kDelay, .nth = 2}}, [&] { ++delays; }});
  EXPECT_TRUE(store.Find(object_.uri).ok());
  EXPECT_EQ(delays, 0);
  EXPECT_TRUE(store.Find(object_.uri).ok());
  EXPECT_EQ(delays, 1);
}

TEST_F(FaultStoreTest, APlannedErrorSpoilsTheWriter) {
  FaultStore store(&memory_, {{{.operation = StoreOperation::kAppend}}});
  auto writer = *store.Create(kFolder.Child("y"), {});
  EXPECT_FALSE(writer->Append(AsBytes("1")).ok());
  EXPECT_FALSE(writer->Append(AsBytes("2")).ok());
  EXPECT_FALSE(writer->Finish().ok());
  writer.reset();
  EXPECT_THAT(Names(memory_, kFolder), ElementsAre("x"));
  EXPECT_THAT(*memory_.Unfinished(kFolder), IsEmpty());
}

TEST_F(FaultStoreTest, AfterACrashNothingHappens) {
  FaultStore store(&memory_,
                   {{{.kind = StoreFault::kCrash, .operation = StoreOperation::kFinish}}});
  auto writer = *store.Create(kFolder.Child("y"), {});
  auto other = *store.Create(kFolder.Child("z"), {});
  auto listing = *store.List(kFolder);
  EXPECT_EQ(writer->Append(AsBytes("1")), Status::OK());
  EXPECT_FALSE(store.crashed());
  EXPECT_FALSE(writer->Finish().ok());
  EXPECT_TRUE(store.crashed());
  EXPECT_FALSE(store.Find(object_.uri).ok());
  EXPECT_FALSE(store.Delete(object_.id()).ok());
  EXPECT_FALSE(listing->Next().ok());
  EXPECT_FALSE(other->Append(AsBytes("1")).ok());
  writer.reset();
  other.reset();
  EXPECT_THAT(Names(memory_, kFolder), ElementsAre("x"));
  EXPECT_EQ(memory_.Unfinished(kFolder)->size(), 2);
}

// A run that dies at any call leaves nothing that its rerun does not clear away.
TEST(FaultStoreCrashTest, ARerunOfLocalWritesEndsTheSameWhereverTheFirstDied) {
  namespace fs = std::filesystem;
  const TemporaryFolder root;
  const std::string path = root.path().string();
  const Uri folder{Scheme::kLocal, {}, path + "/out/"};
  const auto local = MakeLocalStore();
  const auto run = [&](ObjectStore& store) -> Status {
    for (const auto* name : {"a/x", "a/y", "b/z"}) {
      const auto done = Write(store, folder.Child(name), name);
      if (!done.ok() && CodeOf(done.status()) != ErrorCode::kAlreadyExists) return done.status();
    }
    return Status::OK();
  };
  FaultStore counting(local.get(), {});
  ASSERT_TRUE(run(counting).ok());
  const int64_t calls = counting.calls();
  EXPECT_EQ(calls, 9);
  for (int64_t nth = 1; nth <= calls; ++nth) {
    fs::remove_all(path + "/out");
    FaultStore dying(local.get(), {{{.kind = StoreFault::kCrash, .nth = nth}}});
    EXPECT_FALSE(run(dying).ok());
    ASSERT_EQ(run(*local), Status::OK());
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(path + "/out")) {
      if (!entry.is_directory()) files.push_back(entry.path().lexically_relative(path).string());
    }
    std::sort(files.begin(), files.end());
    EXPECT_THAT(files, ElementsAre("out/a/x", "out/a/y", "out/b/z")) << "died at call " << nth;
    EXPECT_EQ((*local->Read(local->Find(folder.Child("b/z"))->id(), {0, 10}))->ToString(), "b/z");
  }
}

}  // namespace
}  // namespace pqpack

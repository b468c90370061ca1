// SPDX-License-Identifier: Apache-2.0
//
// The whole of repack on memory stores, with real files of arrow-go 18.5.0.
#include "run/repack.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <new>
#include <set>

#include "store/fault_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

class Events : public EventSink {
 public:
  void Emit(const Event& event) override {
    std::lock_guard lock(mutex_);
    all_.push_back(event);
  }
  template <typename T>
  std::vector<T> Of() const {
    std::lock_guard lock(mutex_);
    std::vector<T> found;
    for (const Event& event : all_) {
      if (const T* value = std::get_if<T>(&event)) found.push_back(*value);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> all_;
};

std::string File(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path << " (tests run in the project's folder)";
  return {std::istreambuf_iterator<char>(in), {}};
}

Uri At(const std::string& text) { return Uri::Parse("memory://" + text).ValueOrDie(); }

void Put(ObjectStore& store, const Uri& uri, const std::string& bytes) {
  auto writer = store.Create(uri, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
  ASSERT_TRUE(writer->Append(AsBytes(bytes)).ok());
  ASSERT_TRUE(writer->Finish().ok());
}

// Name -> bytes of all objects below a folder.
std::map<std::string, std::string> Contents(ObjectStore& store, const Uri& folder) {
  std::map<std::string, std::string> contents;
  auto listing = store.List(folder).ValueOrDie();
  while (true) {
    const auto page = listing->Next().ValueOrDie();
    if (page.empty()) return contents;
    for (const auto& object : page) {
      contents[object.uri.key] = store.Read(object.id(), {0, object.size}).ValueOrDie()->ToString();
    }
  }
}

class RepackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string data = "test/data/arrow_go_18_5_0/";
    Put(store_, At("b/src/a/flat.parquet"), File(data + "flat.parquet"));
    Put(store_, At("b/src/a/nested.parq"), File(data + "nested.parquet"));
    Put(store_, At("b/src/empty_groups.parquet"), File(data + "empty_row_groups.parquet"));
    Put(store_, At("b/src/notes.txt"), "not ours");
    Put(store_, At("b/src_repack/old.parquet"), "of another run");
    options_.source = At("b/src");
    options_.destination = At("b/dst");
    options_.target = FindTarget("snowflake").ValueOrDie();
    options_.workers = 2;
  }

  Status Run(ObjectStore& store) {
    summary_ = {};
    Executor io(2);
    return Repack(options_, store, store, io, events_, stop_.get_token(), &summary_);
  }

  MemoryStore store_{{"b"}};
  RepackOptions options_;
  RepackSummary summary_;
  Events events_;
  std::stop_source stop_;
};

std::set<std::string> Keys(const std::map<std::string, std::string>& contents) {
  std::set<std::string> keys;
  for (const auto& [key, bytes] : contents) keys.insert(key);
  return keys;
}

const std::set<std::string> kOutputs = {"dst/a/flat.parquet", "dst/a/nested.parq",
                                        "dst/empty_groups.parquet"};

TEST_F(RepackTest, RewritesEveryParquetFileUnderItsName) {
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.completed, 3);
  EXPECT_EQ(summary_.failed, 0);
  EXPECT_EQ(summary_.other_objects, 1);
  EXPECT_EQ(Keys(Contents(store_, At("b/dst"))), kOutputs);
  EXPECT_EQ(events_.Of<FileDone>().size(), 3U);
  ASSERT_EQ(events_.Of<ListingDone>().size(), 1U);
  EXPECT_EQ(events_.Of<ListingDone>()[0].files, 3);
}

TEST_F(RepackTest, SourcesAreLeftAsTheyAre) {
  FaultStore counting(&store_, {});
  const auto before = Contents(store_, At("b/src"));
  ASSERT_TRUE(Run(counting).ok());
  EXPECT_EQ(Contents(store_, At("b/src")), before);
  EXPECT_EQ(counting.calls(StoreOperation::kDelete), 0);
}

TEST_F(RepackTest, ASecondRunSkipsWhatIsThere) {
  ASSERT_TRUE(Run(store_).ok());
  const auto before = Contents(store_, At("b/dst"));
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.completed, 0);
  EXPECT_EQ(summary_.skipped, 3);
  EXPECT_EQ(summary_.stale, 0);
  EXPECT_EQ(Contents(store_, At("b/dst")), before);
}

TEST_F(RepackTest, AnOutputOlderThanItsSourceIsStaleAndUpdatedOnlyWhenAsked) {
  ASSERT_TRUE(Run(store_).ok());
  Put(store_, At("b/src/a/flat.parquet"), File("test/data/arrow_go_18_5_0/nested.parquet"));
  const auto before = Contents(store_, At("b/dst"));
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.skipped, 3);
  EXPECT_EQ(summary_.stale, 1);
  EXPECT_EQ(Contents(store_, At("b/dst")), before);

  options_.update_stale = true;
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.completed, 1);
  EXPECT_EQ(summary_.skipped, 2);
  const auto after = Contents(store_, At("b/dst"));
  EXPECT_EQ(after.at("dst/a/flat.parquet"), before.at("dst/a/nested.parq"));
  EXPECT_EQ(after.at("dst/a/nested.parq"), before.at("dst/a/nested.parq"));
}

TEST_F(RepackTest, AFileThatCannotBeReadFailsAlone) {
  Put(store_, At("b/src/broken.parquet"), "PAR1 this is no Parquet file PAR1");
  Put(store_, At("b/src/nothing.parquet"), "");
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.completed, 3);
  EXPECT_EQ(summary_.failed, 2);
  EXPECT_EQ(summary_.failed_by_code[ErrorCode::kCorrupt], 2);
  EXPECT_EQ(Keys(Contents(store_, At("b/dst"))), kOutputs);
  for (const auto& failed : events_.Of<FileFailed>()) {
    EXPECT_NE(failed.error.message().find(failed.uri), std::string::npos) << failed.error;
  }
}

TEST_F(RepackTest, ASingleFileGoesToAFileOrIntoAFolder) {
  options_.source = At("b/src/a/flat.parquet");
  options_.destination = At("b/one/renamed.parq");
  ASSERT_TRUE(Run(store_).ok());
  options_.destination = At("b/two");
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(Keys(Contents(store_, At("b/one"))), std::set<std::string>{"one/renamed.parq"});
  EXPECT_EQ(Keys(Contents(store_, At("b/two"))), std::set<std::string>{"two/flat.parquet"});
}

TEST_F(RepackTest, ASingleFileBelongsToOneShard) {
  options_.source = At("b/src/a/flat.parquet");
  options_.shard_count = 5;
  int64_t completed = 0;
  for (int shard = 0; shard < 5; ++shard) {
    options_.shard_index = shard;
    ASSERT_TRUE(Run(store_).ok());
    completed += summary_.completed + summary_.skipped;
  }
  EXPECT_EQ(completed, 1);
}

TEST_F(RepackTest, DryRunSaysWhatItWouldDoAndWritesNothing) {
  options_.dry_run = true;
  auto leftover = store_.Create(At("b/dst/a/flat.parquet"), {}).ValueOrDie();
  leftover->LeaveBehind();
  leftover.reset();
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_TRUE(Contents(store_, At("b/dst")).empty());
  EXPECT_EQ(store_.Unfinished(At("b/dst")).ValueOrDie().size(), 1U);
  const auto planned = events_.Of<FilePlanned>();
  ASSERT_EQ(planned.size(), 3U);
  for (const auto& file : planned) {
    ASSERT_FALSE(file.repairs.empty()) << file.uri;
    EXPECT_EQ(file.repairs[0].ToString(),
              "root repetition REPEATED -> REQUIRED (arrow-go before 18.6.0)");
  }
}

TEST_F(RepackTest, ShardsAreDisjointAndCompleteWhateverIsThereAlready) {
  options_.shard_count = 3;
  int64_t completed = 0;
  for (const int shard : {2, 0, 1}) {
    options_.shard_index = shard;
    ASSERT_TRUE(Run(store_).ok());
    completed += summary_.completed;
    EXPECT_EQ(summary_.skipped, 0);
  }
  EXPECT_EQ(completed, 3);
  EXPECT_EQ(Keys(Contents(store_, At("b/dst"))), kOutputs);
}

TEST_F(RepackTest, MissingPlacesEndTheRun) {
  options_.source = At("missing/src");
  EXPECT_EQ(CodeOf(Run(store_)), ErrorCode::kNotFound);
  options_.source = At("b/src");
  options_.destination = At("missing/dst");
  EXPECT_EQ(CodeOf(Run(store_)), ErrorCode::kNotFound);
  options_.dry_run = true;
  EXPECT_EQ(CodeOf(Run(store_)), ErrorCode::kNotFound);
  options_.source = At("b/src/a/flat.parquet");
  EXPECT_EQ(CodeOf(Run(store_)), ErrorCode::kNotFound);
}

TEST_F(RepackTest, StoppedRunsSaySo) {
  stop_.request_stop();
  EXPECT_EQ(CodeOf(Run(store_)), ErrorCode::kCancelled);
  EXPECT_TRUE(Contents(store_, At("b/dst")).empty());
  EXPECT_EQ(summary_.failed, 0);
}

TEST_F(RepackTest, RefusedCredentialsEndTheRunAtTheFirstFile) {
  options_.workers = 1;
  FaultStore faulty(
      &store_, {{{.nth = 1, .operation = StoreOperation::kRead, .code = ErrorCode::kCredentials}}});
  EXPECT_EQ(CodeOf(Run(faulty)), ErrorCode::kCredentials);
  EXPECT_EQ(summary_.failed, 1);
  EXPECT_EQ(faulty.calls(StoreOperation::kRead), 1);
}

TEST_F(RepackTest, AFileThatRunsOutOfMemoryFailsAlone) {
  for (const StoreOperation operation : {StoreOperation::kRead, StoreOperation::kCreate}) {
    FaultStore starved(&store_, {.faults = {{.kind = Fault::kDelay, .operation = operation}},
                                 .delay = [] { throw std::bad_alloc(); }});
    options_.destination = At("b/dst" + std::to_string(static_cast<int>(operation)));
    ASSERT_TRUE(Run(starved).ok());
    EXPECT_EQ(summary_.completed, 2);
    EXPECT_EQ(summary_.failed_by_code, (std::map<ErrorCode, int64_t>{{ErrorCode::kTooLarge, 1}}));
  }
}

// A "cancelled" that nobody asked for must not make a file vanish from the count.
TEST_F(RepackTest, OnlyAStoppedRunLeavesFilesOut) {
  FaultStore faulty(&store_,
                    {{{.operation = StoreOperation::kRead, .code = ErrorCode::kCancelled}}});
  ASSERT_TRUE(Run(faulty).ok());
  EXPECT_EQ(summary_.completed, 2);
  EXPECT_EQ(summary_.failed, 1);
}

TEST_F(RepackTest, ADryRunLooksForNoLeftovers) {
  options_.dry_run = true;
  FaultStore counting(&store_, {});
  ASSERT_TRUE(Run(counting).ok());
  EXPECT_EQ(counting.calls(StoreOperation::kUnfinished), 0);
}

// The run dies, fails or loses an answer at its n-th store call, for every n; a
// rerun then ends as an undisturbed run does, and nothing is left over.
class RepackFaults : public RepackTest, public ::testing::WithParamInterface<Fault::Kind> {};

TEST_P(RepackFaults, ARerunCompletesWhateverCallWentWrong) {
  options_.workers = 1;
  FaultStore counting(&store_, {});
  ASSERT_TRUE(Run(counting).ok());
  const auto undisturbed = Contents(store_, At("b/dst"));
  const int64_t calls = counting.calls();
  ASSERT_GT(calls, 15);

  for (int64_t n = 1; n <= calls; ++n) {
    options_.destination = At("b/dst" + std::to_string(n));
    FaultStore faulty(&store_, {{{.kind = GetParam(), .nth = n, .code = ErrorCode::kTransient}}});
    (void)Run(faulty);
    for (const auto& [key, bytes] : Contents(store_, options_.destination)) {
      const std::string name = key.substr(key.find('/'));
      EXPECT_EQ(bytes, undisturbed.at("dst" + name)) << "call " << n << " left " << key;
    }
    ASSERT_TRUE(Run(store_).ok()) << "after call " << n;
    EXPECT_EQ(summary_.failed, 0) << "after call " << n;
    EXPECT_EQ(Contents(store_, options_.destination).size(), undisturbed.size())
        << "after call " << n;
    EXPECT_TRUE(store_.Unfinished(options_.destination).ValueOrDie().empty()) << "after call " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RepackFaults,
                         ::testing::Values(Fault::kFail, Fault::kCrash, Fault::kLostAnswer));

}  // namespace
}  // namespace pqpack

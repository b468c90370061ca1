// SPDX-License-Identifier: Apache-2.0
//
// The whole of repack on memory stores, with real files of arrow-go 18.5.0.
#include "run/repack.h"

#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <set>
#include <string>
#include <vector>

#include "format/footer.h"
#include "run/repack_testing.h"
#include "store/fault_store.h"
#include "store/memory_store.h"
#include "store/read_ahead_file.h"

namespace pqpack {
namespace {

Uri At(const std::string& text) { return Uri::Parse("memory://" + text).ValueOrDie(); }

class RepackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string data = "test/data/arrow_go_18_5_0/";
    Put(store_, At("b/src/a/flat.parquet"), TestFile(data + "flat.parquet"));
    Put(store_, At("b/src/a/nested.parq"), TestFile(data + "nested.parquet"));
    Put(store_, At("b/src/empty_groups.parquet"), TestFile(data + "empty_row_groups.parquet"));
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
  Put(store_, At("b/src/a/flat.parquet"), TestFile("test/data/arrow_go_18_5_0/nested.parquet"));
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

// A dead server is not asked about every file.
TEST_F(RepackTest, AStoreOutOfOrderEndsTheRun) {
  options_.workers = 1;
  for (int i = 0; i < 6; ++i) {
    Put(store_, At("b/src/" + std::to_string(i) + ".parquet"),
        TestFile("test/data/arrow_go_18_5_0/flat.parquet"));
  }
  std::vector<StoreFault> faults;
  for (int nth = 1; nth <= 9; ++nth) {
    faults.push_back({.nth = nth, .operation = StoreOperation::kRead});
  }
  FaultStore dead(&store_, {faults});
  const Status status = Run(dead);
  EXPECT_EQ(CodeOf(status), ErrorCode::kTransient);
  EXPECT_TRUE(status.message().starts_with("given up after 4 files in a row failed: ")) << status;
  EXPECT_EQ(summary_.failed, 4);
  EXPECT_EQ(dead.calls(StoreOperation::kRead), 4);

  // Three and a good one, again and again: that is trouble with files.
  faults.erase(faults.begin() + 7);
  faults.erase(faults.begin() + 3);
  FaultStore limping(&store_, {faults});
  EXPECT_TRUE(Run(limping).ok());
  EXPECT_EQ(summary_.failed, 7);
  EXPECT_EQ(summary_.completed, 2);
}

TEST_F(RepackTest, AFileThatRunsOutOfMemoryFailsAlone) {
  for (const StoreOperation operation : {StoreOperation::kRead, StoreOperation::kCreate}) {
    FaultStore starved(&store_, {.faults = {{.kind = StoreFault::kDelay, .operation = operation}},
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

TEST_F(RepackTest, PagesAreCopiedUnlessAskedOtherwise) {
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.copied, 3);
  EXPECT_EQ(summary_.bytes_copied, summary_.bytes_in);
  options_.engine = Engine::kReencode;
  options_.destination = At("b/dst2");
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.copied, 0);
  for (const FileDone& done : events_.Of<FileDone>()) {
    EXPECT_EQ(done.level, done.output.starts_with("memory://b/dst2") ? 3 : 1) << done.output;
  }
}

TEST_F(RepackTest, PagesThatSurpriseAreEncodedAnew) {
  Put(store_, At("b/alone/lying.parquet"),
      WithPadding(TestFile("test/data/arrow_go_18_5_0/flat.parquet")));
  options_.source = At("b/alone");
  ASSERT_TRUE(Run(store_).ok());
  const auto done = events_.Of<FileDone>();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].level, 3);
  EXPECT_EQ(done[0].bytes_decoded, done[0].bytes_in);
  ASSERT_EQ(done[0].reasons.size(), 1U);
  EXPECT_TRUE(done[0].reasons[0].what.starts_with("its pages: row group "))
      << done[0].reasons[0].what;
  EXPECT_EQ(Keys(Contents(store_, At("b/dst"))), (std::set<std::string>{"dst/lying.parquet"}));
  EXPECT_TRUE(store_.Unfinished(At("b/dst")).ValueOrDie().empty());
}

TEST_F(RepackTest, TheStoreCopiesWhatIsLarge) {
  const std::string large = LargeFile(2 * kMiB);
  Put(store_, At("b/alone/large.parquet"), large);
  options_.source = At("b/alone");
  FaultStore counting(&store_, {});
  ASSERT_TRUE(Run(counting).ok());
  const auto done = events_.Of<FileDone>();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].level, 0);
  EXPECT_TRUE(done[0].not_by_store.empty());
  EXPECT_EQ(summary_.by_store, 1);
  EXPECT_EQ(summary_.bytes_by_store, static_cast<int64_t>(large.size()));
  EXPECT_EQ(summary_.bytes_copied, summary_.bytes_in);
  EXPECT_EQ(counting.calls(StoreOperation::kAppendFrom), 1);
  const std::string copy = Contents(store_, At("b/dst")).at("dst/large.parquet");
  EXPECT_EQ(done[0].bytes_out, static_cast<int64_t>(copy.size()));
  EXPECT_TRUE(copy.starts_with(std::string_view(large).substr(0, 2 * kMiB)));
}

TEST_F(RepackTest, TheStoreCopiesOverWhatIsThereWhenAsked) {
  const std::string large = LargeFile(2 * kMiB);
  Put(store_, At("b/alone/large.parquet"), large);
  Put(store_, At("b/dst/large.parquet"), "of another run");
  options_.source = At("b/alone");
  options_.skip_existing = false;
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.completed, 1);
  EXPECT_EQ(summary_.by_store, 1);
  const std::string copy = Contents(store_, At("b/dst")).at("dst/large.parquet");
  EXPECT_TRUE(copy.starts_with(std::string_view(large).substr(0, 2 * kMiB)));
}

// The magic is looked at, although no page is there.
TEST_F(RepackTest, WhatBeginsWithoutMagicIsCopiedPageByPage) {
  std::string large = LargeFile(2 * kMiB);
  large[0] = 'X';
  Put(store_, At("b/alone/large.parquet"), large);
  options_.source = At("b/alone");
  ASSERT_TRUE(Run(store_).ok());
  const auto done = events_.Of<FileDone>();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].level, 1);
  ASSERT_EQ(done[0].not_by_store.size(), 1U);
  EXPECT_EQ(done[0].not_by_store[0].what, "the output does not start with PAR1");
  EXPECT_EQ(Contents(store_, At("b/dst")).at("dst/large.parquet").substr(0, 4), "PAR1");
}

// Where the store has made something else of it, that does not stay.
TEST_F(RepackTest, WhatTheStoreMadeTooShortIsRemoved) {
  class Short : public FaultStore {
   public:
    using FaultStore::FaultStore;
    Result<ObjectInfo> Find(const Uri& uri) override {
      PQ_ASSIGN(ObjectInfo info, FaultStore::Find(uri));
      if (uri.key.starts_with("dst/")) --info.size;
      return info;
    }
  };
  Put(store_, At("b/alone/large.parquet"), LargeFile(2 * kMiB));
  options_.source = At("b/alone");
  Short store(&store_, {});
  ASSERT_TRUE(Run(store).ok());
  EXPECT_EQ(summary_.failed_by_code, (std::map<ErrorCode, int64_t>{{ErrorCode::kInternal, 1}}));
  EXPECT_TRUE(Contents(store_, At("b/dst")).empty());
}

// Its footer says nothing of pages of version 2 and of encodings that the target does not read.
TEST_F(RepackTest, ColumnsWhoseFirstPagesSurpriseAreEncodedAnewAlone) {
  const auto hide = [](FileMetaData& footer) {
    for (RowGroup& group : footer.row_groups) {
      for (ColumnChunk& chunk : group.columns) {
        chunk.meta_data->encoding_stats.reset();
        chunk.meta_data->encodings = {Encoding::kPlain, Encoding::kRle};
      }
    }
  };
  Put(store_, At("b/alone/lying.parquet"),
      WithFooter(TestFile("test/data/parquet_go_0_32_0/flat.parquet"), hide));
  options_.source = At("b/alone");
  ASSERT_TRUE(Run(store_).ok());
  const auto done = events_.Of<FileDone>();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].level, 2);
  std::vector<std::string> reasons;
  for (const Finding& reason : done[0].reasons) reasons.push_back(reason.what);
  EXPECT_EQ(reasons, (std::vector<std::string>{"pages of DATA_PAGE_V2",
                                               "pages that the target does not read"}));
  ASSERT_FALSE(done[0].columns.empty());
  for (const ColumnLevel& column : done[0].columns) EXPECT_EQ(column.level, 3) << column.column;
  EXPECT_GT(done[0].bytes_decoded, 0);
  EXPECT_LT(done[0].bytes_decoded, done[0].bytes_in);
}

// A target whose rule the writer does not keep: the check does.
TEST_F(RepackTest, AnOutputThatFailsItsCheckIsNotPublished) {
  Target target = *FindTarget("snowflake").ValueOrDie();
  target.encodings = EnumSet<Encoding>(Encoding::kByteStreamSplit);
  options_.target = &target;
  ASSERT_TRUE(Run(store_).ok());
  EXPECT_EQ(summary_.completed, 0);
  EXPECT_EQ(summary_.failed_by_code, (std::map<ErrorCode, int64_t>{{ErrorCode::kMismatch, 3}}));
  EXPECT_TRUE(Contents(store_, At("b/dst")).empty());
  EXPECT_TRUE(store_.Unfinished(At("b/dst")).ValueOrDie().empty());
}

TEST_F(RepackTest, ADryRunReadsFootersOnly) {
  std::string large = TestFile("test/data/arrow_go_18_5_0/flat.parquet");
  large.insert(4, std::string(kMiB, 0));  // the footer still says where its columns were
  RequestCounters counters;
  MemoryStore store({"b"}, &counters);
  Put(store, At("b/src/large.parquet"), large);
  options_.dry_run = true;
  ASSERT_TRUE(Run(store).ok());
  EXPECT_EQ(summary_.completed, 1);
  const RequestCount reads = counters.Snapshot()["Read"];
  EXPECT_EQ(reads.requests, 1);
  EXPECT_EQ(reads.bytes_received, kFooterGuess);
}

TEST_F(RepackTest, ADryRunLooksForNoLeftovers) {
  options_.dry_run = true;
  FaultStore counting(&store_, {});
  ASSERT_TRUE(Run(counting).ok());
  EXPECT_EQ(counting.calls(StoreOperation::kUnfinished), 0);
}

}  // namespace
}  // namespace pqpack

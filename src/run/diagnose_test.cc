// SPDX-License-Identifier: Apache-2.0
#include "run/diagnose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "run/repack_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class DiagnoseTest : public ::testing::Test {
 protected:
  DiagnoseTest() {
    options_.location = {Scheme::kMemory, "b", "in"};
    options_.file.target = *FindTarget("snowflake");
    options_.workers = 3;
  }
  void PutFile(const std::string& name, const std::string& bytes) {
    Put(store_, {Scheme::kMemory, "b", name}, bytes);
  }
  Status Run() {
    Executor io(2);
    return DiagnoseAll(
        options_, store_, io, events_,
        [&](const FileDiagnosis& diagnosis) {
          std::lock_guard lock(mutex_);
          seen_.insert(diagnosis.uri);
        },
        {}, &summary_);
  }

  RequestCounters counters_;
  MemoryStore store_{{"b"}, &counters_};
  Events events_;
  DiagnoseRunOptions options_;
  DiagnoseSummary summary_;
  std::mutex mutex_;
  std::set<std::string> seen_;
};

TEST_F(DiagnoseTest, EveryParquetFileBelowTheFolder) {
  const std::string good = TestFile("test/data/outputs/plain.parquet");
  PutFile("in/a.parquet", good);
  PutFile("in/b/c.parq", TestFile("test/data/arrow_go_18_5_0/nested.parquet"));
  PutFile("in/d.parquet", "no Parquet");
  PutFile("in/readme.txt", "no Parquet");
  PutFile("in_other/e.parquet", good);
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(seen_, UnorderedElementsAre("memory://b/in/a.parquet", "memory://b/in/b/c.parq",
                                          "memory://b/in/d.parquet"));
  EXPECT_EQ(summary_.files, 3);
  EXPECT_EQ(summary_.other_objects, 1);
  EXPECT_EQ(summary_.by_worst[Severity::kWarn], 1) << "of another size than is loaded fast";
  EXPECT_EQ(summary_.by_worst[Severity::kError], 1);
  EXPECT_EQ(summary_.by_worst[Severity::kFatal], 1);
  EXPECT_EQ(summary_.failed, 0);
}

TEST_F(DiagnoseTest, AFileOfAnyNameThatIsNamed) {
  PutFile("in/readme.txt", "no Parquet");
  options_.location.key = "in/readme.txt";
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(seen_, ElementsAre("memory://b/in/readme.txt"));
}

TEST_F(DiagnoseTest, NothingThereIsAnError) { EXPECT_EQ(CodeOf(Run()), ErrorCode::kNotFound); }

TEST_F(DiagnoseTest, OtherObjectsAloneAreNone) {
  PutFile("in/readme.txt", "no Parquet");
  EXPECT_TRUE(Run().ok());
  EXPECT_EQ(summary_.files, 0);
  EXPECT_EQ(summary_.other_objects, 1);
}

// A small file is one read, whatever is looked at; the listing says its size.
TEST_F(DiagnoseTest, ASmallFileIsOneRead) {
  for (const std::string name : {"a", "b", "c"}) {
    PutFile("in/" + name + ".parquet", TestFile("test/data/outputs/indexed.parquet"));
  }
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(counters_.Snapshot()["Read"].requests, 3);
}

TEST_F(DiagnoseTest, WithoutMemoryToSpeakOfFilesRunAlone) {
  PutFile("in/a.parquet", TestFile("test/data/outputs/plain.parquet"));
  options_.memory_limit = 1;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(summary_.files, 1);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// What is particular to S3, against a real server.  What every store must do is the
// conformance suite's.
#include "store/s3/s3_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "store/s3/test_server_testing.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;

std::string Pattern(int64_t size, uint32_t seed) {
  std::string out(static_cast<size_t>(size), '\0');
  for (char& c : out) {
    seed = seed * 1664525 + 1013904223;
    c = static_cast<char>(seed >> 24);
  }
  return out;
}

class S3StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = FindS3TestServer();
    if (!server_) GTEST_SKIP() << "PQPACK_TEST_S3 names no server (tools/test starts one)";
    config_ = server_->Config();
    config_.counters = &counters_;
    config_.io = &io_;
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = server_->Folder(std::string("s3_store_test/") + test->name());
    store_ = MakeS3Store(config_).ValueOrDie();
    Clear();
  }
  void TearDown() override {
    if (store_) Clear();
  }

  void Clear() {
    auto listing = store_->List(folder_).ValueOrDie();
    for (auto page = listing->Next().ValueOrDie(); !page.empty();
         page = listing->Next().ValueOrDie()) {
      for (const auto& object : page) ASSERT_EQ(store_->Delete(object.id()), Status::OK());
    }
    auto unfinished = store_->Unfinished(folder_).ValueOrDie();
    for (const auto& write : unfinished) ASSERT_EQ(store_->Abandon(write), Status::OK());
  }

  Result<ObjectInfo> Write(const Uri& uri, std::string_view data, WriteOptions options = {}) {
    PQ_ASSIGN(auto writer, store_->Create(uri, options));
    PQ_RETURN_NOT_OK(writer->Append(AsBytes(data)));
    return writer->Finish();
  }

  std::string Read(const ObjectId& id, ByteRange range) {
    return store_->Read(id, range).ValueOrDie()->ToString();
  }

  std::vector<std::string> Names() {
    std::vector<std::string> names;
    auto listing = store_->List(folder_).ValueOrDie();
    for (auto page = listing->Next().ValueOrDie(); !page.empty();
         page = listing->Next().ValueOrDie()) {
      for (const auto& object : page) names.push_back(object.uri.key.substr(folder_.key.size()));
    }
    return names;
  }

  int64_t Requests(const std::string& operation) {
    return counters_.Snapshot()[operation].requests;
  }

  std::optional<S3TestServer> server_;
  StoreConfig config_;
  RequestCounters counters_;
  Executor io_{4};
  Uri folder_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(S3StoreTest, SmallObjectIsOnePutAndOneGet) {
  const Uri uri = folder_.Child("small");
  const auto before = counters_.Snapshot();
  const auto info = Write(uri, "hello").ValueOrDie();
  EXPECT_EQ(Read(info.id(), {0, 5}), "hello");
  auto after = counters_.Snapshot();
  EXPECT_EQ(after["PutObject"].requests, 1);
  EXPECT_EQ(after["PutObject"].bytes_sent, 5);
  EXPECT_EQ(after["GetObject"].requests, 1);
  EXPECT_EQ(after["GetObject"].bytes_received, 5);
  EXPECT_EQ(after["HeadObject"].requests, 0);
  const auto found = store_->Find(uri).ValueOrDie();
  EXPECT_EQ(found.etag, info.etag);
  EXPECT_EQ(found.size, 5);
  EXPECT_LT(std::chrono::abs(found.modified - info.modified), std::chrono::seconds(5));
}

TEST_F(S3StoreTest, OddKeys) {
  // Not here: `//` and dot segments, which this server takes for paths.
  const std::vector<std::string> names = {".hidden",         "_pqpack",   "a b",
                                          "amp&<>'\"",       "col=1",     "dt=2026-01-01",
                                          "per%41cent%2F",   "plus+plus", "punct!*()@:;,$",
                                          "query?x=1#f",     "tilde~",    "\xC3\xBC\xE6\x97\xA5",
                                          "\xF0\x9F\x98\x80"};
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    const auto info = Write(folder_.Child(name), "data of " + name).ValueOrDie();
    EXPECT_EQ(Read(info.id(), {0, 100}), "data of " + name);
    EXPECT_EQ(store_->Find(info.uri).ValueOrDie().etag, info.etag);
  }
  EXPECT_EQ(Names(), names);  // sorted by bytes
  for (const auto& name : names) {
    const auto info = store_->Find(folder_.Child(name)).ValueOrDie();
    EXPECT_EQ(store_->Delete(info.id()), Status::OK()) << name;
  }
  EXPECT_THAT(Names(), ElementsAre());
}

TEST_F(S3StoreTest, OddKeyByMultipart) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  const std::string data = Pattern(6 * kMiB, 1);
  const auto source = Write(folder_.Child("a=1/b c+d%\xC3\xBC"), data).ValueOrDie();
  auto writer = store_->Create(folder_.Child("a=1/to=+"), {}).ValueOrDie();
  ASSERT_EQ(writer->AppendFrom(source.id(), {0, source.size}), Status::OK());
  const auto copy = writer->Finish().ValueOrDie();
  EXPECT_EQ(Read(copy.id(), {0, copy.size}), data);
  EXPECT_EQ(Requests("UploadPartCopy"), 1);
}

TEST_F(S3StoreTest, LargeObjectByMultipart) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  const std::string data = Pattern(23 * kMiB + 17, 2);
  auto writer = store_->Create(folder_.Child("large"), {}).ValueOrDie();
  for (size_t at = 0; at < data.size(); at += 1'000'003) {
    const auto piece = std::string_view(data).substr(at, 1'000'003);
    ASSERT_EQ(writer->Append(AsBytes(piece)), Status::OK());
  }
  const auto info = writer->Finish().ValueOrDie();
  EXPECT_EQ(info.size, static_cast<int64_t>(data.size()));
  EXPECT_EQ(Requests("UploadPart"), 5);
  EXPECT_EQ(Requests("CompleteMultipartUpload"), 1);
  EXPECT_EQ(Requests("PutObject"), 0);
  EXPECT_EQ(Requests("AbortMultipartUpload"), 0);
  EXPECT_EQ(Read(info.id(), {0, info.size}), data);
  EXPECT_EQ(Read(info.id(), {5 * kMiB - 3, 7}), data.substr(5 * kMiB - 3, 7));
  EXPECT_EQ(Read(info.id(), {info.size - 4, 100}), data.substr(data.size() - 4));
  EXPECT_EQ(Read(info.id(), {info.size, 100}), "");
}

TEST_F(S3StoreTest, WithoutExecutorPartsAreSentInTheForeground) {
  config_.s3.part_size = 5 * kMiB;
  config_.io = nullptr;
  store_ = MakeS3Store(config_).ValueOrDie();
  const std::string data = Pattern(11 * kMiB, 3);
  const auto info = Write(folder_.Child("large"), data).ValueOrDie();
  EXPECT_EQ(Requests("UploadPart"), 3);
  EXPECT_EQ(Read(info.id(), {0, info.size}), data);
}

// The head goes through here, and is filled up so that the rest may be copied.
TEST_F(S3StoreTest, AppendFromMixesBothWays) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  const std::string data = Pattern(14 * kMiB, 4);
  const auto source = Write(folder_.Child("source"), data).ValueOrDie();
  auto writer = store_->Create(folder_.Child("copy"), {}).ValueOrDie();
  ASSERT_EQ(writer->Append(AsBytes("head")), Status::OK());
  ASSERT_EQ(writer->AppendFrom(source.id(), {100, 13 * kMiB}), Status::OK());
  ASSERT_EQ(writer->AppendFrom(source.id(), {7, 1000}), Status::OK());
  ASSERT_EQ(writer->Append(AsBytes("tail")), Status::OK());
  const auto copy = writer->Finish().ValueOrDie();
  EXPECT_EQ(Requests("UploadPartCopy"), 1);
  EXPECT_EQ(Read(copy.id(), {0, copy.size + 1}),
            "head" + data.substr(100, 13 * kMiB) + data.substr(7, 1000) + "tail");
}

TEST_F(S3StoreTest, AppendFromAfterSentPartsGoesThroughHere) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  const std::string data = Pattern(6 * kMiB, 11);
  const auto source = Write(folder_.Child("source"), data).ValueOrDie();
  auto writer = store_->Create(folder_.Child("copy"), {}).ValueOrDie();
  ASSERT_EQ(writer->Append(AsBytes(data)), Status::OK());
  ASSERT_EQ(writer->AppendFrom(source.id(), {0, source.size}), Status::OK());
  const auto copy = writer->Finish().ValueOrDie();
  EXPECT_EQ(Requests("UploadPartCopy"), 0);
  EXPECT_EQ(Read(copy.id(), {0, copy.size + 1}), data + data);
}

TEST_F(S3StoreTest, AppendFromBeyondTheEndIsInvalid) {
  const auto source = Write(folder_.Child("source"), Pattern(6 * kMiB, 12)).ValueOrDie();
  const std::vector<ByteRange> ranges = {
      {0, 6 * kMiB + 1}, {6 * kMiB - 10, 20}, {-1, 5}, {0, -1}, {5, INT64_MAX}};
  for (const ByteRange& range : ranges) {
    auto writer = store_->Create(folder_.Child("copy"), {}).ValueOrDie();
    const Status status = writer->AppendFrom(source.id(), range);
    EXPECT_EQ(CodeOf(status), ErrorCode::kInvalid) << range.offset << ' ' << status;
  }
  EXPECT_THAT(Names(), ElementsAre("source"));
}

TEST_F(S3StoreTest, CopyOfAChangedSourceFailsAndLeavesNothing) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  const auto source = Write(folder_.Child("source"), Pattern(6 * kMiB, 5)).ValueOrDie();
  WriteOptions overwrite;
  overwrite.condition.kind = WriteCondition::kOverwrite;
  ASSERT_TRUE(Write(source.uri, Pattern(6 * kMiB, 6), overwrite).ok());
  auto writer = store_->Create(folder_.Child("copy"), {}).ValueOrDie();
  const Status status = writer->AppendFrom(source.id(), {0, source.size});
  EXPECT_EQ(CodeOf(status), ErrorCode::kSourceChanged) << status;
  writer.reset();
  EXPECT_THAT(Names(), ElementsAre("source"));
  EXPECT_TRUE(store_->Unfinished(folder_).ValueOrDie().empty());
}

TEST_F(S3StoreTest, DestroyedWriterAbortsItsUpload) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  auto writer = store_->Create(folder_.Child("x"), {}).ValueOrDie();
  ASSERT_EQ(writer->Append(AsBytes(Pattern(6 * kMiB, 7))), Status::OK());
  EXPECT_EQ(store_->Unfinished(folder_).ValueOrDie().size(), 1u);
  writer.reset();
  EXPECT_EQ(Requests("AbortMultipartUpload"), 1);
  EXPECT_TRUE(store_->Unfinished(folder_).ValueOrDie().empty());
}

TEST_F(S3StoreTest, StopEndsAWriterAndItsAbortStillGoesOut) {
  config_.s3.part_size = 5 * kMiB;
  std::stop_source stop;
  config_.stop = stop.get_token();
  auto stoppable = MakeS3Store(config_).ValueOrDie();
  auto writer = stoppable->Create(folder_.Child("x"), {}).ValueOrDie();
  ASSERT_EQ(writer->Append(AsBytes(Pattern(6 * kMiB, 8))), Status::OK());
  stop.request_stop();
  EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kCancelled);
  EXPECT_EQ(CodeOf(stoppable->Find(folder_.Child("x")).status()), ErrorCode::kCancelled);
  EXPECT_EQ(Requests("AbortMultipartUpload"), 1);
  EXPECT_TRUE(store_->Unfinished(folder_).ValueOrDie().empty());
}

TEST_F(S3StoreTest, LeftBehindUploadIsFoundAndAbandoned) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  auto writer = store_->Create(folder_.Child("a=1/x y"), {}).ValueOrDie();
  ASSERT_EQ(writer->Append(AsBytes(Pattern(6 * kMiB, 9))), Status::OK());
  writer->LeaveBehind();
  writer.reset();
  const auto unfinished = store_->Unfinished(folder_).ValueOrDie();
  ASSERT_EQ(unfinished.size(), 1u);
  EXPECT_EQ(unfinished[0].uri, folder_.Child("a=1/x y"));
  EXPECT_EQ(store_->Unfinished(folder_.Child("a=1/x y")).ValueOrDie().size(), 1u);  // by its name
  EXPECT_TRUE(store_->Unfinished(folder_.Child("a=1/x")).ValueOrDie().empty());
  EXPECT_EQ(store_->Abandon(unfinished[0]), Status::OK());
  EXPECT_EQ(store_->Abandon(unfinished[0]), Status::OK());
  EXPECT_TRUE(store_->Unfinished(folder_).ValueOrDie().empty());
}

TEST_F(S3StoreTest, TakenNameFailsTheSinglePutAndTheComplete) {
  config_.s3.part_size = 5 * kMiB;
  store_ = MakeS3Store(config_).ValueOrDie();
  const Uri uri = folder_.Child("x");
  const auto first = Write(uri, "first").ValueOrDie();
  EXPECT_EQ(CodeOf(Write(uri, "second").status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(CodeOf(Write(uri, Pattern(6 * kMiB, 10)).status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(store_->Find(uri).ValueOrDie().etag, first.etag);
  EXPECT_TRUE(store_->Unfinished(folder_).ValueOrDie().empty());
}

TEST_F(S3StoreTest, CompareAndSwap) {
  const Uri uri = folder_.Child("x");
  WriteOptions swap;
  swap.condition = {WriteCondition::kIfMatch, "0123456789abcdef0123456789abcdef"};
  EXPECT_EQ(CodeOf(Write(uri, "no object", swap).status()), ErrorCode::kSourceChanged);
  const auto first = Write(uri, "first").ValueOrDie();
  EXPECT_EQ(CodeOf(Write(uri, "wrong", swap).status()), ErrorCode::kSourceChanged);
  swap.condition.etag = first.etag;
  const auto second = Write(uri, "second", swap).ValueOrDie();
  EXPECT_EQ(Read(second.id(), {0, 10}), "second");
  EXPECT_EQ(CodeOf(store_->Read(first.id(), {0, 10}).status()), ErrorCode::kSourceChanged);
  EXPECT_EQ(CodeOf(store_->Delete(first.id())), ErrorCode::kSourceChanged);
  EXPECT_EQ(store_->Delete(second.id()), Status::OK());
}

TEST_F(S3StoreTest, ManyPages) {
  std::set<std::string> expected;
  EXPECT_EQ(io_.ForEach(1005, 4,
                        [&](int64_t i) {
                          return Write(folder_.Child("part-" + std::to_string(i)), "x").status();
                        }),
            Status::OK());
  for (int i = 0; i < 1005; ++i) expected.insert("part-" + std::to_string(i));
  const int64_t before = Requests("ListObjectsV2");
  const auto names = Names();
  EXPECT_EQ(Requests("ListObjectsV2") - before, 2);
  EXPECT_EQ(names, std::vector<std::string>(expected.begin(), expected.end()));
}

TEST_F(S3StoreTest, MissingBucketIsNamed) {
  const Uri nowhere{Scheme::kS3, "pqpack-no-such-bucket", "a"};
  for (const Status& status : {store_->List(nowhere).status(), store_->Find(nowhere).status(),
                               store_->Read({nowhere, "e"}, {0, 1}).status(),
                               Write(nowhere, "x").status(), store_->Delete({nowhere, "e"})}) {
    EXPECT_EQ(CodeOf(status), ErrorCode::kNotFound) << status;
    EXPECT_THAT(status.message(), ::testing::HasSubstr("s3://pqpack-no-such-bucket/a"));
    EXPECT_THAT(ActionOf(status), ::testing::HasSubstr("pqpack-no-such-bucket"));
  }
}

TEST_F(S3StoreTest, AnotherRegionIsFollowedOnce) {
  config_.s3.region = "eu-central-1";  // versitygw's is us-east-1, and it says so
  store_ = MakeS3Store(config_).ValueOrDie();
  const auto info = Write(folder_.Child("x"), "x").ValueOrDie();
  EXPECT_EQ(Read(info.id(), {0, 1}), "x");
  const auto counts = counters_.Snapshot();
  EXPECT_EQ(counts.at("PutObject").requests, 2);
  EXPECT_EQ(counts.at("GetObject").requests, 1);  // it was remembered
}

}  // namespace
}  // namespace pqpack

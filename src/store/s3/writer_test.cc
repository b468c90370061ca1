// SPDX-License-Identifier: Apache-2.0
//
// Writes whose answers are lost, refused or slow in coming: what no real server shows.
#include "store/s3/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/s3/scripted_server_testing.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;

// A server for one object that keeps what a write must leave behind.  `fault` may
// replace an answer after the request had its effect; empty: it does not.
class OneObject {
 public:
  using Fault = std::function<std::optional<std::string>(const ScriptedRequest& request)>;

  std::string operator()(const ScriptedRequest& request) {
    std::string answer = Act(request);
    if (fault) {
      if (auto replaced = fault(request)) answer = *replaced;
    }
    return answer;
  }

  std::string Act(const ScriptedRequest& request) {
    const auto has = [&](const char* text) {
      return request.target.find(text) != std::string::npos;
    };
    if (request.method == "HEAD") {
      if (mark.empty()) return "HTTP/1.1 404 X\r\nConnection: close\r\n\r\n";
      return "HTTP/1.1 200 X\r\nConnection: close\r\nETag: "
             "\"stored\"\r\nx-amz-meta-pqpack-write: " +
             mark + "\r\n\r\n";
    }
    if (request.method == "POST" && has("?uploads=")) {
      upload_mark = request.Header("x-amz-meta-pqpack-write");
      return HttpAnswer(200,
                        "<InitiateMultipartUploadResult><UploadId>u1</UploadId>"
                        "</InitiateMultipartUploadResult>");
    }
    if (request.method == "DELETE") {
      if (upload_mark.empty()) return ErrorAnswer(404, "NoSuchUpload");
      upload_mark.clear();
      return HttpAnswer(204, "");
    }
    if (request.method == "PUT" && has("partNumber=")) {
      return upload_mark.empty() ? ErrorAnswer(404, "NoSuchUpload")
                                 : HttpAnswer(200, "", "ETag: \"p\"\r\n");
    }
    const bool is_complete = request.method == "POST";
    if (is_complete && upload_mark.empty()) return ErrorAnswer(404, "NoSuchUpload");
    if (!mark.empty() && request.Header("if-none-match") == "*") {
      return ErrorAnswer(412, "PreconditionFailed");
    }
    mark = is_complete ? upload_mark : request.Header("x-amz-meta-pqpack-write");
    if (is_complete) upload_mark.clear();
    return is_complete ? HttpAnswer(200,
                                    "<CompleteMultipartUploadResult><ETag>\"stored\"</ETag>"
                                    "</CompleteMultipartUploadResult>")
                       : HttpAnswer(200, "", "ETag: \"stored\"\r\n");
  }

  std::string mark;         // of the object; empty: there is none
  std::string upload_mark;  // of the upload under way
  Fault fault;
};

class WriterTest : public ::testing::Test {
 protected:
  Result<ObjectInfo> Write(int64_t size, WriteOptions options = {}) {
    client_.config.s3.part_size = kMinPart;
    auto writer = MakeS3Writer(client_.get(), TestObject(), options);
    PQ_RETURN_NOT_OK(writer->Append(Bytes(std::vector<uint8_t>(static_cast<size_t>(size), 'x'))));
    return writer->Finish();
  }

  // Loses the answer of the first request that publishes.
  void LoseTheFirstAnswer() {
    object_.fault = [this](const ScriptedRequest& request) -> std::optional<std::string> {
      const bool publishes = request.target.find("partNumber") == std::string::npos &&
                             request.target.find("uploads=") == std::string::npos &&
                             (request.method == "PUT" || request.method == "POST");
      if (!publishes || lost_++ > 0) return std::nullopt;
      return "";
    };
  }

  static constexpr int64_t kMinPart = 5 * kMiB;
  int lost_ = 0;
  OneObject object_;
  ScriptedClient client_{[this](const ScriptedRequest& request) { return object_(request); }};
};

TEST_F(WriterTest, LostAnswerOfAPutIsASuccess) {
  LoseTheFirstAnswer();
  const auto info = Write(10).ValueOrDie();
  EXPECT_EQ(info.etag, "stored");
  EXPECT_EQ(info.size, 10);
  EXPECT_EQ(client_.Requests("PutObject"), 2);
  EXPECT_EQ(client_.Requests("HeadObject"), 1);
}

TEST_F(WriterTest, LostAnswerOfACompleteIsASuccess) {
  LoseTheFirstAnswer();
  EXPECT_EQ(Write(kMinPart + 1).ValueOrDie().etag, "stored");
  EXPECT_EQ(client_.Requests("CompleteMultipartUpload"), 2);
  EXPECT_EQ(client_.Requests("HeadObject"), 1);
  EXPECT_EQ(client_.Requests("AbortMultipartUpload"), 0);
}

// The upload that nobody knows the id of can't be told from another writer's.
TEST_F(WriterTest, ALostAnswerOfCreateLeavesThatUploadAlone) {
  object_.fault = [this](const ScriptedRequest& request) -> std::optional<std::string> {
    if (request.target.find("?uploads=") == std::string::npos || lost_++ > 0) return std::nullopt;
    return "";
  };
  ASSERT_TRUE(Write(kMinPart + 1).ok());
  EXPECT_EQ(client_.Requests("CreateMultipartUpload"), 2);
  EXPECT_EQ(client_.Requests("UploadPart"), 2);
  EXPECT_EQ(client_.Requests("CompleteMultipartUpload"), 1);
  EXPECT_EQ(client_.server.requests().size(), 5u);  // none to list or to abort uploads
}

TEST_F(WriterTest, AnswersThatNeverComeAreResolvedByLooking) {
  object_.fault = [](const ScriptedRequest& request) -> std::optional<std::string> {
    if (request.method == "PUT") return "";
    return std::nullopt;
  };
  EXPECT_EQ(Write(10).ValueOrDie().etag, "stored");
  EXPECT_EQ(client_.Requests("HeadObject"), 1);
}

// The copy itself says nothing of the version where the condition on it is not known.
TEST_F(WriterTest, AStoreThatCopiesAnotherVersionIsCaught) {
  object_.fault = [](const ScriptedRequest& request) -> std::optional<std::string> {
    if (!request.Header("x-amz-copy-source").empty()) {
      return HttpAnswer(200, "<CopyPartResult><ETag>\"p\"</ETag></CopyPartResult>");
    }
    if (request.method != "GET") return std::nullopt;
    return HttpAnswer(206, "x", "ETag: \"other\"\r\nContent-Range: bytes 0-0/6000000\r\n");
  };
  const auto writer = MakeS3Writer(client_.get(), TestObject(), {});
  const ObjectId source{{Scheme::kS3, "bucket", "source"}, "e1"};
  const Status status = writer->AppendFrom(source, {0, 6'000'000});
  EXPECT_EQ(CodeOf(status), ErrorCode::kSourceChanged) << status;
  EXPECT_EQ(client_.Requests("UploadPartCopy"), 1);
  EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kInternal);
  EXPECT_EQ(client_.Requests("CompleteMultipartUpload"), 0);
}

TEST_F(WriterTest, SomebodyElsesObjectIsNotOurs) {
  object_.mark = "another writer's";
  for (const int64_t size : {int64_t{10}, kMinPart + 1}) {
    const Status status = Write(size).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kAlreadyExists) << status;
    EXPECT_THAT(status.message(), HasSubstr("s3://bucket/dir/key: the name is taken"));
  }
  EXPECT_EQ(client_.Requests("AbortMultipartUpload"), 1);
  EXPECT_EQ(object_.upload_mark, "");
}

TEST_F(WriterTest, MarksDifferFromWriteToWrite) {
  WriteOptions overwrite;
  overwrite.condition.kind = WriteCondition::kOverwrite;
  ASSERT_TRUE(Write(1, overwrite).ok());
  const std::string first = object_.mark;
  ASSERT_TRUE(Write(1, overwrite).ok());
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, object_.mark);
}

TEST_F(WriterTest, LostAnswerOfASwapIsASuccess) {
  LoseTheFirstAnswer();
  object_.mark = "before";
  WriteOptions swap;
  swap.condition = {WriteCondition::kIfMatch, "e0"};
  object_.fault = [this](const ScriptedRequest& request) -> std::optional<std::string> {
    if (request.method != "PUT") return std::nullopt;
    EXPECT_EQ(request.Header("if-match"), "\"e0\"");
    return lost_++ == 0 ? "" : ErrorAnswer(412, "PreconditionFailed");
  };
  EXPECT_EQ(Write(10, swap).ValueOrDie().etag, "stored");
}

TEST_F(WriterTest, AConflictOfAPutIsTriedAgain) {
  object_.fault = [this](const ScriptedRequest&) -> std::optional<std::string> {
    if (lost_++ > 0) return std::nullopt;
    object_.mark.clear();
    return ErrorAnswer(409, "ConditionalRequestConflict");
  };
  EXPECT_TRUE(Write(10).ok());
  EXPECT_EQ(client_.Requests("PutObject"), 2);
}

// AWS ends the upload with this answer: nothing but writing it all again would help.
TEST_F(WriterTest, AConflictOfACompleteSaysRunAgain) {
  object_.fault = [this](const ScriptedRequest& request) -> std::optional<std::string> {
    if (request.target.find("uploadId=u1") == std::string::npos || request.method != "POST" ||
        lost_++ > 0) {
      return std::nullopt;
    }
    object_.mark.clear();
    return ErrorAnswer(409, "ConditionalRequestConflict");
  };
  const Status status = Write(kMinPart + 1).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kTransient) << status;
  EXPECT_THAT(ActionOf(status), HasSubstr("run again"));
}

TEST_F(WriterTest, ARefusedPartEndsTheUpload) {
  object_.fault = [](const ScriptedRequest& request) -> std::optional<std::string> {
    if (request.target.find("partNumber=2") == std::string::npos) return std::nullopt;
    return ErrorAnswer(403, "AccessDenied");
  };
  auto writer = MakeS3Writer(client_.get(), TestObject(), {});
  const std::vector<uint8_t> data(17 * kMiB);
  const Status status = writer->Append(data);
  EXPECT_EQ(CodeOf(status), ErrorCode::kDenied) << status;
  EXPECT_EQ(client_.Requests("AbortMultipartUpload"), 1);  // at once
  EXPECT_EQ(CodeOf(writer->Append(data)), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kInternal);
  EXPECT_EQ(object_.mark, "");
}

TEST_F(WriterTest, AnUploadThatCantBeAbortedIsSaidSo) {
  object_.fault = [](const ScriptedRequest& request) -> std::optional<std::string> {
    if (request.method != "DELETE") return std::nullopt;
    return ErrorAnswer(403, "AccessDenied");
  };
  client_.config.s3.part_size = kMinPart;
  MakeS3Writer(client_.get(), TestObject(), {})->Append(std::vector<uint8_t>(6 * kMiB)).ok();
  ASSERT_EQ(client_.events.all.size(), 1u);
  EXPECT_EQ(std::get<Warning>(client_.events.all[0]).message,
            "an unfinished upload stays behind and costs space: s3://bucket/dir/key: "
            "AbortMultipartUpload: AccessDenied: no (HTTP 403). The next run removes it; so does "
            "a lifecycle rule with AbortIncompleteMultipartUpload.");
}

TEST_F(WriterTest, EncryptionIsAskedForWhereTheObjectIsMade) {
  client_.config.s3.sse = "aws:kms";
  client_.config.s3.sse_kms_key_id = "my-key";
  ASSERT_TRUE(Write(kMinPart + 1).ok());
  object_.mark.clear();
  ASSERT_TRUE(Write(1).ok());
  for (const auto& request : client_.server.requests()) {
    const bool makes =
        request.target.find("uploads=") != std::string::npos || request.target == "/bucket/dir/key";
    EXPECT_EQ(request.Header("x-amz-server-side-encryption"), makes ? "aws:kms" : "");
    EXPECT_EQ(request.Header("x-amz-server-side-encryption-aws-kms-key-id"), makes ? "my-key" : "");
  }
}

TEST_F(WriterTest, EveryPartCarriesItsCrc) {
  ASSERT_TRUE(Write(kMinPart + 1).ok());
  const auto requests = client_.server.requests();
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(requests[0].Header("x-amz-checksum-algorithm"), "CRC32C");
  const std::string last_part = requests[2].Header("x-amz-checksum-crc32c");
  EXPECT_EQ(last_part.size(), 8u);
  EXPECT_THAT(requests[3].body, HasSubstr("<PartNumber>2</PartNumber><ETag>&quot;p&quot;</ETag>"
                                          "<ChecksumCRC32C>" +
                                          last_part + "</ChecksumCRC32C>"));
  EXPECT_EQ(requests[3].Header("if-none-match"), "*");
  EXPECT_EQ(requests[0].Header("if-none-match"), "");
}

TEST(S3WriterMemory, IsThreePartsOrTheObject) {
  S3Config config;
  EXPECT_EQ(S3WriterMemory(config, -1), 24 * kMiB);
  EXPECT_EQ(S3WriterMemory(config, 0), 0);
  EXPECT_EQ(S3WriterMemory(config, 1000), 1000);
  EXPECT_EQ(S3WriterMemory(config, 23 * kMiB), 23 * kMiB);
  EXPECT_EQ(S3WriterMemory(config, 25 * kMiB), 24 * kMiB);
  EXPECT_EQ(S3WriterMemory(config, 7 * kGiB), 24 * kMiB);  // 896 parts of one size
  EXPECT_EQ(S3WriterMemory(config, 100 * kGiB), 63 * kMiB);
  config.part_size = 1;
  EXPECT_EQ(S3WriterMemory(config, -1), 15 * kMiB);
}

}  // namespace
}  // namespace pqpack

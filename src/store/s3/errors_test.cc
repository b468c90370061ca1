// SPDX-License-Identifier: Apache-2.0
#include "store/s3/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pqpack {
namespace {

using ::testing::HasSubstr;

const Uri kObject{Scheme::kS3, "bucket", "dir/key"};

struct Case {
  int status;
  const char* code;
  Recovery recovery;
  ErrorCode error;
};

TEST(S3Errors, WhatIsDoneAndWhatTheUserIsTold) {
  const std::vector<Case> cases = {
      {403, "AccessDenied", Recovery::kNone, ErrorCode::kDenied},
      {403, "InvalidAccessKeyId", Recovery::kNone, ErrorCode::kCredentials},
      {404, "XAdminUserNotFound", Recovery::kNone, ErrorCode::kCredentials},
      {403, "SignatureDoesNotMatch", Recovery::kNone, ErrorCode::kCredentials},
      {400, "ExpiredToken", Recovery::kRefresh, ErrorCode::kCredentials},
      {400, "InvalidToken", Recovery::kRefresh, ErrorCode::kCredentials},
      {403, "RequestTimeTooSkewed", Recovery::kClock, ErrorCode::kConfig},
      {301, "PermanentRedirect", Recovery::kRegion, ErrorCode::kConfig},
      {307, "TemporaryRedirect", Recovery::kRegion, ErrorCode::kConfig},
      {400, "AuthorizationHeaderMalformed", Recovery::kRegion, ErrorCode::kConfig},
      {404, "NoSuchBucket", Recovery::kNone, ErrorCode::kNotFound},
      {404, "NoSuchKey", Recovery::kNone, ErrorCode::kNotFound},
      {404, "NoSuchUpload", Recovery::kNone, ErrorCode::kTransient},
      {412, "PreconditionFailed", Recovery::kNone, ErrorCode::kSourceChanged},
      {409, "ConditionalRequestConflict", Recovery::kRetry, ErrorCode::kTransient},
      {409, "ObjectParentIsFile", Recovery::kNone, ErrorCode::kUnsupported},
      {503, "SlowDown", Recovery::kSlow, ErrorCode::kThrottled},
      {500, "InternalError", Recovery::kRetry, ErrorCode::kTransient},
      {400, "RequestTimeout", Recovery::kRetry, ErrorCode::kTransient},
      {400, "BadDigest", Recovery::kRetry, ErrorCode::kTransient},
      {403, "QuotaExceeded", Recovery::kNone, ErrorCode::kNoSpace},
      {507, "InsufficientStorage", Recovery::kNone, ErrorCode::kNoSpace},
      {403, "InvalidObjectState", Recovery::kNone, ErrorCode::kUnsupported},
      {501, "NotImplemented", Recovery::kNone, ErrorCode::kUnsupported},
      // By the status alone: a HEAD has no body, and codes may be new.
      {403, "", Recovery::kNone, ErrorCode::kDenied},
      {404, "", Recovery::kNone, ErrorCode::kNotFound},
      {412, "", Recovery::kNone, ErrorCode::kSourceChanged},
      {429, "", Recovery::kSlow, ErrorCode::kThrottled},
      {503, "Whatever", Recovery::kSlow, ErrorCode::kThrottled},
      {502, "", Recovery::kRetry, ErrorCode::kTransient},
      {599, "Whatever", Recovery::kRetry, ErrorCode::kTransient},
      {418, "Whatever", Recovery::kNone, ErrorCode::kUnsupported},
      // Codes inside a 200.
      {200, "InternalError", Recovery::kRetry, ErrorCode::kTransient},
      {200, "SlowDown", Recovery::kSlow, ErrorCode::kThrottled},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.code + std::to_string(c.status));
    const S3Error error{c.status, c.code, "text", "id", ""};
    EXPECT_EQ(RecoveryOf(error), c.recovery);
    EXPECT_EQ(CodeOf(MakeStatus(error, kGetObject, kObject, 1)), c.error);
  }
}

TEST(S3Errors, TransportFailures) {
  const std::vector<std::tuple<TransportError, Recovery, ErrorCode>> cases = {
      {TransportError::kConnect, Recovery::kRetry, ErrorCode::kTransient},
      {TransportError::kTls, Recovery::kNone, ErrorCode::kConfig},
      {TransportError::kBroken, Recovery::kRetry, ErrorCode::kTransient},
      {TransportError::kTimeout, Recovery::kRetry, ErrorCode::kTransient},
      {TransportError::kTooLong, Recovery::kNone, ErrorCode::kUnsupported},
      {TransportError::kStopped, Recovery::kNone, ErrorCode::kCancelled},
      {TransportError::kUrl, Recovery::kNone, ErrorCode::kInvalid},
  };
  for (const auto& [failure, recovery, code] : cases) {
    const S3Error error = FromTransport(failure, "libcurl's words");
    EXPECT_EQ(RecoveryOf(error), recovery) << error.code;
    EXPECT_EQ(CodeOf(MakeStatus(error, kGetObject, kObject, 1)), code) << error.code;
  }
}

TEST(S3Errors, AMessageSaysWhatWhereAndWhatToDo) {
  const S3Error error{403, "AccessDenied", "Access Denied", "4442587FB7D0A2F9", ""};
  const Status status = MakeStatus(error, kPutObject, kObject, 1);
  EXPECT_EQ(status.message(),
            "s3://bucket/dir/key: PutObject: AccessDenied: Access Denied (HTTP 403, request id "
            "4442587FB7D0A2F9)");
  EXPECT_EQ(ActionOf(status),
            "Allow s3:PutObject in bucket bucket; for keys of KMS also their use.");
  EXPECT_EQ(S3CodeOf(status), "AccessDenied");
  EXPECT_EQ(S3CodeOf(Error(ErrorCode::kDenied, "other")), "");
  EXPECT_EQ(S3CodeOf(Status::OK()), "");
  EXPECT_THAT(MakeStatus(error, kPutObject, kObject, 3).message(), HasSubstr(", after 3 attempts"));
}

// versitygw keeps objects as files and answers in this way.
TEST(S3Errors, AnObjectInPlaceOfAFolderIsSaidInWords) {
  const S3Error parent{409, "ObjectParentIsFile", "no", "", ""};
  EXPECT_THAT(ActionOf(MakeStatus(parent, kPutObject, kObject, 1)),
              AllOf(HasSubstr("One of the folders in this name is an object"),
                    HasSubstr("remove that object or choose another destination")));
  const S3Error below{409, "ExistingObjectIsDirectory", "no", "", ""};
  EXPECT_THAT(ActionOf(MakeStatus(below, kPutObject, kObject, 1)),
              AllOf(HasSubstr("There are objects below this name"),
                    HasSubstr("choose another destination")));
}

// Failures of many files are told once, with one action.
TEST(S3Errors, NoActionNamesTheObject) {
  for (const char* code : {"AccessDenied", "403", "NoSuchBucket", "NoSuchKey", "QuotaExceeded",
                           "ObjectParentIsFile", "AuthorizationHeaderMalformed"}) {
    const Status status = MakeStatus({400, code, "text", "", ""}, kGetObject, kObject, 1);
    EXPECT_EQ(ActionOf(status).find("dir/key"), std::string::npos) << status;
  }
}

TEST(S3Errors, ParsesTheDocument) {
  HttpResponse response;
  response.status = 301;
  response.headers = {{"x-amz-request-id", "from-header"}, {"x-amz-bucket-region", "eu-west-3"}};
  response.body =
      "<?xml version=\"1.0\"?>\n<Error><Code>PermanentRedirect</Code><Message>go &amp; "
      "see</Message>"
      "<Region>other</Region><RequestId>from-body</RequestId></Error>";
  const S3Error error = ParseS3Error(response);
  EXPECT_EQ(error.status, 301);
  EXPECT_EQ(error.code, "PermanentRedirect");
  EXPECT_EQ(error.message, "go & see");
  EXPECT_EQ(error.region, "eu-west-3");
  EXPECT_EQ(error.request_id, "from-header");
}

TEST(S3Errors, HostileDocuments) {
  for (const std::string& body :
       {std::string(), std::string("<Error"), std::string("\0\xFF<>", 4),
        std::string("<!DOCTYPE e [<!ENTITY a \"aaa\"><!ENTITY b \"&a;&a;\">]><Error>&b;</Error>"),
        std::string(100'000, '<')}) {
    HttpResponse response{500, {}, body};
    const S3Error error = ParseS3Error(response);
    EXPECT_EQ(error.code, "");
    EXPECT_EQ(RecoveryOf(error), Recovery::kRetry);
  }
  HttpResponse response{
      400,
      {},
      "<Error><Code>A</Code><Message>a\nb\x1B[31m" + std::string(1000, 'x') + "</Message></Error>"};
  const S3Error error = ParseS3Error(response);
  EXPECT_THAT(error.message, ::testing::StartsWith("a b [31mxxx"));
  EXPECT_EQ(error.message.size(), 303u);
}

}  // namespace
}  // namespace pqpack

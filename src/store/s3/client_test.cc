// SPDX-License-Identifier: Apache-2.0
#include "store/s3/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/s3/scripted_server_testing.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

S3Request GetRequest() { return {kGetObject, "GET", TestObject()}; }

// Answers with these in turn, the last one for ever.
ScriptedServer::Script InTurn(std::vector<std::string> answers) {
  return [answers, next = size_t{0}](const ScriptedRequest&) mutable {
    return answers[std::min(next++, answers.size() - 1)];
  };
}

TEST(S3Client, AddressesByPathAndSigns) {
  ScriptedClient client(InTurn({HttpAnswer(200, "")}));
  S3Request request(kListObjects, "GET", TestObject("year=2023/a b"));
  request.query = {{"prefix", "x/y"}, {"a", "b"}};
  ASSERT_TRUE(client->Send(std::move(request)).ok());
  const auto seen = client.server.requests().at(0);
  EXPECT_EQ(seen.target, "/bucket/year%3D2023/a%20b?a=b&prefix=x%2Fy");
  EXPECT_THAT(seen.Header("authorization"), HasSubstr("Credential=key/"));
  EXPECT_THAT(seen.Header("authorization"), HasSubstr("/us-east-1/s3/aws4_request"));
  EXPECT_EQ(seen.Header("x-amz-content-sha256").size(), 64u);  // plain http: signed
  EXPECT_EQ(seen.Header("expect") + seen.Header("content-type") + seen.Header("accept"), "");
}

// DELETE and PUT of a bucket's path delete and make buckets.
TEST(S3Client, AnEmptyKeyNeverBecomesABucket) {
  ScriptedClient client(InTurn({HttpAnswer(200, "")}));
  for (const Uri& uri : {TestObject(""), Uri{Scheme::kS3, "", "key"}}) {
    EXPECT_EQ(CodeOf(client->Send({kDeleteObject, "DELETE", uri}).status()), ErrorCode::kInvalid);
    EXPECT_EQ(CodeOf(client->Send({kPutObject, "PUT", uri}).status()), ErrorCode::kInvalid);
  }
  EXPECT_TRUE(client.server.requests().empty());
}

TEST(S3Client, RetriesWhatMayPass) {
  ScriptedClient client(InTurn(
      {ErrorAnswer(500, "InternalError"), "", HttpAnswer(502, "<html>"), HttpAnswer(200, "")}));
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  EXPECT_EQ(client.counters.Snapshot()["GetObject"].requests, 4);
  EXPECT_EQ(client.counters.Snapshot()["GetObject"].retries, 3);
  EXPECT_THAT(client.sleeps, ElementsAre(RetryDelay(100), RetryDelay(200), RetryDelay(400)));
  ASSERT_EQ(client.events.all.size(), 3u);
  const auto& first = std::get<Retrying>(client.events.all[0]);
  EXPECT_EQ(first.operation, "GetObject");
  EXPECT_EQ(first.uri, "s3://bucket/dir/key");
  EXPECT_EQ(first.reason, "InternalError: no (HTTP 500)");
  EXPECT_EQ(first.attempt, 1);
  EXPECT_EQ(first.delay_seconds, 0.1);
}

TEST(S3Client, GivesUpInTheEnd) {
  ScriptedClient client(InTurn({ErrorAnswer(503, "SlowDown")}));
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kThrottled);
  EXPECT_THAT(status.message(), HasSubstr("SlowDown: no (HTTP 503), after 10 attempts"));
  EXPECT_EQ(client.Requests("GetObject"), 10);
}

TEST(S3Client, WaitsAsLongAsTheServerAsks) {
  ScriptedClient client(
      InTurn({ErrorAnswer(503, "SlowDown", "Retry-After: 7\r\n"),
              ErrorAnswer(503, "SlowDown",
                          "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\n"
                          "Retry-After: Fri, 20 Nov 2026 10:00:09 GMT\r\n"),
              ErrorAnswer(503, "SlowDown", "Retry-After: 999999999999\r\n"), HttpAnswer(200, "")}));
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  EXPECT_THAT(client.sleeps, ElementsAre(RetryDelay(7'000), RetryDelay(9'000), RetryDelay(60'000)));
}

TEST(S3Client, DoesNotRepeatWhatIsRefused) {
  ScriptedClient client(InTurn({ErrorAnswer(403, "AccessDenied")}));
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kDenied);
  EXPECT_THAT(ActionOf(status), HasSubstr("Allow s3:GetObject in bucket bucket"));
  EXPECT_EQ(client.Requests("GetObject"), 1);
}

TEST(S3Client, ExpiredCredentialsAreReadAgain) {
  ScriptedClient client([](const ScriptedRequest& request) {
    return request.Header("x-amz-security-token") == "new" ? HttpAnswer(200, "")
                                                           : ErrorAnswer(400, "ExpiredToken");
  });
  client.parts.credentials = [](bool anew) { return Credentials{"k", "s", anew ? "new" : "old"}; };
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  EXPECT_EQ(client.Requests("GetObject"), 2);
}

TEST(S3Client, ExpiredCredentialsThatStayTheSameEndIt) {
  ScriptedClient client(InTurn({ErrorAnswer(400, "ExpiredToken")}));
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCredentials);
  EXPECT_EQ(client.Requests("GetObject"), 1);
}

TEST(S3Client, TakesTheServersClock) {
  ScriptedClient client([](const ScriptedRequest& request) {
    if (request.Header("x-amz-date").starts_with("20300501T")) return HttpAnswer(200, "");
    return ErrorAnswer(403, "RequestTimeTooSkewed", "Date: Wed, 01 May 2030 12:00:00 GMT\r\n");
  });
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  EXPECT_EQ(client.Requests("GetObject"), 3);  // the second one knows
}

TEST(S3Client, AClockThatNeverFitsIsAnError) {
  ScriptedClient client(InTurn(
      {ErrorAnswer(403, "RequestTimeTooSkewed", "Date: Wed, 01 May 2030 12:00:00 GMT\r\n")}));
  EXPECT_EQ(CodeOf(client->Send(GetRequest()).status()), ErrorCode::kConfig);
  EXPECT_EQ(client.Requests("GetObject"), 3);
}

TEST(S3Client, FollowsToTheRegionOnceAndRemembers) {
  ScriptedClient client([](const ScriptedRequest& request) {
    const std::string scope = request.Header("authorization");
    if (scope.find("/eu-west-3/") != std::string::npos) return HttpAnswer(200, "");
    return ErrorAnswer(301, "PermanentRedirect", "x-amz-bucket-region: eu-west-3\r\n");
  });
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  ASSERT_TRUE(client->Send(GetRequest()).ok());
  EXPECT_EQ(client.Requests("GetObject"), 3);
}

TEST(S3Client, FollowsTheRegionInsideAnError) {
  ScriptedClient client([](const ScriptedRequest& request) {
    const std::string scope = request.Header("authorization");
    if (scope.find("/eu-west-3/") != std::string::npos) return HttpAnswer(200, "");
    return ErrorAnswer(400, "AuthorizationHeaderMalformed", "", "<Region>eu-west-3</Region>");
  });
  ASSERT_TRUE(client->Send(GetRequest()).ok());
}

TEST(S3Client, IsNotLedInCircles) {
  int n = 0;
  ScriptedClient client([&](const ScriptedRequest&) {
    return ErrorAnswer(301, "PermanentRedirect",
                       "x-amz-bucket-region: eu-west-" + std::to_string(++n) + "\r\n");
  });
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kConfig);
  EXPECT_THAT(ActionOf(status), HasSubstr("region"));
  EXPECT_EQ(client.Requests("GetObject"), 2);
}

TEST(S3Client, DoesNotFollowToWhatIsNoRegion) {
  ScriptedClient client(
      InTurn({ErrorAnswer(301, "PermanentRedirect", "x-amz-bucket-region: evil.example/\r\n")}));
  EXPECT_EQ(CodeOf(client->Send(GetRequest()).status()), ErrorCode::kConfig);
  EXPECT_EQ(client.Requests("GetObject"), 1);
}

TEST(S3Client, AnErrorInsideA200IsThatError) {
  ScriptedClient client(
      InTurn({ErrorAnswer(200, "InternalError"), ErrorAnswer(200, "AccessDenied")}));
  auto request = GetRequest();
  request.root = "Right";
  const Status status = client->Send(std::move(request)).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kDenied) << status;
  ASSERT_EQ(client.events.all.size(), 1u);
  EXPECT_EQ(std::get<Retrying>(client.events.all[0]).reason, "InternalError: no (HTTP 200)");
}

TEST(S3Client, WhatIsNotS3sAnswerIsSoonGivenUp) {
  for (const char* body : {"<html><body>log in</body></html>", "", "<Right", "<a><Right/></a>"}) {
    ScriptedClient client(InTurn({HttpAnswer(200, body)}));
    auto request = GetRequest();
    request.root = "Right";
    const Status status = client->Send(std::move(request)).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kTransient) << body;
    EXPECT_THAT(ActionOf(status), HasSubstr("endpoint"));
    EXPECT_EQ(client.Requests("GetObject"), 5);
  }
}

TEST(S3Client, AnEndlessAnswerIsCutOff) {
  ScriptedClient client(InTurn({HttpAnswer(200, std::string(100'000, 'x'))}));
  auto request = GetRequest();
  request.root = "Right";
  request.body_limit = 1000;
  EXPECT_EQ(CodeOf(client->Send(std::move(request)).status()), ErrorCode::kUnsupported);
}

TEST(S3Client, AHostThatNeverAnsweredIsSoonGivenUp) {
  ScriptedClient client(InTurn({""}));
  client.config.s3.endpoint_url = "http://127.0.0.1:1";
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kTransient);
  EXPECT_THAT(status.message(), HasSubstr("s3://bucket/dir/key: GetObject: ConnectionFailed"));
  EXPECT_THAT(ActionOf(status), HasSubstr("endpoint"));
  EXPECT_EQ(client.Requests("GetObject"), 5);
}

// What a server tells about the signature holds the session token.
TEST(S3Client, SecretsStayOutOfErrorsAndEvents) {
  ScriptedClient client(InTurn({ErrorAnswer(
      403, "SignatureDoesNotMatch", "",
      "<StringToSign>secret-never-shown</StringToSign>"
      "<CanonicalRequest>x-amz-security-token:secret-never-shown</CanonicalRequest>")}));
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCredentials);
  EXPECT_THAT(status.ToString() + ActionOf(status), Not(HasSubstr("secret-never-shown")));
}

TEST(S3Client, StopEndsTheWaitingAndTheRetries) {
  std::stop_source stop;
  ScriptedClient client(InTurn({ErrorAnswer(500, "InternalError")}));
  client.config.stop = stop.get_token();
  client.parts.retry.sleep = [&](RetryDelay, std::stop_token token) {
    stop.request_stop();
    EXPECT_TRUE(token.stop_requested());
  };
  const Status status = client->Send(GetRequest()).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCancelled);
  EXPECT_LE(client.server.requests().size(), 2u);
}

TEST(S3Client, StopEndsARequestUnderWay) {
  std::stop_source stop;
  std::atomic<bool> done = false;
  ScriptedClient client([&](const ScriptedRequest&) {
    stop.request_stop();
    while (!done) std::this_thread::yield();  // never answers while the client waits
    return std::string();
  });
  client.config.stop = stop.get_token();
  EXPECT_EQ(CodeOf(client->Send(GetRequest()).status()), ErrorCode::kCancelled);
  done = true;
}

TEST(S3Client, RefusesWhatItCantUse) {
  StoreConfig config;
  config.s3.endpoint_url = "localhost:9000";
  EXPECT_EQ(CodeOf(S3Client::Make(config).status()), ErrorCode::kInvalid);
  config.s3.endpoint_url = "http://localhost:9000";
  config.s3.region = "eu west";
  EXPECT_EQ(CodeOf(S3Client::Make(config).status()), ErrorCode::kInvalid);
  config.s3 = {};
  config.s3.ca_bundle = "/no/such/file";
  EXPECT_EQ(CodeOf(S3Client::Make(config).status()), ErrorCode::kConfig);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/glue/glue_tables.h"
#include "catalog/glue/glue_testing.h"

namespace pqpack {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const GlueTableName kName{"lake", "sales"};

std::string Found() { return JsonAnswer({{"Table", {{"Name", "sales"}}}}); }

Status Ask(ScriptedGlue& glue) { return GetGlueTable(glue.client(), kName).status(); }

TEST(GlueClient, AsksAndSignsForGlue) {
  ScriptedGlue glue(InTurn({Found()}));
  glue.glue.catalog_id = "123456789012";
  glue.store.s3.region = "eu-west-3";
  const auto table = GetGlueTable(glue.client(), kName);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ((*table)["Name"], "sales");
  const auto seen = glue.server.requests().at(0);
  EXPECT_EQ(seen.method + " " + seen.target, "POST /");
  EXPECT_EQ(seen.Header("x-amz-target"), "AWSGlue.GetTable");
  EXPECT_EQ(seen.Header("content-type"), "application/x-amz-json-1.1");
  EXPECT_THAT(seen.Header("authorization"),
              AllOf(HasSubstr("/eu-west-3/glue/aws4_request"), HasSubstr("x-amz-target"),
                    HasSubstr("content-type")));
  EXPECT_EQ(GlueJson::parse(seen.body),
            (GlueJson{{"CatalogId", "123456789012"}, {"DatabaseName", "lake"}, {"Name", "sales"}}));
  EXPECT_EQ(glue.counters.Snapshot()["GetTable"].requests, 1);
}

TEST(GlueClient, WithoutARegionAwsIsNotAsked) {
  const auto client = GlueClient::Make({}, {});
  EXPECT_EQ(CodeOf(client.status()), ErrorCode::kConfig);
  EXPECT_THAT(ActionOf(client.status()), HasSubstr("--region"));
  StoreConfig wrong;
  wrong.s3.region = "eu west";
  EXPECT_EQ(CodeOf(GlueClient::Make({}, wrong).status()), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(GlueClient::Make({"nowhere", ""}, {}).status()), ErrorCode::kInvalid);
}

TEST(GlueClient, EndpointsOfAws) {
  EXPECT_EQ(ServiceEndpoint("glue", "eu-central-1").UrlStart(),
            "https://glue.eu-central-1.amazonaws.com");
  EXPECT_EQ(ServiceEndpoint("glue", "cn-north-1").UrlStart(),
            "https://glue.cn-north-1.amazonaws.com.cn");
}

TEST(GlueClient, ErrorsHaveCodesAndNameTheTable) {
  const std::vector<std::tuple<int, std::string, ErrorCode>> cases = {
      {400, "EntityNotFoundException", ErrorCode::kNotFound},
      {400, "com.amazonaws.glue#EntityNotFoundException", ErrorCode::kNotFound},
      {400, "EntityNotFoundException:http://x/", ErrorCode::kNotFound},
      {400, "AccessDeniedException", ErrorCode::kDenied},
      {400, "GlueEncryptionException", ErrorCode::kDenied},
      {400, "UnrecognizedClientException", ErrorCode::kCredentials},
      {403, "InvalidSignatureException", ErrorCode::kCredentials},
      {403, "SomethingNew", ErrorCode::kDenied},
      {400, "ConcurrentModificationException", ErrorCode::kSourceChanged},
      {400, "InvalidInputException", ErrorCode::kInvalid},
      {404, "", ErrorCode::kUnsupported},
  };
  for (const auto& [status, type, code] : cases) {
    ScriptedGlue glue(InTurn({GlueError(status, type)}));
    const Status error = Ask(glue);
    EXPECT_EQ(CodeOf(error), code) << type << ": " << error;
    EXPECT_THAT(error.message(), HasSubstr("lake.sales: GetTable: ")) << type;
    EXPECT_THAT(error.ToString(), Not(HasSubstr("secret-never-shown")));
    EXPECT_THAT(glue.server.requests(), SizeIs(1)) << type;
  }
}

TEST(GlueClient, SaysWhichPermissionIsMissing) {
  ScriptedGlue glue(InTurn({GlueError(400, "AccessDeniedException")}));
  EXPECT_THAT(ActionOf(Ask(glue)), HasSubstr("Allow glue:GetTable "));
}

TEST(GlueClient, TheHeaderTellsTheCodeWhereTheBodyDoesNot) {
  ScriptedGlue glue(InTurn({HttpAnswer(400, "{}",
                                       "x-amzn-ErrorType: AccessDeniedException:\r\n"
                                       "x-amzn-RequestId: 1A-2B\r\n")}));
  const Status error = Ask(glue);
  EXPECT_EQ(CodeOf(error), ErrorCode::kDenied);
  EXPECT_THAT(error.message(), HasSubstr("request id 1A-2B"));
}

TEST(GlueClient, DenialsInXmlAreUnderstood) {
  ScriptedGlue glue(InTurn({HttpAnswer(403, "<ErrorResponse><Errors/></ErrorResponse>")}));
  EXPECT_EQ(CodeOf(Ask(glue)), ErrorCode::kDenied);
}

TEST(GlueClient, WhatMayPassIsTriedAgain) {
  for (const char* code : {"ThrottlingException", "OperationTimeoutException",
                           "InternalServiceException", "ResourceNotReadyException"}) {
    ScriptedGlue glue(InTurn({GlueError(400, code), GlueError(400, code), Found()}));
    EXPECT_TRUE(Ask(glue).ok()) << code;
    EXPECT_EQ(glue.counters.Snapshot()["GetTable"].retries, 2) << code;
    EXPECT_THAT(glue.sleeps, SizeIs(2)) << code;
  }
}

TEST(GlueClient, WhatDoesNotPassIsSaid) {
  ScriptedGlue throttled(InTurn({GlueError(400, "ThrottlingException")}));
  EXPECT_EQ(CodeOf(Ask(throttled)), ErrorCode::kThrottled);
  EXPECT_THAT(throttled.server.requests(), SizeIs(10));
  ScriptedGlue failing(InTurn({GlueError(500, "InternalServiceException")}));
  failing.store.s3.max_attempts = 3;
  const Status error = Ask(failing);
  EXPECT_EQ(CodeOf(error), ErrorCode::kTransient);
  EXPECT_THAT(error.message(), HasSubstr(", after 3 attempts"));
}

TEST(GlueClient, ExpiredCredentialsAreReadAnew) {
  int chains = 0;
  ScriptedGlue expiring(InTurn({GlueError(400, "ExpiredTokenException"), Found()}));
  expiring.parts.credentials = [&](bool anew) {
    if (anew) ++chains;
    return Credentials{anew ? "new" : "old", "secret-never-shown", "token"};
  };
  EXPECT_TRUE(Ask(expiring).ok());
  EXPECT_EQ(chains, 1);
  const auto seen = expiring.server.requests();
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_THAT(seen[0].Header("authorization"), HasSubstr("Credential=old/"));
  EXPECT_THAT(seen[1].Header("authorization"), HasSubstr("Credential=new/"));
}

TEST(GlueClient, TheSameExpiredCredentialsAreAnError) {
  ScriptedGlue glue(InTurn({GlueError(400, "ExpiredTokenException")}));
  EXPECT_EQ(CodeOf(Ask(glue)), ErrorCode::kCredentials);
  EXPECT_THAT(glue.server.requests(), SizeIs(1));
}

TEST(GlueClient, AWrongClockIsPutRight) {
  ScriptedGlue skewed(
      InTurn({HttpAnswer(400,
                         GlueJson{{"__type", "InvalidSignatureException"},
                                  {"message", "Signature expired: 20200101T000000Z is now earlier"}}
                             .dump(),
                         "Date: Sat, 01 Jan 2022 00:00:00 GMT\r\n"),
              Found()}));
  skewed.parts.now = [] { return std::chrono::system_clock::time_point(); };
  EXPECT_TRUE(Ask(skewed).ok());
  const auto seen = skewed.server.requests();
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[0].Header("x-amz-date"), "19700101T000000Z");
  EXPECT_EQ(seen[1].Header("x-amz-date"), "20220101T000000Z");
}

TEST(GlueClient, WhatIsNoAnswerOfGlue) {
  for (const char* body : {"<html>", "[]", "", "{\"Table\": "}) {
    ScriptedGlue glue(InTurn({HttpAnswer(200, body)}));
    const Status error = Ask(glue);
    EXPECT_EQ(CodeOf(error), ErrorCode::kTransient) << body;
    EXPECT_THAT(ActionOf(error), HasSubstr("AWS_ENDPOINT_URL_GLUE")) << body;
    EXPECT_THAT(glue.server.requests(), SizeIs(5)) << body;
  }
  ScriptedGlue empty(InTurn({HttpAnswer(200, "{}")}));
  EXPECT_EQ(CodeOf(Ask(empty)), ErrorCode::kCorrupt);
}

TEST(GlueClient, AnAnswerThatNeverEndsIsCut) {
  ScriptedGlue glue(InTurn({HttpAnswer(200, std::string(33 << 20, ' '))}));
  EXPECT_EQ(CodeOf(Ask(glue)), ErrorCode::kUnsupported);
}

TEST(GlueTables, AllPagesOfADatabase) {
  ScriptedGlue glue([](const std::string& call, const GlueJson& input) {
    EXPECT_EQ(call, "GetTables");
    if (!input.contains("NextToken"))
      return JsonAnswer({{"TableList", {{{"Name", "a"}}}}, {"NextToken", "2"}});
    if (input["NextToken"] == "2") return JsonAnswer({{"NextToken", "3"}});
    return JsonAnswer({{"TableList", {{{"Name", "b"}}}}});
  });
  const auto tables = GetGlueTables(glue.client(), "lake");
  ASSERT_TRUE(tables.ok()) << tables.status();
  ASSERT_THAT(*tables, SizeIs(2));
  EXPECT_EQ((*tables)[1]["Name"], "b");
}

TEST(GlueTables, ACircleOfPagesEnds) {
  ScriptedGlue glue(InTurn({JsonAnswer({{"TableList", GlueJson::array()}, {"NextToken", "2"}})}));
  EXPECT_EQ(CodeOf(GetGlueTables(glue.client(), "lake").status()), ErrorCode::kCorrupt);
  EXPECT_THAT(glue.server.requests(), SizeIs(2));
}

TEST(GlueTables, AnUpdateNamesTheVersionAndKeepsWhatItDoesNotKnow) {
  ScriptedGlue glue(
      InTurn({HttpAnswer(200, "{}"), GlueError(400, "ConcurrentModificationException")}));
  GlueJson table = ParquetTable("sales", "s3://b/t/");
  table["StorageDescriptor"]["SomethingNew"] = {1, 2};
  table["CreateTime"] = 1.5;
  GlueJson input = TableInputOf(table);
  EXPECT_FALSE(input.contains("CreateTime") || input.contains("VersionId"));
  EXPECT_EQ(input["StorageDescriptor"]["SomethingNew"], (GlueJson{1, 2}));
  ASSERT_TRUE(UpdateGlueTable(glue.client(), kName, input, "3").ok());
  EXPECT_EQ(GlueJson::parse(glue.server.requests()[0].body),
            (GlueJson{{"DatabaseName", "lake"}, {"TableInput", input}, {"VersionId", "3"}}));
  EXPECT_EQ(CodeOf(UpdateGlueTable(glue.client(), kName, input, "3")), ErrorCode::kSourceChanged);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The four worked examples of "Authenticating Requests: Using the Authorization
// Header" in the Amazon S3 API reference: keys, requests and signatures are AWS's.
#include "store/s3/sign.h"

#include <gtest/gtest.h>

#include "store/sha256.h"

namespace pqpack {
namespace {

using namespace std::chrono_literals;

const Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};

SigningRequest ExampleRequest(std::string method, std::string path) {
  SigningRequest request;
  request.method = std::move(method);
  request.host = "examplebucket.s3.amazonaws.com";
  request.path = std::move(path);
  request.payload_sha256 = Sha256Hex({});
  request.region = "us-east-1";
  request.service = "s3";
  request.time = std::chrono::sys_days(2013y / 5 / 24);
  return request;
}

std::string AuthorizationOf(const SigningRequest& request, const Credentials& credentials) {
  return *FindHeader(Sign(request, credentials).headers, "authorization");
}

constexpr char kScope[] =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ";

TEST(Sign, GetObjectWithRange) {
  auto request = ExampleRequest("GET", "/test.txt");
  request.headers = {{"Range", "bytes=0-9"}};
  EXPECT_EQ(AuthorizationOf(request, kExample),
            std::string(kScope) +
                "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Sign, PutObject) {
  auto request = ExampleRequest("PUT", "/test$file.text");
  request.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                     {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  request.payload_sha256 = Sha256Hex(AsBytes("Welcome to Amazon S3."));
  EXPECT_EQ(AuthorizationOf(request, kExample),
            std::string(kScope) +
                "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, "
                "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(Sign(request, kExample).path, "/test%24file.text");
}

TEST(Sign, QueryWithoutValue) {
  auto request = ExampleRequest("GET", "/");
  request.query = {{"lifecycle", ""}};
  EXPECT_EQ(AuthorizationOf(request, kExample),
            std::string(kScope) +
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
                "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(Sign, QuerySorted) {
  auto request = ExampleRequest("GET", "/");
  request.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_EQ(AuthorizationOf(request, kExample),
            std::string(kScope) +
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
                "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  EXPECT_EQ(Sign(request, kExample).query, "max-keys=2&prefix=J");
}

// What botocore must agree with is tested over a thousand requests elsewhere; here
// only what a reader of the code would want to see spelt out.
TEST(Sign, KeysAreEncodedOnceAndNotNormalised) {
  auto request = ExampleRequest("GET", "/year=2023/a+b %41//./\xC3\xBC");
  request.query = {{"prefix", "a/b=c"}};
  const auto out = Sign(request, kExample);
  EXPECT_EQ(out.path, "/year%3D2023/a%2Bb%20%2541//./%C3%BC");
  EXPECT_EQ(out.query, "prefix=a%2Fb%3Dc");
}

TEST(Sign, SessionTokenIsSentAndSigned) {
  auto with_token = kExample;
  with_token.session_token = "token";
  const auto out = Sign(ExampleRequest("GET", "/"), with_token);
  ASSERT_NE(FindHeader(out.headers, "x-amz-security-token"), nullptr);
  EXPECT_NE(FindHeader(out.headers, "authorization")
                ->find("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"),
            std::string::npos);
}

}  // namespace
}  // namespace pqpack

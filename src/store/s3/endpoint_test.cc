// SPDX-License-Identifier: Apache-2.0
#include "store/s3/endpoint.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

std::string Place(const std::string& bucket, const std::string& region) {
  const Endpoint endpoint = EndpointOf(bucket, region, nullptr);
  return endpoint.UrlStart() + endpoint.base_path;
}

TEST(Endpoint, VirtualHostsOnAws) {
  EXPECT_EQ(Place("my-bucket", "us-east-1"), "https://my-bucket.s3.us-east-1.amazonaws.com");
  EXPECT_EQ(Place("b2", "cn-north-1"), "https://b2.s3.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(Place("b2", "us-gov-west-1"), "https://b2.s3.us-gov-west-1.amazonaws.com");
}

TEST(Endpoint, PathsWhereTheNameIsNoHostName) {
  EXPECT_EQ(Place("my.bucket", "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/my.bucket");
  EXPECT_EQ(Place("Old_Bucket", "us-east-1"), "https://s3.us-east-1.amazonaws.com/Old_Bucket");
  EXPECT_EQ(Place("a@evil", "us-east-1"), "https://s3.us-east-1.amazonaws.com/a@evil");
}

TEST(Endpoint, PathsOnCustomEndpoints) {
  const Endpoint custom = ParseEndpointUrl("http://localhost:9000/").ValueOrDie();
  const Endpoint endpoint = EndpointOf("bucket", "any", &custom);
  EXPECT_EQ(endpoint.UrlStart() + endpoint.base_path, "http://localhost:9000/bucket");
  const Endpoint below = ParseEndpointUrl("https://host/s3/").ValueOrDie();
  EXPECT_EQ(EndpointOf("bucket", "any", &below).base_path, "/s3/bucket");
}

TEST(Endpoint, TheHostIsAsLibcurlSendsIt) {
  EXPECT_EQ(ParseEndpointUrl("https://host:443").ValueOrDie().host, "host");
  EXPECT_EQ(ParseEndpointUrl("http://host:80/").ValueOrDie().host, "host");
  EXPECT_EQ(ParseEndpointUrl("http://host:443").ValueOrDie().host, "host:443");
  EXPECT_EQ(ParseEndpointUrl("http://[::1]:9000").ValueOrDie().host, "[::1]:9000");
}

TEST(Endpoint, RefusesWhatIsNoUrl) {
  for (const char* text : {"", "localhost:9000", "ftp://host", "http://", "https:///x",
                           "http://user:secret@host", "http://host?x", "http://a b"}) {
    EXPECT_EQ(CodeOf(ParseEndpointUrl(text).status()), ErrorCode::kInvalid) << text;
  }
}

TEST(BucketRegions, StartsAsConfiguredAndLearns) {
  BucketRegions regions("");
  EXPECT_EQ(regions.Get("a"), "us-east-1");
  regions.Learn("a", "eu-west-3");
  EXPECT_EQ(regions.Get("a"), "eu-west-3");
  EXPECT_EQ(regions.Get("b"), "us-east-1");
  EXPECT_EQ(BucketRegions("ap-south-1").Get("a"), "ap-south-1");
}

}  // namespace
}  // namespace pqpack

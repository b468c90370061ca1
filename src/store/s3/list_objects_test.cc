// SPDX-License-Identifier: Apache-2.0
#include "store/s3/list_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/s3/scripted_server_testing.h"

namespace pqpack {
namespace {

std::string Object(const std::string& key, const std::string& size = "5",
                   const std::string& modified = "2026-11-20T10:00:00.000Z") {
  return "<Contents><Key>" + key + "</Key><LastModified>" + modified +
         "</LastModified><ETag>&quot;e&quot;</ETag><Size>" + size + "</Size></Contents>";
}

std::string Page(const std::string& inside) {
  return HttpAnswer(200,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\""
                    "http://s3.amazonaws.com/doc/2006-03-01/\">" +
                        inside + "</ListBucketResult>");
}

std::vector<std::string> Keys(Listing& listing) {
  std::vector<std::string> keys;
  while (true) {
    const auto page = listing.Next().ValueOrDie();
    if (page.empty()) return keys;
    for (const auto& object : page) keys.push_back(object.uri.key);
  }
}

TEST(ListObjects, TurnsThePages) {
  ScriptedClient client([](const ScriptedRequest& request) {
    const auto has = [&](const char* text) {
      return request.target.find(text) != std::string::npos;
    };
    if (has("continuation-token=t%2F2"))
      return Page(Object("a/3") + "<IsTruncated>false</IsTruncated>");
    if (has("continuation-token=t%3D1")) {  // empty, but not the last one
      return Page(
          "<IsTruncated>true</IsTruncated><NextContinuationToken>t/2</NextContinuationToken>");
    }
    return Page(
        Object("a/") + Object("a/1") + Object("a/2") +
        "<IsTruncated>true</IsTruncated><NextContinuationToken>t=1</NextContinuationToken>");
  });
  auto listing = ListObjects(client.get(), TestObject("a")).ValueOrDie();
  EXPECT_THAT(Keys(*listing), ::testing::ElementsAre("a/1", "a/2", "a/3"));  // no marker
  EXPECT_THAT(client.server.requests().at(0).target, ::testing::HasSubstr("prefix=a%2F"));
  EXPECT_EQ(client.Requests("ListObjectsV2"), 3);
}

TEST(ListObjects, DecodesKeysOnlyIfTheServerEncodedThem) {
  const std::string contents = Object("a/%41+b%2B");
  ScriptedClient plain([&](const ScriptedRequest&) { return Page(contents); });
  EXPECT_THAT(Keys(*ListObjects(plain.get(), TestObject("a")).ValueOrDie()),
              ::testing::ElementsAre("a/%41+b%2B"));
  ScriptedClient encoded(
      [&](const ScriptedRequest&) { return Page("<EncodingType>url</EncodingType>" + contents); });
  EXPECT_THAT(Keys(*ListObjects(encoded.get(), TestObject("a")).ValueOrDie()),
              ::testing::ElementsAre("a/A b+"));
}

TEST(ListObjects, NonsenseIsAnErrorAndNotAShortList) {
  for (const std::string& inside :
       {Object("a/1", "-5"), Object("a/1", "5x"), Object("a/1", ""), Object("a/1", "5", "today"),
        Object(""), "<EncodingType>url</EncodingType>" + Object("a/%zz"),
        std::string("<Contents/>"), Object("a/1") + "<IsTruncated>true</IsTruncated>"}) {
    ScriptedClient client([&](const ScriptedRequest&) { return Page(inside); });
    const auto listing = ListObjects(client.get(), TestObject("a"));
    EXPECT_EQ(CodeOf(listing.status()), ErrorCode::kTransient) << inside;
  }
}

TEST(ListObjects, APageThatFollowsItselfIsAnError) {
  ScriptedClient client([](const ScriptedRequest&) {
    return Page("<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>");
  });
  auto listing = ListObjects(client.get(), TestObject("a")).ValueOrDie();
  const Status status = listing->Next().status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kTransient);
  EXPECT_EQ(status.message(),
            "s3://bucket/a/: the server's listing has a page that is followed by itself");
}

TEST(FindObject, TakesTheExactNameOnly) {
  ScriptedClient client([](const ScriptedRequest& request) {
    EXPECT_THAT(request.target, ::testing::HasSubstr("max-keys=1&"));
    return Page(Object("dir/key.parquet", "7"));
  });
  EXPECT_EQ(FindObject(client.get(), TestObject("dir/key.parquet")).ValueOrDie().size, 7);
  const Status status = FindObject(client.get(), TestObject("dir/key")).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kNotFound);
  EXPECT_THAT(status.message(), ::testing::HasSubstr("s3://bucket/dir/key"));
}

}  // namespace
}  // namespace pqpack

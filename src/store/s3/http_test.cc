// SPDX-License-Identifier: Apache-2.0
#include "store/s3/http.h"

#include <gtest/gtest.h>

#include "base/temporary_folder_testing.h"
#include "store/s3/scripted_server_testing.h"

namespace pqpack {
namespace {

TEST(Http, HeadersArriveInLowerCaseAndTrimmed) {
  ScriptedServer server([](const ScriptedRequest&) {
    return "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n" +
           HttpAnswer(200, "body", "ETag:   \"a b\" \r\nX-Empty:\r\n");
  });
  HttpClient client("");
  HttpRequest request{"GET", server.url() + "/a//../%2F?x=1", {}, {}, {}, 100, {}, {}};
  const HttpResult result = client.Perform(request);
  ASSERT_FALSE(result.failure) << result.failure_text;
  EXPECT_EQ(result.response.status, 200);
  EXPECT_EQ(result.response.body, "body");
  EXPECT_EQ(*FindHeader(result.response.headers, "etag"), "\"a b\"");
  EXPECT_EQ(*FindHeader(result.response.headers, "x-empty"), "");
  EXPECT_EQ(FindHeader(result.response.headers, "x-early"), nullptr);
  EXPECT_EQ(server.requests().at(0).target, "/a//../%2F?x=1");  // as it was signed
}

TEST(Http, OnlyGivenHeadersAreSent) {
  ScriptedServer server([](const ScriptedRequest&) { return HttpAnswer(200, ""); });
  HttpClient client("");
  const std::string body = "0123456789";
  for (const char* method : {"PUT", "POST"}) {
    HttpRequest request{method,
                        server.url() + "/",
                        {{"host", "h"}, {"content-type", "t"}},
                        AsBytes(body),
                        {},
                        100,
                        {},
                        {}};
    ASSERT_FALSE(client.Perform(request).failure);
    const auto seen = server.requests().back();
    EXPECT_EQ(seen.method, method);
    EXPECT_EQ(seen.body, body);
    HttpHeaders headers = seen.headers;
    std::sort(headers.begin(), headers.end());
    EXPECT_EQ(headers,
              (HttpHeaders{{"content-length", "10"}, {"content-type", "t"}, {"host", "h"}}));
  }
}

TEST(Http, ALineBreakInAHeaderIsNotSent) {
  ScriptedServer server([](const ScriptedRequest&) { return HttpAnswer(200, ""); });
  HttpClient client("");
  for (const char* value : {"a\r\nx-evil: 1", "a\nb"}) {
    HttpRequest request{"GET", server.url(), {{"if-match", value}}, {}, {}, 100, {}, {}};
    EXPECT_EQ(client.Perform(request).failure, TransportError::kUrl);
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(Http, RedirectsAreAnswers) {
  ScriptedServer server([](const ScriptedRequest&) {
    return HttpAnswer(302, "", "Location: http://127.0.0.1:1/\r\n");
  });
  HttpClient client("");
  HttpRequest request{"GET", server.url(), {}, {}, {}, 100, {}, {}};
  EXPECT_EQ(client.Perform(request).response.status, 302);
}

TEST(Http, ABodyThatBreaksOffIsAFailureWithWhatArrived) {
  ScriptedServer server([](const ScriptedRequest&) { return HttpAnswer(200, "0123", "", 10); });
  HttpClient client("");
  HttpRequest request{"GET", server.url(), {}, {}, {}, 100, {}, {}};
  const HttpResult result = client.Perform(request);
  EXPECT_EQ(result.failure, TransportError::kBroken);
  EXPECT_EQ(result.response.body, "0123");
}

TEST(Http, OtherProtocolsAreRefused) {
  HttpClient client("");
  HttpRequest request{"GET", "file:///etc/passwd", {}, {}, {}, 100, {}, {}};
  EXPECT_EQ(client.Perform(request).failure, TransportError::kUrl);
}

TEST(FindCaBundle, TakesTheConfiguredFileOnly) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "ca.pem";
  EXPECT_EQ(CodeOf(FindCaBundle(path).status()), ErrorCode::kConfig);
  EXPECT_NE(ActionOf(FindCaBundle(path).status()).find("AWS_CA_BUNDLE"), std::string::npos);
  fclose(fopen(path.c_str(), "w"));
  EXPECT_EQ(*FindCaBundle(path), path);
}

}  // namespace
}  // namespace pqpack

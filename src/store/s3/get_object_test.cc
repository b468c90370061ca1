// SPDX-License-Identifier: Apache-2.0
#include "store/s3/get_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/s3/scripted_server_testing.h"

namespace pqpack {
namespace {

const std::string kData = "0123456789";
const ObjectId kId{TestObject(), "e1"};

// The bytes that the request's Range asks of kData, after `change` had its way.
std::string Serve(const ScriptedRequest& request, int64_t most = 100, int64_t break_after = -1,
                  const std::string& etag = "\"e1\"") {
  int64_t first = 0, last = 0;
  EXPECT_EQ(std::sscanf(request.Header("range").c_str(), "bytes=%ld-%ld", &first, &last), 2);
  const int64_t total = static_cast<int64_t>(kData.size());
  if (first >= total) return ErrorAnswer(416, "InvalidRange");
  last = std::min({last, total - 1, first + most - 1});
  std::string body = kData.substr(first, last - first + 1);
  const auto length = static_cast<int64_t>(body.size());
  if (break_after >= 0) body.resize(break_after);
  return HttpAnswer(
      206, body,
      fmt::format("ETag: {}\r\nContent-Range: bytes {}-{}/{}\r\n", etag, first, last, total),
      length);
}

std::string Get(ScriptedClient& client, ByteRange range) {
  const auto buffer = GetObject(client.get(), kId, range);
  return buffer.ok() ? (*buffer)->ToString() : std::string(ToString(CodeOf(buffer.status())));
}

TEST(GetObject, AsksForOneVersion) {
  ScriptedClient client([](const ScriptedRequest& request) { return Serve(request); });
  EXPECT_EQ(Get(client, {2, 3}), "234");
  EXPECT_EQ(client.server.requests().at(0).Header("if-match"), "\"e1\"");
  EXPECT_EQ(client.server.requests().at(0).Header("range"), "bytes=2-4");
  EXPECT_EQ(client.server.requests().size(), 1u);
}

TEST(GetObject, EndsWhereTheObjectEnds) {
  ScriptedClient client([](const ScriptedRequest& request) { return Serve(request); });
  EXPECT_EQ(Get(client, {8, 100}), "89");
  EXPECT_EQ(Get(client, {10, 5}), "");
  EXPECT_EQ(Get(client, {3, INT64_MAX}), "3456789");
  EXPECT_EQ(Get(client, {3, 0}), "");
  EXPECT_EQ(Get(client, {-1, 3}), "invalid");
  EXPECT_EQ(Get(client, {1, -3}), "invalid");
}

TEST(GetObject, SeesWhatACopyWillNotHave) {
  const auto seen = [](const std::string& headers) {
    LeftBehind left_behind;
    ScriptedClient client([&](const ScriptedRequest&) {
      return HttpAnswer(206, "0", "ETag: \"e1\"\r\nContent-Range: bytes 0-0/10\r\n" + headers);
    });
    client.config.left_behind = &left_behind;
    EXPECT_EQ(Get(client, {0, 1}), "0");
    return left_behind.Sentences();
  };
  const std::string at = "; seen first at " + kId.uri.ToString();
  const std::string tags = "object tags are not carried over" + at;
  const std::string lock =
      "Object Lock is not carried over, and what is deleted keeps its locked version" + at;
  EXPECT_THAT(seen(""), testing::IsEmpty());
  EXPECT_THAT(seen("x-amz-tagging-count: 0\r\nx-amz-object-lock-legal-hold: OFF\r\n"),
              testing::IsEmpty());
  EXPECT_THAT(seen("x-amz-tagging-count: 2\r\n"), testing::ElementsAre(tags));
  EXPECT_THAT(seen("x-amz-object-lock-mode: GOVERNANCE\r\n"), testing::ElementsAre(lock));
  EXPECT_THAT(seen("x-amz-tagging-count: 1\r\nx-amz-object-lock-legal-hold: ON\r\n"),
              testing::ElementsAre(tags, lock));
}

TEST(GetObject, GoesOnWhereTheAnswerBroke) {
  int n = 0;
  ScriptedClient client(
      [&](const ScriptedRequest& request) { return Serve(request, 100, n++ < 2 ? 3 : -1); });
  EXPECT_EQ(Get(client, {1, 8}), "12345678");
  std::vector<std::string> ranges;
  for (const auto& request : client.server.requests()) {
    ranges.push_back(request.Header("range"));
    EXPECT_EQ(request.Header("if-match"), "\"e1\"");
  }
  EXPECT_THAT(ranges, ::testing::ElementsAre("bytes=1-8", "bytes=4-8", "bytes=7-8"));
}

TEST(GetObject, AsksForTheRestOfAClippedRange) {
  ScriptedClient client([](const ScriptedRequest& request) { return Serve(request, 4); });
  EXPECT_EQ(Get(client, {0, 10}), kData);
  EXPECT_EQ(client.server.requests().size(), 3u);
}

TEST(GetObject, AnotherVersionInMidReadIsChanged) {
  int n = 0;
  ScriptedClient client([&](const ScriptedRequest& request) {
    return n++ == 0 ? Serve(request, 100, 3) : ErrorAnswer(412, "PreconditionFailed");
  });
  EXPECT_EQ(Get(client, {0, 10}), "source_changed");
}

TEST(GetObject, StoresThatIgnoreIfMatchAreCaught) {
  ScriptedClient client(
      [](const ScriptedRequest& request) { return Serve(request, 100, -1, "\"e2\""); });
  EXPECT_EQ(Get(client, {0, 10}), "source_changed");
  EXPECT_EQ(client.server.requests().size(), 1u);
}

TEST(GetObject, AnObjectThatGrowsUnderItsEtagIsChanged) {
  int n = 0;
  ScriptedClient client([&](const ScriptedRequest&) {
    return n++ == 0 ? HttpAnswer(206, "01", "ETag: \"e1\"\r\nContent-Range: bytes 0-1/5\r\n")
                    : HttpAnswer(206, std::string(98, 'x'),
                                 "ETag: \"e1\"\r\nContent-Range: bytes 2-99/100\r\n");
  });
  EXPECT_EQ(Get(client, {0, 100}), "source_changed");
}

TEST(GetObject, WrongRangesAreRefused) {
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"200", HttpAnswer(200, kData, "ETag: \"e1\"\r\n")},
      {"no range", HttpAnswer(206, "23", "ETag: \"e1\"\r\n")},
      {"shifted", HttpAnswer(206, "34", "ETag: \"e1\"\r\nContent-Range: bytes 3-4/10\r\n")},
      {"no number", HttpAnswer(206, "23", "ETag: \"e1\"\r\nContent-Range: bytes 2-x/10\r\n")}};
  for (const auto& [name, answer] : answers) {
    ScriptedClient client([answer = answer](const ScriptedRequest&) { return answer; });
    EXPECT_EQ(Get(client, {2, 2}), "unsupported") << name;
  }
}

// More than one piece, so that some of it has been taken before it is too much.
TEST(GetObject, AnAnswerThatIsTooLongIsDroppedAndAskedForAgain) {
  constexpr int64_t kSize = 100'000;
  int n = 0;
  ScriptedClient client([&](const ScriptedRequest&) {
    const bool is_right = n++ > 0;
    return HttpAnswer(206, is_right ? std::string(kSize, 'a') : std::string(kSize + 1, 'b'),
                      "ETag: \"e1\"\r\nContent-Range: bytes 0-99999/100000\r\n");
  });
  EXPECT_EQ(Get(client, {0, kSize}), std::string(kSize, 'a'));
  ASSERT_EQ(client.server.requests().size(), 2u);
  EXPECT_EQ(client.server.requests()[1].Header("range"), "bytes=0-99999");
}

TEST(GetObject, AnswersThatStayTooLongAreSoonGivenUp) {
  ScriptedClient client([](const ScriptedRequest&) {
    return HttpAnswer(206, "2345", "ETag: \"e1\"\r\nContent-Range: bytes 2-3/10\r\n");
  });
  const Status status = GetObject(client.get(), kId, {2, 2}).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kTransient);
  EXPECT_EQ(status.message(),
            "s3://bucket/dir/key: GetObject: MalformedAnswer: the server sent more than was asked "
            "for (HTTP 206), after 5 attempts");
  EXPECT_EQ(client.server.requests().size(), 5u);
}

TEST(GetObject, NoMemoryIsTakenForALie) {
  ScriptedClient client([](const ScriptedRequest&) {
    return HttpAnswer(206, "01",
                      "ETag: \"e1\"\r\nContent-Range: bytes 0-1/9223372036854775807\r\n");
  });
  EXPECT_EQ(Get(client, {0, INT64_MAX}), "too_large");
}

TEST(GetObject, AnEmptyAnswerIsTriedAgain) {
  int n = 0;
  ScriptedClient client([&](const ScriptedRequest& request) {
    return n++ > 0 ? Serve(request)
                   : HttpAnswer(206, "", "ETag: \"e1\"\r\nContent-Range: bytes 0-9/10\r\n");
  });
  EXPECT_EQ(Get(client, {0, 10}), kData);
  EXPECT_EQ(client.server.requests().size(), 2u);
  EXPECT_EQ(client.sleeps.size(), 1u);  // by the governor
}

TEST(GetObject, ErrorsNameTheObjectOnce) {
  ScriptedClient other(
      [](const ScriptedRequest& request) { return Serve(request, 100, -1, "\"e2\""); });
  ScriptedClient pinned([](const ScriptedRequest&) { return ErrorAnswer(412, "x"); });
  for (ScriptedClient* client : {&other, &pinned}) {
    EXPECT_EQ(GetObject(client->get(), kId, {0, 10}).status().message(),
              "s3://bucket/dir/key: the object is not the one that was listed");
  }
}

TEST(GetObject, MissingObject) {
  ScriptedClient client([](const ScriptedRequest&) { return ErrorAnswer(404, "NoSuchKey"); });
  EXPECT_EQ(Get(client, {0, 10}), "not_found");
}

TEST(ContentRange, ParsesWhatServersSend) {
  const auto range = ParseContentRange("bytes 0-9/100");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 0);
  EXPECT_EQ(range->last, 9);
  EXPECT_EQ(range->total, 100);
  for (const char* text :
       {"", "bytes", "bytes 0-9", "bytes 0-9/*", "bytes */100", "bytes 9-0/100", "bytes 0-100/100",
        "bytes -1-9/100", "bytes 0-99999999999999999999/100"}) {
    EXPECT_FALSE(ParseContentRange(text)) << text;
  }
}

}  // namespace
}  // namespace pqpack

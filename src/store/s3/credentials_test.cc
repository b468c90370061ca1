// SPDX-License-Identifier: Apache-2.0
#include "store/s3/credentials.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

using namespace std::chrono_literals;

TEST(ReadConsistently, TakesWhatTwoReadsAgreeOn) {
  // A rotation in the middle of the first read.
  const std::vector<Credentials> seen = {
      {"old", "new", "new"}, {"new", "new", "new"}, {"new", "new", "new"}};
  size_t n = 0;
  const auto read = ReadConsistently([&] { return seen.at(n++); }).ValueOrDie();
  EXPECT_EQ(read.access_key, "new");
  EXPECT_EQ(n, 3u);
}

TEST(ReadConsistently, GivesUpOnWhatNeverAgrees) {
  int n = 0;
  const auto read = [&] { return Credentials{std::to_string(n++), "s", ""}; };
  EXPECT_EQ(CodeOf(ReadConsistently(read).status()), ErrorCode::kCredentials);
}

TEST(ReadConsistently, NoneAreAnErrorWithAWayOut) {
  const Status status = ReadConsistently([] { return Credentials{}; }).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCredentials);
  EXPECT_NE(ActionOf(status).find("export-credentials"), std::string::npos);
  EXPECT_NE(ActionOf(status).find("role_arn"), std::string::npos);
}

class CredentialCacheTest : public ::testing::Test {
 protected:
  std::chrono::steady_clock::time_point now_;
  std::vector<bool> reads_;  // with `anew`
  Status fails_;
  CredentialCache cache_{[this](bool anew) -> Result<Credentials> {
                           reads_.push_back(anew);
                           PQ_RETURN_NOT_OK(fails_);
                           return Credentials{std::to_string(reads_.size()), "s", ""};
                         },
                         [this] { return now_; }};
};

TEST_F(CredentialCacheTest, ReadsNowAndThen) {
  EXPECT_EQ(cache_.Get()->access_key, "1");
  now_ += 29s;
  EXPECT_EQ(cache_.Get()->access_key, "1");
  now_ += 1s;
  EXPECT_EQ(cache_.Get()->access_key, "2");
  EXPECT_EQ(reads_, (std::vector<bool>{false, false}));
}

TEST_F(CredentialCacheTest, RejectedOnesAreReadAnewOnce) {
  const Credentials first = *cache_.Get();
  cache_.Reject(first);
  cache_.Reject(first);  // by another thread that had used the same
  EXPECT_EQ(cache_.Get()->access_key, "2");
  cache_.Reject(first);  // by a third one, late
  EXPECT_EQ(cache_.Get()->access_key, "2");
  EXPECT_EQ(reads_, (std::vector<bool>{false, true}));
}

TEST_F(CredentialCacheTest, AFailureIsNotRemembered) {
  fails_ = Error(ErrorCode::kCredentials, "none");
  EXPECT_EQ(CodeOf(cache_.Get().status()), ErrorCode::kCredentials);
  fails_ = Status::OK();
  EXPECT_EQ(cache_.Get()->access_key, "2");
}

}  // namespace
}  // namespace pqpack

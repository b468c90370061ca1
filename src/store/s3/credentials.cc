// SPDX-License-Identifier: Apache-2.0
//
// Arrow's three getters ask the provider each time, so a rotation between two of
// them would mix two sets of keys: a triple counts when it was read twice.  The SDK's
// providers renew what they hold some minutes before it expires; reading them costs
// next to nothing, so they are asked again every half minute.
#include "store/s3/credentials.h"

#include <arrow/filesystem/s3fs.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace pqpack {
namespace {

constexpr std::chrono::seconds kGoodFor{30};
constexpr int kMostReads = 10;
constexpr char kRandom[] = "/dev/urandom";

Status NoCredentials() {
  return Error(
      ErrorCode::kCredentials, "no AWS credentials were found",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile (--profile, "
      "AWS_PROFILE), or run where a role is attached. A profile with role_arn or SSO needs: "
      "eval \"$(aws configure export-credentials --format env)\"");
}

}  // namespace

CredentialCache::CredentialCache(CredentialReader reader, Clock now)
    : reader_(std::move(reader)), now_(std::move(now)) {}

Result<Credentials> CredentialCache::Get() {
  std::lock_guard lock(mutex_);
  if (known_ && !anew_ && now_() - read_at_ < kGoodFor) return *known_;
  PQ_ASSIGN(auto credentials, reader_(anew_));
  anew_ = false;
  read_at_ = now_();
  known_ = credentials;
  return credentials;
}

void CredentialCache::Reject(const Credentials& rejected) {
  std::lock_guard lock(mutex_);
  if (known_ == rejected) anew_ = true;
}

Result<Credentials> ReadConsistently(const std::function<Credentials()>& read) {
  Credentials last = read();
  for (int i = 1; i < kMostReads; ++i) {
    Credentials next = read();
    if (next == last) {
      if (next.access_key.empty() || next.secret_key.empty()) return NoCredentials();
      return next;
    }
    last = std::move(next);
  }
  return Error(ErrorCode::kCredentials, "the AWS credentials change with every look at them",
               "Run again; if it stays, check the credential provider.");
}

CredentialReader ReadFromArrow() {
  auto options = std::make_shared<std::optional<arrow::fs::S3Options>>();
  return [options](bool anew) -> Result<Credentials> {
    if (!arrow::fs::IsS3Initialized()) {
      return Error(ErrorCode::kInternal,
                   "Arrow's S3 is not started (arrow::fs::EnsureS3Initialized)");
    }
    // aws-c-common's device_random.c calls abort() otherwise, and the chain asks it for a name
    // of its STS session even where it never gets that far.
    if (::access(kRandom, R_OK) != 0) {
      return Error(ErrorCode::kConfig,
                   std::string(kRandom) +
                       " can't be read, and the AWS SDK can't look for credentials without it",
                   "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where /dev is.");
    }
    if (anew || !*options) *options = arrow::fs::S3Options::Defaults();
    const arrow::fs::S3Options& chain = **options;
    return ReadConsistently([&] {
      return Credentials{chain.GetAccessKey(), chain.GetSecretKey(), chain.GetSessionToken()};
    });
  };
}

CredentialReader AlwaysThese(Credentials credentials) {
  return [credentials = std::move(credentials)](bool) { return credentials; };
}

}  // namespace pqpack

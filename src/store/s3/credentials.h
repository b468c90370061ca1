// SPDX-License-Identifier: Apache-2.0
//
// The AWS credentials of the process, kept fresh.
//
// Unless a program gives them, they come from the default chain of the AWS SDK, reached
// through Arrow: environment, profile files (the profile is AWS_PROFILE's, so a program sets that
// variable before it starts Arrow's S3), web identity, container and instance role.
// That chain does not assume a profile's role_arn (apache/arrow#41794).
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/status.h"
#include "store/s3/sign.h"

namespace pqpack {

// Reads the credentials as they are now; `anew`: starts a new chain, because what
// the old one gives is rejected.
using CredentialReader = std::function<Result<Credentials>(bool anew)>;

// Thread-safe; calls `reader` from one thread at a time.
class CredentialCache {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  explicit CredentialCache(CredentialReader reader, Clock now = &std::chrono::steady_clock::now);

  // kCredentials if there are none.
  Result<Credentials> Get();

  // A server called these ones expired.  The next Get() reads new ones, unless
  // another thread has seen to that already.
  void Reject(const Credentials& rejected);

 private:
  CredentialReader reader_;
  Clock now_;
  std::mutex mutex_;
  std::optional<Credentials> known_;
  std::chrono::steady_clock::time_point read_at_;
  bool anew_ = false;
};

// Arrow's chain.  kCredentials if it finds none, kInternal if Arrow's S3 is not started,
// kConfig where there is no /dev/urandom, without which the SDK would end the process.
CredentialReader ReadFromArrow();

// Keys that are known.  Nothing of Arrow's S3 is needed for them.
CredentialReader AlwaysThese(Credentials credentials);

// The three values as one: `read` until two triples in a row agree.  kCredentials
// if they never do.
Result<Credentials> ReadConsistently(const std::function<Credentials()>& read);

}  // namespace pqpack

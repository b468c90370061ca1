// SPDX-License-Identifier: Apache-2.0
//
// Arrow's S3 start-up and shut-down, which are global to the process and slow
// (the AWS SDK), so that only runs pay for them that have credentials to look for.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"

namespace pqpack::cli {

class S3Session {
 public:
  // `profile` is empty for the default chain's choice.  Once per process, before
  // other threads read the environment.
  static Result<std::unique_ptr<S3Session>> Start(const std::string& profile);
  ~S3Session();
  S3Session(const S3Session&) = delete;
  S3Session& operator=(const S3Session&) = delete;

 private:
  S3Session() = default;
};

}  // namespace pqpack::cli

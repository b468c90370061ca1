// SPDX-License-Identifier: Apache-2.0
#include "cli/s3_session.h"

#include <arrow/filesystem/s3fs.h>

#include "cli/environment.h"

namespace pqpack::cli {

Result<std::unique_ptr<S3Session>> S3Session::Start(const std::string& profile) {
  if (!profile.empty()) ChooseProfile(profile);
  auto options = arrow::fs::S3GlobalOptions::Defaults();
  // Our own client reports errors; the SDK only finds credentials.
  options.log_level = arrow::fs::S3LogLevel::Off;
  if (const auto status = arrow::fs::InitializeS3(options); !status.ok()) {
    return Error(ErrorCode::kConfig, "the AWS SDK does not start: " + status.message());
  }
  return std::unique_ptr<S3Session>(new S3Session);
}

S3Session::~S3Session() { (void)arrow::fs::EnsureS3Finalized(); }

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// The real server that tests talk to, if there is one.  test/s3/suite.py starts the tests
// with PQPACK_TEST_S3 (the server's endpoint), PQPACK_TEST_S3_BUCKET and the keys in
// AWS's variables.
#pragma once

#include <arrow/filesystem/s3fs.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "store/open_store.h"

namespace pqpack {

struct S3TestServer {
  std::string endpoint;
  std::string bucket;

  StoreConfig Config() const {
    StoreConfig config;
    config.s3.endpoint_url = endpoint;
    return config;
  }

  // A place of this test's own.
  Uri Folder(const std::string& name) const { return {Scheme::kS3, bucket, name + '/'}; }
};

// Absent where no server was started.  Starts Arrow's S3.
inline std::optional<S3TestServer> FindS3TestServer() {
  const char* endpoint = std::getenv("PQPACK_TEST_S3");
  const char* bucket = std::getenv("PQPACK_TEST_S3_BUCKET");
  if (endpoint == nullptr || bucket == nullptr) return std::nullopt;
  static const bool is_started = [] {
    // Without this the SDK asks a metadata service that is not there.
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    const bool ok = arrow::fs::EnsureS3Initialized().ok();
    std::atexit([] { (void)arrow::fs::FinalizeS3(); });
    return ok;
  }();
  if (!is_started) return std::nullopt;
  return S3TestServer{endpoint, bucket};
}

}  // namespace pqpack

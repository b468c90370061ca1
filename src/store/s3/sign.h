// SPDX-License-Identifier: Apache-2.0
//
// AWS Signature Version 4 in the Authorization header, as a pure function.
// Our own because libcurl's mis-signs keys with '=', which is every Hive
// partition, before 8.9 (curl 8.9.0's changes), and Debian 12 has 7.88.
//
// Source: "Create a signed AWS API request", AWS IAM user guide; for S3's
// differences "Authenticating Requests: Using the Authorization Header", Amazon S3
// API reference.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "store/s3/http.h"

namespace pqpack {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty for long-lived keys

  bool operator==(const Credentials&) const = default;
};

inline constexpr char kUnsignedPayload[] = "UNSIGNED-PAYLOAD";

// What is signed, before any encoding.
struct SigningRequest {
  std::string method;
  std::string host;  // as in the Host header: with the port unless it is the default
  std::string path;  // starts with '/'.  Encoded once and never normalised, which is S3's
                     // rule; other services' paths must not need either.
  std::vector<std::pair<std::string, std::string>> query;
  HttpHeaders headers;         // all of them get signed
  std::string payload_sha256;  // hexadecimal, or kUnsignedPayload
  std::string region;
  std::string service;
  std::chrono::sys_seconds time;
};

// What to send: exactly this path, query and these headers.
struct SignedRequest {
  std::string path;
  std::string query;    // without '?'
  HttpHeaders headers;  // the given ones, host, x-amz-* and authorization
};

SignedRequest Sign(const SigningRequest& request, const Credentials& credentials);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong with a request, what is done about it, and what the user is
// told.  Every S3 error code, HTTP status and transport failure that matters is one
// row of one table (errors.cc).
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "store/s3/http.h"
#include "store/uri.h"

namespace pqpack {

// An operation of S3 or another service, as counters, events and messages name it.
struct Operation {
  const char* name;
  const char* permission;  // the IAM action it needs
};

inline constexpr Operation kListObjects{"ListObjectsV2", "s3:ListBucket"};
inline constexpr Operation kGetObject{"GetObject", "s3:GetObject"};
inline constexpr Operation kHeadObject{"HeadObject", "s3:GetObject"};
inline constexpr Operation kPutObject{"PutObject", "s3:PutObject"};
inline constexpr Operation kDeleteObject{"DeleteObject", "s3:DeleteObject"};
inline constexpr Operation kCreateUpload{"CreateMultipartUpload", "s3:PutObject"};
inline constexpr Operation kUploadPart{"UploadPart", "s3:PutObject"};
inline constexpr Operation kUploadPartCopy{"UploadPartCopy",
                                           "s3:PutObject, and s3:GetObject on the source"};
inline constexpr Operation kCompleteUpload{"CompleteMultipartUpload", "s3:PutObject"};
inline constexpr Operation kAbortUpload{"AbortMultipartUpload", "s3:AbortMultipartUpload"};
inline constexpr Operation kListUploads{"ListMultipartUploads", "s3:ListBucketMultipartUploads"};

enum class Recovery {
  kNone,     // trying again would give the same
  kRetry,    // back off and repeat
  kSlow,     // the same, and send less at a time
  kRefresh,  // read the credentials again
  kClock,    // sign with the server's time
  kRegion,   // follow to the bucket's region, once
};

// One failed attempt.  `code` is S3's, or, where there was no S3 answer, one of the
// table's own: "ConnectionFailed", "MalformedAnswer", ...
struct S3Error {
  int status = 0;  // 0: no answer
  std::string code;
  std::string message;
  std::string request_id;
  std::string region;  // of a redirect
};

// What an error means.  {permission} and {bucket} of `action` are filled in.
struct ErrorRule {
  std::string_view code;
  Recovery recovery;
  ErrorCode error;
  std::string_view action;
};

// From an <Error> document or, if the body is none, from the status alone.
S3Error ParseS3Error(const HttpResponse& response);

S3Error FromTransport(TransportError failure, const std::string& text);

Recovery RecoveryOf(const S3Error& error);

// The row of S3's table; every error has one.
const ErrorRule& RuleOf(const S3Error& error);

// The Status for the caller.  `attempts` is named when it is above one.
Status MakeStatus(const S3Error& error, const Operation& operation, const Uri& uri, int attempts);

// The same for another service's rule.  `where` is what messages name.
Status MakeStatus(const S3Error& error, const ErrorRule& rule, const Operation& operation,
                  const std::string& where, int attempts);

// The S3 code of a Status made above; empty for any other.
std::string S3CodeOf(const Status& status);

// A server's words for a line of ours: short and without control characters.
std::string QuoteServer(std::string text);

// "NoSuchKey: The specified key does not exist (HTTP 404, request id 1A2B)"
std::string Describe(const S3Error& error);

}  // namespace pqpack

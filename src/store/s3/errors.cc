// SPDX-License-Identifier: Apache-2.0
//
// Retries go by error code and not by status: a 400 may want new credentials
// (ExpiredToken) and a 403 another clock (RequestTimeTooSkewed).  Sources: "Error
// responses", Amazon S3 API reference; the codes of MinIO and versitygw were seen
// from those servers.  The answer's other elements (StringToSign, CanonicalRequest,
// Token-0) hold what must not reach a log and are never read.
#include "store/s3/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "store/s3/xml.h"

namespace pqpack {
namespace {

using Rule = ErrorRule;

constexpr std::string_view kCheckKeys =
    "Check the access key, the secret key and the endpoint they belong to.";
constexpr std::string_view kCheckRegion =
    "Leave --region and AWS_REGION away, or name the region of bucket {bucket}.";
constexpr std::string_view kAllow =
    "Allow {permission} in bucket {bucket}; for keys of KMS also their use.";
constexpr std::string_view kRunLater = "Run again later; what is done is not done again.";
constexpr std::string_view kSlowerPlease = "Run again later or with fewer --workers.";
constexpr std::string_view kCheckNetwork =
    "Check the endpoint URL, the region and the network, then run again.";
constexpr std::string_view kCheckKms = "Check --sse and --sse-kms-key-id.";
constexpr std::string_view kOtherWriter = "Another writer works on this name; run again.";

// Stores that keep objects as files.
constexpr std::string_view kNameIsFolder =
    "There are objects below this name, and this store can't have an object and a folder of one "
    "name: remove those or choose another destination.";
constexpr std::string_view kFolderIsName =
    "One of the folders in this name is an object, and this store can't have an object and a "
    "folder of one name: remove that object or choose another destination.";

constexpr std::array kRules = {
    // Who asks.
    Rule{"AccessDenied", Recovery::kNone, ErrorCode::kDenied, kAllow},
    Rule{"AllAccessDisabled", Recovery::kNone, ErrorCode::kDenied, kAllow},
    Rule{"InvalidAccessKeyId", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    Rule{"XAdminUserNotFound", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    Rule{"SignatureDoesNotMatch", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    Rule{"InvalidToken", Recovery::kRefresh, ErrorCode::kCredentials,
         "Get new temporary credentials; with long-lived keys unset AWS_SESSION_TOKEN."},
    Rule{"InvalidTokenId", Recovery::kRefresh, ErrorCode::kCredentials,
         "Get new temporary credentials; with long-lived keys unset AWS_SESSION_TOKEN."},
    Rule{"ExpiredToken", Recovery::kRefresh, ErrorCode::kCredentials,
         "Get new temporary credentials and run again."},
    Rule{"ExpiredTokenException", Recovery::kRefresh, ErrorCode::kCredentials,
         "Get new temporary credentials and run again."},
    Rule{"TokenRefreshRequired", Recovery::kRefresh, ErrorCode::kCredentials,
         "Get new temporary credentials and run again."},
    Rule{"RequestTimeTooSkewed", Recovery::kClock, ErrorCode::kConfig,
         "Set the clock of this machine."},
    // Where.
    Rule{"AuthorizationHeaderMalformed", Recovery::kRegion, ErrorCode::kConfig, kCheckRegion},
    Rule{"PermanentRedirect", Recovery::kRegion, ErrorCode::kConfig, kCheckRegion},
    Rule{"TemporaryRedirect", Recovery::kRegion, ErrorCode::kConfig, kCheckRegion},
    Rule{"301", Recovery::kRegion, ErrorCode::kConfig, kCheckRegion},
    Rule{"307", Recovery::kRegion, ErrorCode::kConfig, kCheckRegion},
    Rule{"NoSuchBucket", Recovery::kNone, ErrorCode::kNotFound,
         "Check the name of bucket {bucket} and the endpoint."},
    Rule{"InvalidBucketName", Recovery::kNone, ErrorCode::kInvalid, "Check the bucket's name."},
    Rule{"NoSuchKey", Recovery::kNone, ErrorCode::kNotFound,
         "It is gone since it was listed; run again."},
    Rule{"404", Recovery::kNone, ErrorCode::kNotFound, ""},
    Rule{"KeyTooLongError", Recovery::kNone, ErrorCode::kInvalid,
         "Shorten the destination's name."},
    // Conditions and other writers.
    Rule{"PreconditionFailed", Recovery::kNone, ErrorCode::kSourceChanged, ""},
    Rule{"412", Recovery::kNone, ErrorCode::kSourceChanged, ""},
    Rule{"ConditionalRequestConflict", Recovery::kRetry, ErrorCode::kTransient, kOtherWriter},
    Rule{"OperationAborted", Recovery::kRetry, ErrorCode::kTransient, kOtherWriter},
    Rule{"409", Recovery::kNone, ErrorCode::kTransient, kOtherWriter},
    Rule{"ExistingObjectIsDirectory", Recovery::kNone, ErrorCode::kUnsupported, kNameIsFolder},
    Rule{"ObjectParentIsFile", Recovery::kNone, ErrorCode::kUnsupported, kFolderIsName},
    Rule{"NoSuchUpload", Recovery::kNone, ErrorCode::kTransient,
         "Something ended this upload (a lifecycle rule, another run?); run again."},
    // The server has trouble.
    Rule{"SlowDown", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"SlowDownRead", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"SlowDownWrite", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"ServiceUnavailable", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"Throttling", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"ThrottlingException", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"RequestLimitExceeded", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"TooManyRequests", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"429", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"503", Recovery::kSlow, ErrorCode::kThrottled, kSlowerPlease},
    Rule{"InternalError", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"RequestTimeout", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"408", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"501", Recovery::kNone, ErrorCode::kUnsupported,
         "This store does not offer what is needed."},
    Rule{"5xx", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    // The bytes were damaged or lost on their way.
    Rule{"BadDigest", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"XAmzContentChecksumMismatch", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"XAmzContentSHA256Mismatch", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"IncompleteBody", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    Rule{"MalformedAnswer", Recovery::kRetry, ErrorCode::kTransient,
         "This is not S3's answer: check the endpoint URL and what stands between."},
    // What the store can't do.
    Rule{"QuotaExceeded", Recovery::kNone, ErrorCode::kNoSpace, "Make room in bucket {bucket}."},
    Rule{"XMinioStorageFull", Recovery::kNone, ErrorCode::kNoSpace,
         "Make room in bucket {bucket}."},
    Rule{"507", Recovery::kNone, ErrorCode::kNoSpace, "Make room in bucket {bucket}."},
    Rule{"EntityTooLarge", Recovery::kNone, ErrorCode::kTooLarge, ""},
    Rule{"InvalidObjectState", Recovery::kNone, ErrorCode::kUnsupported,
         "The object is archived: restore it first (aws s3api restore-object)."},
    Rule{"NotImplemented", Recovery::kNone, ErrorCode::kUnsupported,
         "This store does not offer what is needed."},
    Rule{"kms:KeyNotFound", Recovery::kNone, ErrorCode::kConfig, kCheckKms},
    Rule{"KMS.NotFoundException", Recovery::kNone, ErrorCode::kConfig, kCheckKms},
    Rule{"KMS.DisabledException", Recovery::kNone, ErrorCode::kConfig, kCheckKms},
    Rule{"401", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    Rule{"403", Recovery::kNone, ErrorCode::kDenied, kAllow},
    Rule{"4xx", Recovery::kNone, ErrorCode::kUnsupported, ""},
    // No answer at all.
    Rule{"ConnectionFailed", Recovery::kRetry, ErrorCode::kTransient, kCheckNetwork},
    Rule{"ConnectionBroken", Recovery::kRetry, ErrorCode::kTransient, kCheckNetwork},
    Rule{"ConnectionTimeout", Recovery::kRetry, ErrorCode::kTransient, kCheckNetwork},
    Rule{"CertificateNotTrusted", Recovery::kNone, ErrorCode::kConfig,
         "Let AWS_CA_BUNDLE name the PEM file with the server's certificate authority."},
    Rule{"AnswerTooLong", Recovery::kNone, ErrorCode::kUnsupported,
         "This is not S3's answer: check the endpoint URL."},
    Rule{"Stopped", Recovery::kNone, ErrorCode::kCancelled, ""},
    Rule{"BadUrl", Recovery::kNone, ErrorCode::kInvalid, "Check the endpoint URL and the names."},
};

const Rule* Find(std::string_view code) {
  const auto found = std::find_if(kRules.begin(), kRules.end(),
                                  [&](const Rule& rule) { return rule.code == code; });
  return found == kRules.end() ? nullptr : &*found;
}

std::string Fill(std::string text, std::string_view name, std::string_view value) {
  if (const size_t at = text.find(name); at != std::string::npos) {
    text.replace(at, name.size(), value);
  }
  return text;
}

class S3ErrorDetail : public ErrorDetail {
 public:
  S3ErrorDetail(ErrorCode code, std::string action, std::string s3_code)
      : ErrorDetail(code, std::move(action)), s3_code_(std::move(s3_code)) {}
  const std::string& s3_code() const { return s3_code_; }

 private:
  std::string s3_code_;
};

}  // namespace

const ErrorRule& RuleOf(const S3Error& error) {
  if (const Rule* rule = Find(error.code)) return *rule;
  if (const Rule* rule = Find(std::to_string(error.status))) return *rule;
  return error.status >= 500 ? *Find("5xx") : *Find("4xx");
}

std::string QuoteServer(std::string text) {
  constexpr size_t kLongest = 300;
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; }, ' ');
  if (text.size() <= kLongest) return text;
  text.resize(kLongest);
  return text + "...";
}

S3Error ParseS3Error(const HttpResponse& response) {
  S3Error error;
  error.status = response.status;
  pugi::xml_document document;
  if (ParseXml(response.body, &document)) {
    const auto root = document.child("Error");
    error.code = QuoteServer(ChildText(root, "Code"));
    error.message = QuoteServer(ChildText(root, "Message"));
    error.request_id = QuoteServer(ChildText(root, "RequestId"));
    error.region = ChildText(root, "Region");
  }
  if (const auto* region = FindHeader(response.headers, "x-amz-bucket-region")) {
    error.region = *region;
  }
  if (const auto* id = FindHeader(response.headers, "x-amz-request-id")) {
    error.request_id = QuoteServer(*id);
  }
  return error;
}

S3Error FromTransport(TransportError failure, const std::string& text) {
  const char* code = "ConnectionBroken";
  switch (failure) {
    case TransportError::kConnect:
      code = "ConnectionFailed";
      break;
    case TransportError::kTls:
      code = "CertificateNotTrusted";
      break;
    case TransportError::kBroken:
      break;
    case TransportError::kTimeout:
      code = "ConnectionTimeout";
      break;
    case TransportError::kTooLong:
      code = "AnswerTooLong";
      break;
    case TransportError::kStopped:
      code = "Stopped";
      break;
    case TransportError::kUrl:
      code = "BadUrl";
      break;
  }
  return {0, code, QuoteServer(text), {}, {}};
}

Recovery RecoveryOf(const S3Error& error) { return RuleOf(error).recovery; }

std::string Describe(const S3Error& error) {
  std::string out = error.code;
  if (!error.message.empty()) out += (out.empty() ? "" : ": ") + error.message;
  if (error.status == 0) return out;
  const std::string id = error.request_id.empty() ? "" : ", request id " + error.request_id;
  return fmt::format("{}{}(HTTP {}{})", out, out.empty() ? "" : " ", error.status, id);
}

Status MakeStatus(const S3Error& error, const Operation& operation, const Uri& uri, int attempts) {
  ErrorRule rule = RuleOf(error);
  const std::string action = Fill(std::string(rule.action), "{bucket}", uri.bucket);
  rule.action = action;
  return MakeStatus(error, rule, operation, uri.ToString(), attempts);
}

Status MakeStatus(const S3Error& error, const ErrorRule& rule, const Operation& operation,
                  const std::string& where, int attempts) {
  if (rule.error == ErrorCode::kCancelled) {
    return Error(ErrorCode::kCancelled, where + ": stopped");
  }
  const std::string tries = attempts > 1 ? fmt::format(", after {} attempts", attempts) : "";
  std::string action = Fill(std::string(rule.action), "{permission}", operation.permission);
  auto detail = std::make_shared<S3ErrorDetail>(rule.error, std::move(action), error.code);
  return Error(rule.error,
               fmt::format("{}: {}: {}{}", where, operation.name, Describe(error), tries))
      .WithDetail(std::move(detail));
}

std::string S3CodeOf(const Status& status) {
  const auto* detail = dynamic_cast<const S3ErrorDetail*>(status.detail().get());
  return detail == nullptr ? std::string() : detail->s3_code();
}

}  // namespace pqpack

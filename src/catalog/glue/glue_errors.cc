// SPDX-License-Identifier: Apache-2.0
//
// Sources: "Exceptions" and the errors of each action, AWS Glue web API reference; "Common
// errors" there for what the signature and the token can be told.
#include "catalog/glue/glue_errors.h"

#include <algorithm>
#include <array>

#include "catalog/glue/json_fields.h"

namespace pqpack {
namespace {

constexpr std::string_view kAllow =
    "Allow {permission} on the catalog, the database and the table.";
constexpr std::string_view kCheckKeys =
    "Check the access key, the secret key, the region and the endpoint they belong to.";
constexpr std::string_view kNewToken = "Get new temporary credentials and run again.";
constexpr std::string_view kRunLater = "Run again later; what is done is not done again.";
constexpr std::string_view kNotGlue =
    "This is not Glue's answer: check AWS_ENDPOINT_URL_GLUE and what stands between.";

constexpr std::array kRules = {
    ErrorRule{"EntityNotFoundException", Recovery::kNone, ErrorCode::kNotFound,
              "Check --database-name, --table-name, --catalog-id and the region."},
    ErrorRule{"AccessDeniedException", Recovery::kNone, ErrorCode::kDenied, kAllow},
    ErrorRule{"403", Recovery::kNone, ErrorCode::kDenied, kAllow},
    ErrorRule{"UnrecognizedClientException", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    ErrorRule{"InvalidSignatureException", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    ErrorRule{"IncompleteSignatureException", Recovery::kNone, ErrorCode::kCredentials, kCheckKeys},
    ErrorRule{"MissingAuthenticationTokenException", Recovery::kNone, ErrorCode::kCredentials,
              kCheckKeys},
    ErrorRule{"SignatureExpired", Recovery::kClock, ErrorCode::kConfig,
              "Set the clock of this machine."},
    ErrorRule{"ExpiredTokenException", Recovery::kRefresh, ErrorCode::kCredentials, kNewToken},
    ErrorRule{"ExpiredToken", Recovery::kRefresh, ErrorCode::kCredentials, kNewToken},
    ErrorRule{"ConcurrentModificationException", Recovery::kNone, ErrorCode::kSourceChanged,
              "Somebody else changed the table; run again."},
    ErrorRule{"ThrottlingException", Recovery::kSlow, ErrorCode::kThrottled, kRunLater},
    ErrorRule{"Throttling", Recovery::kSlow, ErrorCode::kThrottled, kRunLater},
    ErrorRule{"429", Recovery::kSlow, ErrorCode::kThrottled, kRunLater},
    ErrorRule{"503", Recovery::kSlow, ErrorCode::kThrottled, kRunLater},
    ErrorRule{"OperationTimeoutException", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    ErrorRule{"InternalServiceException", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    ErrorRule{"ResourceNotReadyException", Recovery::kRetry, ErrorCode::kTransient, kRunLater},
    ErrorRule{"InvalidInputException", Recovery::kNone, ErrorCode::kInvalid,
              "Check --database-name, --table-name and --catalog-id."},
    ErrorRule{"ValidationException", Recovery::kNone, ErrorCode::kInvalid,
              "Check --database-name, --table-name and --catalog-id."},
    ErrorRule{"GlueEncryptionException", Recovery::kNone, ErrorCode::kDenied,
              "Allow the use of the key that encrypts the catalog."},
    ErrorRule{"404", Recovery::kNone, ErrorCode::kUnsupported, kNotGlue},
    ErrorRule{"MalformedAnswer", Recovery::kRetry, ErrorCode::kTransient, kNotGlue},
    ErrorRule{"AnswerTooLong", Recovery::kNone, ErrorCode::kUnsupported, kNotGlue},
};

const ErrorRule* Find(std::string_view code) {
  const auto* found = std::ranges::find(kRules, code, &ErrorRule::code);
  return found == kRules.end() ? nullptr : found;
}

// "com.amazonaws.glue#EntityNotFoundException:http://..." -> "EntityNotFoundException"
std::string PlainCode(std::string code) {
  if (const size_t hash = code.find('#'); hash != std::string::npos) code.erase(0, hash + 1);
  return code.substr(0, code.find(':'));
}

// A clock that is wrong has no code of its own.
bool IsAboutTheClock(const S3Error& error) {
  return error.code == "InvalidSignatureException" &&
         (error.message.starts_with("Signature expired") ||
          error.message.starts_with("Signature not yet current"));
}

}  // namespace

S3Error ParseGlueError(const HttpResponse& response) {
  const GlueJson body = ParseJson(response.body);
  S3Error error;
  if (body.is_object()) {
    error.code = TextOf(body, "__type");
    error.message = TextOf(body, body.contains("Message") ? "Message" : "message");
  } else {
    error = ParseS3Error(response);
  }
  if (const auto* type = FindHeader(response.headers, "x-amzn-errortype")) error.code = *type;
  if (const auto* id = FindHeader(response.headers, "x-amzn-requestid")) error.request_id = *id;
  error.status = response.status;
  error.code = QuoteServer(PlainCode(std::move(error.code)));
  error.message = QuoteServer(std::move(error.message));
  error.request_id = QuoteServer(std::move(error.request_id));
  if (IsAboutTheClock(error)) error.code = "SignatureExpired";
  return error;
}

const ErrorRule& GlueRuleOf(const S3Error& error) {
  if (const ErrorRule* rule = Find(error.code)) return *rule;
  if (const ErrorRule* rule = Find(std::to_string(error.status))) return *rule;
  return RuleOf(error);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include <memory>
#include <utility>

namespace pqpack {
namespace {

constexpr char kTypeId[] = "pqpack::ErrorDetail";

const ErrorDetail* DetailOf(const Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::string_view(detail->type_id()) != kTypeId) return nullptr;
  return static_cast<const ErrorDetail*>(detail.get());
}

struct CodeFacts {
  ErrorCode code;
  std::string_view name;
  std::string_view action;  // for errors that know no better one
};

constexpr CodeFacts kCodeFacts[] = {
    {ErrorCode::kNotFound, "not_found", "Check the name."},
    {ErrorCode::kSourceChanged, "source_changed", "Run again when nothing writes to it."},
    {ErrorCode::kAlreadyExists, "already_exists", "Run again."},
    {ErrorCode::kDenied, "denied", "Ask for the permission."},
    {ErrorCode::kCredentials, "credentials", "Check the credentials."},
    {ErrorCode::kThrottled, "throttled", "Run again later or with fewer --workers."},
    {ErrorCode::kTransient, "transient", "Run again later."},
    {ErrorCode::kNoSpace, "no_space", "Make room, then run again."},
    {ErrorCode::kCorrupt, "corrupt", "Write the file again from its source."},
    {ErrorCode::kUnsupported, "unsupported", "Write the file again without it."},
    {ErrorCode::kTooLarge, "too_large", "Raise --memory-limit."},
    {ErrorCode::kMismatch, "mismatch", "Nothing was published. Report it, with the file."},
    {ErrorCode::kInvalid, "invalid", "See pqpack --help."},
    {ErrorCode::kConfig, "config", "Check the configuration."},
    {ErrorCode::kCancelled, "cancelled", "Run again to do the rest."},
    {ErrorCode::kInternal, "internal", "This is an error in pqpack. Report it, with the file."},
};

const CodeFacts& FactsOf(ErrorCode code) {
  for (const CodeFacts& facts : kCodeFacts) {
    if (facts.code == code) return facts;
  }
  return FactsOf(ErrorCode::kInternal);
}

// Arrow's own code, for code that only knows Arrow.
arrow::StatusCode ArrowCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kConfig:
    case ErrorCode::kCorrupt:
      return arrow::StatusCode::Invalid;
    case ErrorCode::kUnsupported:
      return arrow::StatusCode::NotImplemented;
    case ErrorCode::kTooLarge:
      return arrow::StatusCode::CapacityError;
    case ErrorCode::kAlreadyExists:
      return arrow::StatusCode::AlreadyExists;
    case ErrorCode::kCancelled:
      return arrow::StatusCode::Cancelled;
    case ErrorCode::kMismatch:
    case ErrorCode::kInternal:
      return arrow::StatusCode::UnknownError;
    default:
      return arrow::StatusCode::IOError;
  }
}

}  // namespace

std::string_view ToString(ErrorCode code) { return FactsOf(code).name; }

const char* ErrorDetail::type_id() const { return kTypeId; }

std::string ErrorDetail::ToString() const { return std::string(pqpack::ToString(code_)); }

Status Error(ErrorCode code, std::string message, std::string action) {
  return Status(ArrowCode(code), std::move(message),
                std::make_shared<ErrorDetail>(code, std::move(action)));
}

ErrorCode CodeOf(const Status& status) {
  if (const auto* detail = DetailOf(status)) return detail->code();
  if (status.IsOutOfMemory()) return ErrorCode::kTooLarge;
  if (status.IsCancelled()) return ErrorCode::kCancelled;
  return ErrorCode::kInternal;
}

std::string ActionOf(const Status& status) {
  const auto* detail = DetailOf(status);
  if (detail != nullptr && !detail->action().empty()) return detail->action();
  return status.ok() ? std::string() : std::string(FactsOf(CodeOf(status)).action);
}

Status Within(std::string_view where, const Status& status) {
  if (status.ok()) return status;
  return status.WithMessage(where, ": ", status.message());
}

}  // namespace pqpack

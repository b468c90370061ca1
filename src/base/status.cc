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

std::string_view ToString(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kSourceChanged:
      return "source_changed";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kCredentials:
      return "credentials";
    case ErrorCode::kThrottled:
      return "throttled";
    case ErrorCode::kTransient:
      return "transient";
    case ErrorCode::kNoSpace:
      return "no_space";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kTooLarge:
      return "too_large";
    case ErrorCode::kMismatch:
      return "mismatch";
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kConfig:
      return "config";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

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
  return detail == nullptr ? std::string() : detail->action();
}

Status Within(std::string_view where, const Status& status) {
  if (status.ok()) return status;
  return status.WithMessage(where, ": ", status.message());
}

}  // namespace pqpack

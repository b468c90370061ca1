// SPDX-License-Identifier: Apache-2.0
//
// The one error language.  Every fallible function returns arrow::Status or
// arrow::Result; the code that callers act on travels as a typed StatusDetail,
// so nobody matches messages.  A message says what happened, where (URI, row
// group, column, offset), and `action` says what the user can do about it.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <ostream>
#include <string>
#include <string_view>

namespace pqpack {

using arrow::Result;
using arrow::Status;

enum class ErrorCode {
  kNotFound,       // no such object, bucket or path
  kSourceChanged,  // the object is not the one that was planned (ETag differs)
  kAlreadyExists,  // the name is taken and overwriting was not asked for
  kDenied,         // credentials are good but do not allow this
  kCredentials,    // no credentials, or wrong or expired ones
  kThrottled,      // the store asked us to slow down, retries exhausted
  kTransient,      // network or server trouble, retries exhausted
  kNoSpace,        // disk full, quota, too many open files
  kCorrupt,        // the bytes break their format's rules
  kUnsupported,    // valid, but not something pqpack handles (encryption, ...)
  kTooLarge,       // does not fit the memory limit or another cap
  kMismatch,       // a result of ours failed its proof
  kInvalid,        // wrong use: flags, locations
  kConfig,         // environment or configuration is not usable
  kCancelled,      // stopped by the user
  kInternal,       // a bug in pqpack
};

// "not_found", "source_changed", ...: stable, used in JSON output.
std::string_view ToString(ErrorCode code);
inline std::ostream& operator<<(std::ostream& out, ErrorCode code) { return out << ToString(code); }

class ErrorDetail : public arrow::StatusDetail {
 public:
  ErrorDetail(ErrorCode code, std::string action) : code_(code), action_(std::move(action)) {}
  const char* type_id() const override;
  std::string ToString() const override;
  ErrorCode code() const { return code_; }
  const std::string& action() const { return action_; }

 private:
  ErrorCode code_;
  std::string action_;
};

// Makes an error.  `message` carries what and where; `action` is one sentence
// in the imperative, or empty where what suits every error of the code suits this.
Status Error(ErrorCode code, std::string message, std::string action = {});

// The code of any error.  Statuses that did not come from Error() are mapped:
// OutOfMemory -> kTooLarge, Cancelled -> kCancelled, all else -> kInternal.
ErrorCode CodeOf(const Status& status);

// What the user can do: the error's own action, else the one that suits its code.
// Empty only where there is no error.
std::string ActionOf(const Status& status);

// The same error with "`where`: " put in front of its message.
Status Within(std::string_view where, const Status& status);

}  // namespace pqpack

#define PQ_CONCAT_(a, b) a##b
#define PQ_CONCAT(a, b) PQ_CONCAT_(a, b)

// RETURN_NOT_OK(expr): leaves the function with the error, if there is one.
#define PQ_RETURN_NOT_OK(expr)                                   \
  do {                                                           \
    if (::arrow::Status pq_status_ = (expr); !pq_status_.ok()) { \
      return pq_status_;                                         \
    }                                                            \
  } while (false)

// PQ_ASSIGN(auto x, expr): x is the value of the Result, or the function is left.
#define PQ_ASSIGN(lhs, expr) PQ_ASSIGN_IMPL(PQ_CONCAT(pq_result_, __COUNTER__), lhs, expr)
#define PQ_ASSIGN_IMPL(name, lhs, expr) \
  auto&& name = (expr);                 \
  if (!name.ok()) return name.status(); \
  lhs = std::move(name).MoveValueUnsafe()

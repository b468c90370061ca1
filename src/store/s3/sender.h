// SPDX-License-Identifier: Apache-2.0
//
// One request to a service of AWS until it is answered, or until nothing helps: credentials
// and clock for each attempt, the governor's permission, the next attempt.  S3Client and
// Glue's client stand on this; it knows neither's addresses, requests or answers.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/events.h"
#include "base/status.h"
#include "store/request_counters.h"
#include "store/s3/credentials.h"
#include "store/s3/errors.h"
#include "store/s3/http.h"
#include "store/s3/retry.h"

namespace pqpack {

// The functions are called by the thread that sends, one at a time.
struct AwsCall {
  AwsCall(const Operation& op, std::string what) : operation(op), subject(std::move(what)) {}

  const Operation& operation;
  std::string subject;  // what errors and events name
  int64_t body_size = 0;
  int max_attempts = 100;  // the governor's limit counts too
  std::stop_token stop;

  std::function<HttpResult(const Credentials& credentials, std::chrono::sys_seconds time)> send;
  // What is wrong with this result; absent if nothing is.
  std::function<std::optional<S3Error>(const HttpResult& result)> judge;
  std::function<Recovery(const S3Error& error)> recovery = &RecoveryOf;
  // Of Recovery::kRegion.  True: the next attempt goes elsewhere.  May be empty.
  std::function<bool(const S3Error& error)> redirect;
  // Before each attempt but the first.  May be empty.
  std::function<void()> before_retry;
  // The error of the last attempt.
  std::function<Status(const S3Error& error, int attempts)> fail;
};

// What tests replace.
struct AwsSenderParts {
  CredentialReader credentials;
  RetryPolicy retry;
  std::function<std::chrono::system_clock::time_point()> now;
};

// Thread-safe.
class AwsSender {
 public:
  // `events` and `counters` are borrowed and may be null.
  AwsSender(AwsSenderParts parts, EventSink* events, RequestCounters* counters);

  // OK once `judge` finds nothing wrong.  Else what `fail` makes of the last attempt, kCancelled
  // among that; kCredentials if there are none; the error of HttpRequest::on_body with the
  // subject in front.
  Status Send(const AwsCall& call);

 private:
  struct Attempt;
  // Arranges for the next attempt.  Absent: there is none.
  std::optional<RetryDelay> PlanRetry(const AwsCall& call, Attempt& attempt,
                                      const HttpResponse& response, const S3Error& error);
  void Count(const AwsCall& call, const HttpResult& result, bool is_retry);

  const std::function<std::chrono::system_clock::time_point()> now_;
  CredentialCache credentials_;
  RetryGovernor governor_;
  EventSink* const events_;
  RequestCounters* const counters_;
  std::atomic<std::chrono::seconds> clock_offset_{};  // the server's clock less ours
  std::atomic<bool> reached_ = false;                 // some server has answered
};

// The server's `date`, if it gives one.
std::optional<std::chrono::sys_seconds> DateOf(const HttpHeaders& headers);

}  // namespace pqpack

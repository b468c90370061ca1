// SPDX-License-Identifier: Apache-2.0
#include "store/s3/sender.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "store/s3/xml.h"

namespace pqpack {
namespace {

// A host that never answered, or not as its service does, is more likely misspelt than asleep:
// 3 s at the most, which also lets a container's network come up.
constexpr int kAttemptsToReach = 5;
// Reading other credentials or the clock once more is enough to see that it does not help.
constexpr int kMostRenewals = 2;

std::optional<std::chrono::sys_seconds> ParseHttpDate(const std::string* text) {
  if (text == nullptr) return std::nullopt;
  const time_t time = curl_getdate(text->c_str(), nullptr);
  if (time < 0) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(time));
}

// Seconds, or a date.
std::optional<RetryDelay> RetryAfter(const HttpResponse& response) {
  const auto* text = FindHeader(response.headers, "retry-after");
  if (text == nullptr) return std::nullopt;
  if (const auto seconds = ParseSize(*text)) {
    return std::chrono::seconds(std::min<int64_t>(*seconds, 3600));
  }
  const auto until = ParseHttpDate(text);
  const auto now = DateOf(response.headers);
  if (!until || !now || *until < *now) return std::nullopt;
  return *until - *now;
}

}  // namespace

std::optional<std::chrono::sys_seconds> DateOf(const HttpHeaders& headers) {
  return ParseHttpDate(FindHeader(headers, "date"));
}

AwsSender::AwsSender(AwsSenderParts parts, EventSink* events, RequestCounters* counters)
    : now_(parts.now ? std::move(parts.now) : &std::chrono::system_clock::now),
      credentials_(std::move(parts.credentials)),
      governor_(std::move(parts.retry)),
      events_(events),
      counters_(counters) {}

struct AwsSender::Attempt {
  int number = 1;
  Credentials credentials;
  int renewals = 0;
};

std::optional<RetryDelay> AwsSender::PlanRetry(const AwsCall& call, Attempt& attempt,
                                               const HttpResponse& response, const S3Error& error) {
  if (attempt.number >= call.max_attempts) return std::nullopt;
  switch (call.recovery(error)) {
    case Recovery::kNone:
      return std::nullopt;
    case Recovery::kRetry: {
      const bool is_doubtful = error.code == "MalformedAnswer" || !reached_;
      if (is_doubtful && attempt.number >= kAttemptsToReach) return std::nullopt;
      return governor_.DelayAfter(attempt.number);
    }
    case Recovery::kSlow:
      return governor_.DelayAfter(attempt.number, RetryAfter(response));
    case Recovery::kRefresh: {
      if (++attempt.renewals > kMostRenewals) return std::nullopt;
      credentials_.Reject(attempt.credentials);
      const auto fresh = credentials_.Get();
      if (!fresh.ok() || *fresh == attempt.credentials) return std::nullopt;
      return RetryDelay(0);
    }
    case Recovery::kClock: {
      const auto server = DateOf(response.headers);
      if (!server || ++attempt.renewals > kMostRenewals) return std::nullopt;
      clock_offset_ = *server - std::chrono::floor<std::chrono::seconds>(now_());
      return RetryDelay(0);
    }
    case Recovery::kRegion:
      if (!call.redirect || !call.redirect(error)) return std::nullopt;
      return RetryDelay(0);
  }
  return std::nullopt;
}

void AwsSender::Count(const AwsCall& call, const HttpResult& result, bool is_retry) {
  if (counters_ == nullptr) return;
  counters_->Add(call.operation.name, {1, is_retry ? 1 : 0, call.body_size, result.bytes_received});
}

Status AwsSender::Send(const AwsCall& call) {
  Attempt attempt;
  while (true) {
    PQ_ASSIGN(attempt.credentials, credentials_.Get());
    HttpResult result;
    std::optional<S3Error> error;
    {
      auto permit = governor_.Admit(call.stop);
      result = call.send(attempt.credentials,
                         std::chrono::floor<std::chrono::seconds>(now_()) + clock_offset_.load());
      Count(call, result, attempt.number > 1);
      if (result.response.status != 0) reached_ = true;
      const bool is_refused = !result.sink.ok() && CodeOf(result.sink) != ErrorCode::kTransient;
      if (is_refused) return Within(call.subject, result.sink);
      error = call.judge(result);
      if (!error) permit.Succeeded();
      if (error && call.recovery(*error) == Recovery::kSlow) permit.Throttled();
    }
    if (!error) return Status::OK();

    const auto delay = PlanRetry(call, attempt, result.response, *error);
    if (!delay || call.stop.stop_requested()) {
      if (call.stop.stop_requested()) *error = FromTransport(TransportError::kStopped, {});
      return call.fail(*error, attempt.number);
    }
    if (events_ != nullptr) {
      events_->Emit(Retrying{call.operation.name, call.subject, Describe(*error), attempt.number,
                             std::chrono::duration<double>(*delay).count()});
    }
    governor_.Sleep(*delay, call.stop);
    ++attempt.number;
    if (call.before_retry) call.before_retry();
  }
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "cli/store_session.h"

#include <algorithm>
#include <utility>

namespace pqpack::cli {
namespace {

// Uploads of parts and reading ahead wait for the network, not for a CPU.
constexpr int kIoThreads = 32;

}  // namespace

StoreSession::StoreSession(std::unique_ptr<S3Session> sdk, const S3Config& s3, EventSink* events,
                           std::stop_token stop)
    : sdk_(std::move(sdk)),
      io_(kIoThreads),
      config_{s3, &io_, events, &counters_, &left_behind_, std::move(stop)} {}

Result<std::unique_ptr<StoreSession>> StoreSession::Start(
    std::initializer_list<const Uri*> locations, const S3Config& s3, EventSink* events,
    std::stop_token stop) {
  std::unique_ptr<S3Session> sdk;
  const bool uses_s3 =
      std::ranges::any_of(locations, [](const Uri* uri) { return uri->scheme == Scheme::kS3; });
  if (uses_s3 && !s3.keys) {
    PQ_ASSIGN(sdk, S3Session::Start(s3.profile));
  }
  return std::unique_ptr<StoreSession>(
      new StoreSession(std::move(sdk), s3, events, std::move(stop)));
}

void StoreSession::TellLeftBehind(EventSink& events) const {
  for (std::string& sentence : left_behind_.Sentences()) events.Emit(Warning{std::move(sentence)});
}

}  // namespace pqpack::cli

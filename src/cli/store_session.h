// SPDX-License-Identifier: Apache-2.0
//
// What the stores of one command borrow: the AWS SDK where it has to find credentials,
// threads that wait for the network, counters of requests.  Lives longer than the stores.
#pragma once

#include <initializer_list>
#include <memory>
#include <stop_token>
#include <utility>

#include "base/executor.h"
#include "cli/s3_session.h"
#include "store/open_store.h"

namespace pqpack::cli {

class StoreSession {
 public:
  // `locations` are those that stores will be opened for.  `events` is borrowed.
  static Result<std::unique_ptr<StoreSession>> Start(std::initializer_list<const Uri*> locations,
                                                     const S3Config& s3, EventSink* events,
                                                     std::stop_token stop);

  Result<std::unique_ptr<ObjectStore>> Open(const Uri& uri) const {
    return OpenStore(uri, config_);
  }
  const StoreConfig& config() const { return config_; }
  // What is asked of it goes on when the session's `stop` is requested, but for what waits for a
  // process that does not go on.
  Result<std::unique_ptr<ObjectStore>> OpenUnstopped(const Uri& uri) const {
    StoreConfig config = config_;
    config.stop_waiting = std::exchange(config.stop, {});
    return OpenStore(uri, config);
  }
  Executor& io() { return io_; }
  const RequestCounters& requests() const { return counters_; }
  // Warns of what objects have that what was written of them has not.
  void TellLeftBehind(EventSink& events) const;

 private:
  StoreSession(std::unique_ptr<S3Session> sdk, const S3Config& s3, EventSink* events,
               std::stop_token stop);

  std::unique_ptr<S3Session> sdk_;
  RequestCounters counters_;
  LeftBehind left_behind_;
  Executor io_;
  const StoreConfig config_;
};

}  // namespace pqpack::cli

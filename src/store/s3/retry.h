// SPDX-License-Identifier: Apache-2.0
//
// One governor for all requests of a store: when a failed request is tried again,
// and how many requests may be under way at once.
//
// Waits grow exponentially and are drawn from [0, limit] ("full jitter"), so that
// clients that failed together do not come back together.  A throttled answer
// halves the allowed concurrency, every success gives a little back (AIMD, as in
// TCP).  Thread-safe.  Holds no thread and no timer of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>

namespace pqpack {

using RetryDelay = std::chrono::milliseconds;

struct RetryPolicy {
  int max_attempts = 10;  // with the waits below at most 65 s of waiting, half of it on average
  RetryDelay first_limit{200};
  RetryDelay longest{20'000};
  RetryDelay longest_retry_after{60'000};  // what a server may ask for
  double max_in_flight = 256;

  // Replaced by tests.  `sleep` returns early when stop is requested; `random`
  // gives [0, 1).
  std::function<void(RetryDelay, std::stop_token)> sleep;
  std::function<double()> random;
};

class RetryGovernor {
 public:
  explicit RetryGovernor(RetryPolicy policy = {});

  // The right to have one request under way.  Movable; must not outlive the governor.
  class Permit {
   public:
    Permit(RetryGovernor* governor, uint64_t epoch) : governor_(governor), epoch_(epoch) {}
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&&) = delete;
    ~Permit();  // neither success nor throttled: nothing is learnt
    void Succeeded();
    void Throttled();

   private:
    RetryGovernor* governor_;
    uint64_t epoch_;  // reductions made before the request began
  };

  // Blocks while too many are under way.  When stop is requested it returns at
  // once: the request will notice by itself.
  Permit Admit(std::stop_token stop);

  // How long to wait after `attempt` attempts (1, 2, ...) have failed; absent if
  // there should be no other.  `retry_after`: what the server asked for.
  std::optional<RetryDelay> DelayAfter(int attempt, std::optional<RetryDelay> retry_after = {});

  void Sleep(RetryDelay delay, std::stop_token stop) { policy_.sleep(delay, stop); }

  // The concurrency that is allowed now, 1 at least.
  int allowed() const;

 private:
  void Leave();

  RetryPolicy policy_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::minstd_rand generator_;
  double allowed_;
  int in_flight_ = 0;
  uint64_t reductions_ = 0;
};

}  // namespace pqpack

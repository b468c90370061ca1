// SPDX-License-Identifier: Apache-2.0
//
// Full jitter: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
// 2015.  When 200 requests are under way and S3 begins to say SlowDown, most of them
// hear it.  They all tell of the same moment, so only the first one reduces: an
// answer counts only if its request began after the last reduction.
#include "store/s3/retry.h"

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

void SleepFor(RetryDelay delay, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, delay, [] { return false; });
}

}  // namespace

RetryGovernor::RetryGovernor(RetryPolicy policy)
    : policy_(std::move(policy)),
      generator_(std::random_device{}()),
      allowed_(policy_.max_in_flight) {
  if (!policy_.sleep) policy_.sleep = &SleepFor;
  if (!policy_.random) {
    policy_.random = [this] {
      std::lock_guard lock(mutex_);
      return std::uniform_real_distribution<double>(0, 1)(generator_);
    };
  }
}

RetryGovernor::Permit RetryGovernor::Admit(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return in_flight_ < static_cast<int>(allowed_); });
  ++in_flight_;
  return {this, reductions_};
}

void RetryGovernor::Leave() {
  {
    std::lock_guard lock(mutex_);
    --in_flight_;
  }
  changed_.notify_all();
}

RetryGovernor::Permit::Permit(Permit&& other) noexcept
    : governor_(std::exchange(other.governor_, nullptr)), epoch_(other.epoch_) {}

RetryGovernor::Permit::~Permit() {
  if (governor_ != nullptr) governor_->Leave();
}

void RetryGovernor::Permit::Succeeded() {
  std::lock_guard lock(governor_->mutex_);
  governor_->allowed_ =
      std::min(governor_->allowed_ + 1 / governor_->allowed_, governor_->policy_.max_in_flight);
}

void RetryGovernor::Permit::Throttled() {
  std::lock_guard lock(governor_->mutex_);
  if (epoch_ < governor_->reductions_) return;
  ++governor_->reductions_;
  governor_->allowed_ = std::max(1.0, governor_->in_flight_ / 2.0);
}

std::optional<RetryDelay> RetryGovernor::DelayAfter(int attempt,
                                                    std::optional<RetryDelay> retry_after) {
  if (attempt >= policy_.max_attempts) return std::nullopt;
  const int doublings = std::min(attempt - 1, 20);
  const RetryDelay limit =
      std::min(policy_.first_limit * (int64_t{1} << doublings), policy_.longest);
  const RetryDelay drawn(
      static_cast<int64_t>(policy_.random() * static_cast<double>(limit.count())));
  if (!retry_after) return drawn;
  return std::max(drawn, std::min(*retry_after, policy_.longest_retry_after));
}

int RetryGovernor::allowed() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(allowed_);
}

}  // namespace pqpack

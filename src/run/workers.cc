// SPDX-License-Identifier: Apache-2.0
#include "run/workers.h"

#include <algorithm>
#include <string>
#include <thread>

namespace pqpack {
namespace {

bool EveryFileMeetsIt(ErrorCode code) {
  return code == ErrorCode::kCredentials || code == ErrorCode::kConfig;
}

// Says nothing about the file: the store was out of order for as long as it was tried.
bool IsOfTheStore(ErrorCode code) {
  return code == ErrorCode::kTransient || code == ErrorCode::kThrottled ||
         code == ErrorCode::kNoSpace;
}

}  // namespace

int CpuCount() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

int WorkerCount(int asked) { return asked > 0 ? asked : std::min(32, 4 * CpuCount()); }

Patience::Patience(int workers) : most_(std::max(4, 2 * workers)) {}

std::optional<Status> Patience::Failed(const Status& error) {
  const ErrorCode code = CodeOf(error);
  in_a_row_ = IsOfTheStore(code) ? in_a_row_ + 1 : 0;
  if (EveryFileMeetsIt(code)) return error;
  if (in_a_row_ < most_) return std::nullopt;
  return Within("given up after " + std::to_string(in_a_row_) + " files in a row failed", error);
}

}  // namespace pqpack

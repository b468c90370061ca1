// SPDX-License-Identifier: Apache-2.0
#include "verify/compare_within.h"

#include <algorithm>

#include "base/bytes.h"

namespace pqpack {
namespace {

// Parsed footers, and what else is small.
constexpr int64_t kBeside = 4 * kMiB;

Result<Comparison> CompareOnce(MemoryBudget& budget, const TableFiles& a, const TableFiles& b,
                               const std::optional<RowHashKey>& unordered, CompareOptions options,
                               bool alone) {
  const ComparisonMemory memory = MemoryFor(a, b, options.width);
  const int64_t usual = memory.files + memory.pages;
  PQ_ASSIGN(const auto reservation,
            budget.Acquire(alone ? budget.limit() : usual + kBeside, options.stop));
  // What is cut to the limit is cut from the files' windows first.
  const bool cut = reservation.bytes() < usual;
  const int64_t files = cut ? std::min(memory.files, reservation.bytes() / 4) : memory.files;
  CappedPool pool(arrow::system_memory_pool(), reservation.bytes() - files);
  options.pool = &pool;
  if (files < memory.files) options.reading.max_bytes = files / memory.open_files;
  return CompareTables(a, b, unordered, options);
}

}  // namespace

Result<Comparison> CompareWithin(MemoryBudget& budget, const TableFiles& a, const TableFiles& b,
                                 const std::optional<RowHashKey>& unordered,
                                 const CompareOptions& options) {
  auto result = CompareOnce(budget, a, b, unordered, options, /*alone=*/false);
  if (result.ok() || CodeOf(result.status()) != ErrorCode::kTooLarge) return result;
  CompareOptions slower = options;
  slower.width = 1;
  return CompareOnce(budget, a, b, unordered, slower, /*alone=*/true);
}

}  // namespace pqpack

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
  ComparisonMemory memory = MemoryFor(a, b, options.width);
  PQ_ASSIGN(const auto reservation,
            budget.Acquire(alone ? budget.limit() : memory.all() + kBeside, options.stop));
  // What is cut to the limit is cut from what is read together first, then from the files' windows.
  const int64_t missing = std::max<int64_t>(0, memory.all() - reservation.bytes());
  memory.together -= std::min(missing, std::max<int64_t>(0, memory.together - kTogetherBytes));
  int64_t files = memory.files + memory.together;
  if (reservation.bytes() < memory.all()) {
    files = std::min(files, reservation.bytes() / 4);
    options.reading.max_bytes = files / memory.open_files;
  }
  const bool remote = IsRemote(a.objects[0].uri);
  options.together = std::max(kTogetherBytes, remote ? files : 0);
  CappedPool pool(arrow::system_memory_pool(), reservation.bytes() - files);
  options.pool = &pool;
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

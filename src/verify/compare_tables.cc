// SPDX-License-Identifier: Apache-2.0
#include "verify/compare_tables.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "verify/compare_row_sets.h"
#include "verify/compare_schemas.h"
#include "verify/merged_schema.h"
#include "verify/table.h"

namespace pqpack {
namespace {

// A reader's pages and buffers, of one column on one side (chunk_reader.h).
constexpr int64_t kReader = 9 * kMiB;
// Hashes of the rows of a row group, of a million of them.
constexpr int64_t kRowHashes = 16 * kMiB;

Status AddAll(const TableFiles& files, const CompareOptions& options, Table* table) {
  for (size_t i = 0; i < files.objects.size(); ++i) {
    if (options.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    const ObjectInfo& object = files.objects[i];
    const bool known = !files.known.empty() && files.known[i] != nullptr;
    PQ_RETURN_NOT_OK(known ? table->Add(object, files.known[i])
                           : table->Add(object, options.reading));
  }
  return Status::OK();
}

// Each thread has a file, and one may be about to be closed.
void AddWindows(const TableFiles& files, int width, ComparisonMemory* memory) {
  std::vector<int64_t> sizes;
  sizes.reserve(files.objects.size());
  for (const ObjectInfo& object : files.objects) {
    sizes.push_back(ReadAheadFile::MemoryFor(object.size, {}));
  }
  std::ranges::sort(sizes, std::greater());
  const auto open = static_cast<long>(std::min(sizes.size(), static_cast<size_t>(width) + 1));
  const int64_t more = std::accumulate(sizes.begin() + open, sizes.end(), int64_t{0});
  sizes.resize(static_cast<size_t>(open));
  memory->files += std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
  const bool remote = IsRemote(files.objects[0].uri);
  memory->together += std::min(more, remote ? kTogetherFromStore : kTogetherBytes);
  memory->open_files += static_cast<int64_t>(sizes.size());
}

int64_t Readers(const TableFiles& files, int width) {
  int64_t bytes = 0;
  for (const ObjectInfo& object : files.objects) bytes += object.size;
  // Small files have small chunks; 16 for what compresses well.
  return std::min((kReader + kRowHashes) * width, kMiB * width + 16 * bytes);
}

}  // namespace

ComparisonMemory MemoryFor(const TableFiles& a, const TableFiles& b, int width) {
  ComparisonMemory memory;
  for (const TableFiles* files : {&a, &b}) {
    AddWindows(*files, width, &memory);
    memory.pages += Readers(*files, width);
  }
  return memory;
}

Result<Comparison> CompareTables(const TableFiles& a, const TableFiles& b,
                                 const std::optional<RowHashKey>& unordered,
                                 const CompareOptions& options) {
  Table left(*a.store);
  Table right(*b.store);
  PQ_RETURN_NOT_OK(AddAll(a, options, &left));
  PQ_RETURN_NOT_OK(AddAll(b, options, &right));
  Comparison result;
  result.rows_a = left.rows();
  result.rows_b = right.rows();
  if (unordered) {
    left.SortColumns();
    right.SortColumns();
  }
  result.difference = options.schemas == SchemaRule::kMerged ? TakeColumnsOf(right, &left)
                                                             : CompareSchemas(left, right);
  if (result.difference) return result;
  PQ_ASSIGN(result.difference, unordered
                                   ? CompareRowSets(left, right, *unordered, options, &result.proof)
                                   : CompareRows(left, right, options, &result.proof));
  return result;
}

}  // namespace pqpack

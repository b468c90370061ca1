// SPDX-License-Identifier: Apache-2.0
#include "verify/compare_row_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "verify/library_call.h"

namespace pqpack {
namespace {

// The product with the size of a hash must not overflow; memory ends long before.
constexpr int64_t kMostRows = int64_t{1} << 40;

// What a side adds up to.
struct Sums {
  Hash128 rows = 0;
  std::vector<Hash128> columns;
  int64_t groups = 0;
  int64_t bytes = 0;  // of column chunks

  void Add(const Sums& other) {
    rows += other.rows;
    for (size_t c = 0; c < columns.size(); ++c) columns[c] += other.columns[c];
    groups += other.groups;
    bytes += other.bytes;
  }
};

std::vector<ColumnHash> HashesOf(const RowHashKey& key, const std::vector<TableColumn>& columns) {
  std::vector<ColumnHash> hashes;
  hashes.reserve(columns.size());
  std::map<std::string, int> seen;
  for (const TableColumn& column : columns) {
    hashes.emplace_back(key, column, seen[column.Path()]++);
  }
  return hashes;
}

class RowSets {
 public:
  RowSets(Table& a, Table& b, const RowHashKey& key, const CompareOptions& options)
      : a_(a), b_(b), options_(options), hashes_(HashesOf(key, a.columns(0))), row_hash_(key) {}

  Result<std::optional<Difference>> Run(ProofCounts* counts) {
    const auto columns = static_cast<int64_t>(hashes_.size());
    for (Table* table : {&a_, &b_}) table->StartReading(options_.reading, columns);
    sums_a_.columns.resize(hashes_.size());
    sums_b_.columns.resize(hashes_.size());
    const auto of_a = static_cast<int64_t>(a_.groups().size());
    const auto count = of_a + static_cast<int64_t>(b_.groups().size());
    PQ_RETURN_NOT_OK(options_.executor->ForEach(count, options_.width, [&](int64_t n) {
      return n < of_a ? AddGroup(a_, n, &sums_a_) : AddGroup(b_, n - of_a, &sums_b_);
    }));
    counts->by_content = sums_a_.groups * columns;
    counts->content_bytes = sums_a_.bytes;
    return Compare();
  }

 private:
  Status AddGroup(Table& table, int64_t number, Sums* sums) {
    const GroupPlace& place = table.groups()[static_cast<size_t>(number)];
    constexpr auto kHash = static_cast<int64_t>(sizeof(Hash128));
    if (place.rows > kMostRows) return Error(ErrorCode::kTooLarge, "a row group of 2^40 rows");
    auto memory = arrow::AllocateBuffer(place.rows * kHash, options_.pool);
    if (!memory.ok()) return ReadError(memory.status());
    const std::span<Hash128> rows(reinterpret_cast<Hash128*>((*memory)->mutable_data()),
                                  static_cast<size_t>(place.rows));
    std::ranges::fill(rows, Hash128{0});
    Sums group;
    group.columns.resize(hashes_.size());
    group.groups = 1;
    for (size_t c = 0; c < hashes_.size(); ++c) {
      if (options_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      const TableColumn& column = table.columns(place.file)[c];
      PQ_ASSIGN(const auto cursor, SlotCursor::Open(table, place, column, options_.pool));
      PQ_RETURN_NOT_OK(hashes_[c].AddTo(cursor.get(), rows, &group.columns[c]));
      group.bytes += table.Chunk(place, column).pages.length;
    }
    for (const Hash128 row : rows) group.rows += row_hash_.Of(row);
    const std::lock_guard lock(mutex_);
    sums->Add(group);
    return Status::OK();
  }

  std::optional<Difference> Compare() const {
    if (sums_a_.rows == sums_b_.rows && a_.rows() == b_.rows()) return std::nullopt;
    Difference difference;
    difference.a.value = fmt::format("{} rows", a_.rows());
    difference.b.value = fmt::format("{} rows", b_.rows());
    std::string columns;
    for (size_t c = 0; c < hashes_.size(); ++c) {
      if (sums_a_.columns[c] == sums_b_.columns[c]) continue;
      columns += (columns.empty() ? "" : ", ") + a_.columns(0)[c].Path();
    }
    if (a_.rows() != b_.rows()) {
      difference.what = "the numbers of rows differ";
    } else if (columns.empty()) {
      difference.what = "each column has the same values, but they make other rows";
    } else {
      difference.what = "the rows differ, since the values do";
      difference.column = columns;
    }
    return difference;
  }

  Table& a_;
  Table& b_;
  const CompareOptions& options_;
  const std::vector<ColumnHash> hashes_;
  const RowHash row_hash_;
  std::mutex mutex_;
  Sums sums_a_, sums_b_;
};

}  // namespace

Result<std::optional<Difference>> CompareRowSets(Table& a, Table& b, const RowHashKey& key,
                                                 const CompareOptions& options,
                                                 ProofCounts* counts) {
  return RowSets(a, b, key, options).Run(counts);
}

}  // namespace pqpack

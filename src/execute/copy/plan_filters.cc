// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/plan_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "execute/output_layout.h"

namespace pqpack {
namespace {

// Of a filter whose length the footer does not tell, as writers before parquet-format 2.10 leave
// it: parquet-java's by default are no larger (parquet.bloom.filter.max.bytes).
constexpr int64_t kUsualFilter = kMiB + kKiB;

// What the filters of column `i` take, by the footer.
int64_t BytesOf(const FileMetaData& footer, size_t i) {
  int64_t bytes = 0;
  for (const RowGroup& group : footer.row_groups) {
    const ColumnMetaData& meta = *group.columns[i].meta_data;
    if (group.num_rows == 0 || !meta.bloom_filter_offset) continue;
    bytes += std::max<int64_t>(1, meta.bloom_filter_length.value_or(kUsualFilter));
  }
  return bytes;
}

// Why the column's filters can't be kept; empty: they can.
std::string WhyNot(const ColumnPlan& column, const SchemaNode& output, bool doubtful) {
  if (output.conversion != Conversion::kNone || !output.level_map.empty()) {
    return "the values change";
  }
  if (column.writer_at_fault) return "the writer is known for wrong pages";
  const bool proven = column.read && column.level < 3;
  if ((column.read || doubtful) && !proven) return "the writer is not trusted with them";
  return "";
}

}  // namespace

void PlanFilters(const FileMetaData& footer, const RewritePlan& plan, const Writer& writer,
                 const Target& target, CopyPlan* copy, Findings* warnings) {
  if (!target.page_index) return;  // told of the file as a whole
  const auto faults = FaultsOf(writer);
  const bool doubtful = std::ranges::any_of(
      faults, [](const WriterFault* fault) { return fault->concerns == Concerns::kBloomFilter; });
  const auto leaves = LeavesOf(plan.layout->tree);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const int64_t bytes = BytesOf(footer, i);
    if (bytes == 0) continue;
    ColumnPlan& column = copy->columns[i];
    std::string reason = WhyNot(column, *leaves[i], doubtful);
    if (reason.empty() && copy->filter_bytes + bytes > kMaxFilters) {
      reason = fmt::format("all together have more than {} MiB", kMaxFilters / kMiB);
    }
    if (!reason.empty()) {
      warnings->Add("Bloom filters dropped: " + reason, column.path);
      column.filters_dropped = std::move(reason);
      continue;
    }
    column.filters = column.read ? FilterPlan::kProve : FilterPlan::kKeep;
    copy->filter_bytes += bytes;
  }
}

}  // namespace pqpack

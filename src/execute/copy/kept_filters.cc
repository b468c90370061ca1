// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/kept_filters.h"

namespace pqpack {

Result<FoundFilter> KeptFilters::Find(const ColumnChunk& chunk, size_t i) {
  const ColumnPlan& plan = copy_.columns[i];
  if (plan.filters == FilterPlan::kNone || !chunk.meta_data->bloom_filter_offset) {
    return FoundFilter();
  }
  if (!finder_) {
    PQ_ASSIGN(const int64_t size, source_.GetSize());
    finder_.emplace(source_, size, size - kFooterTailSize - footer_.serialized_size, footer_);
  }
  PQ_ASSIGN(FoundFilter found, finder_->Find(chunk));
  if (!found.problem.empty()) {
    repairs_->Add("Bloom filter dropped, where it should be is none that readers know", plan.path);
    return FoundFilter();
  }
  // Memory for so many was reserved.
  if (bytes_ + found.place.length > copy_.filter_bytes) {
    repairs_->Add("Bloom filter dropped, it is larger than the footer says", plan.path);
    return FoundFilter();
  }
  bytes_ += found.place.length;
  return found;
}

void KeptFilters::Disproved(size_t i) {
  repairs_->Add("Bloom filter dropped, not every value is in it", copy_.columns[i].path);
}

}  // namespace pqpack

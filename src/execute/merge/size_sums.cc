// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/size_sums.h"

#include <vector>

#include "execute/copy/repair_statistics.h"

namespace pqpack {
namespace {

using Histogram = std::optional<std::vector<int64_t>>;

void AddTo(const Histogram& more, Histogram* sum) {
  if (!*sum || !more || more->size() != (*sum)->size()) return sum->reset();
  for (size_t i = 0; i < more->size(); ++i) (**sum)[i] += (*more)[i];
}

// Of a chunk whose levels become others, or that is not there, nothing is known.
std::optional<SizeStatistics> Known(const SourcePages& source) {
  if (source.meta == nullptr || !source.levels.map.empty()) return std::nullopt;
  std::optional<SizeStatistics> known = source.meta->size_statistics;
  SchemaTree::Node levels;
  levels.max_definition_level = source.levels.max.definition;
  levels.max_repetition_level = source.levels.max.repetition;
  RepairSizeStatistics(levels, source.meta->num_values, &known);
  if (known) known->unknown = {};
  return known;
}

}  // namespace

void SizeSums::Add(const SourcePages& source) {
  std::optional<SizeStatistics> more = Known(source);
  if (!begun_) {
    begun_ = true;
    sum_ = std::move(more);
    return;
  }
  if (!sum_ || !more) return sum_.reset();
  AddTo(more->definition_level_histogram, &sum_->definition_level_histogram);
  AddTo(more->repetition_level_histogram, &sum_->repetition_level_histogram);
  auto& bytes = sum_->unencoded_byte_array_data_bytes;
  const auto& more_bytes = more->unencoded_byte_array_data_bytes;
  if (bytes && more_bytes && *bytes >= 0 && *more_bytes >= 0) {
    *bytes += *more_bytes;
  } else {
    bytes.reset();
  }
}

std::optional<SizeStatistics> SizeSums::Sum() const {
  if (!sum_ || *sum_ == SizeStatistics{}) return std::nullopt;
  return sum_;
}

}  // namespace pqpack

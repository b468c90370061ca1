// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/repair_statistics.h"

#include <string>
#include <utility>

#include "diagnose/said_of_values.h"
#include "diagnose/value_order.h"

namespace pqpack {
namespace {

void DropBounds(Statistics* statistics) {
  statistics->min.reset();
  statistics->max.reset();
  statistics->min_value.reset();
  statistics->max_value.reset();
  statistics->is_min_value_exact.reset();
  statistics->is_max_value_exact.reset();
}

// A bound that is no value of the column, or a lower one above the upper one (arrow-go before
// 18.7.0 leaves the infinities that it starts from where no value moved them,
// apache/arrow-go#1007), tells that nothing is to be made of any of them.
bool HavePlausibleValues(const std::optional<std::string>& low,
                         const std::optional<std::string>& high, const ValueOrder& order) {
  for (const auto* bound : {&low, &high}) {
    if (*bound && (!order.IsValue(**bound) || order.IsNaN(**bound))) return false;
  }
  return !low || !high || !order.Less(*high, *low);
}

bool HasPlausibleBounds(const Statistics& statistics, const SchemaElement& element) {
  const ValueOrder order = ValueOrder::Of(element);
  return order.defined() && HavePlausibleValues(statistics.min, statistics.max, order) &&
         HavePlausibleValues(statistics.min_value, statistics.max_value, order) &&
         FiniteBoundOfInfinities(statistics, *element.type).empty();
}

}  // namespace

void RepairStatistics(bool keep_bounds, const SchemaElement& element, const SchemaTree::Node& leaf,
                      int64_t num_values, std::optional<Statistics>* statistics) {
  if (!*statistics) return;
  Statistics& kept = **statistics;
  // Writers that do not count write 0 (apache/arrow-go#807).
  kept.distinct_count.reset();
  const int64_t most_nulls = MostNulls(leaf.max_definition_level, num_values);
  const int64_t nulls = kept.null_count.value_or(0);
  if (nulls < 0 || nulls > most_nulls) kept.null_count.reset();
  if (!keep_bounds || !HasPlausibleBounds(kept, element)) DropBounds(&kept);
  if (kept == Statistics{}) statistics->reset();
}

bool RepairPageStatistics(bool keep, std::optional<Statistics>* statistics) {
  if (!*statistics) return false;
  if (!keep) {
    statistics->reset();
    return true;
  }
  Statistics kept = **statistics;
  kept.distinct_count.reset();
  if (kept.null_count && *kept.null_count < 0) kept.null_count.reset();
  if (kept == **statistics) return false;
  *statistics = std::move(kept);
  if (**statistics == Statistics{}) statistics->reset();
  return true;
}

void RepairSizeStatistics(const SchemaTree::Node& leaf, int64_t num_values,
                          std::optional<SizeStatistics>* statistics) {
  if (!*statistics) return;
  const auto good = [num_values](const auto& histogram, int max_level) {
    return !histogram ||
           (IsAsLongAsLevels(*histogram, max_level) && AddsUp(*histogram, num_values));
  };
  if (good((*statistics)->definition_level_histogram, leaf.max_definition_level) &&
      good((*statistics)->repetition_level_histogram, leaf.max_repetition_level)) {
    return;
  }
  statistics->reset();
}

}  // namespace pqpack

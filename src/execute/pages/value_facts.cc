// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/value_facts.h"

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

size_t SignOf(const SchemaElement& leaf) {
  if (leaf.type == PhysicalType::kFloat) return 3;
  if (leaf.type == PhysicalType::kDouble) return 7;
  const bool half = leaf.logical_type && leaf.logical_type->kind == LogicalKind::kFloat16;
  return half ? 1 : 0;
}

bool IsZero(const std::string& value, char sign) {
  return value.back() == sign &&
         std::all_of(value.begin(), value.end() - 1, [](char byte) { return byte == 0; });
}

}  // namespace

FactRules::FactRules(const SchemaElement& leaf)
    : order_(ValueOrder::Of(leaf)), sign_at_(SignOf(leaf)) {}

ValueFacts FactRules::Read(const std::optional<Statistics>& statistics, int64_t slots,
                           bool may_be_null) const {
  ValueFacts facts{slots, {}, {}};
  if (!may_be_null) facts.nulls = 0;
  if (!statistics) return facts;
  if (may_be_null && statistics->null_count && *statistics->null_count >= 0 &&
      *statistics->null_count <= slots) {
    facts.nulls = statistics->null_count;
  }
  if (!order_.defined() || facts.all_null()) return facts;
  const bool legacy = order_.is_legacy() && !statistics->min_value && !statistics->max_value;
  const auto& min = legacy ? statistics->min : statistics->min_value;
  const auto& max = legacy ? statistics->max : statistics->max_value;
  if (!min || !max || !order_.IsValue(*min) || !order_.IsValue(*max) || order_.IsNaN(*min) ||
      order_.IsNaN(*max) || order_.Less(*max, *min)) {
    return facts;
  }
  facts.bounds = ValueFacts::Bounds{{*min, statistics->is_min_value_exact},
                                    {*max, statistics->is_max_value_exact}};
  NormaliseZeros(&*facts.bounds);
  return facts;
}

// The format wants a zero as lower bound to be -0 and as upper bound +0: which of both occurs is
// not told.
void FactRules::NormaliseZeros(ValueFacts::Bounds* bounds) const {
  if (sign_at_ == 0) return;
  constexpr char kNegative = '\x80';
  if (IsZero(bounds->min.value, '\0')) bounds->min.value[sign_at_] = kNegative;
  if (IsZero(bounds->max.value, kNegative)) bounds->max.value[sign_at_] = '\0';
}

void FactRules::Join(const ValueFacts& more, ValueFacts* all) const {
  if (more.slots == 0) return;
  if (all->slots == 0) {
    *all = more;
    return;
  }
  if (all->all_null()) {
    all->bounds = more.bounds;
  } else if (!more.all_null()) {
    if (!more.bounds || !all->bounds) {
      all->bounds.reset();
    } else {
      if (order_.Less(more.bounds->min.value, all->bounds->min.value)) {
        all->bounds->min = more.bounds->min;
      }
      if (order_.Less(all->bounds->max.value, more.bounds->max.value)) {
        all->bounds->max = more.bounds->max;
      }
    }
  }
  all->slots += more.slots;
  if (all->nulls && more.nulls) {
    *all->nulls += *more.nulls;
  } else {
    all->nulls.reset();
  }
}

std::optional<Statistics> FactRules::Write(const ValueFacts& facts) const {
  Statistics statistics;
  statistics.null_count = facts.nulls;
  if (facts.bounds) {
    const auto& [min, max] = *facts.bounds;
    statistics.min_value = min.value;
    statistics.max_value = max.value;
    // parquet-go 0.25.1, which knows neither field, passes over two of them, but not over one.
    if (min.exact && max.exact) {
      statistics.is_min_value_exact = min.exact;
      statistics.is_max_value_exact = max.exact;
    }
    if (order_.is_legacy()) {
      statistics.min = min.value;
      statistics.max = max.value;
    }
  }
  if (statistics == Statistics{}) return std::nullopt;
  return statistics;
}

BoundaryOrder FactRules::OrderOf(std::span<const ValueFacts> pages) const {
  bool ascending = true, descending = true;
  const ValueFacts::Bounds* last = nullptr;
  for (const ValueFacts& page : pages) {
    if (!page.bounds) continue;
    const ValueFacts::Bounds& next = *page.bounds;
    if (last != nullptr) {
      ascending = ascending && !order_.Less(next.min.value, last->min.value) &&
                  !order_.Less(next.max.value, last->max.value);
      descending = descending && !order_.Less(last->min.value, next.min.value) &&
                   !order_.Less(last->max.value, next.max.value);
    }
    last = &next;
  }
  if (ascending) return BoundaryOrder::kAscending;
  return descending ? BoundaryOrder::kDescending : BoundaryOrder::kUnordered;
}

std::optional<ColumnIndex> FactRules::IndexOf(std::span<const ValueFacts> pages) const {
  ColumnIndex index;
  index.null_counts.emplace();
  for (const ValueFacts& page : pages) {
    if (!page.bounds && !page.all_null()) return std::nullopt;
    index.null_pages.push_back(page.all_null());
    index.min_values.push_back(page.bounds ? page.bounds->min.value : "");
    index.max_values.push_back(page.bounds ? page.bounds->max.value : "");
    if (!page.nulls) index.null_counts.reset();
    if (index.null_counts) index.null_counts->push_back(*page.nulls);
  }
  index.boundary_order = OrderOf(pages);
  return index;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "diagnose/said_of_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace pqpack {
namespace {

enum class Extreme { kNone, kLowest, kLargest, kMinusInfinity, kInfinity };

template <typename T>
Extreme ExtremeOf(std::string_view bytes) {
  T number = 0;
  if (bytes.size() != sizeof(T)) return Extreme::kNone;
  std::copy_n(bytes.begin(), sizeof(T), reinterpret_cast<char*>(&number));
  if (number == std::numeric_limits<T>::max()) return Extreme::kLargest;
  if (number == std::numeric_limits<T>::lowest()) return Extreme::kLowest;
  if (!std::isinf(number)) return Extreme::kNone;
  return number > 0 ? Extreme::kInfinity : Extreme::kMinusInfinity;
}

// Neither is below the one of the page before, or neither above.
bool Follows(BoundaryOrder claimed, std::string_view before, std::string_view next,
             const ValueOrder& order) {
  if (claimed == BoundaryOrder::kAscending) return !order.Less(next, before);
  if (claimed == BoundaryOrder::kDescending) return !order.Less(before, next);
  return true;
}

bool IsKnown(BoundaryOrder order) {
  return order == BoundaryOrder::kUnordered || order == BoundaryOrder::kAscending ||
         order == BoundaryOrder::kDescending;
}

}  // namespace

int64_t MostNulls(int max_definition_level, int64_t num_values) {
  return max_definition_level == 0 ? 0 : num_values;
}

std::string FiniteBoundOfInfinities(const Statistics& statistics, PhysicalType type) {
  if (!statistics.min_value || !statistics.max_value) return "";
  const auto extreme = [type](std::string_view bytes) {
    if (type == PhysicalType::kDouble) return ExtremeOf<double>(bytes);
    if (type == PhysicalType::kFloat) return ExtremeOf<float>(bytes);
    return Extreme::kNone;
  };
  const Extreme min = extreme(*statistics.min_value);
  const Extreme max = extreme(*statistics.max_value);
  if (min == Extreme::kLargest && max == Extreme::kInfinity) {
    return "min_value is the largest finite number";
  }
  if (min == Extreme::kMinusInfinity && max == Extreme::kLowest) {
    return "max_value is the lowest finite number";
  }
  return "";
}

bool IsAsLongAsLevels(const std::vector<int64_t>& histogram, int max_level) {
  return histogram.empty() || histogram.size() == static_cast<size_t>(max_level) + 1;
}

bool AddsUp(const std::vector<int64_t>& histogram, int64_t num_values) {
  if (histogram.empty()) return true;
  int64_t left = num_values;
  for (const int64_t count : histogram) {
    if (count < 0 || count > left) return false;
    left -= count;
  }
  return left == 0;
}

PageBoundsProblem FindPageBoundsProblem(const ColumnIndex& index, const ValueOrder& order) {
  if (!order.defined()) return {};
  if (!IsKnown(index.boundary_order)) return {"an order of pages that is not known"};
  PageBoundsProblem nan;
  std::optional<size_t> before;
  for (size_t i = 0; i < index.null_pages.size(); ++i) {
    if (index.null_pages[i]) continue;
    const std::string& min = index.min_values[i];
    const std::string& max = index.max_values[i];
    if (!order.IsValue(min) || !order.IsValue(max)) {
      return {fmt::format("page {}: a bound is no value of the type", i)};
    }
    if (order.IsNaN(min) || order.IsNaN(max)) {
      if (nan.what.empty()) nan = {fmt::format("page {}: a bound is NaN", i), /*ignored=*/true};
      continue;
    }
    if (order.Less(max, min)) {
      return {fmt::format("page {}: its minimum is above its maximum", i)};
    }
    if (before && (!Follows(index.boundary_order, index.min_values[*before], min, order) ||
                   !Follows(index.boundary_order, index.max_values[*before], max, order))) {
      return {fmt::format("page {}: not in the order that boundary_order claims", i)};
    }
    before = i;
  }
  return nan;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "diagnose/fault_groups.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace pqpack {
namespace {

template <typename KeyOf>
std::vector<FaultGroup> Group(std::span<const Fault> faults, const KeyOf& key_of) {
  std::map<decltype(key_of(faults.front())), size_t> index;
  std::vector<FaultGroup> groups;
  for (const Fault& fault : faults) {
    const auto [found, fresh] = index.emplace(key_of(fault), groups.size());
    if (fresh) groups.push_back({fault, 0, {}});
    FaultGroup& group = groups[found->second];
    ++group.places;
    if (fault.place.column >= 0) group.columns.push_back(fault.place.column);
  }
  for (FaultGroup& group : groups) {
    std::ranges::sort(group.columns);
    const auto rest = std::ranges::unique(group.columns);
    group.columns.erase(rest.begin(), rest.end());
  }
  return groups;
}

}  // namespace

std::vector<FaultGroup> GroupByColumn(std::span<const Fault> faults) {
  return Group(faults, [](const Fault& fault) {
    return std::tuple(fault.check, fault.severity, fault.repair, fault.place.column,
                      std::string_view(fault.detail));
  });
}

std::vector<FaultGroup> GroupByCheck(std::span<const Fault> faults) {
  auto groups = Group(faults, [](const Fault& fault) {
    return std::tuple(fault.check, fault.severity, fault.repair);
  });
  std::vector<FaultGroup> sorted;
  sorted.reserve(groups.size());
  for (const Severity severity :
       {Severity::kFatal, Severity::kError, Severity::kWarn, Severity::kNone}) {
    for (FaultGroup& group : groups) {
      if (group.first.severity == severity) sorted.push_back(std::move(group));
    }
  }
  return sorted;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "diagnose/check.h"
#include "diagnose/checks/groups.h"
#include "diagnose/found_by_reading.h"

namespace pqpack {

std::span<const Check* const> AllChecks() {
  static const std::vector<const Check*> all = [] {
    std::vector<const Check*> checks(FoundByReading().begin(), FoundByReading().end());
    for (const auto group :
         {FileChecks(), SchemaChecks(), TypeChecks(), RowGroupChecks(), ChunkChecks(),
          StatisticsChecks(), IndexChecks(), FirstPageChecks(), WriterChecks()}) {
      for (const Check& check : group) checks.push_back(&check);
    }
    return checks;
  }();
  return all;
}

}  // namespace pqpack

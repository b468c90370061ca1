// SPDX-License-Identifier: Apache-2.0
//
// Which partitions, which files of them are small, and what they become: flags of every command
// that plans a compaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/flags.h"
#include "run/plan_compaction.h"

namespace pqpack::cli {

struct PlanArguments {
  std::string predicate;
  int64_t target_mib = 128;
  std::string threshold;  // empty: as CompactPolicy has it
};

// `what`, `how`: their groups in help.
std::vector<Flag> PlanFlags(PlanArguments* arguments, const std::string& what,
                            const std::string& how);

// kInvalid.
Result<PlanOptions> MakePlanOptions(const PlanArguments& arguments);

}  // namespace pqpack::cli

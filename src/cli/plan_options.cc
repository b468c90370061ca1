// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_options.h"

#include <charconv>

namespace pqpack::cli {
namespace {

constexpr int64_t kMostMebibytes = 1 << 20;

Result<double> ParseShare(const std::string& text) {
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size() || !(share > 0 && share <= 1)) {
    return Error(ErrorCode::kInvalid, "--small-file-threshold: '" + text + "' is no share",
                 "Give a number above 0 and 1 at the most, such as 0.75.");
  }
  return share;
}

}  // namespace

std::vector<Flag> PlanFlags(PlanArguments* arguments, const std::string& what,
                            const std::string& how) {
  return {
      {.name = "partition-predicate",
       .value = "SQL",
       .group = what,
       .help = "which partitions: \"year = 2023 AND month < 6\"",
       .notes = "`= <> != < <= > >= AND OR NOT IN BETWEEN LIKE IS NULL` and parentheses over the "
                "partition keys, compared by their types.",
       .set = SetText(&arguments->predicate)},
      {.name = "target-file-size-mb",
       .value = "N",
       .group = how,
       .help = "size that merged files aim at, in MiB (128)",
       .notes = "",
       .set = SetInteger(&arguments->target_mib, 1, kMostMebibytes)},
      {.name = "small-file-threshold",
       .value = "SHARE",
       .group = how,
       .help = "files from this share of it on are left (0.75)",
       .notes = "Above 0, and 1 at the most.",
       .set = SetText(&arguments->threshold)},
  };
}

Result<PlanOptions> MakePlanOptions(const PlanArguments& arguments) {
  PlanOptions options;
  options.predicate = arguments.predicate;
  options.policy.target_file_size = arguments.target_mib * kMiB;
  if (!arguments.threshold.empty()) {
    PQ_ASSIGN(options.policy.small_file_threshold, ParseShare(arguments.threshold));
  }
  return options;
}

}  // namespace pqpack::cli

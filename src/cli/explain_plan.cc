// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_plan.h"

#include <fmt/format.h>

#include "cli/human.h"
#include "cli/render_explain.h"

namespace pqpack::cli {
namespace {

// Tasks that are told as text, as many as partitions of a plan are.
constexpr int64_t kMostTold = 50;

}  // namespace

Flag ExplainFlag(bool* explain) {
  return {
      .name = "explain",
      .value = "",
      .group = "How",
      .help = "say how each column would be merged; writes nothing",
      .notes =
          "Task by task: how many chunks of each column are copied by the store, copied, merged "
          "page by page, or decoded and encoded, and why not less is enough. Reads footers, by the "
          "rules "
          "of the run itself; pages that are not what their footer says take more.",
      .set = SetBoolean(explain)};
}

Status ExplainPlan(const CompactOptions& options, const CompactPlan& plan, ObjectStore& store,
                   Executor& io, const OutputOptions& output, Console& console,
                   const std::stop_token& stop, FileCounts* failed) {
  int64_t told = 0;
  PQ_RETURN_NOT_OK(ExplainCompaction(
      options, plan, store, io,
      [&](const ExplainedTask& task) {
        if (!task.status.ok()) {
          ++failed->failed;
          ++failed->failed_by_code[CodeOf(task.status)];
        }
        if (output.json()) {
          console.Out(ExplainJson(task));
        } else if (!task.status.ok() || (!output.quiet && ++told <= kMostTold)) {
          console.Out(ExplainText(task));
        }
      },
      stop));
  if (told > kMostTold) {
    console.Out(fmt::format("and {} more; --output json tells all\n",
                            HumanCount(told - kMostTold, "task")));
  }
  return Status::OK();
}

}  // namespace pqpack::cli

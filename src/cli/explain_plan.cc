// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_plan.h"

#include "cli/render_explain.h"

namespace pqpack::cli {

Flag ExplainFlag(bool* explain) {
  return {.name = "explain",
          .value = "",
          .group = "How",
          .help = "say how each column would be merged; writes nothing",
          .notes =
              "Task by task: how many chunks of each column are copied, merged page by page, "
              "or decoded and encoded, and why not less is enough. Reads footers, by the rules "
              "of the run itself; pages that are not what their footer says take more.",
          .set = SetBoolean(explain)};
}

Status ExplainPlan(const CompactOptions& options, const CompactPlan& plan, ObjectStore& store,
                   Executor& io, const OutputOptions& output, Console& console,
                   const std::stop_token& stop, FileCounts* failed) {
  return ExplainCompaction(
      options, plan, store, io,
      [&](const ExplainedTask& task) {
        if (!task.status.ok()) {
          ++failed->failed;
          ++failed->failed_by_code[CodeOf(task.status)];
        }
        if (output.json()) {
          console.Out(ExplainJson(task));
        } else if (!output.quiet || !task.status.ok()) {
          console.Out(ExplainText(task));
        }
      },
      stop);
}

}  // namespace pqpack::cli

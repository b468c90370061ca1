// SPDX-License-Identifier: Apache-2.0
#include "cli/output_options.h"

namespace pqpack::cli {

LogLevel OutputOptions::level() const {
  if (log_level == "error") return LogLevel::kError;
  if (log_level == "warning") return LogLevel::kWarning;
  if (log_level == "info") return LogLevel::kInfo;
  if (log_level == "debug") return LogLevel::kDebug;
  if (verbose) return LogLevel::kInfo;
  return quiet ? LogLevel::kError : LogLevel::kWarning;
}

std::vector<Flag> OutputFlags(OutputOptions* options) {
  const std::string group = "Output";
  return {
      {.name = "output",
       .value = "FORM",
       .group = group,
       .help = "text (default) or json: an object per line",
       .notes = "",
       .set = SetChoice(&options->output, {"text", "json"})},
      {.name = "quiet",
       .value = "",
       .group = group,
       .help = "no progress, no warnings, only counts at the end",
       .notes = "Failures are still named. JSON output is not shortened.",
       .set = SetBoolean(&options->quiet),
       .letter = 'q'},
      {.name = "verbose",
       .value = "",
       .group = group,
       .help = "name each file as it is done: --log-level info",
       .notes = "",
       .set = SetBoolean(&options->verbose),
       .letter = 'v'},
      {.name = "log-level",
       .value = "LEVEL",
       .group = group,
       .help = "error, warning (default), info or debug",
       .notes = "What is said on stderr. `debug` adds each file as it starts and each retried "
                "request.",
       .set =
           [options](std::string_view value) {
             // What others call them.
             if (value == "warn") value = "warning";
             if (value == "trace") value = "debug";
             return SetChoice(&options->log_level, {"error", "warning", "info", "debug"})(value);
           }},
      {.name = "stat",
       .value = "",
       .group = group,
       .help = "count the requests to S3, by operation",
       .notes = "",
       .set = SetBoolean(&options->stat)},
      {.name = "help",
       .value = "",
       .group = group,
       .help = "this text",
       .notes = "",
       .set = SetBoolean(&options->help),
       .letter = 'h'},
  };
}

}  // namespace pqpack::cli

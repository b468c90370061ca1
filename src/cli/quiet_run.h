// SPDX-License-Identifier: Apache-2.0
//
// A command that has no line for each file: the work, then what there is to say of it.
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output_options.h"
#include "cli/quiet_events.h"
#include "cli/run_end.h"

namespace pqpack::cli {

// `Outcome` is a RunEnd.  `work` fills what it finds out and gives why it ended early; `text` gets
// the outcome and whether to be brief.  Gives the exit code.
template <typename Outcome, typename Arguments, typename Work, typename Text, typename JsonLines>
int RunQuietly(const Arguments& arguments, const Context& context, const Work& work,
               const Text& text, const JsonLines& json) {
  Console& console = context.console;
  Outcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  QuietEvents events(console, arguments.output, StyleFor(arguments.output, context));
  outcome.status = work(arguments, context, events, run.stop(), &outcome);
  events.Finish();
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, FileCounts{}, run.signal());
  TellError(outcome, /*told=*/false, arguments.output, console);
  if (arguments.output.json()) {
    console.Out(json(outcome));
  } else if (const std::string said = text(outcome, arguments.output.quiet); !said.empty()) {
    console.Out(said);
  }
  return outcome.exit_code;
}

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/app.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <span>

#include "cli/check_list.h"
#include "cli/command.h"
#include "cli/commit_command.h"
#include "cli/compact_command.h"
#include "cli/diagnose_command.h"
#include "cli/execute_command.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/human.h"
#include "cli/inspect_command.h"
#include "cli/outcome.h"
#include "cli/plan_command.h"
#include "cli/recover_command.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/repack_command.h"
#include "cli/undo_command.h"
#include "cli/verify_command.h"

namespace pqpack::cli {
namespace {

bool Has(std::span<const std::string> args, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      args, [&](const std::string& arg) { return std::ranges::find(words, arg) != words.end(); });
}

// Asked before the flags are known to be right: a program that asked for JSON
// gets its summary whatever is wrong.
bool WantsJson(std::span<const std::string> args) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--output=json") return true;
    if (args[i] == "--output" && i + 1 < args.size() && args[i + 1] == "json") return true;
  }
  return false;
}

int UsageError(const Status& status, bool json, Console& console) {
  Outcome outcome;
  outcome.exit_code = kExitUsage;
  console.Err(ErrorText(status));
  if (json) {
    console.Out(ErrorJson(status));
    console.Out(SummaryJson(outcome));
  }
  return outcome.exit_code;
}

Status UnknownCommand(const std::string& word, std::span<const Command> commands) {
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command.name);
  if (word.starts_with('-')) {
    return Error(ErrorCode::kInvalid, OneLine(word) + " stands before the command",
                 "Write pqpack " + OneOf(names) + " first, then flags.");
  }
  const std::string nearest = Nearest(word, names);
  return Error(
      ErrorCode::kInvalid, "unknown command '" + OneLine(word) + "'",
      nearest.empty() ? "Known: " + OneOf(names) + "." : "Did you mean pqpack " + nearest + "?");
}

int RunCommand(Command& command, std::span<const std::string> args, const Context& context) {
  if (Has(args, {"--help", "-h"})) {
    context.console.Out(CommandHelp(command));
    return kExitOk;
  }
  if (const auto status = ParseFlags(args, command.flags); !status.ok()) {
    return UsageError(status, WantsJson(args), context.console);
  }
  return command.run(context);
}

int Dispatch(std::span<const std::string> args, std::string_view version, const Context& context) {
  Console& console = context.console;
  std::vector<Command> commands;
  commands.push_back(MakeRepackCommand());
  commands.push_back(MakeCompactCommand());
  commands.push_back(MakePlanCommand());
  commands.push_back(MakeExecuteCommand());
  commands.push_back(MakeCommitCommand());
  commands.push_back(MakeRecoverCommand());
  commands.push_back(MakeUndoCommand());
  commands.push_back(MakeRunsCommand());
  commands.push_back(MakeDiagnoseCommand());
  commands.push_back(MakeVerifyCommand());
  commands.push_back(MakeInspectCommand());

  const std::string first = args.empty() ? "" : args[0];
  if (first == "--version" || first == "version") {
    console.Out("pqpack " + std::string(version));
    return kExitOk;
  }
  if (first == "--help-markdown") {
    console.Out(MarkdownHelp(commands));
    return kExitOk;
  }
  if (first == "--checks-markdown") {
    console.Out(ChecksMarkdown());
    return kExitOk;
  }
  // `pqpack help repack` is `pqpack repack --help`.
  const bool help = first == "help" || first == "--help" || first == "-h";
  const std::string name = help && args.size() > 1 ? args[1] : first;
  for (auto& command : commands) {
    if (command.name != name) continue;
    if (!help) return RunCommand(command, args.subspan(1), context);
    console.Out(CommandHelp(command));
    return kExitOk;
  }
  if (help && args.size() < 2) {
    console.Out(OverviewHelp(commands, version));
    return kExitOk;
  }
  if (args.empty()) {
    console.Err(OverviewHelp(commands, version));
    return kExitUsage;
  }
  return UsageError(UnknownCommand(name, commands), WantsJson(args), console);
}

}  // namespace

int RunApp(const std::vector<std::string>& args, std::string_view version) {
  OpenStandardDescriptors();
  Console console(STDOUT_FILENO, STDERR_FILENO);
  const Environment environment = Environment::FromProcess();
  int code = kExitSomeFailed;
  try {
    code = Dispatch(args, version, {console, environment, version});
  } catch (const std::exception& error) {
    // Out of threads or of memory outside of what the library accounts for.
    console.Err(std::string("error: ") + error.what() +
                ". Run again with fewer --workers or a smaller --memory-limit.");
  }
  if (const int error = console.out_error(); error != 0) {
    console.Err(std::string("error: stdout can't be written: ") + std::strerror(error) +
                ". The work itself was not affected.");
    return code == kExitOk ? kExitSomeFailed : code;
  }
  return code;
}

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/add_line.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/render_json.h"
#include "cli/wrap.h"

namespace pqpack::cli {
namespace {

// "-q, --quiet", "--src LOCATION", "FILE"
std::string Spelling(const Flag& flag) {
  if (flag.positional) return flag.value;
  std::string text = flag.letter != 0 ? fmt::format("-{}, ", flag.letter) : "";
  text += "--" + flag.name;
  if (!flag.value.empty()) text += " " + flag.value;
  return text;
}

std::vector<std::string> Groups(const Command& command) {
  std::vector<std::string> groups;
  for (const auto& flag : command.flags) {
    if (std::ranges::find(groups, flag.group) == groups.end()) groups.push_back(flag.group);
  }
  return groups;
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// A command that is too long for a line goes on behind a backslash, as a shell reads it.
std::string ShellLines(std::string_view indent, std::string_view command) {
  std::string text;
  std::string line(indent);
  if (Columns(indent) + Columns(command) <= kTextColumns) return line.append(command);
  while (!command.empty()) {
    const std::string_view piece = command.substr(0, command.find(" --", 1));
    if (Columns(line) + Columns(piece) + Columns(" \\") > kTextColumns) {
      text += line + " \\\n";
      line = std::string(indent) + "   ";
    }
    line += piece;
    command.remove_prefix(piece.size());
  }
  return text + line;
}

void AddExamples(std::string& text, const Command& command, std::string_view indent) {
  for (const auto& example : command.examples) {
    if (!example.comment.empty()) AddLine(text, "{}# {}", indent, example.comment);
    AddLine(text, "{}", ShellLines(indent, example.line));
  }
}

// A `|` would end a table's cell.
std::string Cell(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

void AddEvents(std::string& text, std::span<const JsonEvent> events) {
  AddLine(text, "| event | fields | meaning |\n|---|---|---|");
  for (const auto& event : events) {
    AddLine(text, "| `{}` | {} | {} |", event.name, event.fields, event.meaning);
  }
}

void AddCommandMarkdown(std::string& text, const Command& command) {
  AddLine(text, "## pqpack {}\n", command.name);
  AddLine(text, "    pqpack {} {}\n", command.name, command.synopsis);
  AddLine(text, "{}\n", command.description);
  for (const auto& group : Groups(command)) {
    AddLine(text, "### {}\n\n| flag | meaning |\n|---|---|", group);
    for (const auto& flag : command.flags) {
      if (flag.group != group) continue;
      std::string meaning = flag.help;
      if (!flag.notes.empty()) meaning += ". " + flag.notes;
      AddLine(text, "| `{}` | {} |", Spelling(flag), Cell(meaning));
    }
    text += '\n';
  }
  AddLine(text, "### Examples\n");
  AddExamples(text, command, "    ");
  text += '\n';
  if (command.events.empty()) return;
  AddLine(text, "### Its lines of --output json\n");
  AddEvents(text, command.events);
  text += '\n';
}

}  // namespace

std::string OverviewHelp(std::span<const Command> commands, std::string_view version) {
  std::string text;
  AddLine(text, "pqpack {}: makes Parquet datasets right and right-sized where they lie\n",
          version);
  AddLine(text, "usage: pqpack COMMAND [FLAG...]\n");
  AddLine(text, "Commands");
  for (const auto& command : commands) AddLine(text, "  {:<12} {}", command.name, command.summary);
  AddLine(text, "\npqpack COMMAND --help   flags and examples");
  AddLine(text, "pqpack --version        the version\n");
  AddLine(text, "Exit codes");
  for (const auto& code : ExitCodes()) AddLine(text, "  {:<4} {}", code.code, code.meaning);
  AddLine(text, "\nExamples");
  for (const auto& command : commands) {
    AddLine(text, "{}", ShellLines("  ", command.examples.front().line));
  }
  return text;
}

std::string CommandHelp(const Command& command) {
  std::string text;
  const std::string usage = "usage: pqpack " + command.name + " ";
  AddLine(text, "{}\n", Wrap(usage, usage.size(), WordsOf(command.synopsis)));
  AddLine(text, "{}", command.description);
  for (const auto& group : Groups(command)) {
    AddLine(text, "\n{}", group);
    for (const auto& flag : command.flags) {
      if (flag.group == group) AddLine(text, "  {:<22} {}", Spelling(flag), flag.help);
    }
  }
  AddLine(text, "\nExamples");
  AddExamples(text, command, "  ");
  return text;
}

std::string MarkdownHelp(std::span<const Command> commands) {
  std::string text;
  AddLine(text, "<!-- Made by `pqpack --help-markdown`; edit the sources in src/cli/ instead. -->");
  AddLine(text, "# The command line\n");
  AddLine(
      text,
      "A location is `s3://bucket/prefix`, `file:///path` or a plain path; it names one file or\n"
      "a prefix. Flags are accepted with `-` and with `_` (`--batch_size`), values as\n"
      "`--flag VALUE` and `--flag=VALUE`, and flags without a value as `--flag`, `--flag=true`\n"
      "and `--flag true`. Where a flag is repeated the last one counts;\n"
      "--src and --dst are given once.\n");
  AddLine(text, "Results go to stdout, everything else (progress, log, errors) to stderr.\n");
  for (const auto& command : commands) AddCommandMarkdown(text, command);

  AddLine(text,
          "## Environment\n\nFlags come before variables. A variable set to nothing counts as not "
          "set.\n\n| variable | meaning |\n|---|---|");
  for (const auto& variable : KnownVariables()) {
    AddLine(text, "| `{}` | {} |", variable.name, variable.meaning);
  }
  AddLine(text,
          "\n## Exit codes\n\nThe first that applies: 130 or 143, then 6, 3, 1, 4, 5.\n\n"
          "| code | meaning |\n|---|---|");
  for (const auto& code : ExitCodes()) AddLine(text, "| {} | {} |", code.code, code.meaning);
  AddLine(text,
          "\n## --output json\n\nOne object per line on stdout; each has `v` (now 1) and `event`. "
          "Fields are added\nin later releases, never renamed or removed within a version.\n");
  AddEvents(text, JsonEvents());
  return text;
}

}  // namespace pqpack::cli

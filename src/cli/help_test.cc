// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "cli/human.h"
#include "cli/inspect_command.h"
#include "cli/repack_command.h"

namespace pqpack::cli {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Help, FitsOneScreen) {
  const std::vector<Command> commands = {MakeRepackCommand(), MakeInspectCommand()};
  for (const auto& text :
       {OverviewHelp(commands, "1.2.3"), CommandHelp(commands[0]), CommandHelp(commands[1])}) {
    EXPECT_LE(LinesOf(text).size(), 60u);
    for (const auto& line : LinesOf(text)) EXPECT_LE(Columns(line), 80) << line;
  }
}

TEST(Help, HasEachFlagWithItsValueOnce) {
  const Command command = MakeRepackCommand();
  const auto text = CommandHelp(command);
  const std::vector<Command> commands = {command};
  const auto markdown = MarkdownHelp(commands);
  std::set<std::string> names;
  std::set<char> letters;
  for (const auto& flag : command.flags) {
    EXPECT_TRUE(names.insert(flag.name).second) << flag.name;
    if (flag.letter != 0) {
      EXPECT_TRUE(letters.insert(flag.letter).second) << flag.letter;
    }
    const std::string spelling = "--" + flag.name + (flag.value.empty() ? "" : " " + flag.value);
    EXPECT_NE(text.find(spelling + " "), std::string::npos) << spelling;
    EXPECT_NE(text.find(" " + flag.help + "\n"), std::string::npos) << flag.help;
    EXPECT_NE(markdown.find(spelling + "` | " + flag.help), std::string::npos) << spelling;
    EXPECT_TRUE(flag.set);
  }
}

TEST(Help, EndsInExamples) {
  const Command command = MakeRepackCommand();
  ASSERT_FALSE(command.examples.empty());
  EXPECT_TRUE(CommandHelp(command).ends_with("  " + command.examples.back().line + "\n"));
}

}  // namespace
}  // namespace pqpack::cli

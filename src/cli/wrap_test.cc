// SPDX-License-Identifier: Apache-2.0
#include "cli/wrap.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/human.h"

namespace pqpack::cli {
namespace {

TEST(Wrap, BreaksBetweenPiecesAndHangs) {
  EXPECT_EQ(Wrap("  ", 4, {"a", "b c", "d"}), "  a b c d");
  EXPECT_EQ(Wrap("", 2, {std::string(40, 'x'), std::string(39, 'y'), "z"}),
            std::string(40, 'x') + " " + std::string(39, 'y') + "\n  z");
  EXPECT_EQ(Wrap("", 2, {std::string(40, 'x'), std::string(40, 'y')}),
            std::string(40, 'x') + "\n  " + std::string(40, 'y'));
}

TEST(Wrap, BreaksUpWhatIsLongerThanALine) {
  const std::string text = Wrap("> ", 4, {"a", std::string(200, 'x')});
  EXPECT_EQ(text, "> a\n    " + std::string(76, 'x') + "\n    " + std::string(76, 'x') + "\n    " +
                      std::string(48, 'x'));
}

TEST(Wrap, LetsNothingThroughThatATerminalActsOn) {
  EXPECT_EQ(Wrap("", 0, {"a\x1b[2J\nb", "\xc2\x9b"}), "a\\x1b[2J; b \\xc2\\x9b");
}

TEST(Wrap, NoLineIsTooLongWhateverComes) {
  std::vector<std::string> pieces;
  for (int i = 0; i < 300; ++i) {
    pieces.push_back(std::string(static_cast<size_t>(i * 7 % 190), static_cast<char>(i)) +
                     "\u00fc");
  }
  std::istringstream lines(Wrap("      ", 9, pieces));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(Columns(line), kTextColumns) << line;
}

TEST(Cut, KeepsWhatFitsAndSaysThatMoreFollows) {
  EXPECT_EQ(Cut("abc", 5), "abc");
  EXPECT_EQ(Cut("abcde", 5), "abcde");
  EXPECT_EQ(Cut("abcdef", 5), "ab...");
  EXPECT_EQ(Cut("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc", 5), "\u00e4\u00f6...");
  EXPECT_EQ(Cut(std::string(1'000'000, '\x1b'), 9), "\\x1b\\x...");
}

}  // namespace
}  // namespace pqpack::cli

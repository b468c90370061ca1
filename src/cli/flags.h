// SPDX-License-Identifier: Apache-2.0
//
// A flag is one object: its name, its group, its help and what its value does.
// Parsing, --help, docs/cli.md and "did you mean" all read the same list.
//
// The grammar: --name VALUE, --name=VALUE, and booleans as --name, --name=true,
// --name true (or false).  `_` stands for `-` in names, because some launchers
// (AWS Glue) pass --batch_size.  The last one wins where a flag is repeated,
// unless it is marked `once`.  Where a command takes words
// without a flag, all behind a `--` are such.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace pqpack::cli {

struct Flag {
  std::string name;   // without dashes, words joined by '-'
  std::string value;  // what help calls its value; empty: a boolean
  std::string group;  // heading in help
  std::string help;   // one line
  std::string notes;  // what docs/cli.md says on top of `help`; may be empty
  // Booleans get "true" or "false".  kInvalid with a message that says what would do.
  std::function<Status(std::string_view value)> set;
  char letter = 0;    // -h; 0: none
  bool once = false;  // a second one is an error instead of an override
  // Given without its name: `pqpack inspect FILE`.  The words that follow no flag
  // belong to these, in order, a word each.
  bool positional = false;
};

// Applies `args` to the flags.  kInvalid, naming the argument, for an unknown
// flag (with the nearest known one), a missing or bad value, a stray word.
Status ParseFlags(std::span<const std::string> args, std::span<const Flag> flags);

// The entry of `names` that `word` is most likely a slip of, or empty.
std::string Nearest(std::string_view word, std::span<const std::string> names);

// Setters for `Flag::set`.  The target is borrowed and outlives the flag.
std::function<Status(std::string_view)> SetText(std::string* target);
std::function<Status(std::string_view)> SetBoolean(bool* target);
std::function<Status(std::string_view)> SetInteger(int64_t* target, int64_t lowest,
                                                   int64_t highest);
std::function<Status(std::string_view)> SetChoice(std::string* target,
                                                  std::vector<std::string> choices);

// A whole number in decimal, nothing else: no sign but '-', no spaces, no
// locale.  kInvalid says so.
Result<int64_t> ParseInteger(std::string_view text, int64_t lowest, int64_t highest);

// "a, b or c".
std::string OneOf(std::span<const std::string> names);

}  // namespace pqpack::cli

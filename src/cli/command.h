// SPDX-License-Identifier: Apache-2.0
//
// A command is one value: its words in --help and docs/cli.md, its flags, and
// what it does.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/environment.h"
#include "cli/flags.h"
#include "cli/json_event.h"

namespace pqpack::cli {

// What a command gets from the process.  Borrowed.
struct Context {
  Console& console;
  const Environment& environment;
  std::string_view version = {};
};

struct Example {
  std::string comment;
  std::string line;
};

struct Command {
  std::string name;
  std::string summary;      // one line, for the list of commands
  std::string synopsis;     // what follows the name
  std::string description;  // a few lines
  std::vector<Flag> flags;
  std::vector<Example> examples;  // each one is run by the tests
  // Runs after the flags were parsed; prints its own errors and summary and
  // returns the exit code.
  std::function<int(const Context&)> run;
  std::span<const JsonEvent> events = {};  // of --output json, where they are its own
};

}  // namespace pqpack::cli

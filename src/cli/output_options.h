// SPDX-License-Identifier: Apache-2.0
//
// The flags that every command has: what is said, how much and in which form.
#pragma once

#include <string>
#include <vector>

#include "cli/flags.h"

namespace pqpack::cli {

// What reaches stderr besides progress; each level includes those before it.
enum class LogLevel {
  kError,    // failures
  kWarning,  // what deserves a look; the default
  kInfo,     // each file
  kDebug,    // each file as it starts, each retry
};

struct OutputOptions {
  std::string output = "text";
  std::string log_level;
  bool quiet = false;
  bool verbose = false;
  bool stat = false;
  bool help = false;

  bool json() const { return output == "json"; }
  // --log-level, else what --quiet or --verbose stand for.
  LogLevel level() const;
};

std::vector<Flag> OutputFlags(OutputOptions* options);

}  // namespace pqpack::cli

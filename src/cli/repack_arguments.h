// SPDX-License-Identifier: Apache-2.0
//
// From `pqpack repack`'s flags and variables to the library's options.  Nothing
// is opened here but local folders' identities.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/flags.h"
#include "cli/output_options.h"
#include "cli/store_options.h"
#include "run/repack.h"

namespace pqpack::cli {

struct RepackArguments {
  std::string src;
  std::string dst;
  int64_t workers = 0;
  int64_t batch_size = 65536;
  std::string target = "snowflake";
  std::string engine = "auto";
  std::string compression = "keep";
  std::string shard;  // "I/N"
  bool no_skip_existing = false;
  bool update_stale = false;
  bool convert_types = false;
  bool allow_lossy = false;
  bool dry_run = false;
  std::string report;
  StoreOptions store;
  OutputOptions output;
};

// Empty, or why the variables of an indexed job don't do what they seem to.
std::string ShardWarning(const RepackArguments& arguments, const Environment& environment);

std::vector<Flag> RepackFlags(RepackArguments* arguments);

// kInvalid for what is missing, wrong or contradictory: the user's to correct
// before anything is done.  Without --src the container's variables stand in.
// `memory_limit` is left at its default.
Result<RepackOptions> MakeRepackOptions(RepackArguments arguments, const Environment& environment);

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// --shard I/N: one worker's share of what several do.  Also from PQPACK_SHARDS with the index that
// every Kubernetes Indexed Job and AWS Batch array job has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "cli/environment.h"
#include "cli/flags.h"

namespace pqpack::cli {

Flag ShardFlag(std::string* shard, const std::string& group, const std::string& help);

// "2/8" -> {2, 8}.  kInvalid.
Result<std::pair<int64_t, int64_t>> ParseShard(std::string_view text);

// Fills `shard` from the variables where it is empty.
Status ApplyShardVariables(const Environment& environment, std::string* shard);

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/shard.h"

#include <fmt/format.h>

#include "cli/human.h"

namespace pqpack::cli {
namespace {

constexpr int64_t kMostShards = 1'000'000;

}  // namespace

Flag ShardFlag(std::string* shard, const std::string& group, const std::string& help) {
  return {.name = "shard",
          .value = "I/N",
          .group = group,
          .help = help,
          .notes =
              "The shares are disjoint and complete, whatever each worker lists first. Also "
              "from PQPACK_SHARDS with JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX.",
          .set = SetText(shard)};
}

Result<std::pair<int64_t, int64_t>> ParseShard(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return Error(ErrorCode::kInvalid, "'" + OneLine(text) + "' is not I/N",
                 "Give --shard 0/4 to the first of four workers.");
  }
  PQ_ASSIGN(const int64_t count, ParseInteger(text.substr(slash + 1), 1, kMostShards));
  PQ_ASSIGN(const int64_t index, ParseInteger(text.substr(0, slash), 0, kMostShards));
  if (index >= count) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("'{}': there is no share {} of {}", OneLine(text), index, count),
                 fmt::format("I counts from 0 to {}.", count - 1));
  }
  return std::pair(index, count);
}

// PQPACK_SHARDS is ours alone; the index is in every Kubernetes Indexed Job and says nothing
// without it.
Status ApplyShardVariables(const Environment& environment, std::string* shard) {
  const std::string count = environment.Get("PQPACK_SHARDS");
  if (count.empty() || !shard->empty()) return Status::OK();
  const std::string index =
      environment.First({"JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"});
  if (index.empty()) {
    return Error(ErrorCode::kInvalid,
                 "PQPACK_SHARDS is set, but neither JOB_COMPLETION_INDEX nor "
                 "AWS_BATCH_JOB_ARRAY_INDEX",
                 "Give --shard I/N, or run as an indexed job.");
  }
  *shard = index + "/" + count;
  return Within("JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX with PQPACK_SHARDS",
                ParseShard(*shard).status());
}

}  // namespace pqpack::cli

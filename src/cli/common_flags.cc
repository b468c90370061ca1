// SPDX-License-Identifier: Apache-2.0
#include "cli/common_flags.h"

#include <vector>

#include "target/target.h"

namespace pqpack::cli {

Flag WorkersFlag(int64_t* workers, const std::string& group, const std::string& what) {
  return {.name = "workers",
          .value = "N",
          .group = group,
          .help = what + " (default 0: 4 a CPU, at most 32)",
          .notes = "",
          .set = SetInteger(workers, 0, kMostWorkers)};
}

Flag BatchSizeFlag(int64_t* rows, const std::string& group) {
  return {.name = "batch-size",
          .value = "N",
          .group = group,
          .help = "rows a batch (65536); no effect without re-encoding",
          .notes = "More rows take more memory and fewer steps.",
          .set = SetInteger(rows, 1, kMostRows)};
}

Flag CompressionFlag(std::string* name, const std::string& group) {
  return {.name = "compression",
          .value = "CODEC",
          .group = group,
          .help = "keep (default), snappy, zstd, gzip or none",
          .notes = "`keep` keeps each column's codec; one that the target can't read is replaced.",
          .set = SetChoice(name, {"keep", "snappy", "zstd", "gzip", "none"})};
}

std::optional<Codec> CodecOf(std::string_view name) {
  if (name == "snappy") return Codec::kSnappy;
  if (name == "zstd") return Codec::kZstd;
  if (name == "gzip") return Codec::kGzip;
  if (name == "none") return Codec::kUncompressed;
  return std::nullopt;
}

std::string TargetNames() {
  std::vector<std::string> names;
  for (const auto& target : Targets()) names.emplace_back(target.name);
  return "One of " + OneOf(names);
}

}  // namespace pqpack::cli

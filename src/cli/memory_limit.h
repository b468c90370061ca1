// SPDX-License-Identifier: Apache-2.0
//
// How much memory the process may plan with: --memory-limit, but never more than
// half of what its cgroup (container) allows.  The other half is for what the
// budget does not count: code, stacks, libraries.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/status.h"

namespace pqpack::cli {

// "1GiB", "512MB", "64m", "1.5 GiB", "1073741824".  K, M, G, T; with "iB" or
// alone powers of 1024, with "B" powers of 1000.  kInvalid otherwise.
Result<int64_t> ParseSize(std::string_view text);

// The tightest memory limit of this process's cgroups, versions 1 and 2, in
// bytes.  `root` is "/" outside of tests.
std::optional<int64_t> CgroupMemoryLimit(const std::filesystem::path& root);

struct MemoryLimit {
  int64_t bytes = 0;
  bool reduced = false;  // less than was asked for, because of the cgroup
};

// `asked` is 0 for the default of 1 GiB.
MemoryLimit ChooseMemoryLimit(int64_t asked, std::optional<int64_t> cgroup);

// Less than this can't hold a part of an upload and a batch of rows.
inline constexpr int64_t kLowestMemoryLimit = int64_t{16} << 20;

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// cgroups: /proc/self/cgroup has a line "0::/path" for version 2 and
// "N:memory,...:/path" for version 1.  A limit of any ancestor counts too, and in
// a container without a cgroup namespace the path is the host's while only its
// own part is mounted, so every ancestor of the path is tried up to the root
// (Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of Linux).
#include "cli/memory_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string>

#include "base/bytes.h"
#include "cli/human.h"

namespace pqpack::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kDefault = kGiB;

// "max" and version 1's "no limit" (a huge number) are none.
std::optional<int64_t> ReadLimit(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  if (!(in >> word)) return std::nullopt;
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || value <= 0 || value >= (int64_t{1} << 60)) return std::nullopt;
  return value;
}

void Tighten(std::optional<int64_t>& limit, std::optional<int64_t> other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

bool HasMemoryController(std::string_view controllers) {
  return ("," + std::string(controllers) + ",").find(",memory,") != std::string::npos;
}

}  // namespace

Result<int64_t> ParseSize(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Error(ErrorCode::kInvalid, fmt::format("'{}' {}", OneLine(text), why),
                 "Give a size such as 512MB, 1GiB or 1073741824.");
  };
  double number = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number, std::chars_format::fixed);
  if (text.empty() || error != std::errc() || !std::isfinite(number) || number < 0) {
    return bad("is not a size");
  }
  std::string unit(stop, end);
  while (unit.starts_with(' ')) unit.erase(0, 1);
  std::ranges::transform(unit, unit.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  double scale = 1;
  if (!unit.empty() && unit != "b") {
    const size_t power = std::string_view("kmgt").find(unit[0]) + 1;
    const std::string_view rest = std::string_view(unit).substr(1);
    const bool known = rest.empty() || rest == "b" || rest == "ib";
    if (power == 0 || !known) return bad("has an unknown unit");
    scale = std::pow(rest == "b" ? 1000.0 : 1024.0, static_cast<double>(power));
  }
  if (number * scale >= 9e18) return bad("is too large");
  return static_cast<int64_t>(number * scale);
}

std::optional<int64_t> CgroupMemoryLimit(const fs::path& root) {
  std::optional<int64_t> limit;
  std::ifstream in(root / "proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const bool v2 = second == first + 1;
    if (!v2 && !HasMemoryController(line.substr(first + 1, second - first - 1))) continue;
    const fs::path mount = root / (v2 ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
    const char* name = v2 ? "memory.max" : "memory.limit_in_bytes";
    fs::path group = fs::path(line.substr(second + 1)).relative_path();
    for (;; group = group.parent_path()) {
      Tighten(limit, ReadLimit(mount / group / name));
      if (group.empty()) break;
    }
  }
  return limit;
}

MemoryLimit ChooseMemoryLimit(int64_t asked, std::optional<int64_t> cgroup) {
  MemoryLimit limit{asked == 0 ? kDefault : asked, false};
  if (cgroup && *cgroup / 2 < limit.bytes) {
    limit.reduced = asked != 0;
    limit.bytes = std::max(*cgroup / 2, std::min(limit.bytes, kLowestMemoryLimit));
  }
  return limit;
}

}  // namespace pqpack::cli

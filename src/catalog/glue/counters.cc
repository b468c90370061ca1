// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/counters.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pqpack {
namespace {

constexpr std::string_view kSpark = "spark.sql.statistics.";
constexpr std::array<std::string_view, 2> kFiles = {"numFiles", "objectCount"};
constexpr std::array<std::string_view, 3> kBytes = {"totalSize", "sizeKey",
                                                    "spark.sql.statistics.totalSize"};
constexpr std::array<std::string_view, 3> kDropped = {"rawDataSize", "averageRecordSize",
                                                      "COLUMN_STATS_ACCURATE"};

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

GlueJson CorrectCounters(GlueJson parameters,
                         const std::optional<LocationChange::Contents>& contents) {
  if (!parameters.is_object()) return parameters;
  GlueJson corrected = GlueJson::object();
  for (const auto& [name, value] : parameters.items()) {
    const bool of_files = IsOneOf(kFiles, name);
    const bool of_bytes = IsOneOf(kBytes, name);
    if (IsOneOf(kDropped, name)) continue;
    if (of_files || of_bytes) {
      if (!contents) continue;
      corrected[name] = std::to_string(of_files ? contents->files : contents->bytes);
    } else if (contents || !name.starts_with(kSpark)) {
      corrected[name] = value;
    }
  }
  return corrected;
}

std::vector<std::string> CountersIn(const GlueJson& parameters) {
  std::vector<std::string> names;
  if (!parameters.is_object()) return names;
  for (const auto& [name, value] : parameters.items()) {
    if (IsOneOf(kFiles, name) || IsOneOf(kBytes, name) || IsOneOf(kDropped, name)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace pqpack

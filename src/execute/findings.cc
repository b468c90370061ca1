// SPDX-License-Identifier: Apache-2.0
#include "execute/findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace pqpack {
namespace {

constexpr size_t kColumnsNamed = 5;

std::string Line(const std::string& sentence, const std::vector<std::string>& columns) {
  if (columns.empty()) return sentence;
  const std::span named(columns.data(), std::min(columns.size(), kColumnsNamed));
  std::string line = fmt::format("{}: {}", sentence, fmt::join(named, ", "));
  if (named.size() < columns.size()) {
    line += fmt::format(" and {} more", columns.size() - named.size());
  }
  return line;
}

}  // namespace

void Findings::Add(std::string sentence, std::string_view column) {
  auto found = std::find_if(findings_.begin(), findings_.end(),
                            [&](const auto& finding) { return finding.first == sentence; });
  if (found == findings_.end()) {
    found = findings_.emplace(found, std::move(sentence), std::vector<std::string>{});
  }
  if (!column.empty()) found->second.emplace_back(column);
}

std::vector<std::string> Findings::Lines() const {
  std::vector<std::string> lines;
  lines.reserve(findings_.size());
  for (const auto& [sentence, columns] : findings_) lines.push_back(Line(sentence, columns));
  return lines;
}

}  // namespace pqpack

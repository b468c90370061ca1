// SPDX-License-Identifier: Apache-2.0
#include "diagnose/findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace pqpack {
namespace {

constexpr size_t kNamed = 5;

std::string Places(const std::vector<std::string>& places) {
  const std::span named(places.data(), std::min(places.size(), kNamed));
  std::string text = fmt::format("{}", fmt::join(named, ", "));
  if (named.size() < places.size()) {
    text += fmt::format(" and {} more", places.size() - named.size());
  }
  return text;
}

}  // namespace

void Findings::Add(std::string what, std::string_view where) {
  auto found = std::find_if(findings_.begin(), findings_.end(),
                            [&](const auto& finding) { return finding.first == what; });
  if (found == findings_.end()) {
    found = findings_.emplace(found, std::move(what), std::vector<std::string>{});
  }
  auto& places = found->second;
  if (!where.empty() && (places.empty() || places.back() != where)) places.emplace_back(where);
}

std::vector<Finding> Findings::List() const {
  std::vector<Finding> list;
  list.reserve(findings_.size());
  for (const auto& [what, places] : findings_) list.push_back({what, Places(places)});
  return list;
}

std::vector<Finding> Joined(std::vector<Finding> first, const std::vector<Finding>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace pqpack

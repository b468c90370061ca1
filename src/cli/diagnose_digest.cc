// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnose_digest.h"

#include <algorithm>

#include "diagnose/fault_groups.h"

namespace pqpack::cli {
namespace {

// Signatures that nobody counts; past it they say little.
constexpr size_t kMostWriters = 200;

}  // namespace

void DiagnoseDigest::Add(const FileDiagnosis& diagnosis) {
  for (const FaultGroup& group : GroupByCheck(diagnosis.faults)) {
    const Fault& fault = group.first;
    checks_[{fault.check, fault.severity, fault.repair}].Add(diagnosis.uri);
  }
  ++repairs_[diagnosis.repair];
  const std::string name = diagnosis.writer.empty() ? "(no footer)" : diagnosis.writer;
  if (writers_.size() >= kMostWriters && !writers_.contains(name)) {
    ++other_writers_;
    return;
  }
  WriterCount& writer = writers_[name];
  writer.writer = name;
  writer.trust = diagnosis.verdict.trust;
  ++writer.files;
  ++writer.by_worst[diagnosis.worst()];
}

std::vector<CheckCount> DiagnoseDigest::Checks() const {
  std::vector<CheckCount> counts;
  counts.reserve(checks_.size());
  for (const auto& [key, files] : checks_) {
    counts.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), files});
  }
  std::ranges::sort(counts, [](const CheckCount& a, const CheckCount& b) {
    return std::tuple(b.severity, b.files.count, a.check->id, a.repair) <
           std::tuple(a.severity, a.files.count, b.check->id, b.repair);
  });
  return counts;
}

std::vector<WriterCount> DiagnoseDigest::Writers() const {
  std::vector<WriterCount> counts;
  counts.reserve(writers_.size());
  for (const auto& [name, count] : writers_) counts.push_back(count);
  std::ranges::sort(counts, [](const WriterCount& a, const WriterCount& b) {
    return std::tie(b.files, a.writer) < std::tie(a.files, b.writer);
  });
  return counts;
}

std::vector<const Check*> DiagnoseDigest::Convertible() const {
  std::vector<const Check*> found;
  for (const Check* check : AllChecks()) {
    if (check->changed_by_convert_types && Found(check->id)) found.push_back(check);
  }
  return found;
}

bool DiagnoseDigest::Found(std::string_view id) const {
  return std::ranges::any_of(checks_,
                             [&](const auto& entry) { return std::get<0>(entry.first)->id == id; });
}

std::string LoadHint(const Target& target, const DiagnoseDigest& digest) {
  constexpr std::string_view kAnyCase = "CASE_INSENSITIVE";
  std::string hint(target.hint);
  const size_t at = hint.find(kAnyCase);
  // COPY INTO: names that differ by case only need the stricter match.
  if (at != std::string::npos && digest.Found("names-differ-by-case")) {
    hint.replace(at, kAnyCase.size(), "CASE_SENSITIVE");
  }
  return hint;
}

}  // namespace pqpack::cli

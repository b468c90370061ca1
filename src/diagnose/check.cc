// SPDX-License-Identifier: Apache-2.0
#include "diagnose/check.h"

#include <algorithm>
#include <utility>

namespace pqpack {

Finder::Finder(const Check& check, const Target& target, std::vector<Fault>* faults)
    : check_(check), severity_(check.severity(target)), faults_(faults) {}

void Finder::Add(const Place& place, std::string detail) {
  Add(place, std::move(detail), check_.repair);
}

void Finder::Add(const Place& place, std::string detail, RepairLevel repair) {
  if (severity_ == Severity::kNone || faults_->size() >= kMostFaults) return;
  faults_->push_back({&check_, severity_, repair, place, std::move(detail)});
}

void Finder::Suspect(const Place& place, std::string detail) {
  if (severity_ == Severity::kNone || faults_->size() >= kMostFaults) return;
  faults_->push_back(
      {&check_, std::min(severity_, Severity::kWarn), check_.repair, place, std::move(detail)});
}

const Check* FindCheck(std::string_view id) {
  const auto all = AllChecks();
  const auto found = std::ranges::find(all, id, [](const Check* check) { return check->id; });
  return found == all.end() ? nullptr : *found;
}

std::vector<Fault> RunChecks(const FileView& view, const Target& target) {
  std::vector<Fault> faults;
  for (const Check* check : AllChecks()) {
    if (check->run == nullptr || check->severity(target) == Severity::kNone) continue;
    Finder finder(*check, target, &faults);
    check->run(view, target, &finder);
  }
  return faults;
}

RepairLevel LeastRepair(std::span<const Fault> faults, Severity from) {
  RepairLevel level = RepairLevel::kNone;
  for (const Fault& fault : faults) {
    if (fault.severity >= from) level = std::max(level, fault.repair);
  }
  return level;
}

Severity Worst(std::span<const Fault> faults) {
  Severity worst = Severity::kNone;
  for (const Fault& fault : faults) worst = std::max(worst, fault.severity);
  return worst;
}

std::string_view ToString(Severity severity) {
  constexpr std::string_view kNames[] = {"none", "warn", "error", "fatal"};
  return kNames[static_cast<size_t>(severity)];
}

std::string_view ToString(RepairLevel level) {
  constexpr std::string_view kNames[] = {"-", "1", "2", "3", "x"};
  return kNames[static_cast<size_t>(level)];
}

std::string_view ToString(LooksAt looks_at) {
  constexpr std::string_view kNames[] = {"footer", "page indexes", "first page headers",
                                         "every page"};
  return kNames[static_cast<size_t>(looks_at)];
}

std::vector<std::string> EvidenceLinks(std::string_view evidence) {
  std::vector<std::string> links;
  while (!evidence.empty()) {
    const size_t space = evidence.find(' ');
    const std::string_view word = evidence.substr(0, space);
    evidence = space == evidence.npos ? std::string_view() : evidence.substr(space + 1);
    const size_t hash = word.find('#');
    const bool issue = hash != word.npos && !word.starts_with("http");
    links.push_back(issue ? "https://github.com/" + std::string(word.substr(0, hash)) + "/issues/" +
                                std::string(word.substr(hash + 1))
                          : std::string(word));
  }
  return links;
}

}  // namespace pqpack

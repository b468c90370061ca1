// SPDX-License-Identifier: Apache-2.0
#include "cli/digest.h"

#include <algorithm>
#include <numeric>

namespace pqpack::cli {
namespace {

// Different sentences to count; past it they carry names and say little.
constexpr size_t kMostKinds = 1000;

}  // namespace

void Counts::Add(const Finding& finding) {
  auto found = index_.find(finding.what);
  if (found == index_.end()) {
    if (lines_.size() == kMostKinds) {
      ++more_;
      return;
    }
    found = index_.emplace(finding.what, lines_.size()).first;
    lines_.push_back({finding, 0});
  }
  Line& line = lines_[found->second];
  ++line.files;
  if (line.finding.where != finding.where) line.finding.where.clear();
}

std::vector<Counts::Line> Counts::Lines() const {
  std::vector<size_t> order(lines_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, [this](size_t a, size_t b) {
    const int64_t more = lines_[a].files - lines_[b].files;
    return more != 0 ? more > 0 : a < b;
  });
  std::vector<Line> lines(lines_.size());
  std::ranges::transform(order, lines.begin(), [this](size_t at) { return lines_[at]; });
  return lines;
}

void Names::Add(const std::string& name) {
  ++count;
  first.insert(std::ranges::upper_bound(first, name), name);
  if (first.size() > kMostNamed) first.pop_back();
}

void Digest::Add(const Event& event) {
  const auto said = [this](const auto& file) {
    for (const auto& reason : file.reasons) reasons.Add(reason);
    for (const auto& repair : file.repairs) repairs.Add(repair);
    for (const auto& warning : file.warnings) warnings.Add(warning);
  };
  if (const auto* done = std::get_if<FileDone>(&event)) {
    said(*done);
    if (done->empty) empty.Add(done->output);
  } else if (const auto* plan = std::get_if<FilePlanned>(&event)) {
    ++planned;
    said(*plan);
  } else if (const auto* skipped = std::get_if<FileSkipped>(&event)) {
    if (skipped->stale) stale.Add(skipped->output);
  } else if (const auto* failed = std::get_if<FileFailed>(&event)) {
    const std::string error = ErrorWithoutName(*failed);
    auto group = std::ranges::find(failures, error, &FailureGroup::error);
    if (group == failures.end()) {
      if (failures.size() == kMostKinds) {
        ++other_failures;
        return;
      }
      group = failures.insert(failures.end(),
                              {error, ActionOf(failed->error), failed->error.message(), {}});
    }
    group->files.Add(failed->uri);
  }
}

bool Digest::Tells(const Status& error) const {
  return std::ranges::find(failures, error.message(), &FailureGroup::message) != failures.end();
}

std::string ErrorWithoutName(const FileFailed& failed) {
  std::string text = failed.error.message();
  // As "NAME: reason", "where: NAME: reason", or "reason: NAME".
  if (text.starts_with(failed.uri + ": ")) return text.substr(failed.uri.size() + 2);
  const std::string later = ": " + failed.uri;
  if (const size_t at = text.find(later + ": "); at != std::string::npos) {
    return text.erase(at, later.size());
  }
  if (text.ends_with(later)) return text.substr(0, text.size() - later.size());
  if (const size_t at = text.find(failed.uri); at != std::string::npos) {
    text.replace(at, failed.uri.size(), "the file");
  }
  return text;
}

}  // namespace pqpack::cli

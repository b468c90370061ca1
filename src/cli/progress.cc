// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/human.h"

namespace pqpack::cli {
namespace {

constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kLineInterval = std::chrono::seconds(10);
constexpr int kNarrowestBar = 8;
constexpr int kBarFrom = 72;  // columns: here the bar counts for more than the last words
constexpr int kWidestBar = 40;

double Rate(const ProgressState& state) {
  return state.seconds > 0 ? static_cast<double>(state.bytes_done) / state.seconds : 0;
}

// 0 to 1 of what is known.
double Fraction(const ProgressState& state) {
  if (state.bytes_known > 0) {
    return static_cast<double>(state.bytes_done) / static_cast<double>(state.bytes_known);
  }
  if (state.files_known == 0) return 0;
  return static_cast<double>(state.files_done) / static_cast<double>(state.files_known);
}

// The most important first.
std::vector<std::string> Parts(const ProgressState& state) {
  std::vector<std::string> parts;
  const char* more = state.listed ? "" : "+";
  if (state.partitions_known > 0) {
    parts.push_back(fmt::format("{}/{} partitions", HumanCount(state.partitions_done),
                                HumanCount(state.partitions_known)));
  }
  parts.push_back(fmt::format("{}{}/{}{} files", state.publishing ? "publishing " : "",
                              HumanCount(state.files_done), HumanCount(state.files_known), more));
  if (state.failed > 0) parts.push_back(HumanCount(state.failed) + " failed");
  const double done = Fraction(state);
  if (done > 0 && done < 1) {
    parts.push_back(fmt::format("ETA {}{}", HumanLeft(state.seconds * (1 - done) / done), more));
  }
  if (!state.publishing) {
    parts.push_back(
        fmt::format("{}/{}{}", HumanBytes(state.bytes_done), HumanBytes(state.bytes_known), more));
    parts.push_back(HumanBytes(static_cast<int64_t>(Rate(state))) + "/s");
  }
  if (state.skipped > 0) parts.push_back(HumanCount(state.skipped) + " skipped");
  return parts;
}

std::string Bar(double fraction, int width) {
  const int inside = width - 2;
  const int full = std::clamp(static_cast<int>(fraction * inside), 0, inside);
  return "[" + std::string(full, '#') + std::string(inside - full, '.') + "]";
}

}  // namespace

std::string ProgressBar(const ProgressState& state, int width) {
  const int room = width - 1;
  const int words = width >= kBarFrom ? room - kNarrowestBar - 2 : room;
  std::string text;
  for (const auto& part : Parts(state)) {
    const std::string_view gap = text.empty() ? "" : "  ";
    if (Columns(text) + Columns(gap) + Columns(part) <= words) text.append(gap).append(part);
  }
  const int left = room - Columns(text) - 2;
  if (text.empty() || left < kNarrowestBar) return text;
  return Bar(Fraction(state), std::min(left, kWidestBar)) + "  " + text;
}

std::string ProgressLine(const ProgressState& state) {
  std::string text = "progress:";
  for (const auto& part : Parts(state)) text += (text.ends_with(':') ? " " : ", ") + part;
  return text + ", " + HumanSeconds(state.earlier_seconds + state.seconds);
}

void ProgressCounter::Add(const Event& event) {
  const auto finished = [this](const std::string& uri) {
    ++state_.files_done;
    const auto found = in_work_.find(uri);
    if (found == in_work_.end()) return;
    state_.bytes_done += found->second;
    in_work_bytes_ -= found->second;
    in_work_.erase(found);
  };
  if (const auto* page = std::get_if<FilesFound>(&event)) {
    found_files_ += page->files;
    found_bytes_ += page->bytes;
  } else if (const auto* queued = std::get_if<FileQueued>(&event)) {
    ++state_.files_known;
    state_.bytes_known += queued->bytes;
    in_work_bytes_ += queued->bytes;
    in_work_[queued->uri] = queued->bytes;
  } else if (const auto* done = std::get_if<FileDone>(&event)) {
    finished(done->uri);
  } else if (const auto* planned = std::get_if<FilePlanned>(&event)) {
    finished(planned->uri);
  } else if (const auto* failed = std::get_if<FileFailed>(&event)) {
    finished(failed->uri);
    ++state_.failed;
  } else if (const auto* skipped = std::get_if<FileSkipped>(&event)) {
    ++state_.skipped;
    skipped_bytes_ += skipped->bytes;
  } else if (const auto* listed = std::get_if<ListingDone>(&event)) {
    state_.listed = true;
    state_.partitions_known = listed->partitions;
  } else if (const auto* more = std::get_if<Advanced>(&event)) {
    state_.partitions_done += more->partitions;
    state_.files_done += more->files;
    advanced_bytes_ += more->bytes;
  } else if (const auto* publishing = std::get_if<PublishingBegan>(&event)) {
    *this = {};
    state_.publishing = true;
    state_.listed = true;
    state_.files_known = publishing->files;
  }
}

ProgressState ProgressCounter::State(int64_t bytes_read) const {
  ProgressState state = state_;
  if (state.publishing) return state;
  if (!state.listed) {
    state.files_known = std::max(state.files_known, found_files_ - state.skipped);
    state.bytes_known = std::max(state.bytes_known, found_bytes_ - skipped_bytes_);
  }
  const int64_t moved = std::max(bytes_read, advanced_bytes_);
  state.bytes_done += std::clamp<int64_t>(moved - state.bytes_done, 0, in_work_bytes_);
  return state;
}

Progress::Progress(Console& console, Style style) : console_(console), style_(style) {
  if (style_ != Style::kNone) thread_ = std::thread([this] { Show(); });
}

void Progress::Add(const Event& event) {
  std::lock_guard lock(mutex_);
  counter_.Add(event);
  if (std::holds_alternative<PublishingBegan>(event)) counted_from_ = Clock::now();
}

void Progress::Finish() {
  {
    std::lock_guard lock(mutex_);
    finish_ = true;
  }
  finished_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  if (style_ == Style::kBar) console_.Overprint("");
}

void Progress::Show() {
  std::unique_lock lock(mutex_);
  const auto interval = style_ == Style::kBar ? std::chrono::milliseconds(kBarInterval)
                                              : std::chrono::milliseconds(kLineInterval);
  while (!finished_.wait_for(lock, interval, [this] { return finish_; })) {
    ProgressState now = counter_.State(bytes_read_);
    now.earlier_seconds = std::chrono::duration<double>(counted_from_ - start_).count();
    now.seconds = std::chrono::duration<double>(Clock::now() - counted_from_).count();
    lock.unlock();
    if (style_ == Style::kBar) {
      console_.Overprint(ProgressBar(now, console_.Width()));
    } else {
      console_.Err(ProgressLine(now));
    }
    lock.lock();
  }
}

}  // namespace pqpack::cli

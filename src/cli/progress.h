// SPDX-License-Identifier: Apache-2.0
//
// How far a run is: partitions of a table, files, bytes, rate, time left, errors.  A smart terminal
// gets a bar that is overprinted, anything else a line now and then.  What is published at the end
// of a run is counted by itself.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/events.h"
#include "cli/console.h"

namespace pqpack::cli {

struct ProgressState {
  bool publishing = false;
  int64_t partitions_done = 0;
  int64_t partitions_known = 0;
  int64_t files_done = 0;   // whatever came of them
  int64_t files_known = 0;  // of those that are worked on
  int64_t bytes_done = 0;
  int64_t bytes_known = 0;
  int64_t skipped = 0;
  int64_t failed = 0;
  bool listed = false;         // the known ones are all
  double seconds = 0;          // since the counts began
  double earlier_seconds = 0;  // before that
};

// The bar in at most `width` - 1 columns: a terminal that is written full would
// wrap.  What matters least is left out first where there is no room.
std::string ProgressBar(const ProgressState& state, int width);

// The same as a line of a log.
std::string ProgressLine(const ProgressState& state);

// From events to the state.  Not thread-safe.
class ProgressCounter {
 public:
  void Add(const Event& event);
  // `bytes_read`: from all sources so far; what of it, or of what Advanced told, belongs to files
  // in work counts as done.
  ProgressState State(int64_t bytes_read) const;

 private:
  ProgressState state_;
  int64_t found_files_ = 0;
  int64_t found_bytes_ = 0;
  int64_t skipped_bytes_ = 0;
  int64_t in_work_bytes_ = 0;
  int64_t advanced_bytes_ = 0;
  std::map<std::string, int64_t> in_work_;  // bytes, by name
};

class Progress {
 public:
  enum class Style { kNone, kBar, kLines };

  // Shows the state on stderr, from a thread of its own, until Finish().
  // `console` is borrowed.
  Progress(Console& console, Style style);
  ~Progress() { Finish(); }

  void Add(const Event& event);  // thread-safe
  void Finish();                 // removes the bar
  // Where the stores count what they read.
  std::atomic<int64_t>* bytes_read() { return &bytes_read_; }

 private:
  void Show();

  Console& console_;
  const Style style_;
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start_ = Clock::now();
  std::atomic<int64_t> bytes_read_{0};
  std::mutex mutex_;
  std::condition_variable finished_;
  bool finish_ = false;
  ProgressCounter counter_;
  Clock::time_point counted_from_ = start_;
  std::thread thread_;
};

}  // namespace pqpack::cli

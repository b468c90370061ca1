// SPDX-License-Identifier: Apache-2.0
//
// How far a run is: files, bytes, rate, time left, errors.  A smart terminal
// gets a bar that is overprinted, anything else a line now and then.
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
  int64_t files_done = 0;   // whatever came of them
  int64_t files_known = 0;  // of those that are worked on
  int64_t bytes_done = 0;
  int64_t bytes_known = 0;
  int64_t skipped = 0;
  int64_t failed = 0;
  bool listed = false;  // the known ones are all
  double seconds = 0;
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
  // `bytes_read`: from all sources so far; what of it belongs to files in work
  // counts as done.
  ProgressState State(int64_t bytes_read) const;

 private:
  ProgressState state_;
  int64_t found_files_ = 0;
  int64_t found_bytes_ = 0;
  int64_t skipped_bytes_ = 0;
  int64_t in_work_bytes_ = 0;
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
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<int64_t> bytes_read_{0};
  std::mutex mutex_;
  std::condition_variable finished_;
  bool finish_ = false;
  ProgressCounter counter_;
  std::thread thread_;
};

}  // namespace pqpack::cli

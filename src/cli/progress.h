// SPDX-License-Identifier: Apache-2.0
//
// How far a run is: files, bytes, rate, time left, errors.  A smart terminal
// gets a bar that is overprinted, anything else a line now and then.
#pragma once

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

class Progress {
 public:
  enum class Style { kNone, kBar, kLines };

  // Shows the state on stderr, from a thread of its own, until Finish().
  // `console` is borrowed.
  Progress(Console& console, Style style);
  ~Progress() { Finish(); }

  void Add(const Event& event);  // thread-safe
  void Finish();                 // removes the bar

 private:
  void Show();
  ProgressState Now();

  Console& console_;
  const Style style_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable finished_;
  bool finish_ = false;
  ProgressState state_;
  std::map<std::string, int64_t> in_work_;  // bytes, by name
  std::thread thread_;
};

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// Events of a command that tells what came of its work in words of its own: they move the
// progress, and of the others only warnings and retries are said.
#pragma once

#include <atomic>

#include "cli/progress.h"
#include "cli/reporter.h"

namespace pqpack::cli {

class QuietEvents : public EventSink {
 public:
  // `console` is borrowed.
  QuietEvents(Console& console, const OutputOptions& output, Progress::Style style)
      : log_(console, {.json = output.json(), .level = output.level()}),
        progress_(console, style) {}

  void Emit(const Event& event) override {
    progress_.Add(event);
    const bool said =
        std::holds_alternative<Warning>(event) || std::holds_alternative<Retrying>(event);
    if (said) log_.Emit(event);
  }

  void Finish() { progress_.Finish(); }
  std::atomic<int64_t>* bytes_read() { return progress_.bytes_read(); }

 private:
  Reporter log_;
  Progress progress_;
};

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// The command line's EventSink: each event goes to the progress, to the digest
// for the end, and in the asked form to the console.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/events.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/digest.h"
#include "cli/output_options.h"
#include "cli/progress.h"
#include "cli/report/repack_log.h"

namespace pqpack::cli {

// How progress is shown: as a bar where stderr is a terminal that can, not at all with --quiet.
Progress::Style StyleFor(const OutputOptions& output, const Context& context);

class Reporter : public EventSink {
 public:
  struct Options {
    bool json = false;
    bool dry_run = false;
    LogLevel level = LogLevel::kWarning;
    Progress::Style progress = Progress::Style::kNone;
    RepackLog* log = nullptr;  // borrowed; gets every event, too
  };

  static Options OptionsFor(const OutputOptions& output, const Context& context);

  // `console` is borrowed.
  Reporter(Console& console, const Options& options)
      : console_(console), options_(options), progress_(console, options.progress) {}

  void Emit(const Event& event) override;

  // A file is through whose result is shown elsewhere: moves the progress alone.
  void Advance(const std::string& uri);

  std::atomic<int64_t>* bytes_read() { return progress_.bytes_read(); }

  // After the last event: ends the progress and hands out what was gathered.
  Digest Finish();

 private:
  void Say(const Event& event);

  Console& console_;
  const Options options_;
  Progress progress_;
  std::mutex mutex_;
  Digest digest_;
};

}  // namespace pqpack::cli

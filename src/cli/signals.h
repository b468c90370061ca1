// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C and SIGTERM.  The first asks the work to stop, a second ends the
// process at once.  No code runs inside a signal handler: the signals are
// blocked in every thread and one thread reads them from a descriptor.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace pqpack::cli {

class SignalWatch {
 public:
  // To be made before any other thread, which inherit the blocked signals.
  // `on_first` runs on the watching thread after the stop was requested.
  // std::system_error where the process may open no more files.
  explicit SignalWatch(std::function<void(int signal)> on_first);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  std::stop_token stop() const { return stop_.get_token(); }
  // The first signal that came, or 0.
  int signal() const { return signal_.load(); }

 private:
  void Watch();

  const std::function<void(int signal)> on_first_;
  std::stop_source stop_;
  std::atomic<int> signal_{0};
  int signals_ = -1;  // signalfd
  int closing_ = -1;  // eventfd
  std::thread thread_;
};

}  // namespace pqpack::cli

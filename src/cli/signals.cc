// SPDX-License-Identifier: Apache-2.0
#include "cli/signals.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace pqpack::cli {
namespace {

// Without its descriptors the watch would neither hear a signal nor end.
int Opened(int descriptor) {
  if (descriptor >= 0) return descriptor;
  throw std::system_error(errno, std::generic_category(), "signals can't be watched");
}

}  // namespace

SignalWatch::SignalWatch(std::function<void(int signal)> on_first)
    : on_first_(std::move(on_first)) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  // A shell starts background jobs with SIGINT ignored; whoever sends one by
  // hand means it all the same.
  ::signal(SIGINT, SIG_DFL);
  // A reader of stdout or a peer that goes away is an error of that write.
  ::signal(SIGPIPE, SIG_IGN);
  // So is a file that grows beyond what `ulimit -f` allows.
  ::signal(SIGXFSZ, SIG_IGN);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = Opened(signalfd(-1, &set, SFD_CLOEXEC));
  closing_ = Opened(eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { Watch(); });
}

SignalWatch::~SignalWatch() {
  eventfd_write(closing_, 1);
  thread_.join();
  ::close(signals_);
  ::close(closing_);
}

void SignalWatch::Watch() {
  std::array<pollfd, 2> waiting = {pollfd{signals_, POLLIN, 0}, pollfd{closing_, POLLIN, 0}};
  for (;;) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    const int number = static_cast<int>(info.ssi_signo);
    if (signal_.load() != 0) _exit(128 + signal_.load());
    signal_ = number;
    stop_.request_stop();
    if (on_first_) on_first_(number);
  }
}

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// write(2) instead of stdio: one call per line, so that lines of several
// processes in one log stay whole, and an error is seen where it happens.
#include "cli/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace pqpack::cli {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

// 0 or errno.
int WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

std::string WithBreak(std::string_view lines) {
  std::string text(lines);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace

void Console::Erase() {
  if (!status_.empty()) WriteAll(err_, kEraseLine);
}

void Console::Out(std::string_view lines) {
  std::lock_guard lock(mutex_);
  if (out_gone_) return;
  Erase();
  if (const int error = WriteAll(out_, WithBreak(lines)); error != 0) {
    out_gone_ = true;
    if (error != EPIPE) out_error_ = error;
  }
  if (!status_.empty()) WriteAll(err_, status_);
}

void Console::Err(std::string_view lines) {
  std::lock_guard lock(mutex_);
  Erase();
  WriteAll(err_, WithBreak(lines) + status_);
}

void Console::Overprint(std::string_view line) {
  std::lock_guard lock(mutex_);
  if (line.empty()) {
    Erase();
  } else {
    WriteAll(err_, "\r" + std::string(line) + "\x1b[K");
  }
  status_ = line;
}

int Console::out_error() const {
  std::lock_guard lock(mutex_);
  return out_error_;
}

bool Console::IsSmart(std::string_view term) const {
  return ::isatty(err_) == 1 && !term.empty() && term != "dumb";
}

int Console::Width() const {
  winsize size{};
  if (::ioctl(err_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void OpenStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // open() takes the lowest free number, which is `fd` here.
    if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) ::open("/dev/null", O_RDWR);
  }
}

}  // namespace pqpack::cli

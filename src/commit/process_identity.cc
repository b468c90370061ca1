// SPDX-License-Identifier: Apache-2.0
//
// A process id alone says little: it is used again, means another process in another container,
// and all are new after a restart.  Linux tells the rest under /proc (proc(5)): the kernel's boot
// id, the namespace of process ids, and when a process began, in ticks since the boot.
#include "commit/process_identity.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <vector>

namespace pqpack {
namespace {

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string LinkTarget(const char* path) {
  std::array<char, 256> target{};
  const ssize_t size = ::readlink(path, target.data(), target.size());
  return size < 0 ? std::string() : std::string(target.data(), static_cast<size_t>(size));
}

struct ProcessState {
  char state = '?';
  std::string started;  // empty: not to be seen
};

// Fields of /proc/PID/stat are counted behind the last ')': a name may have any bytes.
ProcessState StateOf(int64_t pid) {
  const std::string line = FirstLine("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(line.substr(line.rfind(')') + 1));  // npos + 1 is 0
  std::vector<std::string> words;
  for (std::string word; fields >> word;) words.push_back(word);
  constexpr size_t kStarted = 19;
  if (words.size() <= kStarted) return {};
  return {words[0][0], words[kStarted]};
}

}  // namespace

ProcessIdentity ThisProcess() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const int64_t pid = ::getpid();
  return {host.data(), FirstLine("/proc/sys/kernel/random/boot_id"),
          LinkTarget("/proc/self/ns/pid"), pid, StateOf(pid).started};
}

bool IsGone(const ProcessIdentity& process) {
  const ProcessIdentity self = ThisProcess();
  const bool seen_from_here = !self.boot.empty() && !self.pid_space.empty() &&
                              process.boot == self.boot && process.pid_space == self.pid_space;
  if (!seen_from_here || process.pid <= 0 || process.pid > INT32_MAX) return false;
  if (::kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH) return true;
  const ProcessState now = StateOf(process.pid);
  if (now.started.empty() || process.started.empty()) return false;
  return now.started != process.started || now.state == 'Z' || now.state == 'X';
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// For tests of what the system seldom does: runs code in a thread in which one system
// call fails or is interrupted (seccomp), or which has no privileges.  Linux only.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace pqpack {

// A filter that does `action` to system call `number`, to those only whose first
// argument is `first` if that is given.
inline std::vector<sock_filter> SyscallFilter(long number, uint32_t action,
                                              std::optional<int> first = std::nullopt) {
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  if (first) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(*first), 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, action));
  return program;
}

// Negative where the system does not allow filters.
inline int SetSyscallFilter(std::vector<sock_filter> program, unsigned long flags) {
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter));
}

// From here on, and until it ends, system call `number` of this thread fails with
// `error`.  False if the system does not allow this.
inline bool FailSyscall(long number, int error, std::optional<int> first = std::nullopt) {
  const uint32_t fail = SECCOMP_RET_ERRNO | static_cast<uint32_t>(error);
  return SetSyscallFilter(SyscallFilter(number, fail, first), 0) >= 0;
}

// Runs `body` in a thread of its own.  When that is about to make system call
// `number` for the first time, `meanwhile` runs in this thread, and then the call
// goes on.  False if it never came to that.
inline bool AtSyscall(long number, const std::function<void()>& meanwhile,
                      const std::function<void()>& body) {
  std::promise<int> promise;
  std::thread thread([&] {
    const int calls = SetSyscallFilter(SyscallFilter(number, SECCOMP_RET_USER_NOTIF),
                                       SECCOMP_FILTER_FLAG_NEW_LISTENER);
    promise.set_value(calls);
    if (calls >= 0) body();
  });
  const int calls = promise.get_future().get();
  bool came = false;
  pollfd poll{calls, POLLIN, 0};
  // It hangs up when the thread ends.
  while (calls >= 0 && ::poll(&poll, 1, -1) > 0 && (poll.revents & POLLIN) != 0) {
    seccomp_notif call{};
    if (::ioctl(calls, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
    if (!came) meanwhile();
    came = true;
    seccomp_notif_resp answer{};
    answer.id = call.id;
    answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ::ioctl(calls, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  thread.join();
  if (calls >= 0) ::close(calls);
  return came;
}

inline void InThread(const std::function<void()>& body) { std::thread(body).join(); }

// Root may read everything; this thread may not.
inline void DropPrivileges() {
  constexpr uid_t kNobody = 65534;
  if (::geteuid() == 0) ::setfsuid(kNobody);
}

// The descriptor under which this process has `path` open, -1 if it has not.
inline int OpenDescriptor(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    if (std::filesystem::read_symlink(entry.path(), error) == path && !error) {
      return std::stoi(entry.path().filename().string());
    }
  }
  return -1;
}

}  // namespace pqpack

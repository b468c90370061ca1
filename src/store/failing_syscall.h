// SPDX-License-Identifier: Apache-2.0
//
// For tests of errors that the system seldom gives: runs code in a thread in which
// one system call fails (seccomp), or which has no privileges.  Linux only.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace pqpack {

// From here on, and until it ends, system call `number` of this thread fails with
// `error`; only calls whose first argument is `first`, if that is given.  False if
// the system does not allow this.
inline bool FailSyscall(long number, int error, std::optional<int> first = std::nullopt) {
  const auto fail = SECCOMP_RET_ERRNO | static_cast<uint32_t>(error);
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
  program.push_back(BPF_STMT(BPF_RET | BPF_K, fail));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
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

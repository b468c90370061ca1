// SPDX-License-Identifier: Apache-2.0
//
// Which process holds a lock, so that others on the same machine know at once when it is gone.
#pragma once

#include <cstdint>
#include <string>

namespace pqpack {

struct ProcessIdentity {
  std::string host;       // its name, for people
  std::string boot;       // of the kernel; empty: not known
  std::string pid_space;  // process ids mean something within one only: containers have their own
  int64_t pid = 0;
  std::string started;  // ids are used again

  bool operator==(const ProcessIdentity&) const = default;
};

ProcessIdentity ThisProcess();

// True where it is known that the process has ended; false where it lives, and where that can't
// be seen from here.
bool IsGone(const ProcessIdentity& process);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// How many threads a run has, and when it gives up.
#pragma once

#include <optional>

#include "base/status.h"

namespace pqpack {

int CpuCount();

// What --workers asks for; 0: four for each CPU, 32 at the most.
int WorkerCount(int asked);

// Whether a run goes on after files that failed.  It ends where every other file would meet the
// same: refused credentials or configuration, or a store out of order for two rounds of all
// workers.  Each of those files may have been tried for a minute, so a dead server must not be
// asked about thousands of them; one worker's bad luck must not end the run of the others.
// Not thread-safe.
class Patience {
 public:
  explicit Patience(int workers);

  void Succeeded() { in_a_row_ = 0; }

  // The error to end the run with; nothing if it goes on.
  std::optional<Status> Failed(const Status& error);

 private:
  const int most_;
  int in_a_row_ = 0;  // files that failed by the store's fault
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "cli/new_run_id.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>

#include "commit/run_folder.h"

namespace pqpack::cli {

Result<std::string> NewRunId() {
  uint64_t random = 0;
  if (getentropy(&random, sizeof(random)) != 0) {
    return Error(ErrorCode::kConfig, "the system has no random numbers to give");
  }
  return MakeRunId(std::chrono::system_clock::now(), random);
}

}  // namespace pqpack::cli

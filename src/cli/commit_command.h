// SPDX-License-Identifier: Apache-2.0
//
// `pqpack commit`: publishes what the workers of a plan have made.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeCommitCommand();

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// `pqpack recover` and `pqpack runs`: what became of runs that have not ended.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeRecoverCommand();
Command MakeRunsCommand();

}  // namespace pqpack::cli

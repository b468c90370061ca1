// SPDX-License-Identifier: Apache-2.0
//
// `pqpack execute`: one worker's share of a plan.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeExecuteCommand();

}  // namespace pqpack::cli

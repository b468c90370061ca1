// SPDX-License-Identifier: Apache-2.0
//
// `pqpack plan`.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakePlanCommand();

}  // namespace pqpack::cli

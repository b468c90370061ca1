// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

// pqpack repack
Command MakeRepackCommand();

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// `pqpack compact`.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeCompactCommand();

}  // namespace pqpack::cli

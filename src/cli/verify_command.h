// SPDX-License-Identifier: Apache-2.0
//
// pqpack verify: whether two places hold the same rows.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeVerifyCommand();

}  // namespace pqpack::cli

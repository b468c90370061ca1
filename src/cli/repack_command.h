// SPDX-License-Identifier: Apache-2.0
//
// pqpack repack: a dataset is copied from one place to another, file by file, so
// that a strict reader loads it.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeRepackCommand();

}  // namespace pqpack::cli

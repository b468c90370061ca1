// SPDX-License-Identifier: Apache-2.0
//
// `pqpack undo`: leads a catalog back from where a swap has led it.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeUndoCommand();

}  // namespace pqpack::cli

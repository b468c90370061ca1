// SPDX-License-Identifier: Apache-2.0
//
// pqpack inspect: what is in one Parquet file, page by page.
#pragma once

#include "cli/command.h"

namespace pqpack::cli {

Command MakeInspectCommand();

}  // namespace pqpack::cli

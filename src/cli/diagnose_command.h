// SPDX-License-Identifier: Apache-2.0
//
// `pqpack diagnose`.
#pragma once

#include <string>

#include "cli/command.h"

namespace pqpack::cli {

Command MakeDiagnoseCommand();

}  // namespace pqpack::cli

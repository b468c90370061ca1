// SPDX-License-Identifier: Apache-2.0
//
// When what went wrong while pages were copied or moved is a reason to decode them.
#pragma once

#include "base/status.h"

namespace pqpack {

// The error is about bytes of an input, and not about a store: encoding all values anew may do
// without what it met.
inline bool IsForLevel3(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return code == ErrorCode::kUnsupported || code == ErrorCode::kCorrupt ||
         code == ErrorCode::kTooLarge;
}

}  // namespace pqpack

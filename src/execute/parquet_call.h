// SPDX-License-Identifier: Apache-2.0
//
// Calls into Parquet's C++ library, which throws where the rest of pqpack
// returns.  Nothing it throws gets past these functions.
#pragma once

#include <utility>

#include "base/status.h"

namespace pqpack {

// The same error with an ErrorCode: running out of memory is kTooLarge, what has
// no code of its own gets `fallback`.
Status WithCode(const Status& status, ErrorCode fallback);

// What the exception in flight means.  Only to be called while handling one.
// Errors that carry an ErrorCode (those of source and sink) keep it.
Status StatusOfException(ErrorCode fallback);

// For calls that read file bytes: what fails there is kCorrupt unless it says more.
template <typename Fn>
Status ReadCall(Fn&& fn) {
  try {
    std::forward<Fn>(fn)();
    return Status::OK();
  } catch (...) {
    return StatusOfException(ErrorCode::kCorrupt);
  }
}

// For calls that write or build: what fails there is a bug of ours.
template <typename Fn>
Status WriteCall(Fn&& fn) {
  try {
    std::forward<Fn>(fn)();
    return Status::OK();
  } catch (...) {
    return StatusOfException(ErrorCode::kInternal);
  }
}

}  // namespace pqpack

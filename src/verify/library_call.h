// SPDX-License-Identifier: Apache-2.0
//
// Calls into Parquet's C++ library, which throws where the rest of pqpack returns.
// The one place of this room where its exceptions are caught; execute/ has its own,
// because the two rooms share no code.
#pragma once

#include <utility>

#include "base/status.h"

namespace pqpack {

// The error of a read that failed: an ErrorCode that it carries is kept, what has none
// is kCorrupt, or kTooLarge where memory ran out.
Status ReadError(const Status& status);

// What the exception in flight means.  Only to be called while handling one.
Status ReadErrorOfException();

// fn(), which reads bytes of a file.
template <typename Fn>
Status LibraryRead(Fn&& fn) {
  try {
    std::forward<Fn>(fn)();
    return Status::OK();
  } catch (...) {
    return ReadErrorOfException();
  }
}

}  // namespace pqpack

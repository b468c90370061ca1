// SPDX-License-Identifier: Apache-2.0
//
// Where work is handed to a thread, nothing may be thrown past it: the process would
// end and take every other file with it.  What can still be thrown there is the
// standard library's own, above all std::bad_alloc.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "base/status.h"

namespace pqpack {

// fn(), which returns a Status or a Result; an exception becomes the error: kTooLarge
// for memory, kInternal for all else.
template <typename Fn>
std::invoke_result_t<Fn> Caught(Fn&& fn) {
  try {
    return std::forward<Fn>(fn)();
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kTooLarge, "out of memory");
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, error.what());
  }
}

}  // namespace pqpack

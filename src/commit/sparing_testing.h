// SPDX-License-Identifier: Apache-2.0
//
// Tests that go through orders of events by the thousand.  ThreadSanitizer takes twenty times as
// long for each of them, and sees a race in any of them that has it: with it they try one of eight.
#pragma once

namespace pqpack {

#ifdef __SANITIZE_THREAD__
inline constexpr int kOneOf = 8;
#else
inline constexpr int kOneOf = 1;
#endif

}  // namespace pqpack

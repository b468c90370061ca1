// SPDX-License-Identifier: Apache-2.0
//
// What the sanitizers of our programs do unless *SAN_OPTIONS says otherwise.  It is compiled in
// because the end-to-end tests run the command with an environment of its own.  A report ends with
// 99: the default, 1, is the command's "some files failed".

#include <cstdlib>

// Arrow's own allocators are not built with sanitizers: AddressSanitizer would not see the ends of
// buffers, and a buffer in memory that another thread has freed would be a race.
__attribute__((constructor)) static void UseTheSystemsAllocator() {
  setenv("ARROW_DEFAULT_MEMORY_POOL", "system", 0);
}

extern "C" {

const char* __asan_default_options() {
  return "exitcode=99:detect_stack_use_after_return=1:strict_string_checks=1";
}

const char* __ubsan_default_options() { return "exitcode=99:print_stacktrace=1"; }

const char* __tsan_default_options() {
  return "exitcode=99:halt_on_error=1:second_deadlock_stack=1";
}

// Reports from inside shared libraries that are not built with ThreadSanitizer, each with its
// reason.
const char* __tsan_default_suppressions() { return ""; }

}  // extern "C"

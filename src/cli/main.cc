// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "cli/app.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Freed memory stays in the arena of the thread that had it: with one arena per thread, eight
  // footers of 18 MB, parsed one after the other, held 1,170 MiB, with two arenas 510 MiB, in
  // the same time (docs/decisions/0005-two-memory-budgets.md).
  mallopt(M_ARENA_MAX, 2);
#endif
  return pqpack::cli::RunApp(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc),
                             PQPACK_VERSION);
}

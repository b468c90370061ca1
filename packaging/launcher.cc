// SPDX-License-Identifier: Apache-2.0
//
// bin/pqpack of the bundle: runs libexec/pqpack.real with the bundle's own loader and libraries.
// It is static, so it needs neither a shell nor a C library of the machine, and it sets no
// variable, so nothing of this reaches programs that pqpack or its caller start
// (docs/decisions/0006-bundle.md).
//
// libexec/pqpack is the loader under a name that `ps` and `pgrep pqpack` show.  $ORIGIN is for the
// loader to replace by pqpack.real's folder: a path with ':' in it could not be given otherwise.
// --inhibit-cache: /etc/ld.so.cache knows libraries that go with another C library.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace {

constexpr int kExitConfig = 3;  // src/cli/exit_code.h

// Takes "/file" off the end.
bool ToParent(char* path) {
  char* slash = strrchr(path, '/');
  if (slash == nullptr) return false;
  *slash = '\0';
  return true;
}

// The bundle that this file, reached by `path` and any symbolic links, is bin/pqpack of.
bool FindBundle(const char* path, char* bundle) {
  if (path == nullptr || realpath(path, bundle) == nullptr) return false;
  return ToParent(bundle) && ToParent(bundle);
}

bool Join(char* out, const char* folder, const char* file) {
  return snprintf(out, PATH_MAX, "%s%s", folder, file) < PATH_MAX && access(out, R_OK) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  char bundle[PATH_MAX] = "";
  char loader[PATH_MAX] = "";
  char program[PATH_MAX] = "";
  // Without /proc there is the name that this was started by.
  for (const char* self : {"/proc/self/exe", reinterpret_cast<const char*>(getauxval(AT_EXECFN))}) {
    if (!FindBundle(self, bundle)) continue;
    if (Join(loader, bundle, "/libexec/pqpack") && Join(program, bundle, "/libexec/pqpack.real")) {
      break;
    }
  }

  static char name[] = "pqpack";
  static char flags[][24] = {"--inhibit-cache", "--library-path", "$ORIGIN/../lib", "--argv0"};
  auto** args = static_cast<char**>(calloc(static_cast<size_t>(argc) + 8, sizeof(char*)));
  if (args == nullptr) return kExitConfig;
  char** next = args;
  *next++ = name;
  for (char* flag : flags) *next++ = flag;
  *next++ = argc > 0 ? argv[0] : name;
  *next++ = program;
  for (int i = 1; i < argc; ++i) *next++ = argv[i];
  execv(loader, args);

  fprintf(
      stderr,
      "error: %s can't be run: %s\n"
      "  bin/pqpack needs the folders lib and libexec beside bin. Unpack the whole archive where "
      "programs may be run, and link to bin/pqpack instead of copying it.\n",
      *loader == '\0' ? "libexec/pqpack" : loader, strerror(errno));
  return kExitConfig;
}

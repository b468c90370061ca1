// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "cli/app.h"

int main(int argc, char** argv) {
  return pqpack::cli::RunApp(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc),
                             PQPACK_VERSION);
}

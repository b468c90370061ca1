// SPDX-License-Identifier: Apache-2.0
//
// For tests: an empty folder that no other test and no other process has, gone with the
// object.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace pqpack {

class TemporaryFolder {
 public:
  // Ends the program where no folder can be made: no test could go on.
  TemporaryFolder() {
    const auto place = std::filesystem::canonical(std::filesystem::temp_directory_path());
    std::string path = (place / "pqpack-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      std::perror(path.c_str());
      std::abort();
    }
    path_ = path;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Absolute, without symbolic links and without '/' at its end.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace pqpack

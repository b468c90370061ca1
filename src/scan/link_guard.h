// SPDX-License-Identifier: Apache-2.0
//
// Source and destination are apart, but a symbolic link below one of them may lead
// into the other: outputs would land among the sources, or be read as sources.
#pragma once

#include <filesystem>
#include <string>

#include "base/status.h"
#include "store/uri.h"

namespace pqpack {

// For one run between two local places; between other places there are no links.
// One thread.
class LinkGuard {
 public:
  LinkGuard(const Uri& source, const Uri& destination);

  // kInvalid if links lead `output` out of the destination, or `source` into it.
  // With both refused, no output can be any file that was listed.
  Status Check(const Uri& source, const Uri& output);

 private:
  // The folder of the file before, which usually is this one's.
  struct Folder {
    std::string path;
    Status status;
  };
  Status CheckSource(const std::string& folder) const;
  Status CheckOutput(const std::string& folder) const;

  bool local_;
  std::filesystem::path destination_;  // links resolved
  Folder source_folder_;
  Folder output_folder_;
};

}  // namespace pqpack

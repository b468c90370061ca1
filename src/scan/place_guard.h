// SPDX-License-Identifier: Apache-2.0
//
// Keeps outputs where they belong, on local disks.  A key of S3 may hold `..`, which
// there is a name and on a disk leads elsewhere.  And although source and destination
// are apart, a symbolic link below one of them may lead into the other: outputs would
// land among the sources, or be read as sources.
#pragma once

#include <filesystem>
#include <string>

#include "base/status.h"
#include "store/uri.h"

namespace pqpack {

// For one run.  One thread.
class PlaceGuard {
 public:
  PlaceGuard(const Uri& source, const Uri& destination);

  // kInvalid if the name of `output` is not one file's own on a disk, if links lead it
  // out of the destination, or if they lead `source` into it.  With these refused, no
  // output can be any file that was listed, nor any other output.
  Status Check(const Uri& source, const Uri& output);

 private:
  // The folder of the file before, which usually is this one's.
  struct Folder {
    std::string path;
    Status status;
  };
  Status CheckSource(const std::string& folder) const;
  Status CheckOutput(const std::string& folder) const;

  const Uri root_;  // the destination, as a folder
  const bool source_is_local_;
  std::filesystem::path destination_;  // links resolved
  Folder source_folder_;
  Folder output_folder_;
};

}  // namespace pqpack

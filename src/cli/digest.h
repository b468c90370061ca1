// SPDX-License-Identifier: Apache-2.0
//
// What the end of a run says about a thousand files in a few lines: equal
// repairs, warnings and failures are counted together, names are kept for the
// first ones only.  Bounded whatever comes.  Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/events.h"

namespace pqpack::cli {

// At the most so many names, and so many different lines, of each kind.
inline constexpr size_t kMostNamed = 20;

// How many files have this said of them.  The same sentence is one line wherever it
// applies; where is told only if all files have it at the same place.
class Counts {
 public:
  struct Line {
    Finding finding;
    int64_t files = 0;
  };
  void Add(const Finding& finding);
  // The most frequent first.
  std::vector<Line> Lines() const;
  int64_t more() const { return more_; }  // said of files, but of too many kinds to keep

 private:
  std::map<std::string, size_t> index_;
  std::vector<Line> lines_;
  int64_t more_ = 0;
};

// The first names of something in their order, whichever came first, and how many there are.
struct Names {
  std::vector<std::string> first;
  int64_t count = 0;
  void Add(const std::string& name);
};

struct FailureGroup {
  std::string error;  // without the file's name
  std::string action;
  std::string message;  // the first one's, with its name
  Names files;
};

struct Digest {
  void Add(const Event& event);

  Counts reasons;  // why pages were not copied as they are
  Counts repairs;
  Counts warnings;
  Names stale;
  Names empty;
  std::vector<FailureGroup> failures;
  int64_t other_failures = 0;  // of more kinds than are kept
  int64_t planned = 0;         // a dry run would write them

  // Whether a file failed with this very error.
  bool Tells(const Status& error) const;
};

// A file's error without the file's own name, which stands beside it.
std::string ErrorWithoutName(const FileFailed& failed);

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
//
// What the library says while it works.  It never prints: it hands these values
// to an EventSink, and cli/ renders them as text, progress bar or JSON lines.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/status.h"

namespace pqpack {

// Something about a file.  `what` is the same sentence for every file that it is said
// of, so that it can be counted; `where` names columns or a number, or is empty.
struct Finding {
  std::string what;
  std::string where;

  std::string ToString() const { return where.empty() ? what : what + ": " + where; }
  bool operator==(const Finding&) const = default;
};

// A column that takes more work than most of its file, and why.
struct ColumnLevel {
  std::string column;
  int level = 3;  // as in FileDone
  std::string reason;

  bool operator==(const ColumnLevel&) const = default;
};

// A page of the listing was read: so many more files are known.  Each of them is
// queued, skipped or left out later.
struct FilesFound {
  int64_t files = 0;
  int64_t bytes = 0;
};

// A file was found and will be worked on.
struct FileQueued {
  std::string uri;
  int64_t bytes = 0;
};

// A file is finished and its output is visible.
struct FileDone {
  std::string uri;
  std::string output;
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
  int64_t rows = 0;
  double seconds = 0;
  bool empty = false;  // no rows: schema only
  int level = 3;       // the least of its columns; 0: pages copied by the store, 1: copied,
                       // 2: framed or compressed anew, 3: values encoded anew
  std::vector<ColumnLevel> columns = {};  // those of a higher one
  std::vector<Finding> reasons;           // why not all are of level 1 or lower
  std::vector<Finding> not_by_store;      // at level 1: why not at level 0
  int64_t bytes_decoded = 0;              // of the source, if only to be looked at
  std::vector<Finding> repairs;           // what was wrong and is not any more
  std::vector<Finding> warnings;
};

struct FileSkipped {
  std::string uri;
  std::string output;
  std::string reason;
  bool stale = false;  // the destination is older than its source
  int64_t bytes = 0;   // of the source
};

struct FileFailed {
  std::string uri;
  Status error;
};

// What a dry run says in place of FileDone.
struct FilePlanned {
  std::string uri;
  std::string output;
  int64_t bytes_in = 0;
  int level = 3;  // this and what follows as in FileDone
  std::vector<ColumnLevel> columns = {};
  std::vector<Finding> reasons;
  std::vector<Finding> not_by_store;
  int64_t bytes_decoded = 0;
  std::vector<Finding> repairs;
  std::vector<Finding> warnings;
};

// Worth a line once, not an error.
struct Warning {
  std::string message;
};

// A request is tried again.
struct Retrying {
  std::string operation;
  std::string uri;
  std::string reason;
  int attempt = 0;
  double delay_seconds = 0;
};

// The listing has ended: totals are final from here on.
struct ListingDone {
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t partitions = 0;  // of a table
};

// So much more of what is known was done.  Of bytes: those of files that are in work, so that
// something moves while one task has many files, or large ones.
struct Advanced {
  int64_t partitions = 0;
  int64_t files = 0;
  int64_t bytes = 0;
};

// All is made and proven.  What follows gives so many files their names or removes them, and of
// each is said that it Advanced.
struct PublishingBegan {
  int64_t files = 0;
};

using Event = std::variant<FilesFound, FileQueued, FileDone, FileSkipped, FileFailed, FilePlanned,
                           Warning, Retrying, ListingDone, Advanced, PublishingBegan>;

// Receives events from any thread, one call at a time is not guaranteed:
// implementations lock.  Must not throw and should return quickly.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Emit(const Event& event) = 0;
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// All that is wrong with one file, for one reader.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "diagnose/check.h"
#include "store/object_store.h"

namespace pqpack {

struct DiagnoseOptions {
  const Target* target = nullptr;  // never null
  bool deep = false;               // read every page
};

// What the pages are, by their own headers where these were read.
struct FileProfile {
  std::set<std::string> codecs;
  std::set<std::string> pages;  // "DATA_PAGE", "DATA_PAGE_V2"
  std::set<std::string> encodings;
};

struct FileDiagnosis {
  std::string uri;
  int64_t bytes = 0;
  int64_t rows = 0;
  int64_t row_groups = 0;
  int64_t columns = 0;
  std::string writer;  // Writer::ToString()
  WriterVerdict verdict;
  FileProfile profile;
  std::vector<Fault> faults;
  std::map<int64_t, std::string> names;  // dotted paths of the columns that faults name
  RepairLevel repair{};                  // mends what is an error or worse
  RepairLevel repair_all{};              // mends warnings, too, but for types

  Severity worst() const { return Worst(faults); }
};

// What files of a run share.  Borrowed; thread-safe.
struct DiagnoseContext {
  ObjectStore& store;
  Executor* io = nullptr;  // requests side by side; may be null
  MemoryBudget& memory;
  std::stop_token stop;
};

// Fails for errors of reading only (kNotFound, kDenied, kSourceChanged, kTransient, ...):
// whatever is wrong with the bytes is a fault.
Result<FileDiagnosis> DiagnoseFile(const ObjectInfo& object, const DiagnoseOptions& options,
                                   const DiagnoseContext& context);

}  // namespace pqpack

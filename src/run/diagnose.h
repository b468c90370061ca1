// SPDX-License-Identifier: Apache-2.0
//
// diagnose: what is wrong with a file, or with every Parquet file below a place, for one
// reader.  Reads only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>

#include "base/events.h"
#include "base/executor.h"
#include "diagnose/diagnose_file.h"
#include "store/object_store.h"

namespace pqpack {

struct DiagnoseRunOptions {
  Uri location;
  DiagnoseOptions file;
  int workers = 0;              // 0: min(32, 4 x CPUs)
  int64_t memory_limit = kGiB;  // bytes, for all that is read and parsed
};

struct DiagnoseSummary {
  int64_t files = 0;   // diagnosed
  int64_t failed = 0;  // could not be read
  int64_t bytes = 0;
  int64_t rows = 0;
  int64_t other_objects = 0;             // below the location, but no Parquet files by name
  std::map<Severity, int64_t> by_worst;  // files, kNone: nothing found
  std::map<ErrorCode, int64_t> failed_by_code;
};

// Receives each file's diagnosis, from any thread.
using DiagnosisSink = std::function<void(const FileDiagnosis&)>;

// A file that can't be read is an event (FileFailed) and a count.  An error is returned only
// where the run as a whole can't go on: the location is missing or refused, credentials, a
// listing that broke off, kCancelled.  `summary` is filled in either case.
Status DiagnoseAll(const DiagnoseRunOptions& options, ObjectStore& store, Executor& io,
                   EventSink& events, const DiagnosisSink& sink, std::stop_token stop,
                   DiagnoseSummary* summary);

}  // namespace pqpack

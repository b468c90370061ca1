// SPDX-License-Identifier: Apache-2.0
//
// repack: every Parquet file below one place is rewritten to another place, so
// that a strict reader loads it.  One input gives one output under the same
// relative name.  A file that can't be repacked fails alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "base/executor.h"
#include "base/status.h"
#include "format/types.h"
#include "store/object_store.h"
#include "target/target.h"

namespace pqpack {

enum class Engine {
  kAuto,      // pages are copied where that is enough
  kReencode,  // every value is decoded and encoded
};

struct RepackOptions {
  Uri source;
  Uri destination;
  const Target* target = nullptr;  // never null; see FindTarget()
  bool convert_types = false;
  bool allow_lossy = false;          // with convert_types: values may lose precision
  std::optional<Codec> compression;  // absent: keep each column's codec
  Engine engine = Engine::kAuto;
  int workers = 0;             // 0: min(32, 4 x CPUs)
  int64_t batch_size = 65536;  // rows decoded at a time
  bool skip_existing = true;
  bool update_stale = false;
  int shard_index = 0;
  int shard_count = 1;
  bool dry_run = false;
  int64_t memory_limit = kGiB;  // bytes, for all buffers of the process
};

struct RepackSummary {
  int64_t completed = 0;
  int64_t skipped = 0;
  int64_t stale = 0;  // those of `skipped` that are older than their source
  int64_t failed = 0;
  int64_t empty = 0;  // those of `completed` without rows
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
  int64_t rows = 0;
  int64_t copied = 0;        // those of `completed` of which not all columns were encoded anew
  int64_t bytes_copied = 0;  // those of `bytes_in`
  int64_t by_store = 0;      // those of `copied` whose pages did not pass through here
  int64_t bytes_by_store = 0;
  int64_t other_objects = 0;  // below the source, but no Parquet file by name
  std::map<ErrorCode, int64_t> failed_by_code;
};

// The error of a file is an event (FileFailed) and a count.  An error is
// returned only where the run as a whole cannot go on: a location that is
// missing or refused, credentials, a listing that broke off, kCancelled.
// `summary` is filled in either case.  `io` runs reading ahead; it may be the
// executor that the stores upload with.
Status Repack(const RepackOptions& options, ObjectStore& source, ObjectStore& destination,
              Executor& io, EventSink& events, std::stop_token stop, RepackSummary* summary);

}  // namespace pqpack

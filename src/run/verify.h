// SPDX-License-Identifier: Apache-2.0
//
// verify: do two places hold the same rows?  Files of two folders are paired by their relative
// names, and each pair is a proof of its own.  Where one place is a file, or the order of rows
// does not count, all files of a place are one table: their rows in the order of their
// names; so they are where one place was merged into the other.  Nothing is written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "base/executor.h"
#include "base/status.h"
#include "store/object_store.h"
#include "verify/compare_tables.h"

namespace pqpack {

struct VerifyOptions {
  Uri a, b;
  Proof proof = Proof::kAuto;
  // A random key: rows may have any order, and each place is one table.
  std::optional<RowHashKey> unordered;
  // Each place is one table, too.  Does not go with `unordered`.
  SchemaRule schemas = SchemaRule::kSame;
  int workers = 0;              // 0: min(32, 4 x CPUs)
  int64_t memory_limit = kGiB;  // bytes, for all buffers of the process
};

struct VerifySummary {
  int64_t same = 0;  // pairs
  int64_t different = 0;
  int64_t failed = 0;
  int64_t rows_a = 0;
  int64_t rows_b = 0;
  int64_t bytes_a = 0;  // of the files that were compared
  int64_t bytes_b = 0;
  ProofCounts proof;
  std::map<ErrorCode, int64_t> failed_by_code;
};

// What came of one pair.
struct PairVerified {
  std::string a, b;  // locations
  int64_t bytes_a = 0;
  int64_t bytes_b = 0;
  double seconds = 0;
  Result<Comparison> result;
};

// `on_pair` gets every pair, from any thread but one call at a time.  An error is returned
// only where the run as a whole can't go on: a place that is missing or refused,
// credentials, a listing that broke off, kCancelled.  `summary` is filled in either case.
// `events` gets what moves a progress.
Status Verify(const VerifyOptions& options, ObjectStore& store_a, ObjectStore& store_b,
              Executor& io, EventSink& events,
              const std::function<void(const PairVerified&)>& on_pair, std::stop_token stop,
              VerifySummary* summary);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The RLE/bit-packed hybrid, in which levels, dictionary indices and some booleans
// are written: runs of one repeated value and runs of packed ones.
//
//   HybridRuns runs(bytes, bit_width, count);
//   HybridRun run;
//   while (runs.Next(&run)) ...;
//   PQ_RETURN_NOT_OK(runs.status());
//
// The bytes must outlive the runs.  Allocates nothing; not thread-safe.
//
// Source: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// Values are 32 bits wide at most, as in dictionary indices.
constexpr int kMaxBitWidth = 32;

// Groups of 8 values in a packed run that is made here: their number takes one byte, as in Arrow's
// and parquet-mr's runs.  Longer ones are legal, but DuckDB 2.0 unpacks a run that it enters inside
// of a byte value by value to its end, and scanned columns of indices at half the speed
// (bench/scanning.py).
constexpr int kMostPackedGroups = 63;

struct HybridRun {
  int64_t count = 0;  // of values, at least one
  bool repeated = false;
  uint32_t value = 0;  // where repeated
  Bytes packed;        // else; it may end inside of the last group of 8, but behind `count` values
};

class HybridRuns {
 public:
  // Gives exactly `count` values from the front of `bytes`.
  HybridRuns(Bytes bytes, int bit_width, int64_t count);

  // False behind the last value or after an error.  The last run is cut to `count`:
  // packed ones are padded to groups of 8, and readers pass over more, too.  Nor need those behind
  // `count` be there (hybrid_vs_arrow_test.cc).
  bool Next(HybridRun* run);

  // kCorrupt: the bytes end before the last value, an empty run, a value wider than
  // bit_width, a bit_width that does not exist.
  const Status& status() const { return status_; }

  // Bytes that the runs took so far.
  int64_t position() const { return position_; }

 private:
  bool Fail(const char* problem);
  bool ReadHeader(uint32_t* header);
  bool ReadRepeated(HybridRun* run);
  bool ReadPacked(int64_t groups, HybridRun* run);

  Bytes bytes_;
  int bit_width_;
  int64_t left_;
  int64_t position_ = 0;
  Status status_;
};

}  // namespace pqpack

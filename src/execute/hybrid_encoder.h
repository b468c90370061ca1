// SPDX-License-Identifier: Apache-2.0
//
// Levels and dictionary indices as runs of equal values and runs of bit-packed ones.
//
// Source: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
#pragma once

#include <arrow/buffer_builder.h>
#include <arrow/memory_pool.h>

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// One thread.  An error of the pool comes back as it is.
class HybridEncoder {
 public:
  // `width`: bits of a value, 1 to 32.
  HybridEncoder(int width, arrow::MemoryPool* pool) : width_(width), out_(pool) {}

  // Values below 2^width, int16_t or int32_t.
  template <typename T>
  Status Put(const T* values, int64_t count);

  // Ends the last run.  What was put since the last Clear(), until the next one.
  Result<Bytes> Finish();
  void Clear();

  int width() const { return width_; }
  // Of the runs that have ended.
  int64_t size() const { return out_.length(); }

 private:
  static constexpr int kGroup = 8;

  template <typename T>
  void PutGroup(const T* group);
  template <typename T>
  void Pack(const T* group);
  void EndRepeats();
  void EndPacked();
  uint8_t* end() { return out_.mutable_data() + out_.length(); }

  const int width_;
  arrow::BufferBuilder out_;
  std::array<int32_t, kGroup> pending_{};  // less than a group
  int num_pending_ = 0;
  int32_t repeated_ = 0;
  int64_t repeats_ = 0;        // > 0: in a run of `repeated_`
  int64_t packed_header_ = 0;  // where the open bit-packed run begins
  int packed_groups_ = 0;      // > 0: such a run is open
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Values in the RLE/bit-packed hybrid (hybrid_runs.h), some at a time: for whoever wants to
// hold a part of a page only, because a few bytes may stand for 2^31 values.
//
// The bytes must outlive the cursor.  Allocates nothing; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/status.h"
#include "format/hybrid_runs.h"

namespace pqpack {

// T: int16_t for values of up to 15 bits, uint32_t.
template <typename T>
class HybridCursor {
 public:
  HybridCursor() = default;

  // `count`: how many values will be asked for at the most.
  HybridCursor(Bytes bytes, int bit_width, int64_t count);

  // One packed run without a header, as PLAIN has booleans.
  static HybridCursor Packed(Bytes bytes, int bit_width, int64_t count);

  // The value of the next `count` ones, which are taken then, if they are one run of it;
  // nothing where they are not.
  Result<std::optional<T>> TakeRepeated(int64_t count);

  // Fills `out` with the next values.  kCorrupt as HybridRuns.
  Status Read(std::span<T> out);

 private:
  Status NextRun();
  int64_t TakeFromRun(std::span<T> out);
  void Pass(int64_t count);

  static constexpr int64_t kGroup = 8;  // packed values that share bytes

  HybridRuns runs_{{}, 0, 0};
  int bit_width_ = 0;
  const uint8_t* end_ = nullptr;   // of the bytes
  HybridRun run_;                  // what is left of it
  std::array<T, kGroup> group_{};  // unpacked, where a read ended inside of it
  int64_t group_at_ = 0;
  int64_t group_end_ = 0;
};

extern template class HybridCursor<int16_t>;
extern template class HybridCursor<uint32_t>;

}  // namespace pqpack

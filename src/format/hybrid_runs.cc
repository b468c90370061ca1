// SPDX-License-Identifier: Apache-2.0
#include "format/hybrid_runs.h"

#include <fmt/format.h>

#include <algorithm>

namespace pqpack {

HybridRuns::HybridRuns(Bytes bytes, int bit_width, int64_t count)
    : bytes_(bytes), bit_width_(bit_width), left_(count) {
  if (bit_width < 0 || bit_width > kMaxBitWidth) Fail("a bit width that does not exist");
}

bool HybridRuns::Fail(const char* problem) {
  status_ = Error(ErrorCode::kCorrupt,
                  fmt::format("runs of {} bits: {} at byte {} of {}, with {} values to come",
                              bit_width_, problem, position_, bytes_.size(), left_));
  return false;
}

bool HybridRuns::ReadHeader(uint32_t* header) {
  uint64_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (position_ == static_cast<int64_t>(bytes_.size())) return Fail("the bytes end");
    const uint8_t byte = bytes_[static_cast<size_t>(position_++)];
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    if (value > UINT32_MAX) break;
    *header = static_cast<uint32_t>(value);
    return true;
  }
  return Fail("a run's header of more than 32 bits");
}

bool HybridRuns::ReadRepeated(HybridRun* run) {
  const int64_t width = (bit_width_ + 7) / 8;
  if (width > static_cast<int64_t>(bytes_.size()) - position_) return Fail("the bytes end");
  uint64_t value = 0;
  for (int64_t i = width; i > 0; --i) {
    value = value << 8 | bytes_[static_cast<size_t>(position_ + i - 1)];
  }
  if (value >> bit_width_ != 0) return Fail("a value wider than that");
  position_ += width;
  run->value = static_cast<uint32_t>(value);
  return true;
}

bool HybridRuns::ReadPacked(int64_t groups, HybridRun* run) {
  const int64_t there = static_cast<int64_t>(bytes_.size()) - position_;
  const int64_t needed = (run->count * bit_width_ + 7) / 8;
  if (needed > there) return Fail("the bytes end");
  const int64_t size = std::min(groups * bit_width_, there);
  run->packed = bytes_.subspan(static_cast<size_t>(position_), static_cast<size_t>(size));
  position_ += size;
  return true;
}

bool HybridRuns::Next(HybridRun* run) {
  if (left_ <= 0 || !status_.ok()) return false;
  uint32_t header = 0;
  if (!ReadHeader(&header)) return false;
  const int64_t length = header >> 1;
  if (length == 0) return Fail("an empty run");
  run->repeated = (header & 1) == 0;
  run->count = std::min(left_, run->repeated ? length : length * 8);
  if (!(run->repeated ? ReadRepeated(run) : ReadPacked(length, run))) return false;
  left_ -= run->count;
  return true;
}

}  // namespace pqpack

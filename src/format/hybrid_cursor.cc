// SPDX-License-Identifier: Apache-2.0
//
// Packed values are unpacked by whole groups of 8 (hybrid_codec.cc), so a read that ends
// inside of a group leaves the rest of it behind for the next one.
#include "format/hybrid_cursor.h"

#include <algorithm>

#include "format/hybrid_codec.h"

namespace pqpack {

template <typename T>
HybridCursor<T>::HybridCursor(Bytes bytes, int bit_width, int64_t count)
    : runs_(bytes, bit_width, count), bit_width_(bit_width), end_(bytes.data() + bytes.size()) {}

template <typename T>
HybridCursor<T> HybridCursor<T>::Packed(Bytes bytes, int bit_width, int64_t count) {
  HybridCursor cursor(bytes, bit_width, 0);
  const auto room = static_cast<int64_t>(bytes.size()) * 8 / std::max(bit_width, 1);
  cursor.run_.count = std::min(count, room);
  cursor.run_.packed = bytes;
  return cursor;
}

template <typename T>
Status HybridCursor<T>::NextRun() {
  if (run_.count > 0 || runs_.Next(&run_)) return Status::OK();
  PQ_RETURN_NOT_OK(runs_.status());
  return Error(ErrorCode::kCorrupt, "runs that end before the last value");
}

template <typename T>
Result<std::optional<T>> HybridCursor<T>::TakeRepeated(int64_t count) {
  if (group_at_ < group_end_) return std::optional<T>();
  PQ_RETURN_NOT_OK(NextRun());
  if (!run_.repeated || run_.count < count) return std::optional<T>();
  Pass(count);
  return std::optional(static_cast<T>(run_.value));
}

template <typename T>
Status HybridCursor<T>::Read(std::span<T> out) {
  while (!out.empty()) {
    if (group_at_ < group_end_) {
      const int64_t take = std::min(group_end_ - group_at_, static_cast<int64_t>(out.size()));
      std::copy_n(group_.begin() + group_at_, take, out.begin());
      group_at_ += take;
      out = out.subspan(static_cast<size_t>(take));
      continue;
    }
    PQ_RETURN_NOT_OK(NextRun());
    out = out.subspan(static_cast<size_t>(TakeFromRun(out)));
  }
  return Status::OK();
}

// How many values went to `out`; 0 where a group had to be opened.
template <typename T>
int64_t HybridCursor<T>::TakeFromRun(std::span<T> out) {
  const auto room = static_cast<int64_t>(out.size());
  int64_t take = std::min(run_.count, room);
  if (!run_.repeated && take < run_.count) take -= take % kGroup;
  if (take == 0) {
    group_at_ = 0;
    group_end_ = std::min(run_.count, kGroup);
    UnpackRun(run_, group_end_, end_, bit_width_, std::span<T>(group_));
    Pass(group_end_);
    return 0;
  }
  UnpackRun(run_, take, end_, bit_width_, out);
  Pass(take);
  return take;
}

// A number of packed values that ends a group or the run.
template <typename T>
void HybridCursor<T>::Pass(int64_t count) {
  run_.count -= count;
  if (run_.repeated) return;
  const auto bytes = static_cast<size_t>(count / kGroup * bit_width_);
  run_.packed = run_.packed.subspan(std::min(bytes, run_.packed.size()));
}

template class HybridCursor<int16_t>;
template class HybridCursor<uint32_t>;

}  // namespace pqpack

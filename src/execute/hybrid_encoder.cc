// SPDX-License-Identifier: Apache-2.0
//
// Values come in groups of eight, which bit-packing wants anyway: a group of equal
// ones begins a run, any other one is packed.  A run that begins inside of a group
// loses its first values to it, seven at the most, which costs less than looking for
// it.  Arrow's encoder, which is not public, takes value by value.
#include "execute/hybrid_encoder.h"

#include <algorithm>
#include <cstring>

#include "format/hybrid_runs.h"

namespace pqpack {
namespace {

constexpr int64_t kMostBesideBits = 16;  // bytes of headers and of a run, for each group

}  // namespace

template <typename T>
Status HybridEncoder::Put(const T* values, int64_t count) {
  PQ_RETURN_NOT_OK(out_.Reserve((count / kGroup + 2) * (width_ + kMostBesideBits)));
  const T* const last = values + count;
  while (values < last) {
    if (repeats_ > 0) {
      const T* const other = std::find_if(
          values, last, [this](T value) { return static_cast<int32_t>(value) != repeated_; });
      repeats_ += other - values;
      values = other;
      if (values < last) EndRepeats();
    } else if (num_pending_ == 0 && last - values >= kGroup) {
      PutGroup(values);
      values += kGroup;
    } else {
      pending_[static_cast<size_t>(num_pending_++)] = *values++;
      if (num_pending_ < kGroup) continue;
      num_pending_ = 0;
      PutGroup(pending_.data());
    }
  }
  return Status::OK();
}

template Status HybridEncoder::Put(const int16_t* values, int64_t count);
template Status HybridEncoder::Put(const int32_t* values, int64_t count);

template <typename T>
void HybridEncoder::PutGroup(const T* group) {
  if (!std::all_of(group + 1, group + kGroup, [&](T value) { return value == group[0]; })) {
    Pack(group);
    return;
  }
  EndPacked();
  repeated_ = group[0];
  repeats_ = kGroup;
}

template <typename T>
void HybridEncoder::Pack(const T* group) {
  if (packed_groups_ == kMostPackedGroups) EndPacked();
  if (packed_groups_++ == 0) {
    packed_header_ = out_.length();
    out_.UnsafeAppend(1, uint8_t{0});
  }
  uint8_t* out = end();
  uint64_t bits = 0;
  int held = 0;
  for (int i = 0; i < kGroup; ++i) {
    bits |= uint64_t{static_cast<uint32_t>(group[i])} << held;
    held += width_;
    if (held < 32) continue;
    const auto word = static_cast<uint32_t>(bits);
    std::memcpy(out, &word, sizeof(word));
    out += sizeof(word);
    bits >>= 32;
    held -= 32;
  }
  // Eight values are whole bytes.
  for (; held > 0; held -= 8, bits >>= 8) *out++ = static_cast<uint8_t>(bits);
  out_.UnsafeAdvance(width_);
}

void HybridEncoder::EndPacked() {
  if (packed_groups_ == 0) return;
  out_.mutable_data()[packed_header_] = static_cast<uint8_t>(packed_groups_ << 1 | 1);
  packed_groups_ = 0;
}

void HybridEncoder::EndRepeats() {
  uint8_t* out = end();
  auto header = static_cast<uint64_t>(repeats_) << 1;
  for (; header >= 0x80; header >>= 7) *out++ = static_cast<uint8_t>(header | 0x80);
  *out++ = static_cast<uint8_t>(header);
  auto value = static_cast<uint32_t>(repeated_);
  for (int bits = 0; bits < width_; bits += 8, value >>= 8) *out++ = static_cast<uint8_t>(value);
  out_.UnsafeAdvance(out - end());
  repeats_ = 0;
}

Result<Bytes> HybridEncoder::Finish() {
  PQ_RETURN_NOT_OK(out_.Reserve(2 * (width_ + kMostBesideBits)));
  if (repeats_ > 0) EndRepeats();
  if (num_pending_ > 0) {
    // What fills the group up is never read: the values of a page are counted.
    const auto rest = pending_.begin() + num_pending_;
    const bool equal =
        std::all_of(pending_.begin(), rest, [this](int32_t value) { return value == pending_[0]; });
    if (equal && packed_groups_ == 0) {
      repeated_ = pending_[0];
      repeats_ = num_pending_;
      EndRepeats();
    } else {
      std::fill(rest, pending_.end(), 0);
      Pack(pending_.data());
    }
    num_pending_ = 0;
  }
  EndPacked();
  return Bytes(out_.data(), static_cast<size_t>(out_.length()));
}

void HybridEncoder::Clear() { out_.Rewind(0); }

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A stream is a list of elements: bytes that follow (a literal), or a distance back in what was
// unpacked already and a length (a copy).  Most are short, and which kind comes next can't be
// foretold, so what costs are branches.  Nearly all elements take one path without any: 32 bytes
// are copied whatever the length is, from the one place or the other, and the next element is
// written over the rest.  What that path can't do (long literals, copies that reach into
// themselves, the ends of both sides) is done an element at a time, with a check for each step.
//
// bench/snappy_bench.cc holds it against the library in Arrow's wheel, which is built for any
// x86-64 and calls memmove for nearly each element.
#include "format/snappy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace pqpack {
namespace {

enum Kind : uint8_t { kLiteral = 0, kNear = 1, kFar = 2, kFarthest = 3 };

constexpr int64_t kBlock = 32;         // what is copied at once
constexpr int64_t kHalf = 16;          // as two
constexpr int64_t kStep = 8;           // of a copy that reaches into itself
constexpr uint32_t kLongLiteral = 60;  // from here on the length has bytes of its own
constexpr int64_t kLargestTag = 5;     // with the bytes of its offset

// Of each tag the length, in the low byte, and what it has of the offset.  A length of 0: it, or
// the offset, has more bytes than the fast path reads.
constexpr std::array<uint16_t, 256> kTags = [] {
  std::array<uint16_t, 256> tags{};
  for (uint32_t tag = 0; tag < 256; ++tag) {
    const uint32_t rest = tag >> 2;
    uint32_t entry = 0;
    if ((tag & 3) == kLiteral && rest < kBlock) entry = rest + 1;
    if ((tag & 3) == kNear) entry = (4 + (rest & 7)) | (rest >> 3) << 8;
    if ((tag & 3) == kFar && rest < kBlock) entry = rest + 1;
    tags[tag] = static_cast<uint16_t>(entry);
  }
  return tags;
}();
constexpr std::array<uint32_t, 4> kOffsetBytes = {0, 0xff, 0xffff, 0};

void CopyBlock(const uint8_t* from, uint8_t* to) {
  for (int64_t i = 0; i < kBlock; i += kHalf) {
    std::array<uint8_t, kHalf> bytes{};
    std::memcpy(bytes.data(), from + i, kHalf);
    std::memcpy(to + i, bytes.data(), kHalf);
  }
}

class Unpacking {
 public:
  Unpacking(Bytes packed, std::span<uint8_t> out)
      : in_(packed.data()),
        in_end_(in_ + packed.size()),
        begin_(out.data()),
        out_(begin_),
        end_(begin_ + out.size()) {}

  // False: it is no stream of so many bytes.
  bool Run() {
    uint64_t size = 0;
    if (!TakeSize(&size) || size != static_cast<uint64_t>(end_ - begin_)) return false;
    while (true) {
      TakeUsual();
      if (in_ == in_end_) return out_ == end_;
      if (!TakeAny()) return false;
    }
  }

 private:
  bool TakeSize(uint64_t* size) {
    for (int shift = 0; shift < 35 && in_ < in_end_; shift += 7) {
      const uint8_t byte = *in_++;
      *size |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  // Elements until one, or what is left, asks for more care.
  void TakeUsual() {
    if (in_end_ - in_ < kBlock + kLargestTag || end_ - out_ < kBlock) return;
    const uint8_t* in = in_;
    uint8_t* out = out_;
    const uint8_t* const last_in = in_end_ - (kBlock + kLargestTag);
    const uint8_t* const last_out = end_ - kBlock;
    while (in <= last_in && out <= last_out) {
      const uint32_t tag = *in;
      const uint32_t kind = tag & 3;
      const uint32_t entry = kTags[tag];
      const auto length = static_cast<int64_t>(entry & 0xff);
      uint32_t word = 0;
      std::memcpy(&word, in + 1, sizeof(word));
      const int64_t offset = int64_t{entry & 0xff00} + int64_t{word & kOffsetBytes[kind]};
      const int64_t literal = kind == kLiteral ? -1 : 0;  // a mask: no branch is taken for it
      const int64_t reach = offset | (literal & kBlock);  // a literal is a copy from far enough
      const int64_t most = (out - begin_) | (literal & kBlock);
      const bool into_itself = (reach < kHalf) & (reach < length);
      if (length == 0 || into_itself || reach > most) break;
      CopyBlock(kind == kLiteral ? in + 1 : out - offset, out);
      in += 1 + kind + (length & literal);
      out += length;
    }
    in_ = in;
    out_ = out;
  }

  bool TakeAny() {
    const uint32_t tag = *in_++;
    const uint32_t rest = tag >> 2;
    uint32_t number = 0;
    switch (tag & 3) {
      case kLiteral:
        number = rest;
        if (rest >= kLongLiteral && !TakeNumber(rest - kLongLiteral + 1, &number)) return false;
        return Literal(int64_t{number} + 1);
      case kNear:
        return TakeNumber(1, &number) && Copy((rest >> 3) << 8 | number, 4 + (rest & 7));
      case kFar:
        return TakeNumber(2, &number) && Copy(number, rest + 1);
      default:
        return TakeNumber(4, &number) && Copy(number, rest + 1);
    }
  }

  bool TakeNumber(uint32_t bytes, uint32_t* number) {
    if (in_end_ - in_ < bytes) return false;
    *number = 0;
    std::memcpy(number, in_, bytes);
    in_ += bytes;
    return true;
  }

  bool Literal(int64_t length) {
    if (in_end_ - in_ < length || end_ - out_ < length) return false;
    std::memcpy(out_, in_, static_cast<size_t>(length));
    in_ += length;
    out_ += length;
    return true;
  }

  // What is copied may be what was just written: the last `offset` bytes again and again.
  bool Copy(int64_t offset, int64_t length) {
    if (offset == 0 || offset > out_ - begin_ || end_ - out_ < length) return false;
    const uint8_t* from = out_ - offset;
    uint8_t* const stop = out_ + length;
    if (end_ - stop < kStep) {
      while (out_ < stop) *out_++ = *from++;
      return true;
    }
    uint64_t word = 0;
    while (out_ < stop) {
      std::memcpy(&word, from, kStep);
      std::memcpy(out_, &word, kStep);
      // Twice as much of the pattern is there then.
      const int64_t done = std::min<int64_t>(out_ - from, kStep);
      if (out_ - from >= kStep) from += kStep;
      out_ += done;
    }
    out_ = stop;
    return true;
  }

  const uint8_t* in_;
  const uint8_t* const in_end_;
  uint8_t* const begin_;
  uint8_t* out_;
  uint8_t* const end_;
};

}  // namespace

Status UnpackSnappy(Bytes packed, std::span<uint8_t> out) {
  if (Unpacking(packed, out).Run()) return Status::OK();
  return Error(ErrorCode::kCorrupt, fmt::format("it is no Snappy of {} bytes", out.size()));
}

}  // namespace pqpack

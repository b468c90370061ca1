// SPDX-License-Identifier: Apache-2.0
#include "execute/wide_delta.h"

#include <algorithm>
#include <string>

namespace pqpack {
namespace {

constexpr int64_t kMaxMiniblocks = 256;
constexpr int64_t kMaxBlock = int64_t{1} << 20;

Status Corrupt(const char* what) {
  return Error(ErrorCode::kCorrupt, std::string("DELTA_BINARY_PACKED data ") + what);
}

class Cursor {
 public:
  explicit Cursor(Bytes data) : data_(data) {}

  Result<uint64_t> Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ == data_.size()) return Corrupt("ends early");
      const uint8_t byte = data_[at_++];
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return Corrupt("has a number of more than 64 bits");
  }

  Result<uint64_t> Zigzag() {
    PQ_ASSIGN(const uint64_t value, Varint());
    return (value >> 1) ^ (0 - (value & 1));
  }

  Result<Bytes> Take(int64_t size) {
    if (size > static_cast<int64_t>(data_.size() - at_)) return Corrupt("ends early");
    const Bytes taken = data_.subspan(at_, static_cast<size_t>(size));
    at_ += taken.size();
    return taken;
  }

 private:
  Bytes data_;
  size_t at_ = 0;
};

struct Header {
  int64_t per_miniblock = 0;
  int64_t miniblocks = 0;  // per block
  int64_t count = 0;
  uint64_t first = 0;
};

Result<Header> ReadHeader(Cursor* cursor) {
  PQ_ASSIGN(const uint64_t block, cursor->Varint());
  PQ_ASSIGN(const uint64_t miniblocks, cursor->Varint());
  PQ_ASSIGN(const uint64_t count, cursor->Varint());
  PQ_ASSIGN(const uint64_t first, cursor->Zigzag());
  if (miniblocks == 0 || miniblocks > kMaxMiniblocks || block > kMaxBlock ||
      block % miniblocks != 0 || (block / miniblocks) % 32 != 0 || block == 0 ||
      count > (uint64_t{1} << 31)) {
    return Corrupt("has a header that makes no sense");
  }
  return Header{static_cast<int64_t>(block / miniblocks), static_cast<int64_t>(miniblocks),
                static_cast<int64_t>(count), first};
}

// `width` bits from bit `at` on, the lowest first.
uint64_t Bits(Bytes data, int64_t at, int width) {
  uint64_t value = 0;
  for (int got = 0; got < width;) {
    const int64_t bit = at + got;
    const int take = std::min<int>(8 - static_cast<int>(bit % 8), width - got);
    const uint64_t byte = data[static_cast<size_t>(bit / 8)] >> (bit % 8);
    value |= (byte & ((uint64_t{1} << take) - 1)) << got;
    got += take;
  }
  return value;
}

// Values wrap around as the writer's did: all sums are unsigned.
class Decoder {
 public:
  Decoder(Cursor cursor, const Header& header, int64_t count, int32_t* out)
      : cursor_(cursor), header_(header), left_(count), out_(out), last_(header.first) {}

  Status Run() {
    if (left_ > 0) Put(last_);
    while (left_ > 0) PQ_RETURN_NOT_OK(Block());
    return Status::OK();
  }

 private:
  void Put(uint64_t value) {
    *out_++ = static_cast<int32_t>(static_cast<uint32_t>(value));
    last_ = value;
    --left_;
  }

  Status Block() {
    PQ_ASSIGN(const uint64_t least, cursor_.Zigzag());
    PQ_ASSIGN(const Bytes widths, cursor_.Take(header_.miniblocks));
    for (const uint8_t width : widths) {
      if (left_ == 0) break;  // the rest may be missing
      if (width > 64) return Corrupt("has values of more than 64 bits");
      PQ_ASSIGN(const Bytes packed, cursor_.Take(header_.per_miniblock / 8 * width));
      const int64_t values = std::min(left_, header_.per_miniblock);
      for (int64_t i = 0; i < values; ++i) Put(last_ + least + Bits(packed, i * width, width));
    }
    return Status::OK();
  }

  Cursor cursor_;
  const Header header_;
  int64_t left_;
  int32_t* out_;
  uint64_t last_;
};

}  // namespace

Result<int64_t> CountWideDelta(Bytes data, int64_t at_most) {
  Cursor cursor(data);
  PQ_ASSIGN(const Header header, ReadHeader(&cursor));
  if (header.count > at_most) return Corrupt("has more values than its page");
  return header.count;
}

Status DecodeWideDelta(Bytes data, int64_t count, int32_t* out) {
  Cursor cursor(data);
  PQ_ASSIGN(const Header header, ReadHeader(&cursor));
  if (count > header.count) return Corrupt("has fewer values than its page");
  return Decoder(cursor, header, count, out).Run();
}

}  // namespace pqpack

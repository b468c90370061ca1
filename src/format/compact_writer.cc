// SPDX-License-Identifier: Apache-2.0
#include "format/compact_writer.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <utility>

namespace pqpack {

void CompactWriter::WriteVarint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) WriteByte(static_cast<uint8_t>(value | 0x80));
  WriteByte(static_cast<uint8_t>(value));
}

void CompactWriter::WriteZigZag(int64_t value) {
  WriteVarint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
}

void CompactWriter::WriteDouble(double value) {
  auto bits = std::bit_cast<uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) WriteByte(static_cast<uint8_t>(bits));
}

void CompactWriter::WriteBinary(std::string_view value) {
  WriteVarint(value.size());
  bytes_ += value;
}

void CompactWriter::WriteListHeader(CompactType element, size_t count) {
  const auto type = static_cast<uint8_t>(element);
  if (count < 15) return WriteByte(static_cast<uint8_t>(count << 4 | type));
  WriteByte(0xf0 | type);
  WriteVarint(count);
}

StructWriter::StructWriter(CompactWriter& out, const UnknownFields& unknown) : out_(out) {
  for (const RawField& field : unknown) unknown_.push_back(&field);
  // Fields of one id, of which there should be one, stay in their order.
  std::ranges::sort(unknown_, {},
                    [](const RawField* field) { return std::pair(field->id, field); });
}

void StructWriter::WriteHeader(int16_t id, CompactType type) {
  const auto low = static_cast<uint8_t>(type);
  const int delta = id - last_id_;
  if (delta > 0 && delta <= 15) {
    out_.WriteByte(static_cast<uint8_t>(delta << 4 | low));
  } else {
    out_.WriteByte(low);
    out_.WriteZigZag(id);
  }
  last_id_ = id;
}

void StructWriter::WriteUnknownBelow(int id) {
  for (; next_ < unknown_.size() && unknown_[next_]->id < id; ++next_) {
    WriteHeader(unknown_[next_]->id, unknown_[next_]->type);
    out_.bytes_ += unknown_[next_]->bytes;
  }
}

void StructWriter::Header(int16_t id, CompactType type) {
  WriteUnknownBelow(id);
  while (next_ < unknown_.size() && unknown_[next_]->id == id) ++next_;
  WriteHeader(id, type);
}

void StructWriter::End() {
  WriteUnknownBelow(INT_MAX);
  out_.WriteByte(0);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The reader never takes a byte before it knows that the byte is there, and
// never sizes anything by a number that was not held against the bytes left:
// every value of the protocol but a field's bool takes a byte at least, so a
// count above that is a lie.
#include "format/compact_reader.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace pqpack {
namespace {

std::string NameOf(CompactType type) {
  static constexpr const char* kNames[] = {"stop", "bool", "bool",   "i8",     "i16",
                                           "i32",  "i64",  "double", "binary", "list",
                                           "set",  "map",  "struct", "uuid"};
  const auto n = static_cast<size_t>(type);
  return n < std::size(kNames) ? kNames[n] : fmt::format("type {}", n);
}

}  // namespace

void CompactReader::Fail(ErrorCode code, const std::string& problem) {
  if (!ok()) return;
  std::string where;
  for (const StructReader* at = innermost_; at != nullptr; at = at->outer_) {
    where = fmt::format("{}.{}{}{}", at->name_, at->id_, where.empty() ? "" : " > ", where);
  }
  // These caps are fixed: no flag raises them.
  const char* action =
      code == ErrorCode::kTooLarge ? "Write the file again, with less in its footer." : "";
  status_ = Error(code,
                  fmt::format("{}: {} at byte {}{}{}", what_, problem, position_,
                              where.empty() ? "" : ", in ", where),
                  action);
}

void CompactReader::KeepForm(std::string* as_written) {
  if (!ok() || canonical_ || !Charge(position_)) return;
  as_written->assign(AsText(bytes_.first(static_cast<size_t>(position_))));
}

void CompactReader::FailElement(CompactType type) {
  Fail(ErrorCode::kCorrupt, fmt::format("a list of {}, not of what belongs there", NameOf(type)));
}

bool CompactReader::EndsEarly() {
  if (!ok()) return false;
  ended_ = true;
  Fail(ErrorCode::kCorrupt, fmt::format("the {} bytes end inside of a value", bytes_.size()));
  return false;
}

bool CompactReader::Charge(int64_t bytes) {
  memory_ += bytes;
  if (memory_ <= limits_.memory) return true;
  Fail(ErrorCode::kTooLarge,
       fmt::format("what it holds needs more than {} MiB of memory", limits_.memory / kMiB));
  return false;
}

uint64_t CompactReader::ReadVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = ReadByte();
    if (!ok()) return 0;
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    canonical_ &= byte != 0 || shift == 0;
    return value;
  }
  Fail(ErrorCode::kCorrupt, "a varint of more than 64 bits");
  return 0;
}

int64_t CompactReader::ReadZigZag(int64_t low, int64_t high) {
  const uint64_t raw = ReadVarint();
  const auto value = static_cast<int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
  if (value >= low && value <= high) return value;
  Fail(ErrorCode::kCorrupt, fmt::format("{} does not fit into its integer type", value));
  return 0;
}

bool CompactReader::ReadBool(CompactType type, bool element) {
  if (!element) return type == CompactType::kTrue;
  // The specification says 1 and 2; old writers have 0 for false.
  const uint8_t byte = ReadByte();
  canonical_ &= byte == 1 || byte == 2;
  return byte == 1;
}

double CompactReader::ReadDouble() {
  if (!Has(8)) return 0;
  uint64_t bits = 0;
  for (int i = 7; i >= 0; --i) bits = bits << 8 | bytes_[static_cast<size_t>(position_ + i)];
  position_ += 8;
  return std::bit_cast<double>(bits);
}

Bytes CompactReader::ReadBinary() {
  const uint64_t length = ReadVarint();
  if (length > INT32_MAX) {
    Fail(ErrorCode::kCorrupt, fmt::format("a string of {} bytes", length));
    return {};
  }
  if (!Has(static_cast<int64_t>(length)) || !Charge(static_cast<int64_t>(length))) return {};
  const Bytes result = bytes_.subspan(static_cast<size_t>(position_), length);
  position_ += static_cast<int64_t>(length);
  return result;
}

int64_t CompactReader::ReadListHeader(CompactType* element) {
  const uint8_t head = ReadByte();
  *element = static_cast<CompactType>(head & 0x0f);
  const uint64_t count = head >> 4 == 15 ? ReadVarint() : head >> 4;
  if (!ok()) return 0;
  canonical_ &= head >> 4 != 15 || count >= 15;
  if (count > static_cast<uint64_t>(limits_.elements)) {
    Fail(ErrorCode::kTooLarge,
         fmt::format("a list of {} elements, more than {}", count, limits_.elements));
    return 0;
  }
  return Has(static_cast<int64_t>(count)) ? static_cast<int64_t>(count) : 0;
}

bool CompactReader::Enter() {
  ++depth_;
  if (depth_ <= limits_.depth) return ok();
  Fail(ErrorCode::kTooLarge, fmt::format("nested deeper than {}", limits_.depth));
  return false;
}

void CompactReader::SkipMap() {
  const uint64_t count = ReadVarint();
  if (count == 0 || !ok()) return;
  const uint8_t types = ReadByte();
  // A key and a value take a byte each at least, so the loop ends with the bytes.
  for (uint64_t i = 0; i < count && ok(); ++i) {
    Skip(static_cast<CompactType>(types >> 4), true);
    Skip(static_cast<CompactType>(types & 0x0f), true);
  }
}

void CompactReader::Skip(CompactType type, bool element) {
  if (!Enter()) return Leave();
  switch (type) {
    case CompactType::kTrue:
    case CompactType::kFalse:
      if (element) ReadByte();
      break;
    case CompactType::kByte:
      ReadByte();
      break;
    case CompactType::kI16:
    case CompactType::kI32:
    case CompactType::kI64:
      ReadVarint();
      break;
    case CompactType::kDouble:
      if (Has(8)) position_ += 8;
      break;
    case CompactType::kBinary:
      ReadBinary();
      break;
    case CompactType::kUuid:
      if (Has(16)) position_ += 16;
      break;
    case CompactType::kList:
    case CompactType::kSet: {
      CompactType inner = CompactType::kStop;
      const int64_t count = ReadListHeader(&inner);
      for (int64_t i = 0; i < count && ok(); ++i) Skip(inner, true);
      break;
    }
    case CompactType::kMap:
      SkipMap();
      break;
    case CompactType::kStruct: {
      StructReader field(*this, "unknown", nullptr);
      while (field.Next()) Skip(field.type_, false);
      break;
    }
    default:
      Fail(ErrorCode::kCorrupt, fmt::format("no such type as {}", static_cast<int>(type)));
  }
  Leave();
}

StructReader::StructReader(CompactReader& in, const char* name, UnknownFields* unknown)
    : in_(in), name_(name), outer_(in.innermost_), unknown_(unknown) {
  in_.innermost_ = this;
  in_.Enter();
}

StructReader::~StructReader() {
  in_.Leave();
  in_.innermost_ = outer_;
}

bool StructReader::Next() {
  const uint8_t head = in_.ReadByte();
  if (!in_.ok() || head == 0) return false;
  type_ = static_cast<CompactType>(head & 0x0f);
  const int64_t id = head >> 4 == 0 ? in_.ReadZigZag(INT16_MIN, INT16_MAX) : id_ + (head >> 4);
  if (id > INT16_MAX) in_.Fail(ErrorCode::kCorrupt, fmt::format("field id {}", id));
  if (type_ == CompactType::kStop) in_.Fail(ErrorCode::kCorrupt, "a field without a type");
  if (!in_.ok()) return false;
  const int64_t delta = id - id_;  // from 1 to 15 it fits into `head`
  in_.canonical_ &= head >> 4 != 0 || delta > 15 || delta == 0 || (delta < 0 && first_);
  first_ = false;
  id_ = static_cast<int16_t>(id);
  if (id_ < 0 || id_ > 63) return true;
  const uint64_t bit = uint64_t{1} << id_;
  if ((seen_ & bit) != 0) {
    in_.Fail(ErrorCode::kCorrupt, "the same field twice");
    return false;
  }
  seen_ |= bit;
  return true;
}

void StructReader::Keep() {
  if (id_ >= 0 && id_ <= 63) kept_ |= uint64_t{1} << id_;
  const int64_t start = in_.position_;
  const bool canonical = in_.canonical_;
  in_.Skip(type_, false);
  in_.canonical_ = canonical;  // its bytes are kept
  if (!in_.ok()) return;
  const Bytes raw =
      in_.bytes_.subspan(static_cast<size_t>(start), static_cast<size_t>(in_.position_ - start));
  if (!in_.Charge(static_cast<int64_t>(sizeof(RawField) + raw.size()))) return;
  unknown_->push_back({id_, type_, std::string(AsText(raw))});
}

void StructReader::Require(int id) {
  if (in_.ok() && (seen_ & ~kept_ & (uint64_t{1} << id)) == 0) {
    in_.Fail(ErrorCode::kCorrupt, fmt::format("{} lacks its field {}", name_, id));
  }
}

}  // namespace pqpack

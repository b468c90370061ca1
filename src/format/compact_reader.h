// SPDX-License-Identifier: Apache-2.0
//
// Reads Thrift's compact protocol, in which Parquet writes its footer, page
// headers and indexes, from bytes that nobody vouches for.
//
// The first error sticks: after it every read gives zero or nothing, every loop
// over fields ends, and status() says what was wrong, at which byte, inside of
// which structure.  So a structure is read without a check per field:
//
//   StructReader field(in, "KeyValue", &out->unknown);
//   while (field.Next()) {
//     switch (field.id()) {
//       case 1: field.Read(&out->key); break;
//       case 2: field.Read(&out->value); break;
//       default: field.Keep();
//     }
//   }
//   field.Require(1);
//
// which struct_fields.h does for all structures of Parquet from one list of fields.
//
// What we have no name for, and a known field of another type, is kept as bytes;
// generated Thrift code passes over both in the same way.  Stricter than that,
// because another reader of the same bytes must not see other values than we do:
// a field that comes twice, a list whose elements have another type, an integer
// beyond its width are errors.
//
// Errors: kCorrupt; kTooLarge where a limit below is met.  Not thread-safe.
// The bytes must outlive the reader; what was read owns its memory.
//
// Source: apache/thrift doc/specs/thrift-compact-protocol.md.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/compact_types.h"

namespace pqpack {

struct CompactLimits {
  // Parquet's own structures nest to 7; the rest is for unknown fields.
  int depth = 64;
  // Elements of one list; Arrow's Parquet reader refuses larger ones by default.
  int64_t elements = 1'000'000;
  // Memory for what was read.  A chunk of three bytes becomes a struct of
  // hundreds, so the size of the footer alone does not bound it.
  int64_t memory = 512 * kMiB;
};

class StructReader;

class CompactReader {
 public:
  // `what` names the bytes in messages: "footer", "page header".
  explicit CompactReader(Bytes bytes, const char* what, CompactLimits limits = {})
      : bytes_(bytes), what_(what), limits_(limits) {}

  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }

  // The error is that the bytes ended too early: more of them may cure it.
  bool ended() const { return ended_; }

  int64_t position() const { return position_; }

  // Keeps what was read so far where Serialize() (compact_writer.h) would write it
  // otherwise: fields that do not ascend, numbers and lists in a longer form than
  // needed.  The thrift libraries write none of that, but nothing forbids it.
  void KeepForm(std::string* as_written);

  void Fail(ErrorCode code, const std::string& problem);

 private:
  friend class StructReader;

  // Whether a T is written as this type.
  template <typename T>
  static constexpr bool Takes(CompactType type);

  // One value, whose type must be right.  `element` is true inside of lists,
  // where a bool is a byte of its own.
  template <typename T>
  void Value(CompactType type, bool element, T* out);
  template <typename T>
  void List(std::vector<T>* out);
  void FailElement(CompactType type);

  // Passes over one value of any type.
  void Skip(CompactType type, bool element);

  bool Has(int64_t count) {
    const bool there = count <= static_cast<int64_t>(bytes_.size()) - position_;
    return there ? ok() : EndsEarly();
  }
  bool EndsEarly();  // false
  bool Charge(int64_t bytes);
  uint8_t ReadByte() { return Has(1) ? bytes_[static_cast<size_t>(position_++)] : uint8_t{0}; }
  uint64_t ReadVarint();
  int64_t ReadZigZag(int64_t low, int64_t high);
  bool ReadBool(CompactType type, bool element);
  double ReadDouble();
  Bytes ReadBinary();
  // Checks the number of elements against the limits and the bytes that are left.
  int64_t ReadListHeader(CompactType* element);
  void SkipMap();
  bool Enter();
  void Leave() { --depth_; }

  Bytes bytes_;
  const char* what_;
  CompactLimits limits_;
  int64_t position_ = 0;
  int64_t memory_ = 0;
  int depth_ = 0;
  bool ended_ = false;
  bool canonical_ = true;
  const StructReader* innermost_ = nullptr;
  Status status_;
};

// Walks the fields of one structure.  Lives on the stack, innermost last.
class StructReader {
 public:
  // Unknown fields go to `unknown`, which must outlive this.
  StructReader(CompactReader& in, const char* name, UnknownFields* unknown);
  ~StructReader();
  StructReader(const StructReader&) = delete;
  StructReader& operator=(const StructReader&) = delete;

  // Goes to the next field; false behind the last one or after an error.
  bool Next();
  int16_t id() const { return id_; }

  // Whether the field's type is that of a T; a field of another one is as good as unknown.
  template <typename T>
  bool Is() const {
    return CompactReader::Takes<T>(type_);
  }

  // Exactly one of these per field.
  template <typename T>
  void Read(T* out) {
    if (!Is<T>()) return Keep();
    in_.Value(type_, false, out);
  }
  template <typename T>
  void Read(std::optional<T>* out) {
    if (!Is<T>()) return Keep();
    in_.Value(type_, false, &out->emplace());
  }
  void Keep();

  // Fails unless the field was there.  `id` is in [1, 63].
  void Require(int id);

 private:
  friend class CompactReader;

  CompactReader& in_;
  const char* name_;
  const StructReader* outer_;
  UnknownFields* unknown_;
  uint64_t seen_ = 0;
  uint64_t kept_ = 0;  // of these: unknown, or of another type
  int16_t id_ = 0;
  bool first_ = true;
  CompactType type_ = CompactType::kStop;
};

template <typename T>
constexpr bool CompactReader::Takes(CompactType type) {
  return type == TypeOf<T>() || (std::same_as<T, bool> && type == CompactType::kFalse);
}

// A structure is read by ReadStruct(CompactReader&, T*), which stands beside it.
template <typename T>
void CompactReader::Value(CompactType type, bool element, T* out) {
  if constexpr (std::same_as<T, bool>) {
    *out = ReadBool(type, element);
  } else if constexpr (std::same_as<T, int8_t>) {
    *out = static_cast<int8_t>(ReadByte());
  } else if constexpr (std::same_as<T, int16_t>) {
    *out = static_cast<int16_t>(ReadZigZag(INT16_MIN, INT16_MAX));
  } else if constexpr (std::same_as<T, int32_t> || std::is_enum_v<T>) {
    *out = static_cast<T>(ReadZigZag(INT32_MIN, INT32_MAX));
  } else if constexpr (std::same_as<T, int64_t>) {
    *out = ReadZigZag(INT64_MIN, INT64_MAX);
  } else if constexpr (std::same_as<T, double>) {
    *out = ReadDouble();
  } else if constexpr (std::same_as<T, std::string>) {
    out->assign(AsText(ReadBinary()));
  } else if constexpr (kIsVector<T>) {
    List(out);
  } else {
    ReadStruct(*this, out);
  }
}

template <typename T>
void CompactReader::List(std::vector<T>* out) {
  CompactType type = CompactType::kStop;
  const int64_t count = ReadListHeader(&type);
  if (count > 0 && !Takes<T>(type)) return FailElement(type);
  canonical_ &= type == TypeOf<T>();
  // The count is only a claim: the list grows by what is there.
  out->reserve(static_cast<size_t>(std::min<int64_t>(count, 256)));
  for (int64_t i = 0; i < count && Charge(sizeof(T)); ++i) {
    T value{};
    Value(type, true, &value);
    if (!ok()) return;
    out->push_back(std::move(value));
  }
}

// Parses bytes that hold one T and nothing else.
template <typename T>
Result<T> ParseWhole(Bytes bytes, const char* what) {
  CompactReader in(bytes, what);
  T result;
  ReadStruct(in, &result);
  if (in.ok() && in.position() != static_cast<int64_t>(bytes.size())) {
    in.Fail(ErrorCode::kCorrupt, "it ends early,");
  }
  if constexpr (requires { result.as_written; }) in.KeepForm(&result.as_written);
  PQ_RETURN_NOT_OK(in.status());
  return result;
}

}  // namespace pqpack

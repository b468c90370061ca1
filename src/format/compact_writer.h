// SPDX-License-Identifier: Apache-2.0
//
// Writes Thrift's compact protocol: the way back of compact_reader.h.
//
//   PQ_ASSIGN(FileMetaData footer, ParseFooter(bytes));
//   footer.row_groups[0].file_offset = 4;
//   const std::string changed = Serialize(footer);
//
// What was read and not changed gives the very bytes that were read, unknown
// fields among them, as far as the structure reached.  After a change
//   - fields are written in the order of their ids, numbers and lists in their
//     shortest form, which is how nearly all files have them anyway;
//   - unknown fields stand where their ids put them; one that has the id of a field
//     that was given a value since gives way to it.
//
// Serialize() takes every structure of this room.  Writing knows no errors: what is
// put in must fit the protocol (a string or list has less than 2^31 bytes or
// elements).  Pure; not thread-safe per writer.
//
// Source: apache/thrift doc/specs/thrift-compact-protocol.md.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "format/compact_reader.h"
#include "format/compact_types.h"

namespace pqpack {

class CompactWriter {
 public:
  // What was written.
  std::string Take() && { return std::move(bytes_); }

 private:
  friend class StructWriter;

  // A bool only as an element of a list; as a field its type is its value.
  template <typename T>
  void Value(const T& value);

  void WriteByte(uint8_t byte) { bytes_ += static_cast<char>(byte); }
  void WriteVarint(uint64_t value);
  void WriteZigZag(int64_t value);
  void WriteDouble(double value);
  void WriteBinary(std::string_view value);
  void WriteListHeader(CompactType element, size_t count);

  std::string bytes_;
};

// Writes one structure: its named fields with ascending ids, then End().
class StructWriter {
 public:
  // `unknown` must outlive this.
  StructWriter(CompactWriter& out, const UnknownFields& unknown);

  template <typename T>
  void Write(int16_t id, const T& value) {
    if constexpr (std::same_as<T, bool>) {
      Header(id, value ? CompactType::kTrue : CompactType::kFalse);
    } else {
      Header(id, TypeOf<T>());
      out_.Value(value);
    }
  }
  template <typename T>
  void Write(int16_t id, const std::optional<T>& value) {
    if (value) Write(id, *value);
  }
  void End();

 private:
  // The header of the named field `id`, behind the unknown ones that come before it.
  void Header(int16_t id, CompactType type);
  void WriteUnknownBelow(int id);
  void WriteHeader(int16_t id, CompactType type);

  CompactWriter& out_;
  std::vector<const RawField*> unknown_;  // in the order of their ids
  size_t next_ = 0;                       // of unknown_
  int16_t last_id_ = 0;
};

// A structure is written by WriteStruct(CompactWriter&, const T&), which stands beside it.
template <typename T>
void CompactWriter::Value(const T& value) {
  if constexpr (std::same_as<T, bool>) {
    WriteByte(value ? 1 : 2);
  } else if constexpr (std::same_as<T, int8_t>) {
    WriteByte(static_cast<uint8_t>(value));
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    WriteZigZag(static_cast<int64_t>(value));
  } else if constexpr (std::same_as<T, double>) {
    WriteDouble(value);
  } else if constexpr (std::same_as<T, std::string>) {
    WriteBinary(value);
  } else if constexpr (kIsVector<T>) {
    WriteListHeader(TypeOf<typename T::value_type>(), value.size());
    for (size_t i = 0; i < value.size(); ++i) Value<typename T::value_type>(value[i]);
  } else {
    WriteStruct(*this, value);
  }
}

namespace compact_internal {

// The bytes that KeepForm() kept still say what `value` says.
template <typename T>
bool IsUnchanged(const T& value) {
  CompactReader in(AsBytes(value.as_written), "structure");
  T again;
  ReadStruct(in, &again);
  in.KeepForm(&again.as_written);
  return in.ok() && again == value;
}

}  // namespace compact_internal

template <typename T>
std::string Serialize(const T& value) {
  if constexpr (requires { value.as_written; }) {
    if (!value.as_written.empty() && compact_internal::IsUnchanged(value)) return value.as_written;
  }
  CompactWriter out;
  WriteStruct(out, value);
  return std::move(out).Take();
}

}  // namespace pqpack

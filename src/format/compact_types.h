// SPDX-License-Identifier: Apache-2.0
//
// What reader and writer of Thrift's compact protocol share: the types on disk,
// which C++ type is which of them, and fields without a name.
// Source: apache/thrift doc/specs/thrift-compact-protocol.md.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace pqpack {

enum class CompactType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

// A field that we have no name for, as it stands in the file: the bytes of its
// value without the field header.  A bool has no bytes, its type is its value.
struct RawField {
  int16_t id = 0;
  CompactType type = CompactType::kStop;
  std::string bytes;
  bool operator==(const RawField&) const = default;
};
using UnknownFields = std::vector<RawField>;

inline bool HasField(const UnknownFields& fields, int16_t id) {
  return std::ranges::find(fields, id, &RawField::id) != fields.end();
}

template <typename T>
constexpr bool kIsVector = false;
template <typename T>
constexpr bool kIsVector<std::vector<T>> = true;

template <typename T>
constexpr bool kIsOptional = false;
template <typename T>
constexpr bool kIsOptional<std::optional<T>> = true;

// The type as which a T is written; a bool's is its value, kTrue stands for both.
template <typename T>
constexpr CompactType TypeOf() {
  if constexpr (std::same_as<T, bool>) {
    return CompactType::kTrue;
  } else if constexpr (std::same_as<T, int8_t>) {
    return CompactType::kByte;
  } else if constexpr (std::same_as<T, int16_t>) {
    return CompactType::kI16;
  } else if constexpr (std::same_as<T, int32_t> || std::is_enum_v<T>) {
    return CompactType::kI32;
  } else if constexpr (std::same_as<T, int64_t>) {
    return CompactType::kI64;
  } else if constexpr (std::same_as<T, double>) {
    return CompactType::kDouble;
  } else if constexpr (std::same_as<T, std::string>) {
    return CompactType::kBinary;
  } else if constexpr (kIsVector<T>) {
    return CompactType::kList;
  } else {
    return CompactType::kStruct;
  }
}

}  // namespace pqpack

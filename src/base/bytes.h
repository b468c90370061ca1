// SPDX-License-Identifier: Apache-2.0
//
// Views of bytes and ranges of them.  Sizes and offsets are int64_t everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pqpack {

using Bytes = std::span<const uint8_t>;

inline Bytes AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string_view AsText(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// `length` bytes from `offset` on.
struct ByteRange {
  int64_t offset = 0;
  int64_t length = 0;

  // Numbers of a file may be anything: what would pass the largest one ends there.
  int64_t end() const {
    int64_t sum = 0;
    return __builtin_add_overflow(offset, length, &sum) ? INT64_MAX : sum;
  }
  bool operator==(const ByteRange&) const = default;
};

constexpr int64_t kKiB = 1024;
constexpr int64_t kMiB = 1024 * kKiB;
constexpr int64_t kGiB = 1024 * kMiB;

}  // namespace pqpack

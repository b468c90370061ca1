// SPDX-License-Identifier: Apache-2.0
//
// For tests of this folder: values as PLAIN has them, and dictionaries of them.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "execute/pages/dictionary_entries.h"

namespace pqpack::testing {

inline std::string InPlain(const std::string& value, int64_t width) {
  if (width > 0) return value;
  const auto length = static_cast<uint32_t>(value.size());
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + value;
}

// Many of them equal where they are short.
inline std::vector<std::string> RandomValues(std::mt19937* random, int64_t width, size_t count) {
  std::vector<std::string> values;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t length =
        width > 0 ? static_cast<uint32_t>(width) : (*random)() % ((*random)() % 9 == 0 ? 90 : 20);
    std::string& value = values.emplace_back();
    for (uint32_t k = 0; k < length; ++k) value += static_cast<char>((*random)() % 5);
  }
  return values;
}

inline Result<DictionaryEntries> EntriesOf(const std::vector<std::string>& values, int64_t width) {
  std::string body;
  for (const std::string& value : values) body += InPlain(value, width);
  return DictionaryEntries::Make(arrow::Buffer::FromString(body),
                                 static_cast<int64_t>(values.size()),
                                 {PhysicalType::kByteArray, width}, arrow::default_memory_pool());
}

}  // namespace pqpack::testing

// SPDX-License-Identifier: Apache-2.0
//
// One dictionary of several: each entry once, in the order in which it first came, and for each
// of the dictionaries the map from its indices to those of the merged one.
//
// Source: Encodings.md, "Dictionary Encoding".
#pragma once

#include <arrow/buffer_builder.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "execute/pages/dictionary_entries.h"

namespace pqpack {

// One thread.
class MergedDictionary {
 public:
  // `limit`: bytes that its entries may take in PLAIN.
  MergedDictionary(const ValueShape& shape, int64_t limit, arrow::MemoryPool* pool)
      : width_(shape.width), limit_(limit), entries_(pool) {}

  // Fills `map`, an index for each entry.  False: the limit would be passed; then it is as it was
  // and must not be added to any more.
  Result<bool> Add(const DictionaryEntries& more, std::vector<uint32_t>* map);

  int64_t size() const { return static_cast<int64_t>(size_); }
  // Its entries in PLAIN.
  Bytes bytes() const { return {entries_.data(), static_cast<size_t>(entries_.length())}; }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t index = kNone;
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  template <typename Value>
  Result<bool> AddAll(const DictionaryEntries& more, std::vector<uint32_t>* map);
  template <typename Value>
  bool Holds(uint32_t index, const Value& value) const;
  template <typename Value>
  Status Append(const Value& value);
  void MakeRoom(size_t more);

  int64_t width_;
  int64_t limit_;
  arrow::BufferBuilder entries_;
  std::vector<int64_t> ends_;  // of each entry, where the width varies
  std::vector<Slot> slots_;    // a power of two of them, at most half of them taken
  uint32_t size_ = 0;
};

// Whether a map changes nothing.
bool IsIdentity(const std::vector<uint32_t>& map);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The entries of a dictionary page as bytes, and which entries of two dictionaries are the
// same.  Nothing is decoded: an entry is what PLAIN writes for the value, so it can be held
// against the bytes of a PLAIN page as well.
//
// Source: Encodings.md, "Plain" and "Dictionary Encoding".
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// Bytes of a value of this type in PLAIN; 0: they vary, a length of 4 bytes stands in front.
// Booleans, which are packed, count as one byte, and are kept as two entries.
int64_t PlainWidth(PhysicalType type, int64_t length);

// Immutable, thread-safe.
class Dictionary {
 public:
  // `body`: `count` values in PLAIN, `width` as of PlainWidth().  kCorrupt: it holds fewer.
  static Result<std::unique_ptr<Dictionary>> Make(std::shared_ptr<arrow::Buffer> body,
                                                  int64_t count, int64_t width,
                                                  arrow::MemoryPool* pool);
  // false and true.
  static const Dictionary& Booleans();

  int64_t size() const { return size_; }
  // Entries from `first` on, `count` of them, which are there; they lie one behind the other.
  Bytes Entries(uint32_t first, int64_t count) const {
    const int64_t begin = Begin(first);
    const int64_t end = Begin(first + count);
    return {bytes_ + begin, static_cast<size_t>(end - begin)};
  }
  bool SameAs(const Dictionary& other) const;
  // Whether entry number `entry` has the bytes of that number `others` of the other one, which is
  // of the same width.
  bool SameEntry(uint32_t entry, const Dictionary& other, uint32_t others) const;

 private:
  Dictionary() = default;
  int64_t Begin(int64_t entry) const {
    return width_ > 0 ? entry * width_ : int64_t{begins_[entry]};
  }

  std::shared_ptr<arrow::Buffer> body_;
  std::unique_ptr<arrow::Buffer> begins_memory_;
  const uint8_t* bytes_ = nullptr;
  const uint32_t* begins_ = nullptr;  // size + 1, where the width varies
  int64_t size_ = 0;
  int64_t width_ = 0;
};

// Which entry of the larger dictionary has the bytes of which of the smaller one.  An entry
// is looked up the first time that it occurs: then the other side's index at that place says
// where to look, so nothing is hashed, and what never occurs is never compared.
class DictionaryMap {
 public:
  // Both are borrowed.
  Status Reset(const Dictionary& a, const Dictionary& b, arrow::MemoryPool* pool);

  // Whether a's entries at `of_a` are b's at `of_b`, which are below the dictionaries' sizes.
  bool Same(std::span<const uint32_t> of_a, std::span<const uint32_t> of_b);

 private:
  bool Learn(uint32_t from, uint32_t to);

  bool swapped_ = false;  // from b to a
  const Dictionary* from_ = nullptr;
  const Dictionary* to_ = nullptr;
  std::unique_ptr<arrow::Buffer> memory_;
  uint32_t* map_ = nullptr;
};

}  // namespace pqpack

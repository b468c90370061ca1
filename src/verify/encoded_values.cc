// SPDX-License-Identifier: Apache-2.0
#include "verify/encoded_values.h"

#include <algorithm>
#include <cstring>

namespace pqpack {
namespace {

constexpr size_t kPrefix = 4;

// The bytes of so many texts and their lengths; more than there are where they end early.
size_t SizeOfTexts(Bytes plain, int64_t count) {
  size_t at = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (plain.size() < at + kPrefix) return SIZE_MAX;
    uint32_t length = 0;
    std::memcpy(&length, plain.data() + at, sizeof(length));
    at += kPrefix + length;
  }
  return at;
}

bool TakeSame(Bytes& a, Bytes& b, size_t bytes) {
  if (bytes > a.size() || bytes > b.size()) return false;
  if (AsText(a.first(bytes)) != AsText(b.first(bytes))) return false;
  a = a.subspan(bytes);
  b = b.subspan(bytes);
  return true;
}

// Numbers, gathered without a branch.
template <typename T>
bool SameNumbers(const uint8_t* entries, std::span<const uint32_t> indices, const uint8_t* plain) {
  T other = 0;
  for (size_t i = 0; i < indices.size(); ++i) {
    T entry, value;
    std::memcpy(&entry, entries + size_t{indices[i]} * sizeof(T), sizeof(T));
    std::memcpy(&value, plain + i * sizeof(T), sizeof(T));
    other |= entry ^ value;
  }
  return other == 0;
}

template <typename T>
bool SameNumbers(const uint8_t* a, std::span<const uint32_t> of_a, const uint8_t* b,
                 std::span<const uint32_t> of_b) {
  T other = 0;
  for (size_t i = 0; i < of_a.size(); ++i) {
    T left, right;
    std::memcpy(&left, a + size_t{of_a[i]} * sizeof(T), sizeof(T));
    std::memcpy(&right, b + size_t{of_b[i]} * sizeof(T), sizeof(T));
    other |= left ^ right;
  }
  return other == 0;
}

// Indices that count up are one piece of the dictionary: in a chunk where nearly every row
// has an entry of its own, that is nearly all.
bool SameEntries(const Dictionary& dictionary, std::span<const uint32_t> indices, Bytes& plain) {
  for (size_t at = 0; at < indices.size();) {
    size_t end = at + 1;
    while (end < indices.size() && indices[end] == indices[end - 1] + 1) ++end;
    Bytes entries = dictionary.Entries(indices[at], static_cast<int64_t>(end - at));
    if (!TakeSame(entries, plain, entries.size())) return false;
    at = end;
  }
  return true;
}

}  // namespace

bool SamePlain(Bytes& a, Bytes& b, int64_t count, int64_t width) {
  const size_t bytes = width > 0 ? static_cast<size_t>(count * width) : SizeOfTexts(a, count);
  return TakeSame(a, b, bytes);
}

bool SameExpanded(const Dictionary& dictionary, std::span<const uint32_t> indices, Bytes& plain,
                  int64_t width) {
  if (width != 4 && width != 8) return SameEntries(dictionary, indices, plain);
  const size_t bytes = indices.size() * static_cast<size_t>(width);
  if (bytes > plain.size()) return false;
  const uint8_t* const entries = dictionary.Entries(0, 0).data();
  const bool same = width == 4 ? SameNumbers<uint32_t>(entries, indices, plain.data())
                               : SameNumbers<uint64_t>(entries, indices, plain.data());
  plain = plain.subspan(bytes);
  return same;
}

bool SameNumbers(const Dictionary& a, std::span<const uint32_t> of_a, const Dictionary& b,
                 std::span<const uint32_t> of_b, int64_t width) {
  const uint8_t* const entries_a = a.Entries(0, 0).data();
  const uint8_t* const entries_b = b.Entries(0, 0).data();
  return width == 4 ? SameNumbers<uint32_t>(entries_a, of_a, entries_b, of_b)
                    : SameNumbers<uint64_t>(entries_a, of_a, entries_b, of_b);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Hashes of dictionary entries, and whether two of them are equal, 8 bytes at a time.  The hash
// mixes them by one multiplication of 64 x 64 bits, the two halves of which are joined (as in
// wyhash).  bench/dictionary_bench.cc measures it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/bytes.h"

namespace pqpack {

constexpr uint64_t kHashFirst = 0x9e3779b97f4a7c15;   // 2^64 / the golden ratio
constexpr uint64_t kHashSecond = 0xd1b54a32d192ed03;  // odd, as many bits set as not

inline uint64_t MixWords(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t LoadWord(const uint8_t* bytes, size_t count) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  return word;
}

// Words that cover `size` bytes, each as a place and the number of bytes there.  The last one may
// overlap the one before: a number that the compiler does not know would be a call of memcpy.
template <typename Visit>
void ForEachWord(size_t size, const Visit& visit) {
  using Eight = std::integral_constant<size_t, 8>;
  using Four = std::integral_constant<size_t, 4>;
  using One = std::integral_constant<size_t, 1>;
  if (size >= 8) {
    size_t at = 0;
    for (; at + 8 <= size; at += 8) visit(at, Eight());
    if (at < size) visit(size - 8, Eight());
  } else if (size >= 4) {
    visit(0, Four());
    visit(size - 4, Four());
  } else {
    for (size_t at = 0; at < size; ++at) visit(at, One());
  }
}

inline uint32_t HashOfEntry(uint64_t value) {
  const uint64_t hash = MixWords(value ^ kHashFirst, kHashSecond);
  return static_cast<uint32_t>(hash >> 32);
}
inline uint32_t HashOfEntry(uint32_t value) { return HashOfEntry(uint64_t{value}); }
inline uint32_t HashOfEntry(const Bytes& value) {
  uint64_t hash = value.size();
  ForEachWord(value.size(), [&](size_t at, auto bytes) {
    hash = MixWords(hash ^ LoadWord(value.data() + at, bytes()), kHashFirst);
  });
  return HashOfEntry(hash);
}

inline bool SameBytes(const uint8_t* a, const uint8_t* b, size_t size) {
  uint64_t different = 0;
  ForEachWord(size, [&](size_t at, auto bytes) {
    different |= LoadWord(a + at, bytes()) ^ LoadWord(b + at, bytes());
  });
  return different == 0;
}

}  // namespace pqpack

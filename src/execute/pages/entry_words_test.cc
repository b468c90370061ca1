// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/entry_words.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pqpack {
namespace {

// Every length with every rest of 8 bytes, and each byte of it.
TEST(EntryWords, EachByteCounts) {
  for (size_t size = 0; size <= 40; ++size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7);
    const std::string copy = text;
    const auto same = [&] { return SameBytes(AsBytes(text).data(), AsBytes(copy).data(), size); };
    std::set<uint32_t> hashes = {HashOfEntry(AsBytes(text))};
    EXPECT_TRUE(same());
    EXPECT_EQ(HashOfEntry(AsBytes(text)), HashOfEntry(AsBytes(copy)));
    for (size_t i = 0; i < size; ++i) {
      for (const char bit : {'\x01', '\x80'}) {
        text[i] = static_cast<char>(text[i] ^ bit);
        EXPECT_FALSE(same()) << "byte " << i << " of " << size;
        hashes.insert(HashOfEntry(AsBytes(text)));
        text[i] = copy[i];
      }
    }
    EXPECT_EQ(hashes.size(), 1 + 2 * size) << size;
  }
}

// Nothing is read of what lies in front or behind.
TEST(EntryWords, NothingElseCounts) {
  for (size_t size = 0; size <= 40; ++size) {
    const std::string a = "front" + std::string(size, 'x') + "behind11";
    const std::string b = "FRONT" + std::string(size, 'x') + "BEHIND22";
    EXPECT_TRUE(SameBytes(AsBytes(a).data() + 5, AsBytes(b).data() + 5, size)) << size;
    EXPECT_EQ(HashOfEntry(AsBytes(a).subspan(5, size)), HashOfEntry(AsBytes(b).subspan(5, size)))
        << size;
  }
}

TEST(EntryWords, LengthsCount) {
  std::set<uint32_t> hashes;
  for (size_t size = 0; size <= 40; ++size)
    hashes.insert(HashOfEntry(AsBytes(std::string(size, '\0'))));
  EXPECT_EQ(hashes.size(), 41U);
}

}  // namespace
}  // namespace pqpack

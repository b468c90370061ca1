// SPDX-License-Identifier: Apache-2.0
#include "format/snappy.h"

#include <arrow/util/compression.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace pqpack {
namespace {

using std::string_literals::operator""s;

// By Arrow, not by what is tested.
std::string Packed(const std::string& text) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  std::string packed(static_cast<size_t>(codec->MaxCompressedLen(size, bytes)), '\0');
  const auto written = codec->Compress(size, bytes, static_cast<int64_t>(packed.size()),
                                       reinterpret_cast<uint8_t*>(packed.data()));
  packed.resize(static_cast<size_t>(written.ValueOrDie()));
  return packed;
}

// Nothing where it is refused.  Behind `size` there are bytes that must not change; behind the
// stream there is nothing, which AddressSanitizer holds reads against.
std::optional<std::string> Unpacked(const std::string& packed, size_t size) {
  std::string out(size + 64, '#');
  const std::vector<uint8_t> stream(packed.begin(), packed.end());
  const Status status =
      UnpackSnappy(stream, std::span(reinterpret_cast<uint8_t*>(out.data()), size));
  EXPECT_EQ(out.substr(size), std::string(64, '#'));
  if (status.ok()) return out.substr(0, size);
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  return std::nullopt;
}

std::string Varint(size_t number) {
  std::string bytes;
  for (; number >= 128; number >>= 7) bytes += static_cast<char>(number | 128);
  return bytes + static_cast<char>(number);
}

std::string Literal(const std::string& text) {
  const size_t number = text.size() - 1;
  if (number < 60) return static_cast<char>(number << 2) + text;
  std::string bytes;
  for (size_t rest = number; rest > 0; rest >>= 8) bytes += static_cast<char>(rest);
  return static_cast<char>((59 + bytes.size()) << 2) + bytes + text;
}

std::string LittleEndian(size_t number, int bytes) {
  std::string text;
  for (; bytes > 0; --bytes, number >>= 8) text += static_cast<char>(number);
  return text;
}

// In that many bytes for the offset: 1, 2 or 4.
std::string Copy(size_t offset, size_t length, int bytes) {
  if (bytes == 1) {
    return static_cast<char>(offset >> 8 << 5 | (length - 4) << 2 | 1) + LittleEndian(offset, 1);
  }
  return static_cast<char>((length - 1) << 2 | (bytes == 2 ? 2 : 3)) + LittleEndian(offset, bytes);
}

// By the letter of the format, a byte at a time.
void AppendCopy(size_t offset, size_t length, std::string* text) {
  for (; length > 0; --length) *text += (*text)[text->size() - offset];
}

std::string Letters(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += static_cast<char>('a' + i * i % 23);
  return text;
}

TEST(Snappy, WhatALibraryPackedIsWhatItWas) {
  std::mt19937 random(1);
  for (const int letters : {1, 2, 4, 200}) {
    for (size_t size : {0, 1, 31, 32, 33, 60, 61, 100, 257, 5000, 70000, 200000}) {
      std::string text;
      while (text.size() < size) {
        const size_t from = text.empty() ? 0 : random() % text.size();
        if (random() % 3 == 0) {
          text += text.substr(from, random() % 70);
        } else {
          text += static_cast<char>(random() % static_cast<unsigned>(letters));
        }
      }
      text.resize(size);
      EXPECT_EQ(Unpacked(Packed(text), size), text) << size << " bytes of " << letters;
    }
  }
}

// Each offset that reaches into itself, each length, each of the three forms; far from the ends of
// both sides and at them.
TEST(Snappy, EachCopyIsByTheLetterOfTheFormat) {
  const std::string front = Letters(100);
  for (const size_t behind : {0, 7, 8, 100}) {
    const std::string back = behind == 0 ? "" : Literal(Letters(behind));
    for (size_t offset = 1; offset <= front.size(); ++offset) {
      for (size_t length = 1; length <= 64; ++length) {
        std::string text = front;
        AppendCopy(offset, length, &text);
        text += Letters(behind);
        for (const int bytes : {1, 2, 4}) {
          if (bytes == 1 && (length < 4 || length > 11)) continue;
          const std::string packed =
              Varint(text.size()) + Literal(front) + Copy(offset, length, bytes) + back;
          ASSERT_EQ(Unpacked(packed, text.size()), text)
              << behind << " behind, offset " << offset << ", length " << length;
        }
      }
    }
  }
}

TEST(Snappy, OffsetsReachAsFarAsTheirBytes) {
  const std::string front = Letters(70000);
  for (const auto& [offset, bytes] : {std::pair<size_t, int>{2047, 1}, {65535, 2}, {69999, 4}}) {
    std::string text = front;
    AppendCopy(offset, 11, &text);
    text += front;
    EXPECT_EQ(
        Unpacked(Varint(text.size()) + Literal(front) + Copy(offset, 11, bytes) + Literal(front),
                 text.size()),
        text)
        << offset;
  }
}

TEST(Snappy, LengthsOfLiteralsHaveUpToFourBytes) {
  for (const size_t size : {1, 32, 33, 60, 61, 256, 257, 65536, 65537, 16777217}) {
    const std::string text = Letters(size);
    EXPECT_EQ(Unpacked(Varint(2 * size) + Literal(text) + Literal(text), 2 * size), text + text)
        << size;
  }
}

// More of the stream is left than of what it makes.
TEST(Snappy, NothingIsWrittenBehindTheEnd) {
  std::string packed;
  for (size_t size = 1; size <= 100; ++size) {
    packed += Literal("x");
    EXPECT_EQ(Unpacked(Varint(size) + packed, size), std::string(size, 'x'));
  }
}

TEST(Snappy, WhatIsNoStreamIsRefused) {
  const std::string eight = Literal("12345678");
  const std::string long_one = Literal(Letters(100));
  ASSERT_EQ(Unpacked(Varint(8) + eight, 8), "12345678");
  const std::vector<std::pair<std::string, size_t>> wrong = {
      {"", 0},                                                     // no size
      {"\x80"s, 0},                                                // half a size
      {"\xff\xff\xff\xff\xff\x01"s, 5},                            // a size of too many bytes
      {Varint(8) + eight, 9},                                      // another size
      {Varint(9) + eight, 9},                                      // too few bytes
      {Varint(7) + eight, 7},                                      // too many
      {Varint(8), 8},                                              // nothing
      {Varint(8) + eight.substr(0, 8), 8},                         // ends in a literal
      {Varint(8) + eight + "\xfc\xff\xff\xff\xff"s, 8},            // one of 2^32 bytes at the end
      {Varint(100) + long_one.substr(0, 1), 100},                  // ... in its length
      {Varint(108) + long_one + eight.substr(0, 5), 108},          // ... further on
      {Varint(12) + eight + Copy(9, 4, 1), 12},                    // from before the begin
      {Varint(12) + eight + Copy(9, 4, 2), 12},                    //
      {Varint(12) + eight + Copy(9, 4, 4), 12},                    //
      {Varint(12) + eight + Copy(0xffffffff, 4, 4), 12},           //
      {Varint(12) + eight + Copy(0, 4, 1), 12},                    // from itself
      {Varint(12) + eight + Copy(0, 4, 2), 12},                    //
      {Varint(12) + eight + Copy(0, 4, 4), 12},                    //
      {Varint(12) + eight + Copy(8, 5, 1), 12},                    // a copy that is too long
      {Varint(12) + eight + Copy(8, 4, 1).substr(0, 1), 12},       // no offset
      {Varint(12) + eight + Copy(8, 4, 2).substr(0, 2), 12},       // half an offset
      {Varint(12) + eight + Copy(8, 4, 4).substr(0, 4), 12},       //
      {Varint(12) + eight + Copy(8, 4, 1) + eight, 12},            // something behind the end
      {Varint(204) + long_one + Copy(101, 4, 1) + long_one, 204},  // not near an end
      {Varint(204) + long_one + Copy(101, 4, 2) + long_one, 204},  //
      {Varint(204) + long_one + Copy(0, 4, 1) + long_one, 204},    //
      {Varint(204) + long_one + Copy(0, 4, 2) + long_one, 204},    //
  };
  for (size_t i = 0; i < wrong.size(); ++i) {
    EXPECT_EQ(Unpacked(wrong[i].first, wrong[i].second), std::nullopt) << i;
  }
}

// Each byte of a stream that is wrong, and each part of one.
TEST(Snappy, OfDamagedStreamsTheLibrarySeesTheSame) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  std::string text;
  std::mt19937 random(2);
  while (text.size() < 400) {
    text += random() % 2 == 0 && !text.empty() ? text.substr(random() % text.size(), 20)
                                               : Letters(random() % 40);
  }
  const std::string packed = Packed(text);
  const auto look = [&](const std::string& damaged) {
    std::string theirs(text.size(), '\0');
    const auto read = codec->Decompress(
        static_cast<int64_t>(damaged.size()), reinterpret_cast<const uint8_t*>(damaged.data()),
        static_cast<int64_t>(theirs.size()), reinterpret_cast<uint8_t*>(theirs.data()));
    const bool whole = read.ok() && *read == static_cast<int64_t>(text.size());
    const auto ours = Unpacked(damaged, text.size());
    ASSERT_EQ(ours.has_value(), whole);
    if (whole) {
      ASSERT_EQ(*ours, theirs);
    }
  };
  for (size_t i = 0; i < packed.size(); ++i) {
    look(packed.substr(0, i));
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = packed;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      look(damaged);
    }
  }
}

}  // namespace
}  // namespace pqpack

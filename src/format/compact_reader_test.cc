// SPDX-License-Identifier: Apache-2.0
#include "format/compact_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace pqpack {
namespace {

// A structure with a field of each kind.
struct Inner {
  std::optional<int32_t> n;
  UnknownFields unknown;
};
void ReadStruct(CompactReader& in, Inner* out) {
  StructReader field(in, "Inner", &out->unknown);
  while (field.Next()) {
    if (field.id() == 1) {
      field.Read(&out->n);
    } else {
      field.Keep();
    }
  }
}

struct Sample {
  bool flag = false;
  int8_t i8 = 0;
  int16_t i16 = 0;
  int32_t i32 = 0;
  int64_t i64 = 0;
  double real = 0;
  std::string text;
  std::vector<bool> flags;
  std::optional<std::vector<Inner>> inners;
  UnknownFields unknown;
};
void ReadStruct(CompactReader& in, Sample* out) {
  StructReader field(in, "Sample", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->flag);
        break;
      case 2:
        field.Read(&out->i8);
        break;
      case 3:
        field.Read(&out->i16);
        break;
      case 4:
        field.Read(&out->i32);
        break;
      case 5:
        field.Read(&out->i64);
        break;
      case 6:
        field.Read(&out->real);
        break;
      case 7:
        field.Read(&out->text);
        break;
      case 8:
        field.Read(&out->flags);
        break;
      case 9:
        field.Read(&out->inners);
        break;
      default:
        field.Keep();
    }
  }
}

struct Outcome {
  Sample sample;
  Status status;
  bool ended = false;
  int64_t position = 0;
};

Outcome Read(std::string_view bytes, CompactLimits limits = {}) {
  Outcome outcome;
  CompactReader in(AsBytes(bytes), "sample", limits);
  ReadStruct(in, &outcome.sample);
  outcome.status = in.status();
  outcome.ended = in.ended();
  outcome.position = in.position();
  return outcome;
}

// A literal that may hold zeros.
template <size_t N>
std::string_view Raw(const char (&text)[N]) {
  return {text, N - 1};
}

TEST(CompactReader, ReadsEveryType) {
  const auto bytes =
      Raw("\x11"                                          // 1: true
          "\x13\xfe"                                      // 2: i8 -2
          "\x14\x03"                                      // 3: i16 -2
          "\x15\xff\xff\xff\xff\x0f"                      // 4: i32 minimum
          "\x16\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"  // 5: i64 2^62
          "\x17\x00\x00\x00\x00\x00\x00\xf8\x3f"          // 6: 1.5
          "\x18\x02\x00z"                                 // 7
          "\x19\x31\x01\x02\x00"      // 8: list of bool: true, false, false (old writers)
          "\x19\x2c\x15\x0e\x00\x00"  // 9: two structures, {7} and {}
          "\x00");
  const Outcome outcome = Read(bytes);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.position, static_cast<int64_t>(bytes.size()));
  EXPECT_TRUE(outcome.sample.flag);
  EXPECT_EQ(outcome.sample.i8, -2);
  EXPECT_EQ(outcome.sample.i16, -2);
  EXPECT_EQ(outcome.sample.i32, INT32_MIN);
  EXPECT_EQ(outcome.sample.i64, int64_t{1} << 62);
  EXPECT_EQ(outcome.sample.real, 1.5);
  EXPECT_EQ(outcome.sample.text, std::string_view("\0z", 2));
  EXPECT_EQ(outcome.sample.flags, (std::vector<bool>{true, false, false}));
  ASSERT_TRUE(outcome.sample.inners);
  ASSERT_EQ(outcome.sample.inners->size(), 2u);
  EXPECT_EQ(outcome.sample.inners->at(0).n, 7);
  EXPECT_EQ(outcome.sample.inners->at(1).n, std::nullopt);
  EXPECT_TRUE(outcome.sample.unknown.empty());
}

TEST(CompactReader, EveryPrefixEndsEarlyAndSaysSo) {
  const auto bytes =
      Raw("\x13\x00\x16\x80\x01\x27\x00\x00\x00\x00\x00\x00\xf8\x3f\x18\x02\x00z\x29\x2c\x15\x0e"
          "\x00\x00\x00");
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Outcome outcome = Read(bytes.substr(0, size));
    EXPECT_FALSE(outcome.status.ok()) << size;
    EXPECT_TRUE(outcome.ended) << size << outcome.status;
    EXPECT_EQ(CodeOf(outcome.status), ErrorCode::kCorrupt);
  }
}

TEST(CompactReader, KeepsUnknownFieldsAsTheyAre) {
  const Outcome outcome =
      Read(Raw("\x01\xfe\xff\x03"                      // 32767 in the long form: true
               "\x08\x64\x03xyz"                       // 50: binary
               "\x1b\x01\x85\x01k\x02"                 // 51: map of binary to i32... one pair
               "\x1c\x1c\x15\x02\x00\x1a\x15\x02\x00"  // 52: structure with a set inside
               "\x1d"
               "0123456789abcdef"  // 53: uuid
               "\x1b\x00"          // 54: empty map
               "\x00"));
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  const UnknownFields& unknown = outcome.sample.unknown;
  ASSERT_EQ(unknown.size(), 6u);
  EXPECT_EQ(unknown[0], (RawField{32767, CompactType::kTrue, ""}));
  EXPECT_EQ(unknown[1], (RawField{50, CompactType::kBinary, "\x03xyz"}));
  EXPECT_EQ(unknown[2], (RawField{51, CompactType::kMap, "\x01\x85\x01k\x02"}));
  EXPECT_EQ(unknown[3], (RawField{52, CompactType::kStruct,
                                  std::string("\x1c\x15\x02\x00\x1a\x15\x02\x00", 8)}));
  EXPECT_EQ(unknown[4], (RawField{53, CompactType::kUuid, "0123456789abcdef"}));
  EXPECT_EQ(unknown[5], (RawField{54, CompactType::kMap, std::string(1, '\0')}));
}

TEST(CompactReader, AKnownFieldOfAnotherTypeIsKeptAndIsNotThere) {
  const Outcome outcome = Read(Raw("\x46\x02\x00"));  // 4, an i32, as i64
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.sample.i32, 0);
  ASSERT_EQ(outcome.sample.unknown.size(), 1u);
  EXPECT_EQ(outcome.sample.unknown[0], (RawField{4, CompactType::kI64, "\x02"}));
}

struct Broken {
  const char* name;
  std::string_view bytes;
  ErrorCode code;
  const char* message;
};

class CompactReaderBroken : public ::testing::TestWithParam<Broken> {};

TEST_P(CompactReaderBroken, IsRefusedWithPlaceAndReason) {
  CompactLimits limits;
  limits.depth = 4;
  limits.elements = 100;
  limits.memory = kMiB;
  const Outcome outcome = Read(GetParam().bytes, limits);
  EXPECT_EQ(CodeOf(outcome.status), GetParam().code);
  EXPECT_EQ(outcome.status.message(), GetParam().message);
}

const std::string kLongText =
    "\x78\xc0\x84\x3d" + std::string(1'000'000, 'x') + std::string(1, '\0');
const std::string kLongTwice = "\x78\xc0\x84\x3d" + std::string(1'000'000, 'x') +
                               "\x08\x50\xc0\x84\x3d" + std::string(1'000'000, 'x');

INSTANTIATE_TEST_SUITE_P(
    All, CompactReaderBroken,
    ::testing::Values(
        Broken{"varint of 11 bytes", Raw("\x56\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"),
               ErrorCode::kCorrupt,
               "sample: a varint of more than 64 bits at byte 11, in Sample.5"},
        Broken{"varint of 65 bits", Raw("\x56\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x00"),
               ErrorCode::kCorrupt,
               "sample: a varint of more than 64 bits at byte 11, in Sample.5"},
        Broken{"i32 of 33 bits", Raw("\x45\x80\x80\x80\x80\x10\x00"), ErrorCode::kCorrupt,
               "sample: 2147483648 does not fit into its integer type at byte 6, in Sample.4"},
        Broken{"i16 of 17 bits", Raw("\x34\x80\x80\x04\x00"), ErrorCode::kCorrupt,
               "sample: 32768 does not fit into its integer type at byte 4, in Sample.3"},
        Broken{"a field twice", Raw("\x45\x02\x05\x08\x04\x00"), ErrorCode::kCorrupt,
               "sample: the same field twice at byte 4, in Sample.4"},
        // Found by fuzzing: the second one was taken.
        Broken{"a field of another type, then of its own", Raw("\x46\x02\x05\x08\x04\x00"),
               ErrorCode::kCorrupt, "sample: the same field twice at byte 4, in Sample.4"},
        Broken{"a field without type", Raw("\x40\x02\x00"), ErrorCode::kCorrupt,
               "sample: a field without a type at byte 1, in Sample.0"},
        Broken{"a type that does not exist", Raw("\x4e\x02\x00"), ErrorCode::kCorrupt,
               "sample: no such type as 14 at byte 1, in Sample.4"},
        Broken{"a field id above 32767", Raw("\x05\xfe\xff\x03\x02\x15\x02\x00"),
               ErrorCode::kCorrupt, "sample: field id 32768 at byte 6, in Sample.32767"},
        Broken{"a list of another type", Raw("\x89\x15\x02\x00"), ErrorCode::kCorrupt,
               "sample: a list of i32, not of what belongs there at byte 2, in Sample.8"},
        Broken{"a list longer than the bytes", Raw("\x89\xf1\x32\x01\x00"), ErrorCode::kCorrupt,
               "sample: the 5 bytes end inside of a value at byte 3, in Sample.8"},
        Broken{"a list above the limit", Raw("\x89\xf1\x65\x01\x00"), ErrorCode::kTooLarge,
               "sample: a list of 101 elements, more than 100 at byte 3, in Sample.8"},
        Broken{"a list of 2^63 elements",
               Raw("\x89\xf1\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"), ErrorCode::kTooLarge,
               "sample: a list of 18446744073709551615 elements, more than 100 at byte 12, in "
               "Sample.8"},
        Broken{"a string longer than the bytes", Raw("\x78\xff\xff\xff\xff\x07x\x00"),
               ErrorCode::kCorrupt,
               "sample: the 8 bytes end inside of a value at byte 6, in Sample.7"},
        Broken{"a string above 2 GiB", Raw("\x78\xff\xff\xff\xff\x0f\x00"), ErrorCode::kCorrupt,
               "sample: a string of 4294967295 bytes at byte 6, in Sample.7"},
        Broken{"a map of 2^64 pairs",
               Raw("\xcb\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x33\x01\x01"), ErrorCode::kCorrupt,
               "sample: the 14 bytes end inside of a value at byte 14, in Sample.12"},
        Broken{"an error inside of a list", Raw("\x99\x1c\x15\x80\x80\x80\x80\x10\x00\x00"),
               ErrorCode::kCorrupt,
               "sample: 2147483648 does not fit into its integer type at byte 8, in Sample.9 > "
               "Inner.1"},
        Broken{"unknown lists nested too deep", Raw("\xc9\x19\x19\x19\x19\x19\x15\x02\x00"),
               ErrorCode::kTooLarge, "sample: nested deeper than 4 at byte 4, in Sample.12"},
        Broken{"more memory than allowed", kLongTwice, ErrorCode::kTooLarge,
               "sample: what it holds needs more than 1 MiB of memory at byte 1000009, in "
               "Sample.40"}),
    [](const auto& test) {
      std::string name = test.param.name;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

TEST(CompactReader, AStringWithinTheMemoryIsRead) {
  CompactLimits limits;
  limits.memory = kMiB;
  const Outcome outcome = Read(kLongText, limits);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.sample.text.size(), 1'000'000u);
}

TEST(CompactReader, WholeMeansNothingBehind) {
  EXPECT_TRUE(ParseWhole<Inner>(AsBytes(Raw("\x15\x02\x00")), "inner").ok());
  const auto result = ParseWhole<Inner>(AsBytes(Raw("\x15\x02\x00\x00")), "inner");
  EXPECT_EQ(result.status().message(), "inner: it ends early, at byte 3");
}

}  // namespace
}  // namespace pqpack

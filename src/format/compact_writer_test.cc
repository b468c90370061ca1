// SPDX-License-Identifier: Apache-2.0
#include "format/compact_writer.h"

#include <gtest/gtest.h>

#include <string>

#include "format/bloom_filter_header.h"
#include "format/footer.h"
#include "format/key_value.h"
#include "format/logical_type.h"
#include "format/offset_index.h"
#include "format/page_header.h"
#include "format/round_trip_testing.h"
#include "format/struct_fields.h"
#include "format/test_file_testing.h"
#include "format/thrift_tree_testing.h"

namespace pqpack {
namespace {

using testing::FooterBytes;
using testing::ReadTestFile;
using testing::ThriftTree;

// A structure with a field of each kind, and gaps between ids.
struct Sample {
  std::optional<bool> flag;
  std::optional<int8_t> i8;
  std::optional<int16_t> i16;
  int32_t i32 = 0;
  std::optional<int64_t> i64;
  std::optional<double> real;
  std::optional<std::string> text;
  std::optional<std::vector<bool>> flags;
  std::optional<std::vector<int64_t>> numbers;
  UnknownFields unknown;
  std::string as_written;
  bool operator==(const Sample&) const = default;
};
constexpr auto kSample = StructFields<Sample>(
    "Sample", Field(1, &Sample::flag), Field(2, &Sample::i8), Field(3, &Sample::i16),
    Field(4, &Sample::i32), Field(5, &Sample::i64), Field(6, &Sample::real),
    Field(7, &Sample::text), Field(8, &Sample::flags), Field(40, &Sample::numbers));
void ReadStruct(CompactReader& in, Sample* out) { kSample.Read(in, out); }
void WriteStruct(CompactWriter& out, const Sample& value) { kSample.Write(out, value); }

// A literal that may hold zeros.
template <size_t N>
std::string Raw(const char (&text)[N]) {
  return {text, N - 1};
}

Sample Parse(const std::string& bytes) {
  auto result = ParseWhole<Sample>(AsBytes(bytes), "sample");
  EXPECT_TRUE(result.ok()) << result.status();
  return std::move(result).ValueOrDie();
}

TEST(CompactWriter, WritesEveryTypeAsItMustStand) {
  Sample sample;
  sample.flag = false;
  sample.i8 = -2;
  sample.i16 = -2;
  sample.i32 = INT32_MIN;
  sample.i64 = int64_t{1} << 62;
  sample.real = 1.5;
  sample.text = Raw("\0z");
  sample.flags = {true, false};
  sample.numbers = std::vector<int64_t>(15, -1);
  EXPECT_EQ(Serialize(sample), Raw("\x12\x13\xfe\x14\x03\x15\xff\xff\xff\xff\x0f"
                                   "\x16\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"
                                   "\x17\x00\x00\x00\x00\x00\x00\xf8\x3f\x18\x02\x00z"
                                   "\x19\x21\x01\x02"
                                   "\x09\x50\xf6\x0f\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
                                   "\x01\x01\x01\x01\x00"));
  EXPECT_EQ(Serialize(Sample{}), Raw("\x45\x00\x00"));
}

TEST(CompactWriter, UnknownFieldsStandWhereTheirIdsPutThem) {
  const std::string bytes =
      Raw("\x45\x02"          // 4
          "\x68\x01x"         // 10: unknown
          "\xf8\x01z"         // 25: unknown, the last of a short header
          "\xe8\x01y"         // 39: unknown
          "\x19\x16\x02"      // 40: a list of one i64
          "\x11"              // 41: unknown, true
          "\x01\xfe\xff\x03"  // 32767
          "\x00");
  Sample sample = Parse(bytes);
  EXPECT_EQ(sample.unknown.size(), 5u);
  EXPECT_TRUE(sample.as_written.empty());
  EXPECT_EQ(Serialize(sample), bytes);
  // In whatever order they are given.
  std::swap(sample.unknown.front(), sample.unknown.back());
  EXPECT_EQ(Serialize(sample), bytes);
}

// Found by fuzzing: these have no shorter form.
TEST(CompactWriter, IdsBelowOneAndTwiceAreNothingOdd) {
  for (const std::string& bytes :
       {Raw("\x05\x15\x02\xb5\x02\x45\x02\x00"),                 // -11, 0, 4
        Raw("\x05\x00\x02\x45\x02\x00"),                         // 0, 4
        Raw("\x45\x02\x05\xc8\x01\x02\x05\xc8\x01\x04\x00")}) {  // 100 twice
    const Sample sample = Parse(bytes);
    EXPECT_TRUE(sample.as_written.empty());
    EXPECT_EQ(Serialize(sample), bytes);
  }
  EXPECT_FALSE(Parse(Raw("\x45\x02\x05\x15\x02\x00")).as_written.empty());  // 4, -11
}

TEST(CompactWriter, AKnownFieldOfAnotherTypeIsKeptUntilItIsGivenAValue) {
  const std::string bytes = Raw("\x45\x02\x25\x04\x00");  // 6, a double, as i32
  Sample sample = Parse(bytes);
  EXPECT_EQ(sample.real, std::nullopt);
  EXPECT_EQ(Serialize(sample), bytes);
  sample.real = 0;
  EXPECT_EQ(Serialize(sample), Raw("\x45\x02\x27\x00\x00\x00\x00\x00\x00\x00\x00\x00"));
}

// Each of these is {4: 1} and something more, not in the form that Serialize() gives by itself.
const std::pair<std::string, std::string> kOddForms[] = {
    {Raw("\x05\x08\x02\x00"), Raw("\x45\x02\x00")},                  // long field header
    {Raw("\x45\x82\x00\x00"), Raw("\x45\x02\x00")},                  // long varint
    {Raw("\x45\x02\x03\x04\x07\x00"), Raw("\x23\x07\x25\x02\x00")},  // 4 before 2
    {Raw("\x45\x02\x49\xf1\x02\x01\x01\x00"), Raw("\x45\x02\x49\x21\x01\x01\x00")},  // long list
    {Raw("\x45\x02\x49\x22\x01\x02\x00"), Raw("\x45\x02\x49\x21\x01\x02\x00")},      // bools as 2
    {Raw("\x45\x02\x49\x21\x01\x00\x00"), Raw("\x45\x02\x49\x21\x01\x02\x00")},      // false as 0
    {Raw("\x45\x02\x49\x0c\x00"), Raw("\x45\x02\x49\x01\x00")},        // empty list of structs
    {Raw("\x45\x02\x38\x81\x00x\x00"), Raw("\x45\x02\x38\x01x\x00")},  // long length
};

TEST(CompactWriter, AnOddFormIsKeptUntilSomethingChanges) {
  for (const auto& [odd, plain] : kOddForms) {
    Sample sample = Parse(odd);
    EXPECT_EQ(sample.as_written, odd);
    EXPECT_EQ(Serialize(sample), odd);
    Sample changed = sample;
    changed.i32 = 3;
    Sample expected = Parse(plain);
    EXPECT_TRUE(expected.as_written.empty());
    EXPECT_EQ(Serialize(expected), plain);
    expected.i32 = 3;
    EXPECT_EQ(Serialize(changed), Serialize(expected));
    changed.i32 = 1;
    EXPECT_EQ(Serialize(changed), odd);
  }
}

TEST(CompactWriter, OddFormsInsideOfUnknownFieldsAreKeptWithThem) {
  const std::string bytes = Raw("\x45\x02\x6c\x05\x08\x82\x00\x00\x00");
  Sample sample = Parse(bytes);
  EXPECT_TRUE(sample.as_written.empty());
  sample.i32 = 2;
  EXPECT_EQ(Serialize(sample), Raw("\x45\x04\x6c\x05\x08\x82\x00\x00\x00"));
}

TEST(CompactWriter, UnionsKeepTheirMember) {
  const std::string cases[] = {
      Raw("\x00"),                                              // empty
      Raw("\x1c\x00\x00"),                                      // STRING
      Raw("\x1c\x15\x02\x00\x00"),                              // STRING with a field
      Raw("\x15\x02\x00"),                                      // a member that is no structure
      Raw("\x0c\xc8\x01\x15\x02\x00\x00"),                      // 100
      Raw("\x0c\x00\x15\x02\x00\x00"),                          // 0
      Raw("\x8c\x11\x1c\x2c\x00\x00\x00\x00"),                  // TIMESTAMP(MICROS)
      Raw("\x8c\x12\x1c\x4c\x35\x02\x00\x00\x25\x02\x00\x00"),  // of a unit to come, with fields
      Raw("\x8c\x12\x1c\x25\x02\x00\x00\x00"),                  // a unit that is no structure
  };
  for (const std::string& bytes : cases) {
    const auto type = ParseWhole<LogicalType>(AsBytes(bytes), "type");
    ASSERT_TRUE(type.ok()) << type.status();
    EXPECT_EQ(Serialize(*type), bytes) << ToString(*type);
    const auto order = ParseWhole<ColumnOrder>(AsBytes(bytes), "order");
    if (order.ok()) {
      EXPECT_EQ(Serialize(*order), bytes);
    }
  }
  EXPECT_EQ(ParseWhole<LogicalType>(AsBytes(cases[3]), "type")->kind, LogicalKind::kNone);
  EXPECT_EQ(ParseWhole<ColumnOrder>(AsBytes(cases[2]), "order")->kind,
            ColumnOrderKind::kTypeDefined);
}

// The bytes of a filter's header by parquet-mr.
TEST(BloomFilterHeader, IsReadAndWritten) {
  const std::string bytes = Raw("\x15\x80\x10\x1c\x1c\x00\x00\x1c\x1c\x00\x00\x1c\x1c\x00\x00\x00");
  const auto parsed = ParseBloomFilterHeader(AsBytes(bytes + "the bits"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->length, 16);
  EXPECT_EQ(parsed->header.num_bytes, 1024);
  EXPECT_EQ(parsed->header.algorithm, BloomFilterAlgorithm::kBlock);
  EXPECT_EQ(parsed->header.hash, BloomFilterHash::kXxHash);
  EXPECT_EQ(parsed->header.compression, BloomFilterCompression::kUncompressed);
  EXPECT_EQ(Serialize(parsed->header), bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(CodeOf(ParseBloomFilterHeader(AsBytes(bytes.substr(0, size))).status()),
              ErrorCode::kCorrupt);
  }
  std::string negative = bytes;
  negative[1] = '\x81';
  EXPECT_EQ(ParseBloomFilterHeader(AsBytes(negative)).status().message(),
            "bloom filter header: a filter of -1025 bytes");
}

TEST(SerializeFooter, ClosesTheFile) {
  const std::string file = ReadTestFile("test/data/outputs/indexed.parquet");
  const std::string end = FooterBytes(file);
  auto footer = ParseFooter(AsBytes(end));
  ASSERT_TRUE(footer.ok()) << footer.status();
  EXPECT_EQ(*SerializeFooter(*footer), file.substr(file.size() - 8 - end.size()));

  footer->created_by = "somebody else";
  footer->row_groups[0].file_offset = std::nullopt;
  const std::string changed = *SerializeFooter(*footer);
  ThriftTree tree = ThriftTree::Parse(end);
  tree(6).bytes = "somebody else";
  tree(4)[0].Erase(5);
  EXPECT_EQ(testing::WithFooter(file, tree.Write()),
            file.substr(0, file.size() - 8 - end.size()) + changed);
}

// A signed footer: the signature stands behind what is read and written.
TEST(SerializeFooter, LeavesASignatureOut) {
  ThriftTree tree = ThriftTree::Parse(FooterBytes(ReadTestFile("test/data/outputs/plain.parquet")));
  tree.Add(8, {});
  tree.Add(9, ThriftTree::Binary("key"));
  const std::string bytes = tree.Write();
  const auto footer = ParseFooter(AsBytes(bytes + std::string(28, 's')));
  ASSERT_TRUE(footer.ok()) << footer.status();
  EXPECT_EQ(footer->serialized_size, static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(Serialize(*footer), bytes);
}

// test_round_trip.py does this with files of many writers.
TEST(RoundTrip, OfTestDataIsExact) {
  testing::RoundTrip seen;
  for (const char* name :
       {"outputs/plain", "outputs/indexed", "outputs/no_rows", "outputs/empty_row_group",
        "arrow_go_18_5_0/nested", "parquet_go_0_32_0/flat", "parquet_go_0_32_0/nested_v1"}) {
    const std::string file = ReadTestFile(std::string("test/data/") + name + ".parquet");
    seen = testing::RoundTripOf(AsBytes(file));
    EXPECT_EQ(seen.footers, 1) << name;
    EXPECT_TRUE(seen.different.empty()) << name << ": " << seen.different[0];
    EXPECT_TRUE(seen.unread.empty()) << name << ": " << seen.unread[0];
    EXPECT_TRUE(seen.bodies.empty()) << name << ": " << seen.bodies[0];
  }
  EXPECT_GT(seen.page_headers, 0);
  EXPECT_GT(seen.page_bodies, 0);
  EXPECT_GT(seen.column_indexes, 0);
  EXPECT_GT(seen.as_written, 0);  // parquet-go has lists of bool of its own form
}

}  // namespace
}  // namespace pqpack

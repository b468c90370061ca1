// SPDX-License-Identifier: Apache-2.0
#include "format/footer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "format/test_file_testing.h"
#include "format/thrift_tree_testing.h"
#include "format/validate.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using testing::FooterBytes;
using ::testing::HasSubstr;
using testing::ReadTestFile;
using testing::ThriftTree;

std::string End(std::string_view length, std::string_view magic) {
  return std::string(length) + std::string(magic);
}

TEST(LocateFooter, SaysWhereTheFooterIs) {
  const std::string tail = End(std::string("\x10\x02\0\0", 4), "PAR1");
  const auto place = LocateFooter(AsBytes(tail), 1000);
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->footer, (ByteRange{1000 - 8 - 528, 528}));
  // More of the file may be given.
  EXPECT_EQ(LocateFooter(AsBytes("what is before " + tail), 1000)->footer, place->footer);
  // The largest that fits.
  EXPECT_EQ(LocateFooter(AsBytes(tail), 540)->footer, (ByteRange{4, 528}));
}

struct BrokenEnd {
  std::string tail;
  int64_t size;
  ErrorCode code;
  const char* message;
};

TEST(LocateFooter, SaysWhatIsWrong) {
  const BrokenEnd cases[] = {
      {"", 0, ErrorCode::kCorrupt, "the file is empty (0 bytes)"},
      {"PAR1PAR1", 8, ErrorCode::kCorrupt, "a Parquet file has more than 8 bytes"},
      {"PAR1abcPAR1", 11, ErrorCode::kCorrupt, "a Parquet file has more than 11 bytes"},
      {End(std::string("\x10\0\0\0", 4), "PARE"), 100, ErrorCode::kUnsupported,
       "the footer (the file ends in PARE) is encrypted"},
      {"a,b\n1,2\n", 100, ErrorCode::kCorrupt,
       "not a Parquet file, or cut off: it ends in '1,2\\x0a' instead of 'PAR1'"},
      {End(std::string(4, '\0'), "PAR1"), 100, ErrorCode::kCorrupt,
       "the footer's length is given as 0"},
      {End(std::string("\x59\0\0\0", 4), "PAR1"), 100, ErrorCode::kCorrupt,
       "the footer's length is given as 89 bytes, the file has 100"},
      {End("\xff\xff\xff\xff", "PAR1"), 100, ErrorCode::kCorrupt,
       "the footer's length is given as 4294967295 bytes, the file has 100"},
  };
  for (const BrokenEnd& broken : cases) {
    const Status status = LocateFooter(AsBytes(broken.tail), broken.size).status();
    EXPECT_EQ(CodeOf(status), broken.code) << broken.message;
    EXPECT_EQ(status.message(), broken.message);
    EXPECT_FALSE(ActionOf(status).empty());
  }
}

TEST(LocateFooter, IsGivenTheTail) {
  EXPECT_EQ(CodeOf(LocateFooter(AsBytes("PAR1"), 100).status()), ErrorCode::kInternal);
}

// test_footer_vs_judges.py compares every field of many files; here is one by eye.
TEST(ParseFooter, ReadsAFileOfArrowGo) {
  const std::string bytes = FooterBytes(ReadTestFile("test/data/arrow_go_18_5_0/nested.parquet"));
  const auto footer = ParseFooter(AsBytes(bytes));
  ASSERT_TRUE(footer.ok()) << footer.status();
  EXPECT_EQ(footer->serialized_size, static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(footer->schema[0].repetition, Repetition::kRepeated);
  EXPECT_EQ(footer->created_by, "parquet-go version 18.5.0");
  ASSERT_FALSE(footer->row_groups.empty());
  const ColumnMetaData& column = *footer->row_groups[0].columns[0].meta_data;
  ASSERT_TRUE(column.statistics);
  EXPECT_EQ(column.statistics->distinct_count, 0);
  EXPECT_TRUE(footer->unknown.empty());
}

TEST(ParseFooter, KeepsWhatHasNoName) {
  const std::string bytes = FooterBytes(ReadTestFile("test/data/outputs/no_rows.parquet"));
  ThriftTree tree = ThriftTree::Parse(bytes);
  ASSERT_EQ(tree.Write(), bytes);
  tree.Add(32767, ThriftTree::Binary("a second footer"));
  tree(2)[1].Add(11, ThriftTree::Integer(ThriftTree::kI32, -1));
  const std::string changed = tree.Write();
  const auto footer = ParseFooter(AsBytes(changed));
  ASSERT_TRUE(footer.ok()) << footer.status();
  EXPECT_THAT(footer->unknown, ElementsAre(RawField{32767, CompactType::kBinary,
                                                    "\x0f"
                                                    "a second footer"}));
  EXPECT_THAT(footer->schema[1].unknown, ElementsAre(RawField{11, CompactType::kI32, "\x01"}));
}

TEST(ParseFooter, SeesEncryption) {
  ThriftTree tree = ThriftTree::Parse(FooterBytes(ReadTestFile("test/data/outputs/plain.parquet")));
  tree.Add(8, {});
  tree(4)[0](1)[0].Add(9, ThriftTree::Binary("secret"));
  const std::string bytes = tree.Write();
  const auto footer = ParseFooter(AsBytes(bytes));
  ASSERT_TRUE(footer.ok()) << footer.status();
  EXPECT_TRUE(footer->has_encryption_algorithm);
  EXPECT_TRUE(footer->row_groups[0].columns[0].encrypted());
  EXPECT_FALSE(footer->row_groups[0].columns[1].encrypted());
  // Nothing of it is lost.
  EXPECT_EQ(footer->unknown[0].id, 8);
  EXPECT_EQ(footer->row_groups[0].columns[0].unknown[0],
            (RawField{9, CompactType::kBinary, "\x06secret"}));
}

TEST(ParseFooter, SaysWhichFieldIsMissing) {
  ThriftTree tree = ThriftTree::Parse(FooterBytes(ReadTestFile("test/data/outputs/plain.parquet")));
  tree(4)[1](1)[2](3).Erase(4);
  const std::string bytes = tree.Write();
  const Status status = ParseFooter(AsBytes(bytes)).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("footer: ColumnMetaData lacks its field 4"));
  EXPECT_THAT(status.message(), HasSubstr("FileMetaData.4 > RowGroup.1 > ColumnChunk.3"));
}

TEST(ParseFooter, RefusesEveryTruncation) {
  for (const char* name : {"plain", "indexed", "no_rows", "empty_row_group"}) {
    const std::string bytes =
        FooterBytes(ReadTestFile(std::string("test/data/outputs/") + name + ".parquet"));
    ASSERT_TRUE(ParseFooter(AsBytes(bytes)).ok());
    for (size_t size = 0; size < bytes.size(); ++size) {
      // A copy, so that AddressSanitizer sees a read behind it.
      const std::string cut = bytes.substr(0, size);
      EXPECT_EQ(CodeOf(ParseFooter(AsBytes(cut)).status()), ErrorCode::kCorrupt) << name << size;
    }
  }
}

// A chunk of three bytes becomes a struct of hundreds.
TEST(ParseFooter, BoundsTheMemoryThatSmallBytesTake) {
  ThriftTree tree = ThriftTree::Parse(FooterBytes(ReadTestFile("test/data/outputs/plain.parquet")));
  ThriftTree& chunks = tree(4)[0](1);
  ThriftTree small;
  small.Add(2, ThriftTree::Integer(ThriftTree::kI64, 0));
  chunks.items.assign(300'000, small);
  const std::string bytes = tree.Write();
  ASSERT_LT(bytes.size(), 1'000'000u);
  const Status status = ParseFooter(AsBytes(bytes), 16 * kMiB).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kTooLarge);
  EXPECT_THAT(status.message(), HasSubstr("what it holds needs more than 16 MiB of memory"));
}

// Bytes at random places of good footers: whatever comes out, it comes out in
// good order.  What validation lets pass has its bytes inside of the file.
TEST(ParseFooter, SurvivesDamage) {
  std::mt19937 random(20260719);
  int parsed = 0;
  int valid = 0;
  for (const char* name :
       {"outputs/plain", "outputs/indexed", "arrow_go_18_5_0/nested", "parquet_go_0_32_0/flat"}) {
    const std::string file = ReadTestFile(std::string("test/data/") + name + ".parquet");
    const std::string bytes = FooterBytes(file);
    for (int round = 0; round < 2'000; ++round) {
      std::string damaged = bytes;
      for (uint32_t flips = 1 + random() % 3; flips > 0; --flips) {
        damaged[random() % damaged.size()] = static_cast<char>(random());
      }
      const auto footer = ParseFooter(AsBytes(damaged));
      if (!footer.ok()) continue;
      ++parsed;
      const auto size = static_cast<int64_t>(file.size());
      if (!ValidateFooter(*footer, size).ok()) continue;
      ++valid;
      for (const RowGroup& group : footer->row_groups) {
        for (const ColumnChunk& chunk : group.columns) {
          const ByteRange pages = chunk.meta_data->pages();
          if (pages.length == 0) continue;
          EXPECT_GE(pages.offset, 4);
          EXPECT_LE(pages.end(), size - 8 - footer->serialized_size);
        }
      }
    }
  }
  EXPECT_GT(parsed, 500);  // else it is not the damage that was meant
  EXPECT_GT(valid, 500);
}

}  // namespace
}  // namespace pqpack

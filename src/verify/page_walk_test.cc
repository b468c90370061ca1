// SPDX-License-Identifier: Apache-2.0
#include "verify/page_walk.h"

#include <gtest/gtest.h>

#include <string>

#include "format/test_file_testing.h"

namespace pqpack {
namespace {

using testing::ReadTestFile;

PageWalk Walk(const std::string& file, size_t step) {
  PageWalk walk;
  for (size_t at = 0; at < file.size(); at += step) {
    const Status status = walk.Append(AsBytes(file).subspan(at, std::min(step, file.size() - at)));
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_TRUE(walk.Finish().ok());
  return walk;
}

bool Same(const PageFact& a, const PageFact& b) {
  return a.offset == b.offset && a.header_size == b.header_size && a.body_size == b.body_size &&
         a.uncompressed_size == b.uncompressed_size && a.num_values == b.num_values &&
         a.num_nulls == b.num_nulls && a.num_rows == b.num_rows && a.type == b.type &&
         a.encoding == b.encoding && a.definition_levels == b.definition_levels &&
         a.repetition_levels == b.repetition_levels && a.distinct_count == b.distinct_count &&
         a.compressed == b.compressed;
}

TEST(PageWalk, FindsEveryPageHoweverTheBytesCome) {
  for (const auto& [name, pages, tail_offset] : {std::tuple("plain", size_t{36}, int64_t{5419}),
                                                 std::tuple("indexed", size_t{27}, int64_t{2861}),
                                                 std::tuple("no_rows", size_t{0}, int64_t{4})}) {
    const std::string file = ReadTestFile(std::string("test/data/outputs/") + name + ".parquet");
    const PageWalk whole = Walk(file, file.size());
    EXPECT_EQ(whole.pages().size(), pages) << name;
    EXPECT_EQ(whole.size(), static_cast<int64_t>(file.size()));
    EXPECT_EQ(whole.tail_offset(), tail_offset) << name;
    EXPECT_EQ(AsText(whole.tail()), file.substr(static_cast<size_t>(whole.tail_offset())));
    for (const size_t step : {1, 2, 3, 7, 63, 64, 65, 1000}) {
      const PageWalk walk = Walk(file, step);
      EXPECT_EQ(walk.tail_offset(), whole.tail_offset()) << name << step;
      ASSERT_EQ(walk.pages().size(), pages) << name << step;
      for (size_t i = 0; i < pages; ++i) EXPECT_TRUE(Same(walk.pages()[i], whole.pages()[i]));
    }
  }
}

TEST(PageWalk, SaysWhenTheStartIsWrong) {
  PageWalk walk;
  ASSERT_TRUE(walk.Append(AsBytes("PA")).ok());
  const Status status = walk.Append(AsBytes("Q1"));
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_EQ(status.message(), "the output does not start with PAR1");
}

TEST(PageWalk, SaysWhenAPageIsCut) {
  const std::string file = ReadTestFile("test/data/outputs/plain.parquet");
  PageWalk walk;
  ASSERT_TRUE(walk.Append(AsBytes(file).first(100)).ok());
  const Status status = walk.Finish();
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_EQ(status.message(), "the output ends inside of the page at offset 4");
}

// The walk holds what it takes for footer and indexes; a page header that is
// damaged must not make it hold the rest of a large file.
TEST(PageWalk, HoldsOnlySoMuchThatIsNoPage) {
  PageWalk walk(kMiB);
  ASSERT_TRUE(walk.Append(AsBytes("PAR1")).ok());
  const std::string rubbish(static_cast<size_t>(64 * kKiB), '\xff');
  for (int i = 0; i < 16; ++i) ASSERT_TRUE(walk.Append(AsBytes(rubbish)).ok()) << i;
  const Status status = walk.Append(AsBytes("\xff"));
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_EQ(status.message(),
            "no page header at offset 4 of the output, and more than 1 MiB follow");
}

}  // namespace
}  // namespace pqpack

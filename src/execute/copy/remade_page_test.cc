// SPDX-License-Identifier: Apache-2.0
//
// Single pages of version 2 as writers are seen to make them.  Whole files: mixed_file_test.cc.
#include "execute/copy/remade_page.h"

#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "diagnose/deep/page_bodies.h"
#include "format/page_codec.h"

namespace pqpack {
namespace {

constexpr MaxLevels kFlat{0, 0};
constexpr MaxLevels kOptional{0, 1};
const std::string kValues = "values of a page, values of a page, values of a page";

PageHeader Header(const std::string& body, int32_t levels, bool compressed) {
  PageHeader header;
  header.type = PageType::kDataV2;
  header.compressed_page_size = header.uncompressed_page_size = static_cast<int32_t>(body.size());
  header.data_v2.emplace();
  header.data_v2->num_values = 4;
  header.data_v2->num_rows = 4;
  header.data_v2->encoding = Encoding::kPlain;
  header.data_v2->definition_levels_byte_length = levels;
  header.data_v2->is_compressed = compressed;
  header.data_v2->statistics.emplace().null_count = 1;
  return header;
}

struct Remade {
  PageHeader header;
  std::string body;  // uncompressed
};

Result<Remade> Remake(const PageForm& form, PageHeader header, const std::string& body) {
  arrow::MemoryPool* pool = arrow::default_memory_pool();
  PageRemaker remaker(form, pool);
  EXPECT_TRUE(remaker.Concerns(header));
  Remade remade;
  PQ_ASSIGN(const auto stored, remaker.Remake(arrow::Buffer::FromString(body), &header));
  PQ_ASSIGN(const OpenPage open, OpenBody(header, stored, form.to, form.max, pool));
  remade.header = header;
  remade.body = open.bytes->ToString();
  return remade;
}

PageForm ToVersion1(Codec codec, MaxLevels max) { return {codec, codec, true, max}; }

// A writer leaves pages that do not get smaller as they are, which version 1 can't tell.
TEST(PageRemaker, APageThatIsNotCompressedIsInVersion1) {
  for (const Codec codec : {Codec::kSnappy, Codec::kZstd, Codec::kUncompressed}) {
    const auto remade = Remake(ToVersion1(codec, kFlat), Header(kValues, 0, false), kValues);
    ASSERT_TRUE(remade.ok()) << remade.status();
    EXPECT_EQ(remade->body, kValues);
    EXPECT_EQ(remade->header.type, PageType::kData);
  }
}

TEST(PageRemaker, InAnotherCodecAPageThatIsNotCompressedStaysSo) {
  const PageForm form{Codec::kSnappy, Codec::kZstd, false, kFlat};
  PageRemaker remaker(form, arrow::default_memory_pool());
  EXPECT_FALSE(remaker.Concerns(Header(kValues, 0, false)));
  EXPECT_TRUE(remaker.Concerns(Header(kValues, 0, true)));
  // Where no codec was, none could be left out.
  const PageForm first{Codec::kUncompressed, Codec::kZstd, false, kFlat};
  const auto remade = Remake(first, Header(kValues, 0, false), kValues);
  ASSERT_TRUE(remade.ok()) << remade.status();
  EXPECT_TRUE(*remade->header.data_v2->is_compressed);
  EXPECT_LT(remade->header.compressed_page_size, remade->header.uncompressed_page_size);
  EXPECT_EQ(remade->body, kValues);
}

TEST(PageRemaker, LevelsGetTheirLengthAndStatisticsGoAlong) {
  const std::string levels("\x08\x01", 2);  // four times 1
  const auto remade = Remake(ToVersion1(Codec::kGzip, kOptional),
                             Header(levels + kValues, 2, false), levels + kValues);
  ASSERT_TRUE(remade.ok()) << remade.status();
  EXPECT_EQ(remade->body, std::string("\x02\x00\x00\x00", 4) + levels + kValues);
  EXPECT_EQ(remade->header.data->num_values, 4);
  EXPECT_EQ(remade->header.data->definition_level_encoding, Encoding::kRle);
  EXPECT_EQ(remade->header.data->statistics->null_count, 1);
  EXPECT_FALSE(remade->header.data_v2);
}

// Readers of version 1 expect them.
TEST(PageRemaker, LevelsThatAreNotThereHaveNoPlaceInVersion1) {
  const auto remade =
      Remake(ToVersion1(Codec::kSnappy, kOptional), Header(kValues, 0, false), kValues);
  EXPECT_EQ(CodeOf(remade.status()), ErrorCode::kUnsupported);
}

TEST(PageRemaker, LevelsThatCanNotBeThereAreLeftOut) {
  const std::string body = "xx" + kValues;
  const auto remade = Remake(ToVersion1(Codec::kSnappy, kFlat), Header(body, 2, false), body);
  ASSERT_TRUE(remade.ok()) << remade.status();
  EXPECT_EQ(remade->body, kValues);
}

TEST(PageRemaker, AnotherSizeThanTheHeadersIsCorrupt) {
  PageHeader header = Header(kValues, 0, true);
  EXPECT_EQ(CodeOf(Remake({Codec::kSnappy, Codec::kZstd, false, kFlat}, header, kValues).status()),
            ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Pages that break the format or disagree with the footer; what is right is read in each test of
// a merge.
#include "execute/pages/source_chunk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "execute/rewrite_testing.h"
#include "format/compact_writer.h"

namespace pqpack::testing {
namespace {

using ::testing::HasSubstr;

const Target& Generic() { return **FindTarget("generic"); }

// A chunk of INT64 without a codec, of which each page has two values.
struct Chunk {
  std::vector<PageHeader> headers;
  ColumnMetaData meta;
  SchemaTree::Node leaf;
  bool only_listed = false;

  Chunk() {
    meta.type = PhysicalType::kInt64;
    meta.codec = Codec::kUncompressed;
    meta.encodings = {Encoding::kPlain, Encoding::kRle};
  }

  PageHeader& AddPage(Encoding encoding = Encoding::kPlain) {
    PageHeader& header = headers.emplace_back();
    header.type = PageType::kData;
    DataPageHeader& data = header.data.emplace();
    data.num_values = 2;
    data.encoding = encoding;
    data.definition_level_encoding = data.repetition_level_encoding = Encoding::kRle;
    header.compressed_page_size = header.uncompressed_page_size = 16;
    meta.num_values += 2;
    return header;
  }

  Result<SourceChunk> Read() {
    std::string bytes = "PAR1";
    meta.data_page_offset = static_cast<int64_t>(bytes.size());
    for (const PageHeader& header : headers) {
      bytes += Serialize(header);
      bytes.resize(bytes.size() + static_cast<size_t>(header.compressed_page_size), 'x');
    }
    meta.total_compressed_size = static_cast<int64_t>(bytes.size()) - meta.data_page_offset;
    ChunkRules rules{Generic(), leaf, meta.num_values};
    rules.codec = meta.codec;
    rules.only_listed = only_listed;
    BytesFile file(arrow::Buffer::FromString(bytes));
    return ReadSourceChunk(meta, rules, file);
  }
};

TEST(SourceChunk, PagesAreReadInOrder) {
  Chunk chunk;
  chunk.AddPage();
  chunk.AddPage();
  const auto read = chunk.Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->pages.size(), 2u);
  EXPECT_FALSE(read->dictionary);
}

// It would be moved with a size that readers make room by.
TEST(SourceChunk, WhatIsNotCompressedHasOneSize) {
  Chunk chunk;
  chunk.AddPage();
  chunk.AddPage().uncompressed_page_size = 17;
  const auto read = chunk.Read();
  EXPECT_EQ(CodeOf(read.status()), ErrorCode::kCorrupt) << read.status();
  EXPECT_THAT(read.status().message(), HasSubstr("two sizes"));
  chunk.meta.codec = Codec::kSnappy;
  EXPECT_TRUE(chunk.Read().ok());
}

// Of a writer that has faults in some encodings the footer has to name them, since by it columns
// are chosen that are decoded.
TEST(SourceChunk, EncodingsThatTheFooterDoesNotListAreNotTaken) {
  Chunk chunk;
  chunk.AddPage();
  chunk.AddPage(Encoding::kDeltaBinaryPacked);
  EXPECT_TRUE(chunk.Read().ok());
  chunk.only_listed = true;
  const auto read = chunk.Read();
  EXPECT_EQ(CodeOf(read.status()), ErrorCode::kUnsupported) << read.status();
  EXPECT_THAT(read.status().message(), HasSubstr("does not list its encoding"));
  chunk.meta.encodings.push_back(Encoding::kDeltaBinaryPacked);
  EXPECT_TRUE(chunk.Read().ok());
}

// The old way of levels, which parquet-mr names where there are none, too.
TEST(SourceChunk, LevelsInBitPackedAreNotTaken) {
  Chunk chunk;
  chunk.AddPage().data->definition_level_encoding = Encoding::kBitPacked;
  const auto none = chunk.Read();
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_TRUE(none->pages[0].changed);
  EXPECT_EQ(none->pages[0].header.data->definition_level_encoding, Encoding::kRle);
  chunk.leaf.max_definition_level = 1;
  const auto some = chunk.Read();
  EXPECT_EQ(CodeOf(some.status()), ErrorCode::kUnsupported) << some.status();
  EXPECT_THAT(some.status().message(), HasSubstr("its levels are in BIT_PACKED"));
}

}  // namespace
}  // namespace pqpack::testing

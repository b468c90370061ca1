// SPDX-License-Identifier: Apache-2.0
#include "inspect/chunk_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pqpack {
namespace {

using ::testing::HasSubstr;

ColumnChunk Chunk(int64_t offset, int64_t length, int64_t values = 1) {
  ColumnChunk chunk;
  chunk.meta_data.emplace();
  chunk.meta_data->data_page_offset = offset;
  chunk.meta_data->total_compressed_size = length;
  chunk.meta_data->num_values = values;
  return chunk;
}

std::vector<ChunkPlace> Place(std::vector<ColumnChunk> chunks, int64_t data_end = 1000) {
  FileMetaData footer;
  footer.row_groups.resize(1);
  footer.row_groups[0].columns = std::move(chunks);
  return PlaceChunks(footer, data_end)[0];
}

TEST(PlaceChunks, ThoseThatLieSideBySideAreWhole) {
  const auto places = Place({Chunk(4, 96), Chunk(100, 900), Chunk(0, 0, 0)});
  EXPECT_EQ(places[0].pages, (ByteRange{4, 96}));
  EXPECT_EQ(places[1].pages, (ByteRange{100, 900}));
  EXPECT_EQ(places[2].pages.length, 0);
  for (const auto& place : places) EXPECT_TRUE(place.problem.ok()) << place.problem;
}

TEST(PlaceChunks, NoByteBelongsToTwo) {
  const auto places = Place({Chunk(100, 500), Chunk(50, 100), Chunk(100, 20), Chunk(300, 10)});
  EXPECT_EQ(places[0].pages, (ByteRange{100, 200}));
  EXPECT_THAT(places[0].problem.message(),
              HasSubstr("run into row group 0, column 3, which begins at 300"));
  EXPECT_EQ(places[1].pages, (ByteRange{50, 50}));
  EXPECT_THAT(places[1].problem.message(), HasSubstr("run into row group 0, column 0"));
  EXPECT_EQ(places[2].pages.length, 0);
  EXPECT_THAT(places[2].problem.message(),
              HasSubstr("begins at offset 100, as row group 0, column 0 does"));
  EXPECT_TRUE(places[3].problem.ok());
}

TEST(PlaceChunks, NothingLiesOutsideOfTheData) {
  const auto places =
      Place({Chunk(3, 10), Chunk(1000, 1), Chunk(900, 101), Chunk(5, INT64_MAX),
             Chunk(INT64_MIN, 10), Chunk(INT64_MAX, INT64_MAX), Chunk(20, -1), Chunk(20, 0)});
  EXPECT_EQ(places[2].pages, (ByteRange{900, 100}));
  EXPECT_THAT(places[2].problem.message(), HasSubstr("pass the end of the data at 1000"));
  EXPECT_EQ(places[3].pages.offset, 5);
  EXPECT_EQ(places[3].pages.end(), 900);
  for (const size_t i : {0u, 1u, 4u, 5u, 6u, 7u}) EXPECT_EQ(places[i].pages.length, 0) << i;
  for (const auto& place : places) EXPECT_EQ(CodeOf(place.problem), ErrorCode::kCorrupt);
}

TEST(PlaceChunks, WhatIsNotHere) {
  ColumnChunk elsewhere = Chunk(4, 10);
  elsewhere.file_path = "other.parquet";
  ColumnChunk encrypted = Chunk(4, 10);
  encrypted.has_crypto_metadata = true;
  const auto places = Place({elsewhere, encrypted, ColumnChunk{}, Chunk(4, 10)});
  EXPECT_EQ(CodeOf(places[0].problem), ErrorCode::kUnsupported);
  EXPECT_THAT(places[0].problem.message(), HasSubstr("other.parquet"));
  EXPECT_EQ(CodeOf(places[1].problem), ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOf(places[2].problem), ErrorCode::kCorrupt);
  EXPECT_TRUE(places[3].problem.ok());
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A footer may name any bytes as page indexes, and the same ones for each chunk: what is read and
// held does not depend on how often.
#include "diagnose/read_details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "diagnose/one_column_testing.h"
#include "inspect/read_indexes.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OneColumnFile;
using testing::PageV1;
using testing::Plain;
using testing::Struct;
using testing::Text;

// `chunks` of one row group, all with this column index.
FileMetaData FooterWith(size_t chunks, int64_t offset, int64_t length) {
  FileMetaData footer;
  RowGroup& group = footer.row_groups.emplace_back();
  group.columns.resize(chunks);
  for (ColumnChunk& chunk : group.columns) {
    chunk.meta_data.emplace();
    chunk.column_index_offset = offset;
    chunk.column_index_length = static_cast<int32_t>(length);
  }
  return footer;
}

struct Read {
  std::vector<ChunkDetails> chunks;
  int64_t bytes = 0;
};

Read ReadFrom(const std::string& bytes, const FileMetaData& footer) {
  RequestCounters counters;
  MemoryStore store({"b"}, &counters);
  auto writer = store.Create(Uri{Scheme::kMemory, "b", "x"}, {}).ValueOrDie();
  EXPECT_TRUE(writer->Append(AsBytes(bytes)).ok());
  CoalescedFile file(store, writer->Finish().ValueOrDie(), CoalesceFor(Scheme::kMemory), nullptr);
  Read read;
  const int64_t data_end = static_cast<int64_t>(bytes.size()) - kFooterTailSize;
  read.chunks = ReadDetails(file, footer, data_end).ValueOrDie().at(0);
  read.bytes = counters.Snapshot()["Read"].bytes_received;
  return read;
}

// Of zeros no index is made.
Read ReadFrom(int64_t zeros, const FileMetaData& footer) {
  return ReadFrom(std::string(static_cast<size_t>(zeros), '\0'), footer);
}

TEST(ReadDetails, BytesThatManyChunksNameAreNotReadForEach) {
  const Read read = ReadFrom(20 * kMiB, FooterWith(100, kMagicSize, 9 * kMiB));
  EXPECT_LE(read.bytes, 20 * kMiB);
  EXPECT_THAT(read.chunks[1].column_index_problem, HasSubstr("offset 4"));
  EXPECT_THAT(read.chunks[2].column_index_problem, HasSubstr("together are larger than the file"));
  EXPECT_FALSE(read.chunks[2].index_too_large);
}

TEST(ReadDetails, IndexesAreReadUpToALimit) {
  FileMetaData footer = FooterWith(3, kMagicSize, 20 * kMiB);
  footer.row_groups[0].columns[2].column_index_length = 1024;
  const Read read = ReadFrom(50 * kMiB, footer);
  EXPECT_LE(read.bytes, 21 * kMiB);
  EXPECT_FALSE(read.chunks[0].index_too_large);
  EXPECT_TRUE(read.chunks[1].index_too_large);
  EXPECT_THAT(read.chunks[1].column_index_problem, HasSubstr("page indexes have up to 32 MiB"));
  EXPECT_FALSE(read.chunks[2].index_too_large) << "what was refused does not count";

  const Read large = ReadFrom(50 * kMiB, FooterWith(1, kMagicSize, kMaxIndexes + 1));
  EXPECT_EQ(large.bytes, 0);
  EXPECT_TRUE(large.chunks[0].index_too_large);
}

// A header of first pages may have 16 MiB, nearly all of it in bounds, and there are as many of
// them as chunks.
TEST(ReadDetails, LongHeadersAreKeptWithoutWhatMakesThemLong) {
  const std::string plain = Plain<int64_t>({7});
  const auto first_page = [&](size_t bound) {
    OneColumnFile file;
    file.rows = 1;
    file.pages = {PageV1(1, plain, {{}, {1}}, {0, 1})};
    file.pages[0].header(5).Add(5, Struct({{5, Text(std::string(bound, 'x'))}}));
    file.pages[0].header.Add(99, Text("y"));
    const std::string bytes = file.Build();
    const auto place = LocateFooter(AsBytes(bytes), static_cast<int64_t>(bytes.size()));
    const auto begin = static_cast<size_t>(place->footer.offset);
    const auto footer = ParseFooter(AsBytes(bytes).subspan(begin, bytes.size() - 8 - begin));
    return ReadFrom(bytes, *footer).chunks.at(0).first_data.value();
  };
  const SeenHeader usual = first_page(100);
  EXPECT_FALSE(usual.shortened);
  EXPECT_EQ(usual.parsed.header.data->statistics->max_value->size(), 100U);
  const SeenHeader longer = first_page(100'000);
  EXPECT_FALSE(longer.shortened);
  EXPECT_EQ(longer.parsed.header.data->statistics->max_value->size(), 100'000U);
  const SeenHeader large = first_page(2 << 20);
  EXPECT_TRUE(large.shortened);
  EXPECT_GT(large.parsed.length, 2 << 20);
  EXPECT_FALSE(large.parsed.header.data->statistics);
  EXPECT_THAT(large.parsed.header.unknown, IsEmpty());
  EXPECT_EQ(large.parsed.header.data->num_values, 1);
  EXPECT_EQ(large.end(), usual.end() + large.parsed.length - usual.parsed.length);
}

TEST(ReadDetails, MemoryIsThatOfWhatIsRead) {
  const auto memory = [](int64_t length) { return MemoryOfDetails(FooterWith(2, 4, length)); };
  EXPECT_EQ(memory(2 * kMiB) - memory(kMiB), 26 * kMiB);
  EXPECT_EQ(memory(std::numeric_limits<int32_t>::max()), memory(kMaxIndexes));
  EXPECT_EQ(memory(-kMiB), memory(0)) << "a negative length takes nothing from the others";
  FileMetaData mixed = FooterWith(2, 4, kMiB);
  mixed.row_groups[0].columns[1].column_index_length = -kMiB;
  EXPECT_EQ(MemoryOfDetails(mixed) - memory(0), 13 * kMiB);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A filter is taken for one where no other bytes are meant, whatever the footer says.
#include "inspect/find_bloom_filters.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "format/compact_writer.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kPagesEnd = 100;
constexpr int64_t kDataEnd = 1000;

std::string Header(int32_t num_bytes) {
  BloomFilterHeader header;
  header.num_bytes = num_bytes;
  header.algorithm = BloomFilterAlgorithm::kBlock;
  header.hash = BloomFilterHash::kXxHash;
  header.compression = BloomFilterCompression::kUncompressed;
  return Serialize(header);
}

class FindBloomFilters : public ::testing::Test {
 protected:
  FindBloomFilters() { footer_.row_groups.emplace_back(); }

  // The file has a header at `offset`, and a chunk that names it.
  void Put(int64_t offset, const std::string& header, std::optional<int32_t> length = {}) {
    if (offset >= 0 && offset < static_cast<int64_t>(bytes_.size())) {
      bytes_.replace(static_cast<size_t>(offset), header.size(), header);
    }
    ColumnChunk& chunk = footer_.row_groups[0].columns.emplace_back();
    chunk.meta_data.emplace();
    chunk.meta_data->data_page_offset = 4;
    chunk.meta_data->total_compressed_size = kPagesEnd - 4;
    chunk.meta_data->bloom_filter_offset = offset;
    chunk.meta_data->bloom_filter_length = length;
  }

  std::vector<FoundFilter> Find() {
    arrow::io::BufferReader file(arrow::Buffer::FromString(bytes_));
    BloomFilterFinder finder(file, static_cast<int64_t>(bytes_.size()), kDataEnd, footer_);
    std::vector<FoundFilter> found;
    for (const ColumnChunk& chunk : footer_.row_groups[0].columns) {
      found.push_back(finder.Find(chunk).ValueOrDie());
    }
    return found;
  }

  std::string bytes_ = std::string(1200, '\0');
  FileMetaData footer_;
  const int64_t header_ = static_cast<int64_t>(Header(64).size());
};

TEST_F(FindBloomFilters, WhereTheyAre) {
  const auto size = static_cast<int32_t>(header_ + 64);
  Put(kPagesEnd, Header(64));
  Put(kPagesEnd + size, Header(64), size);
  Put(kDataEnd - size, Header(64));
  footer_.row_groups[0].columns.emplace_back().meta_data.emplace();
  const auto found = Find();
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].place, (ByteRange{kPagesEnd, size}));
  EXPECT_EQ(found[0].bits, (ByteRange{kPagesEnd + header_, 64}));
  EXPECT_EQ(found[1].place, (ByteRange{kPagesEnd + size, size}));
  EXPECT_EQ(found[2].place.end(), kDataEnd);
  EXPECT_EQ(found[3].place.length, 0);
  for (const FoundFilter& filter : found) EXPECT_EQ(filter.problem, "");
}

TEST_F(FindBloomFilters, NotAmongPages) {
  Put(kPagesEnd - 1, Header(64));
  Put(20, Header(32));
  for (const FoundFilter& filter : Find()) {
    EXPECT_THAT(filter.problem, HasSubstr("shares bytes with pages"));
    EXPECT_EQ(filter.place.length, 0);
  }
}

TEST_F(FindBloomFilters, NotInTheFooterOrOutside) {
  Put(kDataEnd - 64 - header_ + 1, Header(64));
  Put(5000, "");
  Put(-1, "");
  const auto found = Find();
  EXPECT_THAT(found[0].problem, HasSubstr("inside of the footer"));
  EXPECT_THAT(found[1].problem, HasSubstr("outside of the data"));
  EXPECT_THAT(found[2].problem, HasSubstr("outside of the data"));
}

TEST_F(FindBloomFilters, NotInEachOther) {
  Put(200, Header(64));
  Put(200 + header_ + 32, Header(64));
  Put(500, Header(64));
  Put(500, Header(64));
  const auto found = Find();
  EXPECT_EQ(found[0].problem, "");
  EXPECT_THAT(found[1].problem, HasSubstr("another filter"));
  EXPECT_THAT(found[2].problem, HasSubstr("several column chunks"));
  EXPECT_THAT(found[3].problem, HasSubstr("several column chunks"));
}

TEST_F(FindBloomFilters, OfSizesThatNoReaderTakes) {
  Put(100, Header(0));
  Put(200, Header(33));
  Put(300, Header(64), 1);
  const auto found = Find();
  EXPECT_THAT(found[0].problem, HasSubstr("0 bytes, which are no blocks"));
  EXPECT_THAT(found[1].problem, HasSubstr("33 bytes, which are no blocks"));
  EXPECT_THAT(found[2].problem, HasSubstr("the footer says 1"));
}

TEST_F(FindBloomFilters, AnyNumberOfBlocksIsGood) {
  Put(100, Header(96));
  EXPECT_EQ(Find()[0].bits.length, 96);
}

}  // namespace
}  // namespace pqpack

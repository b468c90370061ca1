// SPDX-License-Identifier: Apache-2.0
//
// Page indexes go along with the pages that they are right about, within their share of memory.
#include "execute/copy/copied_indexes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diagnose/check_footer.h"
#include "execute/copy/copy_testing.h"
#include "format/column_index.h"
#include "format/compact_writer.h"
#include "format/offset_index.h"
#include "inspect/read_indexes.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CopyFile, PageIndexesMoveWithTheirPages) {
  const auto copied = CopyBytes(GoodFile(), OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_TRUE(copied->footer.row_groups[1].columns[1].offset_index_offset);
  EXPECT_TRUE(copied->footer.row_groups[1].columns[1].column_index_offset);
  const auto without = CopyBytes(GoodFile(), OptionsFor("snowflake"));
  EXPECT_FALSE(without->footer.row_groups[1].columns[1].offset_index_offset);

  // The index of another column agrees with no page of this one.
  const auto crossed = CopyBytes(
      WithFooter(GoodFile(),
                 [](FileMetaData& f) {
                   auto& columns = f.row_groups[0].columns;
                   std::swap(columns[0].offset_index_offset, columns[1].offset_index_offset);
                   std::swap(columns[0].offset_index_length, columns[1].offset_index_length);
                 }),
      OptionsFor("generic"));
  ASSERT_TRUE(crossed.ok()) << crossed.status();
  EXPECT_FALSE(crossed->footer.row_groups[0].columns[0].offset_index_offset);
  EXPECT_FALSE(crossed->footer.row_groups[0].columns[0].column_index_offset);
  EXPECT_TRUE(crossed->footer.row_groups[1].columns[0].offset_index_offset);

  // Bounds for fewer pages than there are.
  const auto short_bounds =
      CopyBytes(WithFooter(GoodFile(),
                           [](FileMetaData& f) {
                             auto& chunk = f.row_groups[0].columns[0];
                             const auto& other = f.row_groups[1].columns[0];
                             chunk.column_index_offset = other.column_index_offset;
                             chunk.column_index_length = other.column_index_length;
                           }),
                OptionsFor("generic"));
  ASSERT_TRUE(short_bounds.ok()) << short_bounds.status();
  EXPECT_TRUE(short_bounds->footer.row_groups[0].columns[0].offset_index_offset);
  EXPECT_FALSE(short_bounds->footer.row_groups[0].columns[0].column_index_offset);
}

// A reader would pass over pages that have the rows it looks for.
TEST(CopyFile, DoubtfulPageIndexesAreDropped) {
  const auto faulty = CopyBytes(
      WithFooter(GoodFile(), [](FileMetaData& f) { f.created_by = "parquet-go version 18.7.1"; }),
      OptionsFor("generic"));
  ASSERT_TRUE(faulty.ok()) << faulty.status();
  EXPECT_THAT(Said(faulty->receipt.repairs),
              Contains(HasSubstr("page index dropped, arrow-go 18.7.1 may give wrong ones")));
  const auto disordered =
      CopyBytes(WithFooter(GoodFile(), [](FileMetaData& f) { f.column_orders.reset(); }),
                OptionsFor("generic"));
  ASSERT_TRUE(disordered.ok()) << disordered.status();
  for (size_t g = 0; g < 2; ++g) {
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_FALSE(faulty->footer.row_groups[g].columns[i].offset_index_offset);
      EXPECT_FALSE(faulty->footer.row_groups[g].columns[i].column_index_offset);
      EXPECT_TRUE(disordered->footer.row_groups[g].columns[i].offset_index_offset);
      EXPECT_FALSE(disordered->footer.row_groups[g].columns[i].column_index_offset);
    }
  }
}

// What RepairStatistics() makes nothing of in the whole chunk is not better page by page.
TEST(CopyFile, BoundsOfPagesGoWithThoseOfTheirChunk) {
  const auto copied = CopyBytes(
      WithFooter(GoodFile(),
                 [](FileMetaData& f) {
                   Meta(f, 0, 0).statistics->min_value.swap(Meta(f, 0, 0).statistics->max_value);
                   Meta(f, 0, 1).statistics->max_value =
                       std::string("\0\0\0\0\0\0\xf8\x7f", 8);  // NaN
                 }),
      OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(copied->footer.row_groups[0].columns[i].offset_index_offset);
    EXPECT_FALSE(copied->footer.row_groups[0].columns[i].column_index_offset);
    EXPECT_TRUE(copied->footer.row_groups[1].columns[i].column_index_offset);
  }
}

// A field that nobody has a name for: so many zeros behind their number.
RawField Padding(size_t bytes) {
  RawField field{9, CompactType::kBinary, {}};
  size_t left = bytes;
  for (; left >= 0x80; left >>= 7) field.bytes += static_cast<char>(left | 0x80);
  field.bytes += static_cast<char>(left);
  field.bytes.resize(field.bytes.size() + bytes);
  return field;
}

// The file with other indexes behind the ones that it has, where the footer then finds them.
class OtherIndexes {
 public:
  explicit OtherIndexes(const BufferPtr& file)
      : footer(FooterOf(file).ValueOrDie()), bytes_(file->ToString()) {
    const auto place = LocateFooter(AsBytes(bytes_), file->size()).ValueOrDie().footer;
    bytes_.resize(static_cast<size_t>(place.offset));
  }

  Bytes At(int64_t offset, int32_t length) const {
    return AsBytes(bytes_).subspan(static_cast<size_t>(offset), static_cast<size_t>(length));
  }
  template <typename Index>
  void Put(const Index& index, std::optional<int64_t>* offset, std::optional<int32_t>* length) {
    const std::string written = Serialize(index);
    *offset = static_cast<int64_t>(bytes_.size());
    *length = static_cast<int32_t>(written.size());
    bytes_ += written;
  }
  BufferPtr File() const {
    return arrow::Buffer::FromString(bytes_ + SerializeFooter(footer).ValueOrDie());
  }

  FileMetaData footer;

 private:
  std::string bytes_;
};

BufferPtr WithLargeIndexes(const BufferPtr& file, int64_t padding) {
  OtherIndexes other(file);
  for (ColumnChunk& chunk : other.footer.row_groups[0].columns) {
    OffsetIndex index =
        ParseOffsetIndex(other.At(*chunk.offset_index_offset, *chunk.offset_index_length))
            .ValueOrDie();
    index.unknown.push_back(Padding(static_cast<size_t>(padding)));
    other.Put(index, &chunk.offset_index_offset, &chunk.offset_index_length);
  }
  return other.File();
}

// The bounds of the pages of the first column chunk are changed.
Result<Copied> CopyWithPageBounds(const std::function<void(ColumnIndex&)>& change) {
  OtherIndexes other(GoodFile());
  ColumnChunk& chunk = other.footer.row_groups[0].columns[0];
  ColumnIndex index =
      ParseColumnIndex(other.At(*chunk.column_index_offset, *chunk.column_index_length))
          .ValueOrDie();
  EXPECT_EQ(index.null_pages.size(), 4u);
  change(index);
  other.Put(index, &chunk.column_index_offset, &chunk.column_index_length);
  return CopyBytes(other.File(), OptionsFor("generic"));
}

// Readers pass over pages by them, and search them by the order that is claimed.
TEST(CopyFile, PageBoundsThatContradictThemselvesAreDropped) {
  const std::string three("\3\0\0\0\0\0\0\0", 8);
  const std::vector<std::pair<const char*, std::function<void(ColumnIndex&)>>> wrong = {
      {"crossed", [](ColumnIndex& index) { index.min_values[1].swap(index.max_values[1]); }},
      {"no value", [](ColumnIndex& index) { index.min_values[1].pop_back(); }},
      {"not ascending",
       [&](ColumnIndex& index) {
         index.min_values[1] = index.max_values[1] = three;
         index.boundary_order = BoundaryOrder::kAscending;
       }},
      {"not descending",
       [&](ColumnIndex& index) {
         index.min_values[1] = index.max_values[1] = three;
         index.boundary_order = BoundaryOrder::kDescending;
       }},
      {"no order",
       [](ColumnIndex& index) { index.boundary_order = static_cast<BoundaryOrder>(77); }},
  };
  for (const auto& [name, change] : wrong) {
    const auto copied = CopyWithPageBounds(change);
    ASSERT_TRUE(copied.ok()) << name << copied.status();
    EXPECT_FALSE(copied->footer.row_groups[0].columns[0].column_index_offset) << name;
    EXPECT_TRUE(copied->footer.row_groups[0].columns[0].offset_index_offset) << name;
    EXPECT_TRUE(copied->footer.row_groups[0].columns[1].column_index_offset) << name;
    EXPECT_THAT(Said(copied->receipt.repairs),
                ElementsAre(RepairText("page-index-inconsistent") + ": n"))
        << name;
  }
  const auto unordered = CopyWithPageBounds([&](ColumnIndex& index) {
    index.min_values[1] = index.max_values[1] = three;
    index.boundary_order = BoundaryOrder::kUnordered;
  });
  ASSERT_TRUE(unordered.ok()) << unordered.status();
  EXPECT_TRUE(unordered->footer.row_groups[0].columns[0].column_index_offset);
  EXPECT_THAT(Said(unordered->receipt.repairs), IsEmpty());
  // parquet-mr's "not known"
  const auto uncounted =
      CopyWithPageBounds([](ColumnIndex& index) { index.null_counts->at(2) = -1; });
  ASSERT_TRUE(uncounted.ok()) << uncounted.status();
  EXPECT_TRUE(uncounted->footer.row_groups[0].columns[0].column_index_offset);
  EXPECT_THAT(Said(uncounted->receipt.repairs), IsEmpty());
}

TEST(CopyFile, PageIndexesThatAreNoneAreNamed) {
  const auto copied = CopyBytes(WithFooter(GoodFile(),
                                           [](FileMetaData& f) {
                                             ColumnChunk& chunk = f.row_groups[0].columns[1];
                                             chunk.offset_index_offset = 4;  // a page
                                           }),
                                OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_FALSE(copied->footer.row_groups[0].columns[1].offset_index_offset);
  EXPECT_THAT(Said(copied->receipt.repairs),
              ElementsAre(RepairText("page-index-unreadable") + ": d"));
}

TEST(CopyFile, PageIndexesBeyondTheirShareOfMemoryAreLeftOut) {
  const auto copied =
      CopyBytes(WithLargeIndexes(GoodFile(), kMaxIndexes * 5 / 8), OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_TRUE(copied->footer.row_groups[0].columns[0].offset_index_offset);
  EXPECT_FALSE(copied->footer.row_groups[0].columns[1].offset_index_offset);
  EXPECT_THAT(Said(copied->receipt.warnings),
              ::testing::Contains("page index left out, too large alone or with the others: d"));
}

TEST(CopyFile, PageIndexesAreReserved) {
  const auto memory = [](int32_t length, const char* target) {
    FileMetaData footer = FooterOf(GoodFile()).ValueOrDie();
    for (RowGroup& group : footer.row_groups) {
      for (ColumnChunk& chunk : group.columns) chunk.column_index_length = length;
    }
    const RewriteOptions options = OptionsFor(target);
    const RewritePlan plan = PlanRewrite(footer, options).ValueOrDie();
    const CopyPlan copy = PlanCopy(footer, plan, options).ValueOrDie();
    return CopyMemory(footer, plan, copy, options);
  };
  const auto mib = static_cast<int32_t>(kMiB);
  EXPECT_GE(memory(2 * mib, "generic") - memory(mib, "generic"), 4 * kMiB);
  EXPECT_EQ(memory(2 * mib, "snowflake"), memory(mib, "snowflake"));
  EXPECT_EQ(memory(-mib, "generic"), memory(0, "generic"));
  EXPECT_EQ(memory(std::numeric_limits<int32_t>::max(), "generic"), memory(32 * mib, "generic"));
}

// The copy lacks the first row group, so every offset is another one.
TEST(CopyFile, OffsetsOfAMovedIndexAreThoseOfThePages) {
  const auto copied = CopyBytes(WithFooter(GoodFile(),
                                           [](FileMetaData& f) {
                                             f.num_rows = f.row_groups[1].num_rows;
                                             f.row_groups[0].num_rows = 0;
                                             Meta(f, 0, 0).num_values = Meta(f, 0, 1).num_values =
                                                 0;
                                           }),
                                OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  const std::string bytes = copied->file->ToString();
  for (const ColumnChunk& chunk : copied->footer.row_groups[0].columns) {
    const auto index = ParseOffsetIndex(
        AsBytes(bytes).subspan(static_cast<size_t>(chunk.offset_index_offset.value()),
                               static_cast<size_t>(*chunk.offset_index_length)));
    ASSERT_TRUE(index.ok()) << index.status();
    const auto& pages = index->page_locations;
    ASSERT_GT(pages.size(), 1U);
    EXPECT_EQ(pages[0].offset, chunk.meta_data->data_page_offset);
    for (size_t i = 1; i < pages.size(); ++i) {
      EXPECT_EQ(pages[i].offset, pages[i - 1].offset + pages[i - 1].compressed_page_size);
    }
    EXPECT_EQ(pages.back().offset + pages.back().compressed_page_size,
              chunk.meta_data->pages().end());
  }
}

}  // namespace
}  // namespace pqpack

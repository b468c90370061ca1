// SPDX-License-Identifier: Apache-2.0
//
// Which row groups of a merge the store appends, and that these are what copying them page by page
// gives.
#include "execute/merge/unseen_row_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/merge/explain_merge.h"
#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kRows = 30'000;  // of a row group that is worth a look at its pages

std::shared_ptr<parquet::WriterProperties> Properties() {
  return parquet::WriterProperties::Builder()
      .created_by("parquet-cpp-arrow version 26.0.1")
      ->enable_write_page_index()
      ->disable_dictionary("id")
      ->data_pagesize(64 * 1024)
      ->build();
}

std::shared_ptr<arrow::Table> Numbers(int64_t first, int64_t rows) {
  std::string ids = "[", keys = "[";
  for (int64_t i = first; i < first + rows; ++i) {
    const char* comma = i > first ? "," : "";
    ids += comma + std::to_string(i);
    keys += comma + (i % 7 == 0 ? std::string("null") : std::to_string(i * 7919 % 20011));
  }
  return TableFrom({{"id", arrow::int64(), ids + "]"}, {"key", arrow::int64(), keys + "]"}});
}

BufferPtr NumbersFile(int64_t first, int64_t rows) {
  return FileOf(Numbers(first, rows), kRows, Properties());
}

// Small ones around one of two large row groups.
const Files& SomeFiles() {
  static const Files kFiles{NumbersFile(0, 500), NumbersFile(500, 2 * kRows),
                            NumbersFile(500 + 2 * kRows, 500)};
  return kFiles;
}

MergeOptions ByStore(const Files& files) {
  MergeOptions options = MergeFor("generic");
  options.row_group_size = files[1]->size() / 2;
  options.by_store_from = 100'000;
  return options;
}

std::vector<std::vector<int8_t>> LevelsOf(const MergedFiles& merged) {
  std::vector<std::vector<int8_t>> levels;
  for (const MergedOutput& output : merged.receipts[0].outputs) {
    for (const MergedRowGroup& group : output.row_groups) levels.push_back(group.levels);
  }
  return levels;
}

TEST(UnseenRowGroup, IsWhatCopyingItsPagesGives) {
  const Files& files = SomeFiles();
  for (const char* target : {"generic", "snowflake"}) {
    MergeOptions options = ByStore(files);
    options.encode.target = *FindTarget(target);
    const auto merged = MergeBuffers(files, options);
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_THAT(merged->appended, ElementsAre(RowGroupSource{1, 0}, RowGroupSource{1, 1}));
    EXPECT_THAT(LevelsOf(*merged), ElementsAre(ElementsAre(2, 2), ElementsAre(0, 0),
                                               ElementsAre(0, 0), ElementsAre(2, 2)));
    ExpectSameRows(files, *merged);
    EXPECT_EQ(merged->receipts[0].bytes_decoded, 0);

    options.by_store_from = 0;
    const auto copied = MergeBuffers(files, options);
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_THAT(LevelsOf(*copied)[1], ElementsAre(1, 1));
    // But for the order in which the lists of encodings are told.
    std::vector<FileMetaData> footers = merged->footers;
    footers.push_back(copied->footers[0]);
    for (FileMetaData& footer : footers) {
      footer.serialized_size = 0;
      for (RowGroup& group : footer.row_groups) {
        for (ColumnChunk& chunk : group.columns) {
          chunk.meta_data->encodings.clear();
          chunk.meta_data->encoding_stats.reset();
        }
      }
    }
    EXPECT_EQ(footers[0], footers[1]);
    // All up to the footer: pages, and the indexes that name them.
    const ColumnChunk& last = footers[0].row_groups.back().columns.back();
    const int64_t end = last.offset_index_offset
                            ? *last.offset_index_offset + *last.offset_index_length
                            : last.meta_data->pages().end();
    EXPECT_TRUE(arrow::SliceBuffer(merged->outputs[0], 0, end)
                    ->Equals(*arrow::SliceBuffer(copied->outputs[0], 0, end)));
    EXPECT_EQ(footers[0].row_groups[2].columns[1].column_index_offset.has_value(),
              std::string(target) == "generic");
  }
}

TEST(UnseenRowGroup, AnOutputMayBeginWithOne) {
  const Files files{SomeFiles()[1], SomeFiles()[0]};
  MergeOptions options = ByStore(SomeFiles());
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->appended, ElementsAre(RowGroupSource{0, 0}, RowGroupSource{0, 1}));
  ExpectSameRows(files, *merged);
}

TEST(UnseenRowGroup, IsTheSameInEveryRun) {
  const auto once = MergeBuffers(SomeFiles(), ByStore(SomeFiles()));
  const auto again = MergeBuffers(SomeFiles(), ByStore(SomeFiles()));
  ASSERT_TRUE(once.ok() && again.ok());
  EXPECT_TRUE(once->outputs[0]->Equals(*again->outputs[0]));
}

MergeOutlook OutlookOf(const Files& files, const MergeOptions& options,
                       const TableColumns& table = {}) {
  const auto footers = FootersOf(files);
  const auto sets = GroupFiles(files, table);
  EXPECT_TRUE(footers.ok() && sets.ok());
  std::vector<MergeInput> inputs;
  for (const FileMetaData& footer : *footers) {
    inputs.push_back({"file " + std::to_string(inputs.size()), &footer});
  }
  auto outlook = ExplainMerge(inputs, sets->front(), options);
  EXPECT_TRUE(outlook.ok()) << outlook.status();
  return outlook.ok() ? *std::move(outlook) : MergeOutlook();
}

// By footers alone.
std::vector<std::string> WhyNot(const Files& files, const MergeOptions& options,
                                const TableColumns& table = {}) {
  return Said(OutlookOf(files, options, table).not_by_store);
}

// What --explain says of a merge is what it does.
TEST(UnseenRowGroup, IsExplained) {
  MergeOptions options = ByStore(SomeFiles());
  const MergeOutlook outlook = OutlookOf(SomeFiles(), options);
  EXPECT_THAT(outlook.not_by_store, IsEmpty());
  EXPECT_EQ(outlook.columns.size(), 2u);
  for (const ColumnOutlook& column : outlook.columns) {
    EXPECT_EQ(column.by_store, 2);
    EXPECT_EQ(column.copied, 0);
    EXPECT_EQ(column.moved, 2);
  }
  options.by_store_from = 0;
  EXPECT_EQ(OutlookOf(SomeFiles(), options).columns[0].copied, 2);
}

struct Hindrance {
  const char* name;
  std::function<void(Files&, MergeOptions&)> change;
  TableColumns columns;
  std::vector<int8_t> levels;    // of the large row groups
  std::vector<std::string> why;  // by footers
};

void PrintTo(const Hindrance& it, std::ostream* out) { *out << it.name; }

class HindrancesOfAppending : public ::testing::TestWithParam<Hindrance> {};

TEST_P(HindrancesOfAppending, MakePagesPassThroughHere) {
  Files files = SomeFiles();
  MergeOptions options = ByStore(files);
  GetParam().change(files, options);
  const auto merged = MergeBuffers(files, options, GetParam().columns);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->appended, IsEmpty());
  EXPECT_EQ(LevelsOf(*merged)[1], GetParam().levels);
  EXPECT_EQ(WhyNot(files, options, GetParam().columns), GetParam().why);
  ExpectSameTable(SomeFiles(), *merged);
}

void ChangeLarge(Files& files, const std::function<void(FileMetaData&)>& change) {
  files[1] = WithFooter(files[1], change);
}

using L = std::vector<int8_t>;
using Why = std::vector<std::string>;
const std::string kBoth = "file 1: row group 0, file 1: row group 1";
const std::string kBothColumns = "file 1: row group 0 (id, key), file 1: row group 1 (id, key)";

INSTANTIATE_TEST_SUITE_P(
    All, HindrancesOfAppending,
    ::testing::Values(
        Hindrance{"NotWorthIt",
                  [](Files&, MergeOptions& o) { o.by_store_from = int64_t{1} << 30; },
                  {},
                  L{1, 1},
                  Why{"row groups of less than 1024 MiB are read at once: " + kBoth}},
        Hindrance{
            "NoStore", [](Files&, MergeOptions& o) { o.by_store_from = 0; }, {}, L{1, 1}, Why{}},
        Hindrance{"AnotherCodec",
                  [](Files&, MergeOptions& o) { o.encode.compression = Codec::kZstd; },
                  {},
                  L{1, 1},
                  Why{"pages have to be read: " + kBothColumns}},
        // A writer that nobody knows: all values are decoded.
        Hindrance{
            "UnknownWriter",
            [](Files& files, MergeOptions&) {
              ChangeLarge(files, [](FileMetaData& f) { f.created_by = "somebody"; });
            },
            {},
            L{3, 3},
            Why{"pages have to be read: " + kBothColumns,
                "read whole: somebody: nothing is known of this writer's pages: " + kBothColumns}},
        // What the footer says of the first page is not so.
        Hindrance{"Encodings",
                  [](Files& files, MergeOptions&) {
                    ChangeLarge(files, [](FileMetaData& f) {
                      for (size_t g = 0; g < 2; ++g) {
                        Meta(f, g, 1).encodings = {Encoding::kPlain, Encoding::kRle};
                      }
                    });
                  },
                  {},
                  L{1, 1},
                  Why{}},
        Hindrance{
            "TheOldNameOfDictionaries",
            [](Files& files, MergeOptions&) {
              ChangeLarge(files, [](FileMetaData& f) {
                for (size_t g = 0; g < 2; ++g) {
                  Meta(f, g, 1).encodings.push_back(Encoding::kPlainDictionary);
                }
              });
            },
            {},
            L{1, 1},
            Why{"page headers may name PLAIN_DICTIONARY: file 1: row group 0 (key), file 1: row "
                "group 1 (key)"}}),
    [](const auto& tested) { return std::string(tested.param.name); });

// The store moves whole row groups: each column has to be there, and where it was.
TEST(UnseenRowGroup, HasAllColumnsInTheirOrder) {
  Files files = SomeFiles();
  const auto swapped = MergeBuffers(files, ByStore(files), {{"key", "bigint"}, {"id", "bigint"}});
  ASSERT_TRUE(swapped.ok()) << swapped.status();
  EXPECT_THAT(swapped->appended, IsEmpty());
  const Why why{"the output has other columns, or in another order: " + kBoth};
  EXPECT_EQ(WhyNot(files, ByStore(files), {{"key", "bigint"}, {"id", "bigint"}}), why);
  EXPECT_THAT(LevelsOf(*swapped)[1], ElementsAre(1, 1));
  EXPECT_EQ(swapped->footers[0].row_groups[1].columns[0].meta_data->path_in_schema[0], "key");

  files[0] = FileOf(TableFrom({{"more", arrow::int64(), "[1]"}}), kRows, Properties());
  const auto more = MergeBuffers(files, ByStore(files));
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_THAT(more->appended, IsEmpty());
  EXPECT_EQ(WhyNot(files, ByStore(files)), why);
  EXPECT_THAT(LevelsOf(*more)[1], ::testing::UnorderedElementsAre(1, 1, 2));
}

// A required column that becomes optional gets levels.
TEST(UnseenRowGroup, NeedsTheLevelsThatItHas) {
  Files files = SomeFiles();
  files[1] = FileOf(
      TableFrom({{"id", arrow::int64(), "[1, 2]", false}, {"key", arrow::int64(), "[3, 4]"}}),
      kRows, Properties());
  MergeOptions options = ByStore(files);
  options.row_group_size = 1;
  options.by_store_from = 1;
  const auto merged = MergeBuffers(files, options);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->appended, IsEmpty());
  EXPECT_THAT(
      WhyNot(files, options),
      ::testing::Contains("values of another type, or other levels: file 1: row group 0 (id)"));
}

// Bytes between chunks may be rows that the footer hides.
TEST(UnseenRowGroup, HasNothingBetweenItsChunks) {
  Files files = SomeFiles();
  FileMetaData old = FooterOf(files[1]).ValueOrDie();
  std::string bytes = files[1]->ToString();
  bytes.insert(static_cast<size_t>(Meta(old, 1, 1).pages().offset), 8, '\0');
  files[1] = WithFooter(arrow::Buffer::FromString(bytes), [](FileMetaData& footer) {
    Shift(8, &Meta(footer, 1, 1));
    for (RowGroup& group : footer.row_groups) {
      for (ColumnChunk& chunk : group.columns) {
        chunk.offset_index_offset.reset();
        chunk.column_index_offset.reset();
      }
    }
  });
  const auto merged = MergeBuffers(files, ByStore(SomeFiles()));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->appended, ElementsAre(RowGroupSource{1, 0}));
  EXPECT_THAT(LevelsOf(*merged)[2], ElementsAre(1, 1));
  ExpectSameTable(SomeFiles(), *merged);
}

}  // namespace
}  // namespace pqpack::testing

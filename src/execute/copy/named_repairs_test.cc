// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a footer and right in the output is told: by the plan, by the run and in the
// file itself, under the name of the check that finds it.  A good footer is given no trace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "diagnose/check.h"
#include "diagnose/check_footer.h"
#include "execute/copy/copy_testing.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

template <typename T>
std::string BytesOf(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

struct Faulty {
  const char* check;
  const char* where;
  std::function<void(FileMetaData&)> make;
};

void SetBounds(ColumnMetaData& meta, const std::string& min, const std::string& max) {
  meta.statistics->min_value = min;
  meta.statistics->max_value = max;
}

// Row groups of 200 and 100 rows; columns id, name, when, tags.list.element, map.key_value.key,
// map.key_value.value, which is a DOUBLE.
BufferPtr Good() { return testing::ReadTestFile("test/data/outputs/plain.parquet"); }

const std::vector<Faulty> kFaults = {
    {"row-group-offset", "row group 1", [](FileMetaData& f) { f.row_groups[1].file_offset = 77; }},
    {"row-group-size", "row group 0", [](FileMetaData& f) { f.row_groups[0].total_byte_size = 1; }},
    {"row-group-size", "row group 0, row group 1",
     [](FileMetaData& f) {
       for (RowGroup& group : f.row_groups) group.total_compressed_size = 1;
     }},
    {"row-group-ordinal", "row group 1", [](FileMetaData& f) { f.row_groups[1].ordinal = 5; }},
    {"sorting-columns", "row group 0",
     [](FileMetaData& f) { f.row_groups[0].sorting_columns = {{9, false, false, {}}}; }},
    {"dictionary-offset", "name",
     [](FileMetaData& f) {
       Meta(f, 0, 1).data_page_offset = *Meta(f, 0, 1).dictionary_page_offset;
       Meta(f, 0, 1).dictionary_page_offset = 0;
     }},
    {"dictionary-offset", "name",
     [](FileMetaData& f) {
       Meta(f, 0, 1).data_page_offset = *Meta(f, 0, 1).dictionary_page_offset;
       Meta(f, 0, 1).dictionary_page_offset.reset();
     }},
    {"dictionary-encodings-mixed", "name",
     [](FileMetaData& f) {
       auto& stats = *Meta(f, 0, 1).encoding_stats;
       stats.push_back(stats.back());
       stats.back().encoding = Encoding::kPlainDictionary;
     }},
    {"null-count", "id", [](FileMetaData& f) { Meta(f).statistics->null_count = -1; }},
    {"null-count", "id", [](FileMetaData& f) { Meta(f, 1).statistics->null_count = 101; }},
    {"statistics-bounds", "id",
     [](FileMetaData& f) { SetBounds(Meta(f), BytesOf(int64_t{9}), BytesOf(int64_t{-9})); }},
    {"infinite-bounds", "map.key_value.value",
     [](FileMetaData& f) {
       SetBounds(Meta(f, 0, 5), BytesOf(std::numeric_limits<double>::max()),
                 BytesOf(std::numeric_limits<double>::infinity()));
     }},
    {"column-orders", "", [](FileMetaData& f) { f.column_orders.reset(); }},
    {"column-orders", "", [](FileMetaData& f) { f.column_orders->pop_back(); }},
    {"level-histogram", "tags.list.element",
     [](FileMetaData& f) {
       Meta(f, 0, 3).size_statistics->definition_level_histogram->pop_back();
     }},
    {"level-histogram", "tags.list.element",
     [](FileMetaData& f) {
       Meta(f, 1, 3).size_statistics->definition_level_histogram->front() += 1;
     }},
    // Told in other words.
    {"root-repeated", nullptr,
     [](FileMetaData& f) { f.schema[0].repetition = Repetition::kRepeated; }},
    {"root-optional", nullptr,
     [](FileMetaData& f) { f.schema[0].repetition = Repetition::kOptional; }},
    {"empty-row-group", nullptr,
     [](FileMetaData& f) {
       RowGroup empty = f.row_groups[0];
       empty.num_rows = 0;
       empty.total_byte_size = 0;
       empty.total_compressed_size.reset();
       empty.ordinal.reset();
       for (ColumnChunk& chunk : empty.columns) {
         chunk.meta_data->num_values = 0;
         chunk.meta_data->total_compressed_size = 0;
         chunk.meta_data->total_uncompressed_size = 0;
       }
       f.row_groups.push_back(empty);
     }},
    {"distinct-count-zero", nullptr,
     [](FileMetaData& f) { Meta(f).statistics->distinct_count = 0; }},
    {"writer-statistics", nullptr,
     [](FileMetaData& f) { f.created_by = "parquet-go version 18.3.0"; }},
};

std::vector<std::string> Found(const BufferPtr& file, const std::string& target) {
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  const SchemaTree tree = SchemaTree::Make(footer.schema).ValueOrDie();
  const Writer writer = ParseCreatedBy(footer.created_by.value_or(""));
  std::vector<std::string> ids;
  for (const Fault& fault :
       RunChecks({footer, tree, writer, file->size()}, *FindTarget(target).ValueOrDie())) {
    ids.emplace_back(fault.check->id);
  }
  return ids;
}

std::string Named(const Faulty& fault) {
  return RepairText(fault.check) + (fault.where[0] == '\0' ? "" : ": ") + fault.where;
}

TEST(NamedRepairs, EachFaultOfAFooterIsToldAndGone) {
  for (const Faulty& fault : kFaults) {
    const BufferPtr file = WithFooter(Good(), fault.make);
    ASSERT_THAT(Found(file, "generic"), Contains(fault.check));
    const auto copied = CopyBytes(file, OptionsFor("generic"));
    ASSERT_TRUE(copied.ok()) << fault.check << copied.status();
    EXPECT_EQ(copied->receipt.levels.level, 1) << fault.check;
    EXPECT_THAT(Found(copied->file, "generic"), ::testing::Not(Contains(fault.check)));
    EXPECT_THAT(Said(copied->receipt.repairs), ::testing::Not(IsEmpty())) << fault.check;
    EXPECT_EQ(Said(copied->copy.repairs), Said(copied->receipt.repairs)) << fault.check;
    const auto& pairs = copied->footer.key_value_metadata;
    ASSERT_TRUE(pairs) << fault.check;
    EXPECT_EQ(pairs->back().key, kTraceKey);
    if (fault.where == nullptr) continue;
    EXPECT_THAT(Said(copied->receipt.repairs), ::testing::ElementsAre(Named(fault)));
    EXPECT_THAT(*pairs->back().value, StartsWith(std::string(fault.check) + ": "));
  }
}

TEST(NamedRepairs, EncodingAnewTellsThemToo) {
  for (const Faulty& fault : kFaults) {
    if (fault.where == nullptr) continue;
    const auto rewritten = RewriteBytes(WithFooter(Good(), fault.make), OptionsFor("generic"));
    ASSERT_TRUE(rewritten.ok()) << fault.check << rewritten.status();
    EXPECT_THAT(Said(rewritten->receipt.repairs), Contains(Named(fault)));
    EXPECT_THAT(Found(rewritten->file, "generic"), ::testing::Not(Contains(fault.check)));
  }
}

TEST(NamedRepairs, NullsInARequiredColumn) {
  const auto fill = [](parquet::RowGroupWriter* out) {
    WriteColumn<parquet::Int64Type>(out, {}, {}, {1, 2, 3});
  };
  const BufferPtr file =
      WithFooter(WriteFile(Root({parquet::schema::PrimitiveNode::Make(
                               "n", parquet::Repetition::REQUIRED, parquet::Type::INT64)}),
                           {fill}),
                 [](FileMetaData& f) { Meta(f).statistics->null_count = 1; });
  ASSERT_THAT(Found(file, "generic"), Contains("null-count"));
  const auto copied = CopyBytes(file, OptionsFor("generic"));
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_THAT(Said(copied->receipt.repairs), Contains(RepairText("null-count") + ": n"));
  EXPECT_THAT(Found(copied->file, "generic"), IsEmpty());
}

// Schemas have tests of their own, and so do Bloom filters.
TEST(NamedRepairs, NoCheckOfAFooterIsForgotten) {
  std::set<std::string_view> known = {"list-structure", "map-structure", "converted-type-missing",
                                      "logical-type-invalid", "bloom-filter-outside"};
  for (const Faulty& fault : kFaults) known.insert(fault.check);
  for (const Check* check : AllChecks()) {
    if (check->run == nullptr || check->looks_at != LooksAt::kFooter) continue;
    if (check->repair != RepairLevel::kFooter || check->changed_by_convert_types) continue;
    EXPECT_TRUE(known.contains(check->id)) << check->id;
  }
}

TEST(NamedRepairs, AGoodFileHasNoTrace) {
  for (const char* file : {"outputs/plain.parquet", "outputs/indexed.parquet"}) {
    const BufferPtr good = testing::ReadTestFile(std::string("test/data/") + file);
    const auto copied = CopyBytes(good, OptionsFor("generic"));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_THAT(Said(copied->receipt.repairs), IsEmpty()) << file;
    EXPECT_EQ(copied->footer.key_value_metadata, FooterOf(good)->key_value_metadata);
  }
}

// The pages know better, and only the run reads them.
TEST(NamedRepairs, EncodingsThatTheFooterDoesNotList) {
  const std::string named = RepairText("encodings-disagree") + ": name";
  for (const bool listed : {false, true}) {
    const auto copied = CopyBytes(WithFooter(Good(),
                                             [=](FileMetaData& f) {
                                               if (!listed)
                                                 Meta(f, 0, 1).encodings = {Encoding::kPlain};
                                               Meta(f, 0, 1).encoding_stats.reset();
                                             }),
                                  OptionsFor("generic"));
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_EQ(Said(copied->receipt.repairs),
              listed ? std::vector<std::string>() : std::vector{named});
  }
}

}  // namespace
}  // namespace pqpack

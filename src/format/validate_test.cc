// SPDX-License-Identifier: Apache-2.0
#include "format/validate.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "format/test_file_testing.h"

namespace pqpack {
namespace {

constexpr const char* kFile = "test/data/outputs/plain.parquet";

ColumnMetaData& Meta(FileMetaData& footer, size_t group, size_t column) {
  return *footer.row_groups[group].columns[column].meta_data;
}

struct Case {
  const char* name;
  std::function<void(FileMetaData&)> damage;
  ErrorCode code;
  const char* message;
};

class Validate : public ::testing::TestWithParam<Case> {};

TEST_P(Validate, NamesTheLie) {
  const std::string file = testing::ReadTestFile(kFile);
  FileMetaData footer = ParseFooter(AsBytes(testing::FooterBytes(file))).ValueOrDie();
  const auto size = static_cast<int64_t>(file.size());
  ASSERT_TRUE(ValidateFooter(footer, size).ok()) << ValidateFooter(footer, size);
  GetParam().damage(footer);
  const Status status = ValidateFooter(footer, size);
  EXPECT_EQ(CodeOf(status), GetParam().code);
  EXPECT_EQ(status.message(), GetParam().message);
}

// The file has 300 rows in groups of 200 and 100; columns id, name, when,
// tags.list.element, map.key_value.key, map.key_value.value.
INSTANTIATE_TEST_SUITE_P(
    All, Validate,
    ::testing::Values(
        Case{"EncryptedFile", [](FileMetaData& f) { f.has_encryption_algorithm = true; },
             ErrorCode::kUnsupported, "the file, or some of its columns, is encrypted"},
        Case{"EncryptedColumn",
             [](FileMetaData& f) { f.row_groups[0].columns[1].has_crypto_metadata = true; },
             ErrorCode::kUnsupported, "row group 0, column 1 (name): it is encrypted"},
        Case{"NoSchema", [](FileMetaData& f) { f.schema.clear(); }, ErrorCode::kCorrupt,
             "the schema has no elements"},
        Case{"RowsMissing", [](FileMetaData& f) { f.row_groups.pop_back(); }, ErrorCode::kCorrupt,
             "the footer has 300 rows, its row groups 200"},
        Case{"RowsTooMany", [](FileMetaData& f) { f.num_rows = 299; }, ErrorCode::kCorrupt,
             "the row groups have more rows than the footer's 299, from row group 1 on"},
        Case{"RowsNegative", [](FileMetaData& f) { f.num_rows = -300; }, ErrorCode::kCorrupt,
             "the footer has -300 rows"},
        Case{"GroupNegative", [](FileMetaData& f) { f.row_groups[1].num_rows = -100; },
             ErrorCode::kCorrupt, "row group 1 has -100 rows"},
        Case{"SumOverflows",
             [](FileMetaData& f) {
               f.row_groups[0].num_rows = INT64_MAX;
               f.row_groups[1].num_rows = INT64_MAX;
               f.num_rows = -2;
             },
             ErrorCode::kCorrupt, "the footer has -2 rows"},
        Case{"ColumnMissing", [](FileMetaData& f) { f.row_groups[1].columns.pop_back(); },
             ErrorCode::kCorrupt, "row group 1 has 5 columns, the schema 6"},
        Case{"ColumnTooMany",
             [](FileMetaData& f) { f.row_groups[0].columns.push_back(f.row_groups[0].columns[0]); },
             ErrorCode::kCorrupt, "row group 0 has 7 columns, the schema 6"},
        Case{"ColumnsSwapped",
             [](FileMetaData& f) {
               std::swap(f.row_groups[0].columns[0], f.row_groups[0].columns[2]);
             },
             ErrorCode::kCorrupt, "row group 0, column 0 (id): calls itself 'when'"},
        Case{"PathLonger", [](FileMetaData& f) { Meta(f, 0, 0).path_in_schema.push_back("more"); },
             ErrorCode::kCorrupt, "row group 0, column 0 (id): calls itself 'id.more'"},
        Case{"TypeDiffers", [](FileMetaData& f) { Meta(f, 1, 0).type = PhysicalType::kDouble; },
             ErrorCode::kCorrupt, "row group 1, column 0 (id): is DOUBLE, the schema says INT64"},
        Case{"CodecUnknown", [](FileMetaData& f) { Meta(f, 0, 0).codec = static_cast<Codec>(8); },
             ErrorCode::kUnsupported,
             "row group 0, column 0 (id): compression codec 8 is not known"},
        Case{"OtherFile",
             [](FileMetaData& f) { f.row_groups[0].columns[0].file_path = "b.parquet"; },
             ErrorCode::kUnsupported,
             "row group 0, column 0 (id): its data is in another file ('b.parquet')"},
        Case{"NoMetaData", [](FileMetaData& f) { f.row_groups[0].columns[0].meta_data.reset(); },
             ErrorCode::kCorrupt, "row group 0, column 0 (id): no metadata"},
        Case{"FlatValuesMissing", [](FileMetaData& f) { Meta(f, 0, 1).num_values = 199; },
             ErrorCode::kCorrupt, "row group 0, column 1 (name): 199 values for 200 rows"},
        Case{"FlatValuesTooMany", [](FileMetaData& f) { Meta(f, 0, 1).num_values = 201; },
             ErrorCode::kCorrupt, "row group 0, column 1 (name): 201 values for 200 rows"},
        Case{"NestedValuesMissing", [](FileMetaData& f) { Meta(f, 0, 3).num_values = 199; },
             ErrorCode::kCorrupt,
             "row group 0, column 3 (tags.list.element): 199 values for 200 rows"},
        Case{"SizeNegative", [](FileMetaData& f) { Meta(f, 0, 0).total_compressed_size = -1; },
             ErrorCode::kCorrupt, "row group 0, column 0 (id): sizes of -1 and 2058 bytes"},
        Case{"SizeZero", [](FileMetaData& f) { Meta(f, 0, 0).total_compressed_size = 0; },
             ErrorCode::kCorrupt, "row group 0, column 0 (id): 200 values in 0 bytes"},
        Case{"SizeHuge", [](FileMetaData& f) { Meta(f, 0, 0).total_compressed_size = INT64_MAX; },
             ErrorCode::kCorrupt,
             "row group 0, column 0 (id): 9223372036854775807 bytes from offset 4 on are outside "
             "of the data (4 to 5419)"},
        Case{"OffsetInMagic", [](FileMetaData& f) { Meta(f, 0, 0).dictionary_page_offset = 3; },
             ErrorCode::kCorrupt,
             "row group 0, column 0 (id): 1280 bytes from offset 3 on are outside of the data (4 "
             "to 5419)"},
        Case{"OffsetInFooter",
             [](FileMetaData& f) {
               Meta(f, 1, 5).dictionary_page_offset.reset();
               Meta(f, 1, 5).data_page_offset = 5420;
             },
             ErrorCode::kCorrupt,
             "row group 1, column 5 (map.key_value.value): 114 bytes from offset 5420 on are "
             "outside of the data (4 to 5419)"},
        Case{"OffsetHuge",
             [](FileMetaData& f) {
               Meta(f, 0, 0).dictionary_page_offset.reset();
               Meta(f, 0, 0).data_page_offset = INT64_MAX;
             },
             ErrorCode::kCorrupt,
             "row group 0, column 0 (id): 1280 bytes from offset 9223372036854775807 on are "
             "outside of the data (4 to 5419)"},
        Case{"DataBehindChunk", [](FileMetaData& f) { Meta(f, 0, 0).data_page_offset = 4 + 1280; },
             ErrorCode::kCorrupt,
             "row group 0, column 0 (id): its first data page is at 1284, behind its end at 1284"},
        Case{"Overlap", [](FileMetaData& f) { ++Meta(f, 0, 0).total_compressed_size; },
             ErrorCode::kCorrupt,
             "row group 0, column 0 (id) and row group 0, column 1 (name) share bytes, from "
             "offset 1284 on"},
        Case{"SameBytesTwice",
             [](FileMetaData& f) {
               f.row_groups[1] = f.row_groups[0];
               f.num_rows = 400;
             },
             ErrorCode::kCorrupt,
             "row group 0, column 0 (id) and row group 1, column 0 (id) share bytes, from offset 4 "
             "on"}),
    [](const auto& test) { return std::string(test.param.name); });

// What real writers do and readers read.
TEST(Validate, ToleratesOddOffsets) {
  const std::string file = testing::ReadTestFile(kFile);
  const FileMetaData good = ParseFooter(AsBytes(testing::FooterBytes(file))).ValueOrDie();
  const auto size = static_cast<int64_t>(file.size());

  // No dictionary offset, or 0, and data_page_offset points at the dictionary.
  for (const std::optional<int64_t> offset :
       {std::optional<int64_t>(), std::optional<int64_t>(0)}) {
    FileMetaData footer = good;
    Meta(footer, 0, 0).data_page_offset = *Meta(footer, 0, 0).dictionary_page_offset;
    Meta(footer, 0, 0).dictionary_page_offset = offset;
    EXPECT_TRUE(ValidateFooter(footer, size).ok()) << ValidateFooter(footer, size);
  }

  FileMetaData footer = good;
  footer.row_groups[0].total_byte_size = -7;
  footer.row_groups[0].file_offset = 1 << 30;
  footer.row_groups[1].ordinal = -32768;
  footer.row_groups[0].columns[0].file_offset = -1;
  footer.row_groups[0].columns[0].file_path = "";
  EXPECT_TRUE(ValidateFooter(footer, size).ok()) << ValidateFooter(footer, size);
}

TEST(Validate, LetsEmptyRowGroupsPass) {
  for (const char* name :
       {"outputs/empty_row_group", "outputs/no_rows", "arrow_go_18_5_0/empty_row_groups",
        "arrow_go_18_5_0/only_empty_groups"}) {
    const std::string file = testing::ReadTestFile(std::string("test/data/") + name + ".parquet");
    const FileMetaData footer = ParseFooter(AsBytes(testing::FooterBytes(file))).ValueOrDie();
    const Status status = ValidateFooter(footer, static_cast<int64_t>(file.size()));
    EXPECT_TRUE(status.ok()) << name << status;
  }
}

TEST(Validate, RefusesValuesInAnEmptyRowGroup) {
  const std::string file = testing::ReadTestFile("test/data/arrow_go_18_5_0/nested.parquet");
  FileMetaData footer = ParseFooter(AsBytes(testing::FooterBytes(file))).ValueOrDie();
  footer.num_rows -= footer.row_groups[0].num_rows;
  footer.row_groups[0].num_rows = 0;
  EXPECT_EQ(CodeOf(ValidateFooter(footer, static_cast<int64_t>(file.size()))), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace pqpack

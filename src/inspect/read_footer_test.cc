// SPDX-License-Identifier: Apache-2.0
#include "inspect/read_footer.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/compact_writer.h"
#include "format/test_file_testing.h"
#include "store/memory_store.h"
#include "store/read_ahead_file.h"

namespace pqpack {
namespace {

using testing::FooterBytes;
using testing::ReadTestFile;
using testing::WithFooter;

const Uri kFile{Scheme::kMemory, "b", "dir/x.parquet"};

class ReadFooterTest : public ::testing::Test {
 protected:
  ObjectInfo Put(std::string_view text) {
    auto writer = store_.Create(kFile, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
    EXPECT_TRUE(writer->Append(AsBytes(text)).ok());
    return writer->Finish().ValueOrDie();
  }

  Status Read(const ObjectInfo& object) {
    const auto file = ReadAheadFile::Open(store_, object, {}).ValueOrDie();
    return ReadFooter(*file, kFile.ToString()).status();
  }

  MemoryStore store_{{"b"}};
};

TEST_F(ReadFooterTest, ErrorsNameTheFileOnce) {
  const ObjectInfo listed = Put("PAR1 and no footer");
  const Status corrupt = Read(listed);
  EXPECT_EQ(CodeOf(corrupt), ErrorCode::kCorrupt);
  EXPECT_THAT(corrupt.message(), ::testing::StartsWith("memory://b/dir/x.parquet: "));
  Put("another version");
  const Status changed = Read(listed);
  EXPECT_EQ(CodeOf(changed), ErrorCode::kSourceChanged);
  EXPECT_EQ(changed.message(), "memory://b/dir/x.parquet: the object changed");
}

FooterReport Report(const std::string& file) {
  arrow::io::BufferReader reader(arrow::Buffer::FromString(file));
  return ReportFooter(reader).ValueOrDie();
}

TEST(ReportFooter, OfAGoodFileIsAllOfIt) {
  const std::string file = ReadTestFile("test/data/arrow_go_18_5_0/flat.parquet");
  const FooterReport report = Report(file);
  EXPECT_TRUE(report.problem.ok());
  EXPECT_TRUE(report.whole);
  EXPECT_EQ(report.file_size, static_cast<int64_t>(file.size()));
  EXPECT_EQ(report.place->end(), report.file_size - 8);
  EXPECT_EQ(report.data_end(), report.place->offset);
  EXPECT_EQ(report.meta, ParseFooter(AsBytes(FooterBytes(file))).ValueOrDie());
}

TEST(ReportFooter, KeepsWhatStandsBeforeTheDamage) {
  const std::string file = ReadTestFile("test/data/arrow_go_18_5_0/flat.parquet");
  const FooterReport whole = Report(file);
  std::string footer = FooterBytes(file);
  footer.resize(footer.size() / 2);
  const FooterReport half = Report(WithFooter(file, footer));
  EXPECT_EQ(CodeOf(half.problem), ErrorCode::kCorrupt);
  EXPECT_FALSE(half.whole);
  EXPECT_EQ(half.meta.schema, whole.meta.schema);
  EXPECT_EQ(half.meta.num_rows, whole.meta.num_rows);
  ASSERT_TRUE(half.place);
  EXPECT_EQ(half.data_end(), whole.data_end());
}

TEST(ReportFooter, OfAFileThatIsCutHasNoPlace) {
  std::string file = ReadTestFile("test/data/arrow_go_18_5_0/flat.parquet");
  file.resize(file.size() / 2);
  const FooterReport report = Report(file);
  EXPECT_EQ(CodeOf(report.problem), ErrorCode::kCorrupt);
  EXPECT_EQ(report.place, std::nullopt);
  EXPECT_EQ(report.data_end(), static_cast<int64_t>(file.size()));
}

TEST(ReportFooter, OfALieIsAllOfItAndTheLieIsNamed) {
  const std::string file = ReadTestFile("test/data/arrow_go_18_5_0/flat.parquet");
  FileMetaData lie = Report(file).meta;
  lie.num_rows += 1;
  const FooterReport report = Report(WithFooter(file, Serialize(lie)));
  EXPECT_EQ(CodeOf(report.problem), ErrorCode::kCorrupt);
  EXPECT_TRUE(report.whole);
  EXPECT_EQ(report.meta.num_rows, lie.num_rows);
  EXPECT_EQ(report.meta.row_groups, lie.row_groups);
}

}  // namespace
}  // namespace pqpack

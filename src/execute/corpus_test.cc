// SPDX-License-Identifier: Apache-2.0
//
// Every file of apache/parquet-testing is rewritten to equal data, or refused
// for the reason that stands here.  PARQUET_TESTING names a checkout.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/memory_budget.h"
#include "execute/merge/merge_testing.h"
#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

// Part of the message; a file that is not here must be rewritten.
const std::map<std::string, std::string> kRefused = {
    {"data/datapage_v1-corrupt-checksum.parquet", "CRC checksum verification failed"},
    {"data/rle-dict-uncompressed-corrupt-checksum.parquet", "CRC checksum verification failed"},
    {"data/repeated_no_annotation.parquet", "more rows than the footer's 0"},
    {"data/unknown-logical-type.parquet", "UNKNOWN(2555) is not known and would be lost"},
    {"bad_data/ARROW-GH-41317.parquet", "a list of i16"},
    {"bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet", "outside of the data"},
    {"bad_data/PARQUET-1481.parquet", "physical type -7 is not known"},
};

// Two values of a gigabyte each.
constexpr const char* kHuge = "data/large_string_map.brotli.parquet";
constexpr const char* kOptionalKey = "data/incorrect_map_schema.parquet";

std::string Corpus() {
  const char* folder = std::getenv("PARQUET_TESTING");
  return folder == nullptr ? "" : folder;
}

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const char* folder : {"data", "bad_data"}) {
    const auto root = std::filesystem::path(Corpus()) / folder;
    if (Corpus().empty() || !std::filesystem::exists(root)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string name = entry.path().filename();
      if (name.find(".parquet") == std::string::npos) continue;
      files.push_back(std::filesystem::relative(entry.path(), Corpus()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

class CorpusFile : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CorpusFile);

void RewriteAndCompare(const std::string& name, const BufferPtr& file, const char* target) {
  SCOPED_TRACE(target);
  const auto result = RewriteBytes(file, OptionsFor(target));
  const bool encrypted = name.ends_with(".encrypted");
  const auto refused = kRefused.find(name);
  if (refused != kRefused.end() || encrypted) {
    ASSERT_FALSE(result.ok());
    const std::string reason = encrypted ? "encrypted" : refused->second;
    EXPECT_NE(result.status().message().find(reason), std::string::npos) << result.status();
    return;
  }
  ASSERT_TRUE(result.ok()) << result.status();
  const bool generic = std::string_view(target) == "generic";
  if (name == kOptionalKey) {
    // Arrow's reader refuses the source; in nesting_test the levels are shown to move.
    if (generic) ExpectEqualData(file, result->file, /*same_schema=*/false);
    return;
  }
  ExpectEqualData(file, result->file, generic);
}

// Three of it in one row group, and each copied as far as that goes.
void MergeAndCompare(const BufferPtr& file) {
  const std::vector<BufferPtr> files(3, file);
  const auto before = BitsOf(files);
  if (!before.ok()) return;  // Arrow's reader refuses the source
  for (const int64_t row_group_size : {0, 1}) {
    SCOPED_TRACE(row_group_size);
    MergeOptions options = MergeFor("generic");
    options.row_group_size = row_group_size;
    const auto merged = MergeBuffers(files, options);
    ASSERT_TRUE(merged.ok()) << merged.status();
    const auto after = BitsOf(merged->outputs);
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_TRUE(*before == *after);
  }
}

TEST_P(CorpusFile, IsEqualOrRefused) {
  const BufferPtr file = ReadTestFile(Corpus() + "/" + GetParam());
  ASSERT_NE(file, nullptr);
  if (GetParam() == kHuge) {
    CappedPool pool(arrow::default_memory_pool(), 64 * kMiB);
    RewriteOptions options = OptionsFor("generic");
    options.pool = &pool;
    const auto result = RewriteBytes(file, options);
    EXPECT_EQ(CodeOf(result.status()), ErrorCode::kTooLarge) << result.status();
    EXPECT_EQ(pool.bytes_allocated(), 0);
    return;
  }
  for (const char* target : {"generic", "snowflake"}) RewriteAndCompare(GetParam(), file, target);
  if (RewriteBytes(file, OptionsFor("generic")).ok()) MergeAndCompare(file);
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& file) {
  std::string name = file.param;
  std::replace_if(name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, CorpusFile, ::testing::ValuesIn(Files()), NameOf);

TEST(CorpusTest, IsThere) {
  if (Corpus().empty()) {
    GTEST_SKIP() << "PARQUET_TESTING does not name a checkout of apache/parquet-testing";
  }
  EXPECT_GT(Files().size(), 70u);
}

}  // namespace
}  // namespace pqpack::testing

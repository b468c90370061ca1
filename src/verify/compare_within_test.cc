// SPDX-License-Identifier: Apache-2.0
#include "verify/compare_within.h"

#include <gtest/gtest.h>

#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using testing::FileOf;
using testing::Row;
using testing::SomeRows;

class CompareWithinTest : public testing::CompareTablesTest {
 protected:
  Result<Comparison> Within(MemoryBudget& budget, const std::string& a, const std::string& b) {
    options_.executor = &executor_;
    return CompareWithin(budget, Table({a}), Table({b}), std::nullopt, options_);
  }
};

// A file of a few KiB with a page of 8 MiB.
std::string FileWithALargePage(char letter) {
  std::vector<Row> rows = SomeRows(3);
  rows[1].text = std::string(size_t{8} << 20, letter);
  return FileOf(rows, {.dictionary = false, .codec = arrow::Compression::ZSTD});
}

TEST_F(CompareWithinTest, LargePagesGetTheWholeBudget) {
  const std::string file = FileWithALargePage('x');
  const ComparisonMemory usual = MemoryFor(Table({file}), Table({file}), 1);
  ASSERT_LT(usual.all(), 8 * kMiB);
  MemoryBudget budget(64 * kMiB);
  auto result = Within(budget, file, file);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->difference);
  result = Within(budget, file, FileWithALargePage('y'));
  ASSERT_TRUE(result.ok() && result->difference);
  EXPECT_EQ(result->difference->row, 1);
  EXPECT_EQ(budget.used(), 0);

  MemoryBudget small(9 * kMiB);
  result = Within(small, file, file);
  EXPECT_EQ(CodeOf(result.status()), ErrorCode::kTooLarge) << result.status();
  EXPECT_EQ(small.used(), 0);
}

TEST_F(CompareWithinTest, UsualFilesLeaveTheRestToOthers) {
  MemoryBudget budget(64 * kMiB);
  const auto others = budget.Acquire(40 * kMiB, {});
  ASSERT_TRUE(others.ok());
  const std::string file = FileOf(SomeRows(1000));
  const auto result = Within(budget, file, file);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->difference);
  EXPECT_EQ(budget.used(), 40 * kMiB);
}

}  // namespace
}  // namespace pqpack

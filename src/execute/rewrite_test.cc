// SPDX-License-Identifier: Apache-2.0
#include "execute/rewrite.h"

#include <gmock/gmock.h>

#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

class RewriteFiles : public ::testing::TestWithParam<const char*> {};

TEST_P(RewriteFiles, ValuesAreEqual) {
  const BufferPtr file = ReadTestFile(GetParam());
  ASSERT_NE(file, nullptr);
  for (const char* target : {"snowflake", "generic"}) {
    SCOPED_TRACE(target);
    const auto result = RewriteBytes(file, OptionsFor(target));
    ASSERT_TRUE(result.ok()) << result.status();
    ExpectEqualData(file, result->file);
    EXPECT_EQ(result->receipt.bytes, result->file->size());
  }
}

INSTANTIATE_TEST_SUITE_P(ArrowGo, RewriteFiles,
                         ::testing::Values("test/data/arrow_go_18_5_0/flat.parquet",
                                           "test/data/arrow_go_18_5_0/nested.parquet",
                                           "test/data/arrow_go_18_5_0/empty_row_groups.parquet",
                                           "test/data/arrow_go_18_5_0/only_empty_groups.parquet",
                                           "test/data/arrow_go_18_5_0/int96.parquet",
                                           "demo/data/airports.parquet",
                                           "demo/data/weather/origin=EWR/2013-01.parquet"));

TEST(Rewrite, RootBecomesRequired) {
  const auto result = RewriteBytes(ReadTestFile("test/data/arrow_go_18_5_0/nested.parquet"),
                                   OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->footer.schema.front().repetition, Repetition::kRequired);
  EXPECT_THAT(result->receipt.repairs,
              ::testing::Contains("root repetition REPEATED -> REQUIRED (arrow-go before 18.6.0)"));
}

}  // namespace
}  // namespace pqpack::testing

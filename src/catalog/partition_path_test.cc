// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition_path.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

TEST(UnescapePathName, ReadsWhatHiveWrites) {
  EXPECT_EQ(UnescapePathName("2023-01-01 00%3A00%3A00"), "2023-01-01 00:00:00");
  EXPECT_EQ(UnescapePathName("%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E%7F"),
            "\"#%'*/:=?\\{[]^\x7F");
  EXPECT_EQ(UnescapePathName("%2f%2F"), "//");
  EXPECT_EQ(UnescapePathName("%C3%A9"), "é");
}

TEST(UnescapePathName, KeepsWhatIsNoEscape) {
  for (const char* name : {"", "a b+c", "100%", "%4", "%zz", "%+5", "% 41x", "%%"}) {
    EXPECT_EQ(UnescapePathName(name), name);
  }
  EXPECT_EQ(UnescapePathName("%2541"), "%41");  // once
  EXPECT_EQ(UnescapePathName("%%41"), "%A");
}

TEST(ParsePartitionFolder, KeyAndValue) {
  const auto folder = ParsePartitionFolder("a%3Db=c=d%2Fe").value();
  EXPECT_EQ(folder.key, "a=b");
  EXPECT_EQ(folder.value, "c=d/e");
  EXPECT_EQ(ParsePartitionFolder("month=01")->value, "01");
  EXPECT_EQ(ParsePartitionFolder("month=")->value, "");
}

TEST(ParsePartitionFolder, TheDefaultPartitionIsNull) {
  EXPECT_EQ(ParsePartitionFolder("k=__HIVE_DEFAULT_PARTITION__")->value, std::nullopt);
  EXPECT_NE(ParsePartitionFolder("k=__hive_default_partition__")->value, std::nullopt);
}

TEST(AboveKeys, LeavesOutWhatTheKeysName) {
  const auto above = [](const char* key) { return AboveKeys({Scheme::kMemory, "b", key}).key; };
  EXPECT_EQ(above("o/t/year=2023/month=01/"), "o/t/");
  EXPECT_EQ(above("o/year=2023/t/month=01/"), "o/year=2023/t/");
  EXPECT_EQ(above("o/t/"), "o/t/");
  EXPECT_EQ(above("month=01/"), "");
  EXPECT_EQ(above(""), "");
}

TEST(ParsePartitionFolder, OtherNamesAreNone) {
  EXPECT_FALSE(ParsePartitionFolder("2023"));
  EXPECT_FALSE(ParsePartitionFolder("=2023"));
  EXPECT_FALSE(ParsePartitionFolder(""));
}

TEST(SplitPartitionedPath, TakesLeadingFoldersOnly) {
  const auto split = SplitPartitionedPath("year=2023/month=01/sub/x=y.parquet");
  EXPECT_EQ(split.folder, "year=2023/month=01/");
  ASSERT_EQ(split.keys.size(), 2U);
  EXPECT_EQ(split.keys[1].key, "month");
  EXPECT_EQ(split.rest, "sub/x=y.parquet");
}

TEST(SplitPartitionedPath, AFileIsNoFolder) {
  const auto split = SplitPartitionedPath("x=y.parquet");
  EXPECT_EQ(split.folder, "");
  EXPECT_TRUE(split.keys.empty());
  EXPECT_EQ(split.rest, "x=y.parquet");
}

TEST(IsHidden, AnyFolderOrTheName) {
  for (const char* path : {"_SUCCESS", ".crc", "a/_tmp/x", "a/b/.x", "_pqpack/1/x"}) {
    EXPECT_TRUE(IsHidden(path)) << path;
  }
  for (const char* path : {"", "a_b/c.d", "k=_x/y", "k=.x/y_", "k=__HIVE_DEFAULT_PARTITION__/x"}) {
    EXPECT_FALSE(IsHidden(path)) << path;
  }
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "target/target.h"

#include <gtest/gtest.h>

#include <set>

namespace pqpack {
namespace {

TEST(Target, IsFoundByName) {
  for (const Target& target : Targets()) {
    const Result<const Target*> found = FindTarget(target.name);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, &target);
  }
}

TEST(Target, UnknownNameListsThoseThatExist) {
  const Status status = FindTarget("snowflakes").status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kInvalid);
  EXPECT_EQ(status.message(), "no target is called 'snowflakes'");
  EXPECT_EQ(ActionOf(status), "Use one of: snowflake, generic, athena, trino, spark, redshift.");
}

// Snowflake's default scanner: version 1 pages, no DELTA_*, no LZ4.
TEST(Target, SnowflakeAllowsOnlyWhatItsDefaultScannerReads) {
  const Target& target = **FindTarget("snowflake");
  EXPECT_TRUE(target.pages.Has(PageType::kData));
  EXPECT_FALSE(target.pages.Has(PageType::kDataV2));
  EXPECT_TRUE(target.encodings.Has(Encoding::kRleDictionary));
  for (const Encoding encoding :
       {Encoding::kDeltaBinaryPacked, Encoding::kDeltaLengthByteArray, Encoding::kDeltaByteArray,
        Encoding::kByteStreamSplit, Encoding::kBitPacked, Encoding::kPlainDictionary}) {
    EXPECT_FALSE(target.encodings.Has(encoding)) << static_cast<int>(encoding);
  }
  EXPECT_FALSE(target.codecs.Has(Codec::kLz4));
  EXPECT_FALSE(target.codecs.Has(Codec::kLz4Raw));
  EXPECT_FALSE(target.codecs.Has(Codec::kLzo));
  EXPECT_FALSE(target.page_index);
  EXPECT_FALSE(target.size_statistics);
}

// A file that was repaired must not need repair again.
TEST(Target, ReplacementCodecIsOneThatTheTargetReads) {
  for (const Target& target : Targets()) {
    EXPECT_TRUE(target.codecs.Has(target.replacement_codec)) << target.name;
    EXPECT_TRUE(target.codecs.Has(Codec::kUncompressed)) << target.name;
  }
}

TEST(Target, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const Target& target : Targets()) EXPECT_TRUE(names.insert(target.name).second);
}

TEST(EnumSet, ValuesThatAFileMakesUpAreNotInIt) {
  const EnumSet<Codec> set(Codec::kUncompressed, Codec::kSnappy);
  EXPECT_TRUE(set.Has(Codec::kSnappy));
  EXPECT_FALSE(set.Has(static_cast<Codec>(-1)));
  EXPECT_FALSE(set.Has(static_cast<Codec>(64)));
  EXPECT_FALSE(set.Has(static_cast<Codec>(65)));
}

}  // namespace
}  // namespace pqpack

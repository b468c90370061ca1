// SPDX-License-Identifier: Apache-2.0
#include "diagnose/writers.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pqpack {
namespace {

struct Signed {
  const char* created_by;
  const char* name;
  const char* shown;
};

// As they stand in files of these writers.
TEST(ParseCreatedBy, KnowsHowWritersSign) {
  const Signed cases[] = {
      {"parquet-go version 18.5.0", "arrow-go", "arrow-go 18.5.0"},
      {"parquet-go version 18.6.0-SNAPSHOT", "arrow-go", "arrow-go 18.6.0 before its release"},
      {"parquet-go version latest", "xitongsys", "xitongsys"},
      {"github.com/parquet-go/parquet-go version 0.32.0(build )", "parquet-go",
       "parquet-go 0.32.0"},
      {"github.com/segmentio/parquet-go version 0.0.0(build abc)", "parquet-go",
       "parquet-go 0.0.0"},
      {"parquet-cpp-arrow version 26.0.1", "arrow-cpp", "arrow-cpp 26.0.1"},
      {"parquet-cpp version 1.5.1-SNAPSHOT", "parquet-cpp", "parquet-cpp 1.5.1 before its release"},
      {"parquet-mr version 1.13.1 (build db4183109d5b734ec5930d870cdae161e408ddba)", "parquet-mr",
       "parquet-mr 1.13.1"},
      {"parquet-mr", "parquet-mr", "parquet-mr"},
      {"parquet-rs version 53.2.0", "parquet-rs", "parquet-rs 53.2.0"},
      {"DuckDB version v2.0.0 (build 1234)", "duckdb", "duckdb 2.0.0"},
      {"Polars", "polars", "polars"},
      {"fastparquet-python version 2024.2.0 (build 0)", "fastparquet", "fastparquet 2024.2.0"},
      {"impala version 1.3.0-INTERNAL (build 8a48)", "impala", "impala 1.3.0 before its release"},
      {"HVR 5.3.0/9 (linux_glibc2.5-x64-64bit)", "", "HVR 5.3.0/9 (linux_glibc2.5-x64-64bit)"},
      {"", "", "(not signed)"},
      {"parquet-mr version 99999999999.1.2", "parquet-mr", "parquet-mr"},
      {"parquet-mr version -1.1.2", "parquet-mr", "parquet-mr"},
  };
  for (const Signed& given : cases) {
    const Writer writer = ParseCreatedBy(given.created_by);
    EXPECT_EQ(writer.name, given.name) << given.created_by;
    EXPECT_EQ(writer.ToString(), given.shown) << given.created_by;
    EXPECT_EQ(writer.created_by, given.created_by);
  }
}

TEST(WriterVersion, IsOrderedByNumberAndReleasesLast) {
  const auto version = [](const char* text) {
    return *ParseCreatedBy(std::string("parquet-mr version ") + text).version;
  };
  EXPECT_LT(version("1.9.9"), version("1.10.0"));
  EXPECT_LT(version("1.10.0-SNAPSHOT"), version("1.10.0"));
  EXPECT_LT(version("1.9.9"), version("1.10.0-rc1"));
  EXPECT_EQ(version("1.10"), version("1.10.0"));
}

TEST(JudgeWriter, ByNameAndVersion) {
  const auto trust = [](const char* created_by) { return JudgeWriter(created_by).trust; };
  EXPECT_EQ(trust("parquet-cpp-arrow version 26.0.1"), Trust::kTrusted);
  EXPECT_EQ(trust("parquet-cpp-arrow version 2.0.0"), Trust::kUnknown);
  EXPECT_EQ(trust("parquet-go version 18.5.0"), Trust::kTrusted);
  EXPECT_EQ(trust("parquet-go version 18.1.0"), Trust::kUnknown);
  EXPECT_EQ(trust("parquet-go version latest"), Trust::kUnknown);
  EXPECT_EQ(trust("Polars"), Trust::kTrusted);
  EXPECT_EQ(trust("Polars "), Trust::kUnknown);
  EXPECT_EQ(trust("PolarsLike version 1.0"), Trust::kUnknown);
  EXPECT_EQ(trust("parquet-mr"), Trust::kUnknown) << "of no version";
  EXPECT_EQ(trust(""), Trust::kUnknown);
  EXPECT_EQ(trust("somebody else's 1.0"), Trust::kUnknown);
  EXPECT_FALSE(JudgeWriter("").reason.empty());
}

// Just before a number, and at it.
struct Edge {
  const char* before;
  const char* at;
};

// From the version at the edge on.
TEST(JudgeWriter, TrustBeginsWithTheVersionsThatWereSeen) {
  const Edge edges[] = {
      {"parquet-cpp-arrow version 3.0.0-SNAPSHOT", "parquet-cpp-arrow version 3.0.0"},
      {"parquet-go version 18.3.0-SNAPSHOT", "parquet-go version 18.3.0"},
      {"DuckDB version v1.0.0-rc1", "DuckDB version v1.0.0"},
      {"github.com/parquet-go/parquet-go version 0.31.0-rc1",
       "github.com/parquet-go/parquet-go version 0.31.0"},
      {"parquet-mr version 1.10.0-SNAPSHOT", "parquet-mr version 1.10.0"},
      {"parquet-rs version 49.0.0-rc1", "parquet-rs version 49.0.0"},
  };
  for (const auto& [before, at] : edges) {
    EXPECT_EQ(JudgeWriter(ParseCreatedBy(before)).trust, Trust::kUnknown) << before;
    EXPECT_EQ(JudgeWriter(ParseCreatedBy(at)).trust, Trust::kTrusted) << at;
  }
}

struct FaultEdge {
  const char* before;
  const char* at;
  Concerns concerns;
  int faults_before;  // of that concern
  int faults_at;
};

// By the releases that the evidence names.
TEST(FaultsOf, BeginsAndEndsWithTheReleasesOfTheEvidence) {
  const FaultEdge edges[] = {
      {"parquet-go version 18.5.2-rc1", "parquet-go version 18.5.2", Concerns::kByteArray, 0, 1},
      {"parquet-go version 18.5.3-rc1", "parquet-go version 18.5.3", Concerns::kByteArray, 1, 0},
      {"parquet-go version 18.3.0-rc1", "parquet-go version 18.3.0", Concerns::kNested, 1, 0},
      {"parquet-go version 18.7.1-rc1", "parquet-go version 18.7.1", Concerns::kInt32Delta, 1, 0},
      {"parquet-go version 18.5.0-rc1", "parquet-go version 18.5.0", Concerns::kCounts, 2, 1},
      {"parquet-go version 18.7.0-rc1", "parquet-go version 18.7.0", Concerns::kCounts, 1, 0},
      {"parquet-go version 18.7.0-rc1", "parquet-go version 18.7.0", Concerns::kByteArrayBounds, 1,
       0},
      {"parquet-go version 18.1.0-rc1", "parquet-go version 18.1.0", Concerns::kUnsignedBounds, 1,
       0},
      {"parquet-go version 3.0.0", "parquet-go version 99.0.0", Concerns::kPageIndex, 1, 1},
      {"parquet-go version latest", "parquet-go version latest", Concerns::kPageIndex, 1, 1},
      {"parquet-go version 3.0.0", "parquet-go version 99.0.0", Concerns::kBloomFilter, 1, 1},
      {"github.com/parquet-go/parquet-go version 0.31.0-rc1",
       "github.com/parquet-go/parquet-go version 0.31.0", Concerns::kPlainDictionary, 1, 0},
      {"github.com/parquet-go/parquet-go version 0.1.0",
       "github.com/parquet-go/parquet-go version 0.32.0", Concerns::kRealBounds, 1, 1},
      {"parquet-cpp-arrow version 3.0.0-SNAPSHOT", "parquet-cpp-arrow version 3.0.0",
       Concerns::kDataPageV2, 1, 0},
      {"parquet-cpp version 0.0.1", "parquet-cpp version 1.5.1", Concerns::kDataPageV2, 1, 1},
      {"parquet-cpp version 1.3.0-SNAPSHOT", "parquet-cpp version 1.3.0",
       Concerns::kByteArrayBounds, 1, 0},
      {"parquet-cpp version 1.3.0-SNAPSHOT", "parquet-cpp version 1.3.0", Concerns::kUnsignedBounds,
       1, 0},
      {"parquet-mr version 1.8.0-SNAPSHOT", "parquet-mr version 1.8.0", Concerns::kByteArrayBounds,
       1, 0},
      {"parquet-mr version 1.8.0-SNAPSHOT", "parquet-mr version 1.8.0", Concerns::kDeltaByteArray,
       1, 0},
      // A version that is not told has the faults of all.
      {"parquet-mr", "parquet-mr", Concerns::kDeltaByteArray, 1, 1},
  };
  size_t ends = 0;
  for (const FaultEdge& edge : edges) {
    const auto count = [&](const char* created_by) {
      return std::ranges::count(FaultsOf(ParseCreatedBy(created_by)), edge.concerns,
                                &WriterFault::concerns);
    };
    EXPECT_EQ(count(edge.before), edge.faults_before) << edge.before;
    EXPECT_EQ(count(edge.at), edge.faults_at) << edge.at;
    ends += edge.faults_at < edge.faults_before ? 1 : 0;
  }
  // None was added to the table without its edge here.
  EXPECT_EQ(static_cast<size_t>(std::ranges::count_if(
                WriterFaults(), [](const WriterFault& fault) { return fault.until.has_value(); })),
            ends);
}

ColumnMetaData Chunk(PhysicalType type, Encoding encoding) {
  ColumnMetaData chunk;
  chunk.type = type;
  chunk.encodings = {encoding};
  return chunk;
}

TEST(ChunkJudge, OnlyTheColumnsThatAFaultTouchesAreWorse) {
  const SchemaTree::Node flat{.depth = 1, .max_definition_level = 1};
  const SchemaTree::Node nested{.depth = 3, .max_definition_level = 3, .max_repetition_level = 1};
  const auto text = Chunk(PhysicalType::kByteArray, Encoding::kPlain);
  const auto number = Chunk(PhysicalType::kInt32, Encoding::kPlain);
  const auto delta = Chunk(PhysicalType::kInt32, Encoding::kDeltaBinaryPacked);
  const auto trust = [](const char* version, const ColumnMetaData& chunk,
                        const SchemaTree::Node& leaf) {
    return ChunkJudge(ParseCreatedBy(std::string("parquet-go version ") + version))
        .Judge(chunk, leaf)
        .trust;
  };
  EXPECT_EQ(trust("18.5.2", text, flat), Trust::kKnownBad);
  EXPECT_EQ(trust("18.5.2", number, flat), Trust::kTrusted);
  EXPECT_EQ(trust("18.5.1", text, flat), Trust::kTrusted);
  EXPECT_EQ(trust("18.5.3", text, flat), Trust::kTrusted);
  EXPECT_EQ(trust("18.7.0", delta, flat), Trust::kKnownBad);
  EXPECT_EQ(trust("18.7.1", delta, flat), Trust::kTrusted);
  EXPECT_EQ(trust("18.7.0", Chunk(PhysicalType::kInt64, Encoding::kDeltaBinaryPacked), flat),
            Trust::kTrusted);
  EXPECT_EQ(trust("18.3.0", text, nested), Trust::kTrusted);
  EXPECT_EQ(trust("18.2.0", text, nested), Trust::kUnknown);

  const auto old = ParseCreatedBy("github.com/parquet-go/parquet-go version 0.30.1(build )");
  const WriterVerdict verdict =
      ChunkJudge(old).Judge(Chunk(PhysicalType::kByteArray, Encoding::kPlainDictionary), flat);
  EXPECT_EQ(verdict.trust, Trust::kKnownBad);
  EXPECT_EQ(verdict.reason,
            "parquet-go 0.30.1: indices under PLAIN_DICTIONARY are wrongly encoded "
            "(seaweedfs/seaweedfs#10857)");
}

// Where pages are counted, those of version 2 are; where they are not, there may be some.
TEST(Touches, PagesOfVersion2ThatAreCompressed) {
  const SchemaTree::Node flat{.depth = 1, .max_definition_level = 1};
  WriterFault fault;
  fault.concerns = Concerns::kDataPageV2;
  ColumnMetaData chunk = Chunk(PhysicalType::kInt32, Encoding::kPlain);
  chunk.codec = Codec::kSnappy;
  EXPECT_TRUE(Touches(fault, chunk, flat));
  PageEncodingStats& pages = chunk.encoding_stats.emplace().emplace_back();
  pages.page_type = PageType::kData;
  EXPECT_FALSE(Touches(fault, chunk, flat));
  pages.page_type = PageType::kDataV2;
  EXPECT_TRUE(Touches(fault, chunk, flat));
  chunk.codec = Codec::kUncompressed;
  EXPECT_FALSE(Touches(fault, chunk, flat));
}

TEST(Touches, ColumnsInDeltaByteArray) {
  const SchemaTree::Node flat{.depth = 1, .max_definition_level = 1};
  const ChunkJudge judge(ParseCreatedBy("parquet-mr version 1.7.0"));
  EXPECT_EQ(judge.Judge(Chunk(PhysicalType::kByteArray, Encoding::kDeltaByteArray), flat).trust,
            Trust::kKnownBad);
  EXPECT_EQ(judge.Judge(Chunk(PhysicalType::kByteArray, Encoding::kPlain), flat).trust,
            Trust::kUnknown);
}

TEST(DoubtsBounds, OfFloatingPointNumbersOfParquetGo) {
  const auto faults =
      FaultsOf(ParseCreatedBy("github.com/parquet-go/parquet-go version 0.32.0(build )"));
  const auto doubted = [&](PhysicalType type) {
    SchemaElement element;
    element.type = type;
    return std::ranges::any_of(
        faults, [&](const WriterFault* fault) { return DoubtsBounds(*fault, element); });
  };
  EXPECT_TRUE(doubted(PhysicalType::kFloat));
  EXPECT_TRUE(doubted(PhysicalType::kDouble));
  EXPECT_FALSE(doubted(PhysicalType::kInt64));
}

TEST(DoubtsBounds, OfByteArraysAndOfUnsignedNumbers) {
  SchemaElement text, fixed, number, natural, old_natural;
  text.type = PhysicalType::kByteArray;
  fixed.type = PhysicalType::kFixedLenByteArray;
  number.type = natural.type = old_natural.type = PhysicalType::kInt32;
  natural.logical_type.emplace().kind = LogicalKind::kInteger;
  old_natural.converted_type = ConvertedType::kUint32;
  const auto doubts = [](const char* version, const SchemaElement& element) {
    const auto faults = FaultsOf(ParseCreatedBy(std::string("parquet-go version ") + version));
    return std::ranges::any_of(
        faults, [&](const WriterFault* fault) { return DoubtsBounds(*fault, element); });
  };
  EXPECT_TRUE(doubts("18.6.0", text));
  EXPECT_TRUE(doubts("18.6.0", fixed));
  EXPECT_FALSE(doubts("18.6.0", number));
  EXPECT_FALSE(doubts("18.6.0", natural));
  EXPECT_FALSE(doubts("18.7.0", text));
  EXPECT_FALSE(doubts("18.0.0", number));
  EXPECT_TRUE(doubts("18.0.0", natural));
  EXPECT_TRUE(doubts("18.0.0", old_natural));
}

}  // namespace
}  // namespace pqpack

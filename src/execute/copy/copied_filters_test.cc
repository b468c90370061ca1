// SPDX-License-Identifier: Apache-2.0
//
// Bloom filters that Arrow wrote go along with their chunks, and Arrow's own reader finds each
// value in them; those that lie, or may, are left out and told.
#include "execute/copy/copied_filters.h"

#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/bloom_filter.h>
#include <parquet/bloom_filter_reader.h>
#include <parquet/file_reader.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/copy/plan_filters.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kValues = 1000;
constexpr const char* kArrow = "parquet-cpp-arrow version 26.0.1";

// Two row groups have no value in common.
int64_t ValueOf(size_t group, int i) { return static_cast<int64_t>(group + 1) * 1'000'003 * i; }

struct Options {
  std::string created_by = kArrow;
  bool delta = false;  // n in an encoding that Spark does not read
  bool is_unsigned = false;
};

// Two row groups; n without a dictionary, d with one, s without a filter.
BufferPtr WithFilters(const Options& options = {}) {
  parquet::BloomFilterOptions filter;
  filter.ndv = kValues;
  parquet::WriterProperties::Builder properties;
  properties.created_by(options.created_by)->disable_dictionary("n");
  if (options.delta) properties.encoding("n", parquet::Encoding::DELTA_BINARY_PACKED);
  properties.enable_bloom_filter("n", filter)->enable_bloom_filter("d", filter);
  const auto fill = [](size_t group) {
    return [group](parquet::RowGroupWriter* out) {
      std::vector<int64_t> numbers;
      for (int i = 1; i <= kValues; ++i) numbers.push_back(ValueOf(group, i));
      WriteColumn<parquet::Int64Type>(out, {}, {}, numbers);
      WriteColumn<parquet::DoubleType>(out, {}, {},
                                       std::vector<double>(numbers.begin(), numbers.end()));
      WriteColumn<parquet::Int64Type>(out, {}, {}, numbers);
    };
  };
  using parquet::Repetition::REQUIRED;
  const auto number = options.is_unsigned ? parquet::LogicalType::Int(64, /*is_signed=*/false)
                                          : parquet::LogicalType::None();
  return WriteFile(
      Root({parquet::schema::PrimitiveNode::Make("n", REQUIRED, number, parquet::Type::INT64),
            parquet::schema::PrimitiveNode::Make("d", REQUIRED, parquet::Type::DOUBLE),
            parquet::schema::PrimitiveNode::Make("s", REQUIRED, parquet::Type::INT64)}),
      {fill(0), fill(1)}, properties.build());
}

// Of a column of a row group by Arrow's reader; null: there is none.
struct Filter {
  std::unique_ptr<parquet::ParquetFileReader> file;
  std::unique_ptr<parquet::BloomFilter> bits;
};

Filter FilterOf(const BufferPtr& file, int group, int column) {
  Filter filter;
  filter.file = parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(file));
  const auto groups = filter.file->GetBloomFilterReader().RowGroup(group);
  if (groups != nullptr) filter.bits = groups->GetColumnBloomFilter(column);
  return filter;
}

// Which of n and d have, in each row group, a filter with their values and hardly another.
std::vector<std::string> Kept(const BufferPtr& file) {
  std::vector<std::string> kept;
  for (int column = 0; column < 3; ++column) {
    for (int group = 0; group < 2; ++group) {
      const Filter filter = FilterOf(file, group, column);
      if (filter.bits == nullptr) continue;
      const auto hash = [&](int64_t value) {
        return column == 1 ? filter.bits->Hash(static_cast<double>(value))
                           : filter.bits->Hash(value);
      };
      int strangers = 0;
      for (int i = 1; i <= kValues; ++i) {
        EXPECT_TRUE(filter.bits->FindHash(hash(ValueOf(static_cast<size_t>(group), i)))) << i;
        strangers += filter.bits->FindHash(hash(-ValueOf(0, i))) ? 1 : 0;
      }
      EXPECT_LT(strangers, kValues / 5);
      kept.push_back(std::string(1, "nds"[column]) + std::to_string(group));
    }
  }
  return kept;
}

const std::vector<std::string> kAll = {"n0", "n1", "d0", "d1"};

Copied CopyOf(const BufferPtr& file, std::string_view target = "generic") {
  return CopyBytes(file, OptionsFor(target)).ValueOrDie();
}

TEST(CopiedFilters, AreThoseOfTheirChunks) {
  const BufferPtr file = WithFilters();
  ASSERT_EQ(Kept(file), kAll);  // so Kept() tells
  const Copied copy = CopyOf(file);
  EXPECT_EQ(Kept(copy.file), kAll);
  EXPECT_EQ(copy.receipt.levels.level, 1);
  EXPECT_THAT(Said(copy.receipt.warnings), IsEmpty());
  EXPECT_THAT(Said(copy.receipt.repairs), IsEmpty());
}

TEST(CopiedFilters, LieBehindThePagesAndTellTheirLength) {
  const BufferPtr file = WithFilters();
  const Copied copy = CopyOf(file);
  const FileMetaData old = FooterOf(file).ValueOrDie();
  FileMetaData footer = copy.footer;
  const int64_t pages_end = Meta(footer, 1, 2).pages().end();
  int64_t at = pages_end;
  for (size_t g = 0; g < 2; ++g) {
    for (size_t c = 0; c < 2; ++c) {
      const ColumnMetaData& meta = Meta(footer, g, c);
      EXPECT_EQ(meta.bloom_filter_offset, at);
      EXPECT_EQ(meta.bloom_filter_length,
                old.row_groups[g].columns[c].meta_data->bloom_filter_length);
      at += meta.bloom_filter_length.value_or(0);
    }
  }
  EXPECT_GT(at, pages_end + 4 * kValues);
}

TEST(CopiedFilters, OfColumnsThatAreEncodedAnewStay) {
  const Copied copy = CopyOf(WithFilters({.delta = true}), "spark");
  ASSERT_EQ(copy.copy.columns[0].level, 3);
  EXPECT_EQ(copy.copy.columns[1].level, 1);
  EXPECT_EQ(Kept(copy.file), kAll);
}

TEST(CopiedFilters, OfTargetsThatHaveNoUseForThemGo) {
  const Copied copy = CopyOf(WithFilters(), "snowflake");
  EXPECT_THAT(Kept(copy.file), IsEmpty());
  EXPECT_THAT(Said(copy.receipt.warnings), Contains("Bloom filters are not carried over"));
}

TEST(CopiedFilters, OfValuesThatChangeGo) {
  RewriteOptions options = OptionsFor("spark");
  options.convert_types = true;
  const auto copy = CopyBytes(WithFilters({.is_unsigned = true}), options);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(Kept(copy->file), std::vector<std::string>({"d0", "d1"}));
  EXPECT_THAT(Said(copy->receipt.warnings),
              Contains("Bloom filters dropped: the values change: n"));
}

TEST(CopiedFilters, AreFoundWithoutALength) {
  const Copied copy = CopyOf(WithFooter(WithFilters(), [](FileMetaData& footer) {
    for (size_t g = 0; g < 2; ++g) Meta(footer, g, 0).bloom_filter_length.reset();
  }));
  EXPECT_EQ(Kept(copy.file), kAll);
  FileMetaData footer = copy.footer;
  EXPECT_GT(Meta(footer, 1, 0).bloom_filter_length.value_or(0), kValues);
}

struct Lie {
  const char* name;
  std::function<void(FileMetaData&)> tell;
  std::vector<std::string> kept;
};

class LieAboutAFilter : public ::testing::TestWithParam<Lie> {};

TEST_P(LieAboutAFilter, LeavesItOut) {
  const Copied copy = CopyOf(WithFooter(WithFilters(), GetParam().tell));
  EXPECT_EQ(Kept(copy.file), GetParam().kept);
  EXPECT_THAT(Said(copy.receipt.repairs), Contains(HasSubstr("Bloom filter")));
}

INSTANTIATE_TEST_SUITE_P(
    Lies, LieAboutAFilter,
    ::testing::Values(Lie{"shifted",
                          [](FileMetaData& f) { ++*Meta(f, 1, 0).bloom_filter_offset; },
                          {"n0", "d0", "d1"}},
                      Lie{"outside",
                          [](FileMetaData& f) {
                            *Meta(f, 1, 0).bloom_filter_offset = int64_t{1} << 40;
                          },
                          {"n0", "d0", "d1"}},
                      Lie{"negative",
                          [](FileMetaData& f) { *Meta(f, 1, 0).bloom_filter_offset = -1; },
                          {"n0", "d0", "d1"}},
                      Lie{"among_pages",
                          [](FileMetaData& f) { *Meta(f, 1, 0).bloom_filter_offset = 4; },
                          {"n0", "d0", "d1"}},
                      Lie{"another_length",
                          [](FileMetaData& f) { ++*Meta(f, 0, 1).bloom_filter_length; },
                          {"n0", "n1", "d1"}},
                      Lie{"shared",
                          [](FileMetaData& f) {
                            Meta(f, 1, 0).bloom_filter_offset = Meta(f, 0, 0).bloom_filter_offset;
                          },
                          {"d0", "d1"}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(CopiedFilters, LargerThanWasReservedGo) {
  CopyPlan copy;
  const BufferPtr file = WithFilters();
  const Copied right = CopyOf(file);
  const RewriteOptions options = OptionsFor("generic");
  copy = right.copy;
  ASSERT_GT(copy.filter_bytes, 0);
  --copy.filter_bytes;
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto receipt = CopyFile(std::make_shared<arrow::io::BufferReader>(file),
                                FooterOf(file).ValueOrDie(), right.plan, copy, sink, options);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(Kept(sink->Finish().ValueOrDie()), std::vector<std::string>({"n0", "n1", "d0"}));
  EXPECT_THAT(Said(receipt->repairs), Contains(HasSubstr("larger than the footer says: d")));
}

TEST(PlanFilters, MemoryIsReservedForThem) {
  const RewriteOptions options = OptionsFor("generic");
  const BufferPtr file = WithFilters();
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  FileMetaData without = footer;
  for (size_t g = 0; g < 2; ++g) {
    for (size_t c = 0; c < 2; ++c) Meta(without, g, c).bloom_filter_offset.reset();
  }
  const auto memory = [&](const FileMetaData& meta) {
    const auto plan = PlanRewrite(meta, options).ValueOrDie();
    return CopyMemory(meta, plan, PlanCopy(meta, plan, options).ValueOrDie(), options);
  };
  int64_t filters = 0;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      filters += chunk.meta_data->bloom_filter_length.value_or(0);
    }
  }
  EXPECT_EQ(memory(footer), memory(without) + 3 * filters);
}

TEST(PlanFilters, TooManyAreLeftOut) {
  FileMetaData footer = FooterOf(WithFilters()).ValueOrDie();
  Meta(footer, 0, 0).bloom_filter_length = static_cast<int32_t>(kMaxFilters);
  const RewriteOptions options = OptionsFor("generic");
  const auto plan = PlanRewrite(footer, options).ValueOrDie();
  const auto copy = PlanCopy(footer, plan, options).ValueOrDie();
  EXPECT_EQ(copy.columns[0].filters, FilterPlan::kNone);
  EXPECT_EQ(copy.columns[1].filters, FilterPlan::kKeep);
  EXPECT_THAT(Said(copy.warnings),
              Contains("Bloom filters dropped: all together have more than 64 MiB: n"));
}

TEST(FiltersOfUnknownWriters, AreKeptWhereTheyHaveEveryValue) {
  const Copied copy = CopyOf(WithFilters({.created_by = "somebody's writer"}));
  ASSERT_TRUE(copy.copy.columns[0].read);
  EXPECT_EQ(Kept(copy.file), kAll);
}

// One byte of the bits.
BufferPtr Damaged(const BufferPtr& file, size_t group, size_t column) {
  FileMetaData footer = FooterOf(file).ValueOrDie();
  const ColumnMetaData& meta = Meta(footer, group, column);
  std::string bytes = file->ToString();
  const int64_t end = *meta.bloom_filter_offset + *meta.bloom_filter_length;
  for (int64_t at = end - 64; at < end; ++at) bytes[static_cast<size_t>(at)] = 0;
  return arrow::Buffer::FromString(bytes);
}

TEST(FiltersOfUnknownWriters, GoWhereTheyDenyAValue) {
  for (const size_t column : {0, 1}) {
    const Copied copy = CopyOf(Damaged(WithFilters({.created_by = "me"}), 1, column));
    const char* name = column == 0 ? "n" : "d";
    std::vector<std::string> kept = kAll;
    std::erase(kept, std::string(name) + "1");
    EXPECT_EQ(Kept(copy.file), kept);
    EXPECT_THAT(Said(copy.receipt.repairs),
                Contains(std::string("Bloom filter dropped, not every value is in it: ") + name));
    EXPECT_EQ(copy.receipt.levels.level, 1);  // pages are copied all the same
  }
}

TEST(FiltersOfUnknownWriters, GoWhereAllIsEncodedAnew) {
  const Copied copy = CopyOf(WithFilters({.created_by = "me", .delta = true}), "spark");
  EXPECT_EQ(Kept(copy.file), std::vector<std::string>({"d0", "d1"}));
  EXPECT_THAT(Said(copy.receipt.warnings),
              Contains("Bloom filters dropped: the writer is not trusted with them: n"));
}

// arrow-go 18.4.0: its adaptive filters lie.
TEST(FiltersOfWritersWithWrongOnes, Go) {
  const Copied copy = CopyOf(WithFilters({.created_by = "parquet-go version 18.4.0"}));
  EXPECT_THAT(Kept(copy.file), IsEmpty());
  EXPECT_THAT(Said(copy.receipt.warnings),
              Contains("Bloom filters dropped: the writer is not trusted with them: n, d"));
}

}  // namespace
}  // namespace pqpack

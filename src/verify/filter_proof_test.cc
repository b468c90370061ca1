// SPDX-License-Identifier: Apache-2.0
//
// Filters of Arrow's library, over values of every kind, pass; one that lacks a value, or half of
// what readers may ask a zero or a NaN by, does not.
#include "verify/filter_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/bloom_filter.h>

#include <limits>
#include <string>
#include <vector>

#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;

// One row group of one column, and behind its pages a filter with `held` of its values.
template <typename Type>
std::string FileWith(const std::vector<typename Type::c_type>& values,
                     const std::vector<typename Type::c_type>& held, bool dictionary,
                     int32_t length = 0, uint32_t filter_bytes = 64) {
  using Value = typename Type::c_type;
  using parquet::schema::GroupNode;
  using parquet::schema::PrimitiveNode;
  const auto leaf =
      PrimitiveNode::Make("v", parquet::Repetition::REQUIRED, parquet::LogicalType::None(),
                          Type::type_num, length > 0 ? length : -1);
  const auto schema = GroupNode::Make("schema", parquet::Repetition::REQUIRED, {leaf});
  parquet::WriterProperties::Builder properties;
  if (!dictionary) properties.disable_dictionary();
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto writer = parquet::ParquetFileWriter::Open(sink, std::static_pointer_cast<GroupNode>(schema),
                                                 properties.build());
  auto* column =
      static_cast<parquet::TypedColumnWriter<Type>*>(writer->AppendRowGroup()->NextColumn());
  column->WriteBatch(static_cast<int64_t>(values.size()), nullptr, nullptr, values.data());
  writer->Close();
  const std::string file = sink->Finish().ValueOrDie()->ToString();

  parquet::BlockSplitBloomFilter filter;
  filter.Init(filter_bytes);
  for (const Value& value : held) {
    if constexpr (std::is_same_v<Value, parquet::FixedLenByteArray>) {
      filter.InsertHash(filter.Hash(&value, static_cast<uint32_t>(length)));
    } else if constexpr (std::is_same_v<Value, parquet::ByteArray> ||
                         std::is_same_v<Value, parquet::Int96>) {
      filter.InsertHash(filter.Hash(&value));
    } else {
      filter.InsertHash(filter.Hash(value));
    }
  }
  sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  filter.WriteTo(sink.get());
  const std::string bits = sink->Finish().ValueOrDie()->ToString();

  FileMetaData footer = testing::FooterOf(file);
  const auto end = static_cast<size_t>(testing::FooterPlaceOf(file).offset);
  ColumnMetaData& meta = *footer.row_groups[0].columns[0].meta_data;
  meta.bloom_filter_offset = static_cast<int64_t>(end);
  meta.bloom_filter_length = static_cast<int32_t>(bits.size());
  return file.substr(0, end) + bits + SerializeFooter(footer).ValueOrDie();
}

class FilterProofTest : public testing::CompareTablesTest {
 protected:
  Status Prove(const std::string& file, const FilterDigests& copied = {},
               int64_t memory = 256 * kMiB) {
    MemoryBudget budget(memory);
    OutputProofOptions options;
    options.executor = &executor_;
    options.width = 2;
    const Status status = ProveFilters(budget, store_, Put(file), copied, options);
    EXPECT_EQ(budget.used(), 0);
    return status;
  }

  template <typename Type>
  void ExpectEachCounts(std::vector<typename Type::c_type> values, int32_t length = 0) {
    for (const bool dictionary : {false, true}) {
      EXPECT_EQ(Prove(FileWith<Type>(values, values, dictionary, length)), Status::OK());
      for (size_t i = 0; i < values.size(); ++i) {
        auto lacking = values;
        lacking.erase(lacking.begin() + static_cast<std::ptrdiff_t>(i));
        const Status status = Prove(FileWith<Type>(values, lacking, dictionary, length));
        EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch) << i;
        EXPECT_THAT(status.message(),
                    HasSubstr("row group 0, column 0 (v): its Bloom filter denies a value"));
      }
    }
  }
};

TEST_F(FilterProofTest, EachValueOfEachTypeCounts) {
  ExpectEachCounts<parquet::Int32Type>({1, -7, 300'000});
  ExpectEachCounts<parquet::Int64Type>({1, -7, int64_t{1} << 60});
  ExpectEachCounts<parquet::FloatType>({1.5F, -2.5F, 1e30F});
  ExpectEachCounts<parquet::DoubleType>({1.5, -2.5, 1e300});
  ExpectEachCounts<parquet::Int96Type>({{{1, 2, 3}}, {{4, 5, 6}}});
  const std::string texts[] = {"", "a", "a text of more than thirty-two bytes, for the hash"};
  ExpectEachCounts<parquet::ByteArrayType>(
      {parquet::ByteArray(texts[0]), parquet::ByteArray(texts[1]), parquet::ByteArray(texts[2])});
  const auto fixed = [](const char* bytes) {
    return parquet::FixedLenByteArray(reinterpret_cast<const uint8_t*>(bytes));
  };
  ExpectEachCounts<parquet::FLBAType>({fixed("abc"), fixed("xyz")}, 3);
}

TEST_F(FilterProofTest, EitherZeroAndTheUsualNaNMustBeHeld) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const bool dictionary : {false, true}) {
    for (const double zero : {0.0, -0.0}) {
      EXPECT_EQ(Prove(FileWith<parquet::DoubleType>({zero}, {0.0, -0.0}, dictionary)),
                Status::OK());
      EXPECT_EQ(CodeOf(Prove(FileWith<parquet::DoubleType>({zero}, {zero}, dictionary))),
                ErrorCode::kMismatch);
    }
    EXPECT_EQ(Prove(FileWith<parquet::DoubleType>({-nan}, {-nan, nan}, dictionary)), Status::OK());
    EXPECT_EQ(CodeOf(Prove(FileWith<parquet::DoubleType>({-nan}, {-nan}, dictionary))),
              ErrorCode::kMismatch);
  }
}

TEST_F(FilterProofTest, OfMoreValuesThanABatch) {
  std::vector<int64_t> values(150'000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int64_t>(i) * 7919;
  const auto file = [&](const std::vector<int64_t>& held, bool dictionary) {
    return FileWith<parquet::Int64Type>(values, held, dictionary, 0, 1 << 18);
  };
  std::vector<int64_t> lacking = values;
  lacking.pop_back();
  for (const bool dictionary : {false, true}) {  // of 1 MiB at the most: the last ones are in PLAIN
    EXPECT_EQ(Prove(file(values, dictionary)), Status::OK());
    EXPECT_EQ(CodeOf(Prove(file(lacking, dictionary))), ErrorCode::kMismatch);
  }
}

// An output's filters that are a source's byte for byte are not held against values: they are taken
// at their writer's word, as repack takes them.
TEST_F(FilterProofTest, CopiesAreNotAsked) {
  const std::string file = FileWith<parquet::Int64Type>({1, 2}, {1}, true);
  EXPECT_EQ(CodeOf(Prove(file)), ErrorCode::kMismatch);
  EXPECT_EQ(Prove(file, {{FilterDigest{}}}), Status::OK());
  EXPECT_EQ(CodeOf(Prove(file, {{std::nullopt}})), ErrorCode::kMismatch);
}

TEST_F(FilterProofTest, WhatIsNoFilterIsNone) {
  const std::string file = FileWith<parquet::Int64Type>({1, 2}, {1, 2}, true);
  const auto with = [&](const std::function<void(ColumnMetaData&)>& change) {
    return testing::WithFooter(
        file, [&](FileMetaData& footer) { change(*footer.row_groups[0].columns[0].meta_data); });
  };
  for (const auto& change : std::vector<std::function<void(ColumnMetaData&)>>{
           [](ColumnMetaData& meta) { *meta.bloom_filter_length -= 32; },
           [](ColumnMetaData& meta) { meta.bloom_filter_length.reset(); },
           [](ColumnMetaData& meta) { meta.bloom_filter_offset = 4; }}) {
    EXPECT_FALSE(Prove(with(change)).ok());
  }
}

TEST_F(FilterProofTest, GoesOnWithASmallBudget) {
  const std::string file = FileWith<parquet::Int64Type>({1, 2}, {1, 2}, true);
  EXPECT_EQ(Prove(file, {}, 2 * kMiB), Status::OK());
}

}  // namespace
}  // namespace pqpack

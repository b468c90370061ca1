// SPDX-License-Identifier: Apache-2.0
//
// Files of Arrow's writer that say of their rows that they are sorted: true ones pass, and each
// kind of lie does not.
#include "verify/order_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "store/fault_store.h"
#include "verify/compare_tables_testing.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;
using testing::Row;
using Orders = std::vector<SortingColumn>;

SortingColumn By(int32_t column, bool descending = false, bool nulls_first = false) {
  SortingColumn by;
  by.column_idx = column;
  by.descending = descending;
  by.nulls_first = nulls_first;
  return by;
}

std::string Saying(const std::string& file, const Orders& order, size_t group = 0) {
  return testing::WithFooter(
      file, [&](FileMetaData& footer) { footer.row_groups[group].sorting_columns = order; });
}

// A column of one type, without nulls.
template <typename Type>
std::string FileWith(const std::vector<typename Type::c_type>& values,
                     std::shared_ptr<const parquet::LogicalType> annotation, int32_t length = -1) {
  using parquet::schema::GroupNode;
  using parquet::schema::PrimitiveNode;
  const auto leaf = PrimitiveNode::Make("v", parquet::Repetition::REQUIRED, std::move(annotation),
                                        Type::type_num, length);
  const auto schema = GroupNode::Make("schema", parquet::Repetition::REQUIRED, {leaf});
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto writer = parquet::ParquetFileWriter::Open(sink, std::static_pointer_cast<GroupNode>(schema));
  auto* column =
      static_cast<parquet::TypedColumnWriter<Type>*>(writer->AppendRowGroup()->NextColumn());
  for (const typename Type::c_type value : values) {
    column->WriteBatch(1, nullptr, nullptr, &value);
  }
  writer->Close();
  return sink->Finish().ValueOrDie()->ToString();
}

class OrderProofTest : public testing::CompareTablesTest {
 protected:
  Status Prove(const std::string& file, const SourceOrders& sources = {},
               int64_t memory = 256 * kMiB) {
    MemoryBudget budget(memory);
    OutputProofOptions options;
    options.executor = &executor_;
    options.width = 2;
    const Status status = ProveOrders(budget, store_, Put(file), sources, options);
    EXPECT_EQ(budget.used(), 0);
    return status;
  }

  void ExpectLie(const std::string& file, const std::string& said) {
    const Status status = Prove(file);
    EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
    EXPECT_THAT(status.message(), HasSubstr(said));
  }

  // `values` ascend, and each is unlike the one before.
  template <typename Type>
  void ExpectAscending(std::vector<typename Type::c_type> values,
                       const std::shared_ptr<const parquet::LogicalType>& annotation,
                       int32_t length = -1) {
    EXPECT_EQ(Prove(Saying(FileWith<Type>(values, annotation, length), {By(0)})), Status::OK());
    ExpectLie(Saying(FileWith<Type>(values, annotation, length), {By(0, true)}),
              "row group 0, column 0 (v): rows are said to be sorted by it, and row 1 is not");
    for (size_t i = 1; i < values.size(); ++i) {
      auto turned = values;
      std::iter_swap(turned.begin() + static_cast<std::ptrdiff_t>(i) - 1,
                     turned.begin() + static_cast<std::ptrdiff_t>(i));
      ExpectLie(Saying(FileWith<Type>(turned, annotation, length), {By(0)}),
                "and row " + std::to_string(i) + " is not");
    }
    std::reverse(values.begin(), values.end());
    EXPECT_EQ(Prove(Saying(FileWith<Type>(values, annotation, length), {By(0, true)})),
              Status::OK());
  }
};

TEST_F(OrderProofTest, EachTypeHasItsOrder) {
  using parquet::LogicalType;
  ExpectAscending<parquet::Int32Type>({-7, 1, 300'000}, LogicalType::None());
  ExpectAscending<parquet::Int32Type>({1, 300'000, -7}, LogicalType::Int(32, false));
  ExpectAscending<parquet::Int64Type>({-7, 1, int64_t{1} << 60}, LogicalType::None());
  ExpectAscending<parquet::Int64Type>({1, int64_t{1} << 60, -7}, LogicalType::Int(64, false));
  ExpectAscending<parquet::FloatType>({-2.5F, -1.5F, 1e30F}, LogicalType::None());
  ExpectAscending<parquet::DoubleType>({-2.5, -1.5, 1e300}, LogicalType::None());
  ExpectAscending<parquet::BooleanType>({false, true}, LogicalType::None());
  const std::string texts[] = {"", "a", "ab", "b", "\xc3\xa9"};
  std::vector<parquet::ByteArray> arrays;
  for (const std::string& text : texts) arrays.emplace_back(text);
  ExpectAscending<parquet::ByteArrayType>(arrays, LogicalType::String());
  ExpectAscending<parquet::ByteArrayType>(arrays, LogicalType::None());
  // -65536, -256, -2, 0, 5, 255, 65536.
  const std::string decimals[] = {
      std::string("\xff\0\0", 3), std::string("\xff\0", 2),  "\xfe", std::string("\0", 1), "\x05",
      std::string("\0\xff", 2),   std::string("\x01\0\0", 3)};
  arrays.clear();
  for (const std::string& decimal : decimals) arrays.emplace_back(decimal);
  ExpectAscending<parquet::ByteArrayType>(arrays, LogicalType::Decimal(9, 2));
  const auto fixed = [](const char* bytes) {
    return parquet::FixedLenByteArray(reinterpret_cast<const uint8_t*>(bytes));
  };
  ExpectAscending<parquet::FLBAType>({fixed("ab"), fixed("b\xff"), fixed("\xff\x01")},
                                     LogicalType::None(), 2);
  ExpectAscending<parquet::FLBAType>({fixed("\xff\x01"), fixed("ab"), fixed("b\xff")},
                                     LogicalType::Decimal(4, 0), 2);
  // -infinity, -1, -2^-14, -1023 * 2^-24, -2^-24, 0, 2^-24, 1023 * 2^-24, 2^-14, 1, infinity
  ExpectAscending<parquet::FLBAType>(
      {fixed("\0\xfc"), fixed("\0\xbc"), fixed("\0\x84"), fixed("\xff\x83"), fixed("\x01\x80"),
       fixed("\0\0"), fixed("\x01\0"), fixed("\xff\x03"), fixed("\0\x04"), fixed("\0\x3c"),
       fixed("\0\x7c")},
      LogicalType::Float16(), 2);
}

// Bytes that only repeat the sign are no part of a number.
TEST_F(OrderProofTest, DecimalsOfAnyLength) {
  const auto type = parquet::LogicalType::Decimal(9, 2);
  // -129, -128, -128, -128, -1, -1, 5, 5, 5, 128.
  const std::string decimals[] = {std::string("\xff\x7f", 2),
                                  std::string("\xff\xff\x80", 3),
                                  "\x80",
                                  std::string("\xff\x80", 2),
                                  "\xff",
                                  std::string("\xff\xff\xff", 3),
                                  std::string("\0\0\x05", 3),
                                  "\x05",
                                  std::string("\0\x05", 2),
                                  std::string("\0\x80", 2)};
  std::vector<parquet::ByteArray> values;
  for (const std::string& decimal : decimals) values.emplace_back(decimal);
  EXPECT_EQ(Prove(Saying(FileWith<parquet::ByteArrayType>(values, type), {By(0)})), Status::OK());
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(Prove(Saying(FileWith<parquet::ByteArrayType>(values, type), {By(0, true)})),
            Status::OK());
}

TEST_F(OrderProofTest, TypesWithoutOrder) {
  const std::string bytes(12, 'a');
  const parquet::FixedLenByteArray fixed(reinterpret_cast<const uint8_t*>(bytes.data()));
  ExpectLie(
      Saying(FileWith<parquet::FLBAType>({fixed}, parquet::LogicalType::Interval(), 12), {By(0)}),
      "no order");
  const parquet::ByteArray array(bytes);
  const auto none = FileWith<parquet::ByteArrayType>({array}, parquet::LogicalType::None());
  EXPECT_EQ(Prove(Saying(none, {By(0)})), Status::OK());
  LogicalType newer;
  newer.unknown = {{99, CompactType::kStruct, std::string(1, '\0')}};
  std::vector<LogicalType> types{newer};
  for (const LogicalKind kind :
       {LogicalKind::kUnknown, LogicalKind::kVariant, LogicalKind::kGeometry,
        LogicalKind::kGeography, LogicalKind::kFile}) {
    types.emplace_back().kind = kind;
  }
  for (const LogicalType& type : types) {
    const std::string file = testing::WithFooter(
        none, [&](FileMetaData& footer) { footer.schema[1].logical_type = type; });
    ExpectLie(Saying(file, {By(0)}), "no order");
  }
}

TEST_F(OrderProofTest, ValuesInNoOrder) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto none = parquet::LogicalType::None();
  ExpectLie(Saying(FileWith<parquet::DoubleType>({1, nan}, none), {By(0)}), "row 1 is not");
  ExpectLie(Saying(FileWith<parquet::DoubleType>({nan}, none), {By(0)}), "row 0 is not");
  EXPECT_EQ(Prove(Saying(FileWith<parquet::DoubleType>({0.0, -0.0, 0.0}, none), {By(0)})),
            Status::OK());
  const auto halves = [](const char* bytes) {
    const parquet::FixedLenByteArray half(reinterpret_cast<const uint8_t*>(bytes));
    return FileWith<parquet::FLBAType>({half}, parquet::LogicalType::Float16(), 2);
  };
  EXPECT_EQ(Prove(Saying(halves("\0\x7c"), {By(0)})), Status::OK());
  ExpectLie(Saying(halves("\0\x7e"), {By(0)}), "row 0 is not");
  ExpectLie(Saying(FileWith<parquet::Int96Type>({{{1, 2, 3}}}, none), {By(0)}), "no order");
  ExpectLie(Saying(testing::FileOf(testing::SomeRows(3)), {By(2)}), "no order");  // in a list
  ExpectLie(Saying(testing::FileOf(testing::SomeRows(3)), {By(3)}), "column 3, which is not there");
  ExpectLie(Saying(testing::FileOf(testing::SomeRows(3)), {By(-1)}), "which is not there");
}

std::vector<Row> Texts(const std::vector<std::optional<std::string>>& texts) {
  std::vector<Row> rows(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    rows[i].number = static_cast<int64_t>(i / 2);
    rows[i].text = texts[i];
  }
  return rows;
}

TEST_F(OrderProofTest, NullsStandAtTheirEnd) {
  const auto nothing = std::nullopt;
  const std::string first = testing::FileOf(Texts({nothing, nothing, "a", "b"}));
  const std::string last = testing::FileOf(Texts({"b", "a", nothing, nothing}));
  const std::string between = testing::FileOf(Texts({"a", nothing, "b"}));
  EXPECT_EQ(Prove(Saying(first, {By(1, false, true)})), Status::OK());
  ExpectLie(Saying(first, {By(1, false, false)}), "row 2 is not");
  EXPECT_EQ(Prove(Saying(last, {By(1, true, false)})), Status::OK());
  ExpectLie(Saying(last, {By(1, true, true)}), "row 2 is not");
  ExpectLie(Saying(between, {By(1, false, true)}), "row 1 is not");
  ExpectLie(Saying(between, {By(1, false, false)}), "row 2 is not");
}

TEST_F(OrderProofTest, OfSeveralColumns) {
  // number: 0 0 1 1 2
  const std::string file = testing::FileOf(Texts({"a", "b", "a", "a", std::nullopt}));
  EXPECT_EQ(Prove(Saying(file, {By(0), By(1)})), Status::OK());
  EXPECT_EQ(Prove(Saying(file, {By(0)})), Status::OK());
  ExpectLie(Saying(file, {By(1), By(0)}),
            "column 1 (text): rows are said to be sorted by it, and row 2");
  ExpectLie(Saying(file, {By(0), By(1, true)}),
            "column 1 (text): rows are said to be sorted by it, and row 1");
  // Rows are equal where both are null.
  const std::string nulls = testing::FileOf(Texts({std::nullopt, std::nullopt, std::nullopt}));
  EXPECT_EQ(Prove(Saying(nulls, {By(1), By(0)})), Status::OK());
  ExpectLie(Saying(nulls, {By(1), By(0, true)}), "row 2 is not");
  const std::string other = testing::FileOf(Texts({"a", "b", "c", "a"}));
  ExpectLie(Saying(other, {By(0), By(1)}), "row 3 is not");
}

TEST_F(OrderProofTest, EachRowGroupByItself) {
  testing::Layout layout;
  layout.rows_per_group = 2;
  const std::string file = testing::FileOf(Texts({"b", "c", "a", "b", "b", "a"}), layout);
  EXPECT_EQ(Prove(file), Status::OK());
  EXPECT_EQ(Prove(Saying(Saying(file, {By(1)}), {By(1)}, 1)), Status::OK());
  ExpectLie(Saying(file, {By(1)}, 2), "row group 2, column 1 (text)");
}

TEST_F(OrderProofTest, AcrossBatchesAndPages) {
  testing::Layout layout;
  layout.rows_per_group = 100'000;
  layout.page_size = 4096;
  for (const bool dictionary : {true, false}) {
    layout.dictionary = dictionary;
    std::vector<Row> rows(40'000);
    for (size_t i = 0; i < rows.size(); ++i) rows[i].text = std::to_string(100'000 + i / 2);
    EXPECT_EQ(Prove(Saying(testing::FileOf(rows, layout), {By(1)})), Status::OK());
    for (const size_t wrong : {size_t{9'999}, rows.size() - 1}) {
      auto other = rows;
      other[wrong].text = "1";
      ExpectLie(Saying(testing::FileOf(other, layout), {By(1)}),
                "row " + std::to_string(wrong) + " is not");
    }
  }
}

// The last value of a batch is held against the first of the next one.
TEST_F(OrderProofTest, AtEachSeam) {
  constexpr int64_t kRows = 20'000;
  for (const int64_t step :
       {int64_t{1}, int64_t{8191}, int64_t{8192}, int64_t{8193}, int64_t{16'384}, kRows - 1}) {
    std::vector<int64_t> values(kRows, 1);
    std::fill(values.begin(), values.begin() + step, 2);
    ExpectLie(Saying(FileWith<parquet::Int64Type>(values, parquet::LogicalType::None()), {By(0)}),
              "and row " + std::to_string(step) + " is not");
  }
}

// It is the same promise about the same rows, which repack makes, too.
TEST_F(OrderProofTest, WhatTheSourceSaysIsTakenAtItsWord) {
  const std::string lie = Saying(testing::FileOf(Texts({"b", "a"})), {By(1)});
  ExpectLie(lie, "row 1 is not");
  EXPECT_EQ(Prove(lie, {Orders{By(1)}}), Status::OK());
  EXPECT_EQ(Prove(lie, {Orders{By(1), By(0)}}), Status::OK());
  for (const auto& said : std::vector<SourceOrders>{{std::nullopt},
                                                    {Orders{}},
                                                    {Orders{By(1, true)}},
                                                    {Orders{By(1, false, true)}},
                                                    {Orders{By(0), By(1)}},
                                                    {std::nullopt, Orders{By(1)}}}) {
    EXPECT_EQ(CodeOf(Prove(lie, said)), ErrorCode::kMismatch);
  }
}

TEST_F(OrderProofTest, EachRowGroupHasItsSource) {
  testing::Layout layout;
  layout.rows_per_group = 2;
  const std::string file = testing::FileOf(Texts({"b", "a", "b", "a"}), layout);
  const std::string lies = Saying(Saying(file, {By(1)}), {By(1)}, 1);
  EXPECT_EQ(Prove(lies, {Orders{By(1)}, Orders{By(1)}}), Status::OK());
  EXPECT_THAT(Prove(lies, {Orders{By(1)}, Orders{By(0)}}).message(), HasSubstr("row group 1"));
  EXPECT_THAT(Prove(lies, {Orders{By(0)}, Orders{By(1)}}).message(), HasSubstr("row group 0"));
}

TEST_F(OrderProofTest, Stops) {
  std::stop_source stop;
  FaultStore store(&store_, {{{.kind = StoreFault::kDelay, .operation = StoreOperation::kRead}},
                             [&] { stop.request_stop(); }});
  MemoryBudget budget(256 * kMiB);
  OutputProofOptions options;
  options.executor = &executor_;
  options.stop = stop.get_token();
  const ObjectInfo file = Put(Saying(testing::FileOf(Texts({"b", "a"})), {By(1)}));
  EXPECT_EQ(CodeOf(ProveOrders(budget, store, file, {}, options)), ErrorCode::kCancelled);
}

TEST_F(OrderProofTest, GoesOnWithASmallBudget) {
  EXPECT_EQ(Prove(Saying(testing::FileOf(Texts({"a", "b"})), {By(1), By(0)}), {}, 2 * kMiB),
            Status::OK());
}

}  // namespace
}  // namespace pqpack

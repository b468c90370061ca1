// SPDX-License-Identifier: Apache-2.0
//
// Arrow's writer writes down any order that it is told: true ones, and lies.
#include "execute/merge/row_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/properties.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/memory_budget.h"
#include "execute/copy/copy_testing.h"
#include "execute/merge/held_bytes.h"
#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SortingColumn By(int32_t column, bool descending = false, bool nulls_first = false) {
  SortingColumn by;
  by.column_idx = column;
  by.descending = descending;
  by.nulls_first = nulls_first;
  return by;
}

BufferPtr Sorted(const std::vector<JsonColumn>& columns, const RowOrder& order,
                 int64_t row_group_rows = 1 << 20) {
  std::vector<parquet::SortingColumn> by;
  for (const SortingColumn& column : order) {
    by.push_back({column.column_idx, column.descending, column.nulls_first});
  }
  parquet::WriterProperties::Builder properties;
  properties.set_sorting_columns(by);
  return FileOf(TableFrom(columns), row_group_rows, properties.build());
}

BufferPtr Numbers(const std::string& values, const RowOrder& order = {By(0)}) {
  return Sorted({{"n", arrow::int64(), values}}, order);
}

// What the outputs' row groups say, one behind the other, and what was told.
struct Said {
  std::vector<RowOrder> orders;
  std::vector<std::string> warnings;
};

Said MergedOrders(const Files& files, const MergeOptions& options = MergeFor("generic"),
                  const TableColumns& columns = {}) {
  Said said;
  const auto merged = MergeBuffers(files, options, columns);
  EXPECT_TRUE(merged.ok()) << merged.status();
  if (!merged.ok()) return said;
  ExpectSameTable(files, *merged);
  for (const FileMetaData& footer : merged->footers) {
    for (const RowGroup& group : footer.row_groups) {
      EXPECT_NE(group.sorting_columns, RowOrder()) << "a list of nothing";
      said.orders.push_back(group.sorting_columns.value_or(RowOrder()));
    }
  }
  for (const MergeReceipt& receipt : merged->receipts) {
    for (const Finding& warning : receipt.warnings) said.warnings.push_back(warning.ToString());
  }
  return said;
}

std::string Dropped(const std::string& why) { return "sorting_columns dropped: " + why; }
const char kNotSorted[] = "the merged rows are not in that order";

// Merged into one row group.
void ExpectKept(const Files& files, const RowOrder& order) {
  for (const bool copy : {true, false}) {
    MergeOptions options = MergeFor("generic");
    options.copy = copy;
    const Said said = MergedOrders(files, options);
    EXPECT_THAT(said.orders, ElementsAre(order));
    EXPECT_THAT(said.warnings, IsEmpty());
  }
}

void ExpectDropped(const Files& files, const std::string& why) {
  const Said said = MergedOrders(files);
  EXPECT_THAT(said.orders, ElementsAre(IsEmpty()));
  EXPECT_THAT(said.warnings, ElementsAre(Dropped(why)));
}

TEST(RowOrders, OfFilesThatFollowEachOther) {
  ExpectKept({Numbers("[1, 2, 2]"), Numbers("[2, 3]"), Numbers("[9]")}, {By(0)});
  ExpectKept({Numbers("[9, 4]", {By(0, true)}), Numbers("[4, -1]", {By(0, true)})}, {By(0, true)});
}

TEST(RowOrders, OfFilesThatDoNot) {
  ExpectDropped({Numbers("[1, 3]"), Numbers("[2, 4]")}, kNotSorted);
  ExpectDropped({Numbers("[4, 5]"), Numbers("[1, 2]")}, kNotSorted);
  ExpectDropped({Numbers("[1, 2]", {By(0, true)}), Numbers("[3, 4]", {By(0, true)})}, kNotSorted);
}

// Its footer has the bounds of a file that fits.
TEST(RowOrders, OneLieAmongManyIsNotSpread) {
  ExpectDropped({Numbers("[1, 2]"), Numbers("[3, 5, 4, 6]"), Numbers("[7, 8]")}, kNotSorted);
}

TEST(RowOrders, AreWhatAllSourcesBeginWith) {
  const std::string none = "the row groups that became one do not name the same columns";
  ExpectDropped({Numbers("[1]"), Numbers("[2]", {})}, none);
  ExpectDropped({Numbers("[1]"), Numbers("[1]", {By(0, true)})}, none);
  ExpectDropped({Numbers("[1]"), Numbers("[1]", {By(0, false, true)})}, none);
  EXPECT_THAT(MergedOrders({Numbers("[1]", {}), Numbers("[2]", {})}).warnings, IsEmpty());
}

std::vector<JsonColumn> Pairs(const std::string& a, const std::string& b) {
  return {{"a", arrow::int32(), a}, {"b", arrow::utf8(), b}};
}

TEST(RowOrders, OfSeveralColumns) {
  const RowOrder both{By(0), By(1)};
  const BufferPtr first = Sorted(Pairs("[1, 1, 2]", R"(["a", "b", "c"])"), both);
  ExpectKept({first, Sorted(Pairs("[2, 3]", R"(["c", "a"])"), both)}, both);
  // Equal at the seam in the first one, the second begins anew.
  Said said = MergedOrders({first, Sorted(Pairs("[2, 3]", R"(["b", "a"])"), both)});
  EXPECT_THAT(said.orders, ElementsAre(RowOrder{By(0)}));
  EXPECT_THAT(said.warnings, ElementsAre(std::string("sorting_columns shortened: ") + kNotSorted));
  // One source names the first column alone.
  said = MergedOrders({first, Sorted(Pairs("[3, 3]", R"(["a", "z"])"), {By(0)})});
  EXPECT_THAT(said.orders, ElementsAre(RowOrder{By(0)}));
  EXPECT_THAT(said.warnings,
              ElementsAre("sorting_columns shortened: the row groups that became one do not name "
                          "the same columns"));
  // The second is in order, and says nothing without the first.
  said = MergedOrders({Sorted(Pairs("[1, 3]", R"(["a", "b"])"), both),
                       Sorted(Pairs("[2, 4]", R"(["c", "d"])"), both)});
  EXPECT_THAT(said.orders, ElementsAre(IsEmpty()));
  // By the second, then the first.
  const RowOrder turned{By(1), By(0, true)};
  ExpectKept({Sorted(Pairs("[3, 2]", R"(["a", "a"])"), turned),
              Sorted(Pairs("[2, 9]", R"(["a", "b"])"), turned)},
             turned);
}

TEST(RowOrders, NullsStandAtTheirEnd) {
  const RowOrder first{By(0, false, true)}, last{By(0, false, false)};
  ExpectKept({Numbers("[null, null, 1]", first), Numbers("[1, 2]", first)}, first);
  ExpectDropped({Numbers("[1, 2]", first), Numbers("[null, 3]", first)}, kNotSorted);
  ExpectKept({Numbers("[1, 2]", last), Numbers("[3, null]", last), Numbers("[null]", last)}, last);
  ExpectDropped({Numbers("[1, null]", last), Numbers("[2, 3]", last)}, kNotSorted);
  ExpectDropped({Numbers("[null]", last), Numbers("[2, 3]", last)}, kNotSorted);
  ExpectDropped({Numbers("[null, 3]", first), Numbers("[2, 4]", first)}, kNotSorted);
  // As the format has it, wherever values descend.
  const RowOrder down{By(0, true, true)};
  ExpectKept({Numbers("[null, 3]", down), Numbers("[3, 1]", down)}, down);
  // Rows that are equal because both are null.
  const RowOrder both{By(0, false, true), By(1)};
  ExpectKept({Sorted(Pairs("[null, null]", R"(["a", "c"])"), both),
              Sorted(Pairs("[null, 1]", R"(["d", "a"])"), both)},
             both);
  EXPECT_THAT(MergedOrders({Sorted(Pairs("[null, null]", R"(["a", "c"])"), both),
                            Sorted(Pairs("[null, 1]", R"(["b", "a"])"), both)})
                  .orders,
              ElementsAre(RowOrder{By(0, false, true)}));
  // Rows that are apart because one is null.
  const RowOrder behind{By(0), By(1)};
  ExpectKept({Sorted(Pairs("[1, null]", R"(["b", "a"])"), behind),
              Sorted(Pairs("[null]", R"(["b"])"), behind)},
             behind);
}

BufferPtr One(const std::shared_ptr<arrow::DataType>& type, const std::string& values) {
  return Sorted({{"v", type, values}}, {By(0)});
}

TEST(RowOrders, AreThoseOfTheFormatForEachType) {
  const RowOrder order{By(0)};
  ExpectKept({One(arrow::uint32(), "[1, 2000000000]"), One(arrow::uint32(), "[4000000000]")},
             order);
  ExpectDropped({One(arrow::int32(), "[1]"), One(arrow::int32(), "[-1]")}, kNotSorted);
  ExpectKept({One(arrow::utf8(), R"(["", "a", "z"])"), One(arrow::utf8(), R"(["z", "za", "é"])")},
             order);
  ExpectDropped({One(arrow::utf8(), R"(["é"])"), One(arrow::utf8(), R"(["z"])")}, kNotSorted);
  ExpectKept({One(arrow::boolean(), "[false, true]"), One(arrow::boolean(), "[true]")}, order);
  ExpectDropped({One(arrow::boolean(), "[true]"), One(arrow::boolean(), "[false]")}, kNotSorted);
  const auto decimal = arrow::decimal128(30, 1);
  ExpectKept({One(decimal, R"(["-12345678901234567890.5", "-1.0"])"), One(decimal, R"(["0.5"])")},
             order);
  ExpectDropped({One(decimal, R"(["0.5"])"), One(decimal, R"(["-0.5"])")}, kNotSorted);
  ExpectKept({One(arrow::fixed_size_binary(2), R"(["ab", "zz"])"),
              One(arrow::fixed_size_binary(2), R"(["zz"])")},
             order);
  ExpectKept({One(arrow::float32(), "[-1.5, -0.0]"), One(arrow::float32(), "[0.0, 1.5]")}, order);
  // Zeros are equal.
  ExpectKept({One(arrow::float64(), "[0.0]"), One(arrow::float64(), "[-0.0, 2]")}, order);
  ExpectDropped({One(arrow::float64(), "[1.5]"), One(arrow::float64(), "[2.5, NaN]")},
                "a value is NaN");
  ExpectDropped({One(arrow::float64(), "[NaN]"), One(arrow::float64(), "[2.5]")}, "a value is NaN");
}

TEST(RowOrders, ZerosThatAreEqualDoNotBeginAnew) {
  const RowOrder both{By(0), By(1)};
  const auto row = [&](const std::string& zero, const std::string& text) {
    return Sorted({{"a", arrow::float64(), zero}, {"b", arrow::utf8(), text}}, both);
  };
  ExpectKept({row("[0.0]", R"(["a"])"), row("[-0.0]", R"(["b"])")}, both);
  EXPECT_THAT(MergedOrders({row("[0.0]", R"(["b"])"), row("[-0.0]", R"(["a"])")}).orders,
              ElementsAre(RowOrder{By(0)}));
}

TEST(RowOrders, OfWhatHasNone) {
  const auto list = arrow::list(arrow::int32());
  ExpectDropped({One(list, "[[1]]"), One(list, "[[2]]")}, "a column is inside of a list");
  const BufferPtr interval = WithFooter(
      One(arrow::fixed_size_binary(12), R"(["abcdefghijkl"])"),
      [](FileMetaData& footer) { footer.schema[1].converted_type = ConvertedType::kInterval; });
  ExpectDropped({interval, interval}, "values of that type have no order");
}

// More than a page, a batch, a dictionary.
TEST(RowOrders, AcrossPages) {
  std::string low = "[", high = "[", wrong = "[";
  for (int i = 0; i < 50'000; ++i) {
    const char* comma = i > 0 ? "," : "";
    low += comma + ("\"" + std::to_string(1'000'000 + i / 3) + "\"");
    high += comma + ("\"" + std::to_string(2'000'000 + i / 3) + "\"");
    wrong += comma + ("\"" + std::to_string(i == 49'990 ? 2'000'000 : 2'000'000 + i / 3) + "\"");
  }
  ExpectKept({One(arrow::utf8(), low + "]"), One(arrow::utf8(), high + "]")}, {By(0)});
  ExpectDropped({One(arrow::utf8(), low + "]"), One(arrow::utf8(), wrong + "]")}, kNotSorted);
}

// The last value of a batch is held against the first of the next one.
TEST(RowOrders, AtEachSeam) {
  constexpr int kRows = 10'000;
  // 2, 2, ... 1, 1, ...: only one row is not in order.
  const auto with_step = [](int step) {
    std::string values = "[2";
    for (int i = 1; i < kRows; ++i) values += i < step ? ",2" : ",1";
    return values + "]";
  };
  std::string ascending = "[0";
  for (int i = 1; i < kRows; ++i) ascending += "," + std::to_string(i);
  ascending += "]";
  const std::string end = "[" + std::to_string(kRows) + "]";
  ExpectKept({Numbers(ascending), Numbers(end)}, {By(0)});
  for (const int step : {1, 4095, 4096, 4097, 8192, kRows - 1}) {
    SCOPED_TRACE(step);
    ExpectDropped({Numbers(with_step(step)), Numbers(end)}, kNotSorted);
  }
}

TEST(RowOrders, ColumnsHaveTheNumbersOfTheOutput) {
  const Files files{
      Sorted({{"x", arrow::int32(), "[5, 4]"}, {"n", arrow::int64(), "[1, 2]"}}, {By(1)}),
      Sorted({{"n", arrow::int64(), "[3, 4]"}, {"x", arrow::int32(), "[3, 2]"}}, {By(0)})};
  MergeOptions options = MergeFor("generic");
  Said said = MergedOrders({files[0], files[0]}, options);  // they overlap
  EXPECT_THAT(said.orders, ElementsAre(IsEmpty()));
  const TableColumns table{{"n", "bigint"}, {"x", "int"}};
  const auto merged = MergeBuffers(files, options, table);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->footers[0].row_groups[0].sorting_columns, RowOrder{By(0)});
  options.row_group_size = 1;
  const auto copied = MergeBuffers(files, options, table);
  ASSERT_TRUE(copied.ok()) << copied.status();
  ASSERT_EQ(copied->footers[0].row_groups.size(), 2u);
  for (const RowGroup& group : copied->footers[0].row_groups) {
    EXPECT_EQ(group.sorting_columns, RowOrder{By(0)});
  }
}

// It is the same promise about the same rows.
TEST(RowOrders, OfARowGroupThatIsCopiedIsWhatItsSourceSays) {
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 1;
  const RowOrder lie{By(0, true)};
  const Said said =
      MergedOrders({Numbers("[1, 2]"), Numbers("[3, 4]", lie), Numbers("[5]", {})}, options);
  EXPECT_THAT(said.orders, ElementsAre(RowOrder{By(0)}, lie, IsEmpty()));
  EXPECT_THAT(said.warnings, IsEmpty());
  // Encoded anew, the values are there to be looked at.
  options.copy = false;
  const Said encoded =
      MergedOrders({Numbers("[1, 2]"), Numbers("[3, 4]", lie), Numbers("[5]", {})}, options);
  EXPECT_THAT(encoded.orders, ElementsAre(RowOrder{By(0)}, IsEmpty(), IsEmpty()));
}

TEST(RowOrders, ByColumnsThatAreNotThere) {
  const std::string why = "they name columns that are not there";
  for (const int32_t column : {1, -1}) {
    const BufferPtr bad = WithFooter(Numbers("[1, 2]"), [&](FileMetaData& footer) {
      footer.row_groups[0].sorting_columns = RowOrder{By(0), By(column)};
    });
    ExpectDropped({bad, bad}, why);
    MergeOptions options = MergeFor("generic");
    options.row_group_size = 1;
    const Said said = MergedOrders({bad, Numbers("[3]")}, options);
    EXPECT_THAT(said.orders, ElementsAre(IsEmpty(), RowOrder{By(0)}));
    EXPECT_THAT(said.warnings, ElementsAre(Dropped(why)));
  }
}

// Columns `a` and `b` of a file, as if they had been merged for a row group of so many rows.
class ProvenOrders : public ::testing::Test {
 protected:
  Result<ProvenOrder> Prove(const BufferPtr& file, int64_t rows) {
    PQ_ASSIGN(const auto footers, FootersOf({file}));
    PQ_ASSIGN(const auto sets, GroupFiles({file}));
    const std::vector<MergeInput> inputs{{"file", footers.data()}};
    MergeOptions options = MergeFor("generic");
    options.encode.pool = &pool_;
    MergeSetup setup(inputs, sets[0], options);
    PQ_RETURN_NOT_OK(setup.Prepare());
    const auto bytes = std::make_shared<HeldBytes>(arrow::default_memory_pool());
    PQ_RETURN_NOT_OK(
        bytes->Write(file->data() + HeldBytes::kBegin, file->size() - HeldBytes::kBegin));
    std::vector<HeldColumn> columns(2);
    for (size_t i = 0; i < 2; ++i) {
      columns[i].chunk = footers[0].row_groups[0].columns[i];
      columns[i].bytes = bytes;
    }
    return ProveOrder(setup, {By(0), By(1)}, rows, columns);
  }

  CappedPool pool_{arrow::default_memory_pool(), kMiB};
};

TEST_F(ProvenOrders, OfColumnsThatHaveOtherRowsAreRefused) {
  const BufferPtr file = FileOf(TableFrom(Pairs("[1, 1, 2]", R"(["a", "b", "a"])")));
  const RowOrder both{By(0), By(1)};
  EXPECT_EQ(Prove(file, 3).ValueOrDie().by, both);
  for (const int64_t rows : {2, 4}) {
    const Status refused = Prove(file, rows).status();
    EXPECT_EQ(CodeOf(refused), ErrorCode::kInternal);
    EXPECT_EQ(refused.message(),
              "order of column a: a merged column has other rows than its row group");
  }
  // One that is in no order is not read to its end.
  const BufferPtr wrong = FileOf(TableFrom(Pairs("[2, 1, 2]", R"(["a", "b", "a"])")));
  EXPECT_EQ(Prove(wrong, 4).ValueOrDie().why, kNotSorted);
}

// A bit a row: more than there is memory for, and beyond 2^26 rows not even asked for.
TEST_F(ProvenOrders, TakeNoMemoryWithoutAnEnd) {
  const BufferPtr file = FileOf(TableFrom(Pairs("[1, 1, 2]", R"(["a", "b", "a"])")));
  EXPECT_EQ(CodeOf(Prove(file, int64_t{1} << 26).status()), ErrorCode::kTooLarge);
  EXPECT_EQ(CodeOf(Prove(file, (int64_t{1} << 26) + 1).status()), ErrorCode::kInternal);
  EXPECT_EQ(pool_.bytes_allocated(), 0);
}

}  // namespace
}  // namespace pqpack::testing

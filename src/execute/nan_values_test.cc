// SPDX-License-Identifier: Apache-2.0
//
// A chunk with a NaN has no bounds in the output, in any way that values are encoded anew; one
// without keeps them, and so do counts of nulls.
#include "execute/nan_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <tuple>

#include "execute/rewrite_testing.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using parquet::Repetition;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(HasNaN, OfEachType) {
  const float floats[] = {1, -0.0F, std::numeric_limits<float>::infinity(),
                          static_cast<float>(kNaN)};
  EXPECT_TRUE(HasNaN(floats, 4, false));
  EXPECT_FALSE(HasNaN(floats, 3, false));
  const double doubles[] = {1, -kNaN};
  EXPECT_TRUE(HasNaN(doubles, 2, false));
  EXPECT_FALSE(HasNaN(doubles, 1, false));
  const int64_t bits[] = {0x7ff8000000000000};
  EXPECT_FALSE(HasNaN(bits, 1, false));
  const std::array<uint8_t, 2> infinity = {0x00, 0xfc}, nan = {0x01, 0x7c};
  const parquet::FixedLenByteArray halves[] = {parquet::FixedLenByteArray(infinity.data()),
                                               parquet::FixedLenByteArray(nan.data())};
  EXPECT_TRUE(HasNaN(halves, 2, true));
  EXPECT_FALSE(HasNaN(halves, 1, true));
  EXPECT_FALSE(HasNaN(halves, 2, false));
}

// Two row groups; in the first one each column has a NaN but `good`.
BufferPtr File(bool dictionary) {
  static constexpr std::array<uint8_t, 2> kOne = {0x00, 0x3c}, kHalfNaN = {0x00, 0x7e};
  const NodePtr half =
      PrimitiveNode::Make("half", Repetition::REQUIRED, parquet::LogicalType::Float16(),
                          parquet::Type::FIXED_LEN_BYTE_ARRAY, 2);
  const auto fill = [](bool nan) {
    return [nan](parquet::RowGroupWriter* out) {
      const double odd = nan ? kNaN : 3;
      WriteColumn<parquet::DoubleType>(out, {1, 1, 0, 1}, {}, {5, odd, 7});
      WriteColumn<parquet::FloatType>(out, {}, {}, {5, static_cast<float>(odd), 7, 8});
      const parquet::FixedLenByteArray one(kOne.data()), other((nan ? kHalfNaN : kOne).data());
      WriteColumn<parquet::FLBAType>(out, {}, {}, {one, other, one, one});
      WriteColumn<parquet::DoubleType>(out, {}, {}, {5, 6, 7, 8});
    };
  };
  parquet::WriterProperties::Builder settings;
  if (!dictionary) settings.disable_dictionary();
  return WriteFile(
      Root({PrimitiveNode::Make("double", Repetition::OPTIONAL, parquet::Type::DOUBLE),
            PrimitiveNode::Make("float", Repetition::REQUIRED, parquet::Type::FLOAT), half,
            PrimitiveNode::Make("good", Repetition::REQUIRED, parquet::Type::DOUBLE)}),
      {fill(true), fill(false)}, settings.build());
}

class ChunksWithNaN : public ::testing::TestWithParam<std::tuple<const char*, bool>> {};

TEST_P(ChunksWithNaN, HaveNoBounds) {
  const auto [target, dictionary] = GetParam();
  RewriteOptions options = OptionsFor(target);
  const auto rewritten = RewriteBytes(File(dictionary), options);
  ASSERT_TRUE(rewritten.ok()) << rewritten.status();
  ExpectEqualData(File(dictionary), rewritten->file);
  for (size_t g = 0; g < 2; ++g) {
    for (size_t i = 0; i < 4; ++i) {
      const ColumnChunk& chunk = rewritten->footer.row_groups[g].columns[i];
      const bool bounds = g == 1 || i == 3;
      ASSERT_TRUE(chunk.meta_data->statistics);
      const Statistics& said = *chunk.meta_data->statistics;
      EXPECT_EQ(said.HasBounds(), bounds) << g << i;
      EXPECT_EQ(said.null_count, i == 0 ? 1 : 0) << g << i;
      EXPECT_EQ(said.is_min_value_exact.has_value(), bounds && said.is_max_value_exact.has_value());
      EXPECT_EQ(chunk.column_index_offset.has_value(), bounds && options.target->page_index);
      EXPECT_EQ(chunk.offset_index_offset.has_value(), options.target->page_index);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, ChunksWithNaN,
                         ::testing::Combine(::testing::Values("generic", "snowflake"),
                                            ::testing::Bool()));

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Wide files: what is held back while columns are written in parallel.
#include "execute/memory_estimate.h"

#include <arrow/io/memory.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <limits>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using parquet::DoubleType;
using parquet::Repetition;
using parquet::WriterProperties;
using parquet::schema::PrimitiveNode;

// Each value of each column is another one: the largest dictionaries there are.
BufferPtr WideFile(int columns, int rows, bool dictionary) {
  WriterProperties::Builder properties;
  if (!dictionary) properties.disable_dictionary();
  parquet::schema::NodeVector fields;
  for (int i = 0; i < columns; ++i) {
    fields.push_back(
        PrimitiveNode::Make("c" + std::to_string(i), Repetition::REQUIRED, parquet::Type::DOUBLE));
  }
  std::vector<double> values(static_cast<size_t>(rows));
  return WriteFile(Root(fields), {[&](parquet::RowGroupWriter* out) {
                     for (int i = 0; i < columns; ++i) {
                       std::iota(values.begin(), values.end(), 1e9 * i);
                       WriteColumn<DoubleType>(out, {}, {}, values);
                     }
                   }},
                   properties.build());
}

TEST(WideFiles, DoNotTakeTheWholeBudget) {
  for (const bool dictionary : {false, true}) {
    for (const int rows : {200, 2500}) {
      const BufferPtr file = WideFile(1000, rows, dictionary);
      const auto footer = FooterOf(file);
      ASSERT_TRUE(footer.ok()) << footer.status();
      for (const int width : {1, 4}) {
        Executor executor(width);
        RewriteOptions options = OptionsFor("snowflake");
        options.width = width;
        options.executor = &executor;
        options.memory = EstimateMemory(*footer, options);
        EXPECT_LE(options.memory, width == 1 ? 6 * kMiB : 44 * kMiB);
        EXPECT_EQ(GoesParallel(footer->row_groups[0], options), width > 1);
        CappedPool pool(arrow::default_memory_pool(), options.memory);
        options.pool = &pool;
        const auto result = RewriteBytes(file, options);
        ASSERT_TRUE(result.ok()) << result.status();
        EXPECT_EQ(result->receipt.row_group_rows, std::vector<int64_t>{rows});
        EXPECT_EQ(result->receipt.rows, rows);
      }
    }
  }
}

TEST(WideFiles, GoOneByOneWhereMemoryIsShort) {
  const BufferPtr file = WideFile(1000, 5000, true);
  const auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  RewriteOptions options = OptionsFor("snowflake");
  options.width = 4;
  options.memory = 32 * kMiB;
  EXPECT_FALSE(GoesParallel(footer->row_groups[0], options));
  EXPECT_LE(EstimateMemory(*footer, options), 6 * kMiB);
}

// Footers of many row groups take memory as well: it is outside of the pool, but counts.
TEST(WideFiles, EachChunkOfTheFooterCounts) {
  auto footer = FooterOf(WideFile(100, 10, true));
  ASSERT_TRUE(footer.ok()) << footer.status();
  for (const auto& [target, bytes] : {std::pair{"snowflake", 3 * kKiB}, {"generic", 4 * kKiB}}) {
    const RewriteOptions options = OptionsFor(target);
    const int64_t one = EstimateMemory(*footer, options);
    footer->row_groups.resize(1001, footer->row_groups[0]);
    EXPECT_EQ(EstimateMemory(*footer, options) - one, 100'000 * bytes);
    footer->row_groups.resize(1);
  }
}

// The first column is read only once all the others that may run ahead were.
class FirstColumnLast : public BytesFile {
 public:
  FirstColumnLast(const BufferPtr& file, const FileMetaData& footer, int ahead)
      : BytesFile(file),
        first_(footer.row_groups[0].columns[0].meta_data->pages().offset),
        left_(ahead) {}

  using BytesFile::ReadAt;
  Result<BufferPtr> ReadAt(int64_t position, int64_t bytes) override {
    std::unique_lock lock(mutex_);
    if (position == first_) {
      changed_.wait(lock, [&] { return left_ <= 0; });
    } else {
      --left_;
      changed_.notify_all();
    }
    return BytesFile::ReadAt(position, bytes);
  }

 private:
  const int64_t first_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int left_;
};

TEST(WideFiles, AStalledColumnLetsOthersRunAheadWithinTheEstimate) {
  const BufferPtr file = WideFile(300, 10000, true);
  const auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  Executor executor(2);
  RewriteOptions options = OptionsFor("generic");  // which hashes values for its dictionaries
  options.width = 2;
  options.executor = &executor;
  options.memory = EstimateMemory(*footer, options);
  CappedPool pool(arrow::default_memory_pool(), options.memory);
  options.pool = &pool;

  const std::vector<int64_t> held = HeldMemory(footer->row_groups[0], options);
  const int64_t window = MemoryFor(footer->row_groups[0], options).window;
  const auto ahead = static_cast<int>(window / held[0]) - 1;
  ASSERT_GT(ahead, 2);
  ASSERT_LT(ahead, 100);
  const auto plan = PlanRewrite(*footer, options);
  const auto sink = *arrow::io::BufferOutputStream::Create();
  const auto source = std::make_shared<FirstColumnLast>(file, *footer, ahead);
  const auto receipt = Rewrite(source, *footer, *plan, sink, options);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_GT(pool.max_memory(), window / 4);
  ExpectEqualData(file, *sink->Finish());
}

// Found by fuzzing: what a footer may say overflows where it is only added up.
TEST(EstimateMemory, HoldsForNumbersThatNoFileHas) {
  const auto footer = FooterOf(WideFile(2, 10, true));
  ASSERT_TRUE(footer.ok()) << footer.status();
  const RewriteOptions options = OptionsFor("snowflake");
  const int64_t honest = EstimateMemory(*footer, options);
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const auto& [dictionary, data] :
       {std::pair(kLeast, kMost), std::pair(kMost, kLeast), std::pair(int64_t{0}, kMost)}) {
    FileMetaData lying = *footer;
    for (ColumnChunk& chunk : lying.row_groups[0].columns) {
      chunk.meta_data->dictionary_page_offset = dictionary;
      chunk.meta_data->data_page_offset = data;
    }
    const int64_t estimate = EstimateMemory(lying, options);
    EXPECT_GE(estimate, honest / 2) << dictionary;
    EXPECT_LE(estimate, 2 * honest) << dictionary;
  }
}

}  // namespace
}  // namespace pqpack::testing

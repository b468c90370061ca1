// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_memory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

// A task asks for what it needs and gets no more: then its row groups are what they would be with
// all memory that there is, and one of middling size is merged and not copied.
TEST(MergeMemory, OfASmallTaskDoesNotMakeItsRowGroupsSmaller) {
  std::string values = "[0";
  for (int64_t i = 1; i < 20'000; ++i) values += "," + std::to_string(i * 7919);
  const BufferPtr file = FileOf(TableFrom({{"a", arrow::int64(), values + "]"}}));
  const Files files(40, file);
  const auto footers = FootersOf(files);
  const auto sets = GroupFiles(files);
  ASSERT_TRUE(footers.ok() && sets.ok());
  std::vector<MergeInput> inputs;
  for (const FileMetaData& footer : *footers) inputs.push_back({"a file", &footer});
  MergeOptions options = MergeFor("generic");
  options.target_file_size = 128 * kMiB;
  options.encode.memory = kGiB;
  const MergeSet& set = sets->front();
  EXPECT_EQ(AimOf(inputs, set, options).bytes, 128 * kMiB);
  options.encode.memory = MergeMemory(inputs, set, options);
  EXPECT_LT(options.encode.memory, 128 * kMiB);
  EXPECT_EQ(AimOf(inputs, set, options).bytes, 128 * kMiB);
  options.encode.memory -= 8 * kMiB;
  EXPECT_LT(AimOf(inputs, set, options).bytes, 128 * kMiB);
}

}  // namespace
}  // namespace pqpack::testing

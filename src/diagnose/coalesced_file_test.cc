// SPDX-License-Identifier: Apache-2.0
#include "diagnose/coalesced_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;

const Uri kFile{Scheme::kMemory, "b", "x.parquet"};
constexpr CoalesceOptions kOptions{.whole = 100, .gap = 10, .most = 50};

TEST(Coalesce, JoinsWhatIsNear) {
  EXPECT_THAT(Coalesce({{0, 5}, {15, 5}, {31, 5}}, 1000, kOptions),
              ElementsAre(ByteRange{0, 20}, ByteRange{31, 5}));
}

TEST(Coalesce, SortsAndPassesOverWhatIsInside) {
  EXPECT_THAT(Coalesce({{40, 10}, {0, 30}, {5, 5}}, 1000, kOptions), ElementsAre(ByteRange{0, 50}));
}

TEST(Coalesce, NoRequestGetsLargerThanAllowedByJoining) {
  EXPECT_THAT(Coalesce({{0, 30}, {30, 30}, {100, 70}}, 1000, kOptions),
              ElementsAre(ByteRange{0, 30}, ByteRange{30, 30}, ByteRange{100, 70}));
}

TEST(Coalesce, PlacesOutsideAreLeftOutOrCut) {
  EXPECT_THAT(Coalesce({{-5, 10}, {990, 20}, {1000, 5}, {3, 0}, {7, -1}}, 1000, kOptions),
              ElementsAre(ByteRange{990, 10}));
}

class CoalescedFileTest : public ::testing::Test {
 protected:
  CoalescedFile Open(int64_t size) {
    std::string bytes;
    for (int64_t i = 0; i < size; ++i) bytes += static_cast<char>(i % 251);
    auto writer = store_.Create(kFile, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
    EXPECT_TRUE(writer->Append(AsBytes(bytes)).ok());
    const ObjectInfo object = writer->Finish().ValueOrDie();
    bytes_ = std::move(bytes);
    return {store_, object, kOptions, nullptr};
  }
  void Expect(CoalescedFile& file, int64_t offset, int64_t length) {
    const auto read = file.ReadAt(offset, length).ValueOrDie();
    EXPECT_EQ(read->ToString(),
              bytes_.substr(static_cast<size_t>(offset), static_cast<size_t>(length)));
  }
  int64_t reads() { return counters_.Snapshot()["Read"].requests; }

  RequestCounters counters_;
  MemoryStore store_{{"b"}, &counters_};
  std::string bytes_;
};

TEST_F(CoalescedFileTest, ASmallObjectIsOneRead) {
  auto file = Open(100);
  Expect(file, 80, 20);  // the tail, as readers of footers begin
  Expect(file, 0, 10);
  ASSERT_TRUE(file.Fetch({{5, 10}, {60, 10}}).ok());
  Expect(file, 60, 10);
  EXPECT_EQ(reads(), 1);
}

TEST_F(CoalescedFileTest, PlacesThatWereFetchedCostNothingMore) {
  auto file = Open(1000);
  Expect(file, 900, 100);
  ASSERT_TRUE(file.Fetch({{10, 5}, {20, 5}, {500, 5}, {950, 5}}).ok());
  EXPECT_EQ(reads(), 3) << "the tail, two places that are near, one that is not";
  Expect(file, 20, 5);
  Expect(file, 10, 15);
  Expect(file, 500, 5);
  Expect(file, 950, 5);
  EXPECT_EQ(reads(), 3);
  EXPECT_EQ(file.bytes_held(), 100 + 15 + 5);
  Expect(file, 498, 5);
  EXPECT_EQ(reads(), 4) << "only in part held";
  ASSERT_TRUE(file.Fetch({}).ok());
  EXPECT_EQ(file.bytes_held(), 100) << "the tail stays";
}

TEST_F(CoalescedFileTest, IsShortOnlyAtTheEnd) {
  auto file = Open(1000);
  EXPECT_EQ(file.ReadAt(995, 100).ValueOrDie()->size(), 5);
  EXPECT_EQ(file.ReadAt(2000, 100).ValueOrDie()->size(), 0);
  EXPECT_FALSE(file.ReadAt(-1, 1).ok());
}

}  // namespace
}  // namespace pqpack

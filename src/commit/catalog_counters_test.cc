// SPDX-License-Identifier: Apache-2.0
#include "commit/catalog_counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commit/compaction_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kept = MemoryCatalog::Kept;

class CatalogCounters : public ::testing::Test {
 protected:
  CatalogCounters() {
    catalog_.Keep({{{}, {9, 90}}, {{"1"}, {3, 30}}, {{"2"}, {3, 30}}});
    Put(store_, At("t/p=1/a"), "12345");
    Put(store_, At("t/p=1/deep/b"), "1234567");
    Put(store_, At("t/p=1/_hidden"), "1");
    Put(store_, At("t/p=2/_pqpack/lock"), "1");  // of who waits for the place
    Put(store_, At("t/p=2/c"), "123");
    // Two groups of one partition, one of another, and the table.
    list_.groups = {Of("1"), Of("1"), Of("2"), {}};
    list_.groups[3].counters = {{}, At("t/"), At("t/")};
    list_.table = "d.t";
    list_.catalog_id = "123456789012";
  }

  Uri At(const std::string& key) const { return {Scheme::kMemory, "b", key}; }
  PublishGroup Of(const std::string& value) const {
    const Uri place = At("t/p=" + value + "/");
    PublishGroup group;
    group.files = {{{}, place.Child("a")}};
    group.counters = {{value}, place, place};
    return group;
  }
  Status Correct(Catalog* catalog, const std::vector<GroupFailure>& failed = {},
                 bool table_led = false, const Status& ours = Status::OK()) {
    PublishContext context{store_, store_, executor_};
    context.catalog = catalog;
    return CorrectCatalogCounters(list_, failed, table_led, {At("t/"), RunId(1)}, context, events_,
                                  [&] { return ours; });
  }
  std::vector<std::string> Warnings() const {
    std::vector<std::string> all;
    for (const Warning& warning : events_.Of<Warning>()) all.push_back(warning.message);
    return all;
  }

  MemoryStore store_{{"b"}};
  Executor executor_{1};
  Events events_;
  MemoryCatalog catalog_{"d.t", {{{"1"}, At("t/p=1/")}, {{"2"}, At("t/p=2/")}}};
  PublishList list_;
};

TEST_F(CatalogCounters, AreWhatIsFoundThere) {
  EXPECT_EQ(Correct(&catalog_), Status::OK());
  EXPECT_EQ(catalog_.kept(), (Kept{{{"1"}, {2, 12}}, {{"2"}, {1, 3}}}));
  EXPECT_THAT(Warnings(), ElementsAre());
}

TEST_F(CatalogCounters, OfAPartitionOfWhichOneGroupIsDone) {
  EXPECT_EQ(Correct(&catalog_, {{0, Status::OK()}, {2, Status::OK()}}), Status::OK());
  EXPECT_EQ(catalog_.kept(), (Kept{{{"1"}, {2, 12}}, {{"2"}, {3, 30}}}));
}

TEST_F(CatalogCounters, OfWhatIsAsItWasStay) {
  const Kept before = catalog_.kept();
  EXPECT_EQ(Correct(&catalog_, {{0, Status::OK()}, {1, Status::OK()}, {2, Status::OK()}}),
            Status::OK());
  EXPECT_EQ(catalog_.kept(), before);
}

TEST_F(CatalogCounters, OfATableThatIsLedWentWithIt) {
  list_.groups[3].change = {{}, At("t/"), At("u/")};
  EXPECT_EQ(Correct(&catalog_, {}, /*table_led=*/true), Status::OK());
  EXPECT_TRUE(catalog_.kept().contains({}));
  EXPECT_EQ(Correct(&catalog_, {{3, Status::OK()}}, /*table_led=*/false), Status::OK());
  EXPECT_FALSE(catalog_.kept().contains({}));
}

TEST_F(CatalogCounters, OfAPartitionThatIsLedElsewhereByNowStayAndAreTold) {
  catalog_.Replace({"2"}, At("third/"));
  EXPECT_EQ(Correct(&catalog_), Status::OK());
  EXPECT_EQ(catalog_.kept(), (Kept{{{"1"}, {2, 12}}, {{"2"}, {3, 30}}}));
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("may be untrue: led to memory://b/third/")));
}

TEST_F(CatalogCounters, WithoutTheirCatalogAreTold) {
  MemoryCatalog other("d.other", {});
  const Kept before = catalog_.kept();
  EXPECT_EQ(Correct(nullptr), Status::OK());
  EXPECT_EQ(Correct(&other), Status::OK());
  EXPECT_EQ(catalog_.kept(), before);
  const auto told = AllOf(HasSubstr("of d.t are untrue in 3 places"), HasSubstr(RunId(1)),
                          HasSubstr("pqpack recover memory://b/t/ --database-name d "
                                    "--table-name t --catalog-id 123456789012"));
  EXPECT_THAT(Warnings(), ElementsAre(told, told));
}

TEST_F(CatalogCounters, AreLeftToWhoCompletesTheRun) {
  const Kept before = catalog_.kept();
  const Status gone = Error(ErrorCode::kSourceChanged, "somebody else went on");
  EXPECT_EQ(Correct(&catalog_, {}, false, gone), gone);
  TickingCatalog stopped(&catalog_, [calls = 0]() mutable {
    return ++calls == 1 ? Status::OK() : Error(ErrorCode::kCancelled, "stopped");
  });
  EXPECT_EQ(CodeOf(Correct(&stopped)), ErrorCode::kCancelled);
  EXPECT_EQ(catalog_.kept(), before);
  EXPECT_THAT(Warnings(), ElementsAre());
}

TEST_F(CatalogCounters, OfAListWithoutThemAskNobody) {
  for (PublishGroup& group : list_.groups) group.counters = {};
  TickingCatalog asked(&catalog_, [] { return Error(ErrorCode::kInternal, "asked"); });
  EXPECT_EQ(Correct(&asked), Status::OK());
  EXPECT_THAT(Warnings(), ElementsAre());
}

}  // namespace
}  // namespace pqpack

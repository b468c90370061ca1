// SPDX-License-Identifier: Apache-2.0
//
// What happens to a table, and to its catalog, while the catalog is led elsewhere.
#include "commit/relocate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "commit/compaction_testing.h"
#include "commit/find_runs.h"
#include "commit/swap_record.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;

class Relocate : public ::testing::Test {
 protected:
  Status Compact(PublishMode mode) {
    return table_.Compact(store_, mode, RunId(1), TestLock(false), &report_);
  }
  Uri Old(const std::string& path) const { return table_.table().Child(path); }
  Uri New(const std::string& path) const { return table_.target().Child(path); }
  Uri Led(const std::string& partition) const {
    return table_.catalog().FindLocation({partition}).ValueOrDie();
  }
  bool Has(const Uri& uri) { return LookUp(store_, uri).ValueOrDie().has_value(); }

  // Dies while the catalog is led.
  void Die(PublishMode mode) {
    FaultStore counting(&store_, {});
    const TestTable other(Uri{Scheme::kMemory, "b", "other/"}, store_);
    ASSERT_EQ(other.Compact(counting, mode, RunId(1), TestLock(false)), Status::OK());
    for (int64_t n = counting.calls(); n > 0; --n) {
      MemoryStore store({"b"});
      const TestTable table(folder_, store);
      FaultStore dying(&store, {{{.kind = StoreFault::kCrash, .nth = n}}});
      ASSERT_FALSE(table.Compact(dying, mode, RunId(1), TestLock(false)).ok());
      const auto runs = FindRuns(store, table.table()).ValueOrDie().runs;
      if (runs.empty() || !runs[0].state || runs[0].state->phase != Phase::kSwitching) continue;
      FaultStore again(&store_, {{{.kind = StoreFault::kCrash, .nth = n}}});
      ASSERT_FALSE(table_.Compact(again, mode, RunId(1), TestLock(false)).ok());
      return;
    }
    FAIL() << "it never switched";
  }

  const Uri folder_{Scheme::kMemory, "b", "test/"};
  MemoryStore store_{{"b"}};
  TestTable table_{folder_, store_};
  PublishReport report_;
};

TEST_F(Relocate, WhatArrivesIsCarriedOverAndStays) {
  table_.on_tick = [&](int tick) {
    if (tick == 2) Put(store_, Old("p=1/new.parquet"), "200");
    if (tick == 8) Put(store_, Old("p=1/deep/newer"), "201");  // the catalog leads away by now
    if (tick == 9) Put(store_, Old("p=1/_hidden"), "202");
  };
  Rows all = table_.RowsByCatalog(store_);
  ASSERT_EQ(Compact(PublishMode::kSwap), Status::OK());
  EXPECT_EQ(report_.late, 2);
  all[200] = all[201] = 1;
  EXPECT_EQ(table_.RowsByCatalog(store_), all);
  EXPECT_TRUE(Has(New("p=1/new.parquet")) && Has(New("p=1/deep/newer")));
  EXPECT_TRUE(Has(Old("p=1/new.parquet")) && Has(Old("p=1/deep/newer")));
  EXPECT_FALSE(Has(New("p=1/_hidden")));
  std::pair<int64_t, int64_t> kept;  // of what has arrived, too
  for (const auto& [name, text] : VisibleFiles(store_, New("p=1/"))) {
    ++kept.first;
    kept.second += std::ssize(text);
  }
  EXPECT_EQ(table_.catalog().kept().at({"1"}), kept);
}

TEST_F(Relocate, WhatArrivesDuringAMoveIsCarriedOverAndStays) {
  table_.on_tick = [&](int tick) {
    if (tick == 2) Put(store_, Old("p=1/new.parquet"), "200");
  };
  ASSERT_EQ(Compact(PublishMode::kCatalogMove), Status::OK());
  EXPECT_EQ(table_.RowsByCatalog(store_)[200], 1);
  EXPECT_EQ(VisibleFiles(store_, table_.table()), (Files{{"p=1/new.parquet", "200"}}));
}

TEST_F(Relocate, APartitionWhoseOriginalsChangedIsLeft) {
  for (const PublishMode mode : {PublishMode::kSwap, PublishMode::kCatalogMove}) {
    MemoryStore store({"b"});
    TestTable table(folder_, store);
    table.on_tick = [&](int tick) {
      if (tick == 2) Put(store, table.table().Child("p=2/a.parquet"), "300");
      if (tick == 2) {
        const auto gone = store.Find(table.table().Child("p=3/b.parquet")).ValueOrDie();
        ASSERT_EQ(store.Delete(gone.id()), Status::OK());
      }
    };
    const Status done = table.Compact(store, mode, RunId(1), TestLock(false), &report_);
    EXPECT_EQ(CodeOf(done), ErrorCode::kSourceChanged);
    ASSERT_EQ(report_.failed.size(), 2U);
    EXPECT_THAT(report_.failed[0].why.message(), HasSubstr("p=2/a.parquet: replaced since"));
    EXPECT_THAT(report_.failed[1].why.message(), HasSubstr("p=3/b.parquet: deleted since"));
    const auto places = table.catalog().places();
    EXPECT_EQ(places.at({"1"}), table.target().Child("p=1/"));
    EXPECT_EQ(places.at({"2"}), table.table().Child("p=2/"));
    EXPECT_EQ(places.at({"3"}), table.table().Child("p=3/"));
    EXPECT_EQ(VisibleRows(store, places.at({"2"}))[300], 1);
  }
}

TEST_F(Relocate, AnOriginalThatIsReplacedInTheMomentKeepsItsNewRowsVisible) {
  table_.on_tick = [&](int tick) {
    if (tick != 5) return;
    Put(store_, Old("p=2/a.parquet"), "300");      // merged
    Put(store_, Old("p=2/large.parquet"), "301");  // carried along
  };
  EXPECT_EQ(CodeOf(Compact(PublishMode::kSwap)), ErrorCode::kSourceChanged);
  const Rows rows = table_.RowsByCatalog(store_);
  EXPECT_EQ(rows.at(300), 1);
  EXPECT_EQ(rows.at(301), 1);
  EXPECT_EQ(rows.at(100), 1);
}

TEST_F(Relocate, APartitionThatSomebodyLeadsElsewhereIsLeft) {
  const Uri third = folder_.Child("third/");
  Put(store_, third.Child("x"), "400");
  for (const int moment : {2, 5}) {
    MemoryStore store({"b"});
    TestTable table(folder_, store);
    table.on_tick = [&](int tick) {
      if (tick == moment) table.catalog().Replace({"2"}, third);
    };
    const Status done =
        table.Compact(store, PublishMode::kCatalogMove, RunId(1), TestLock(false), &report_);
    EXPECT_EQ(CodeOf(done), ErrorCode::kSourceChanged) << moment;
    EXPECT_THAT(done.message(), HasSubstr("third")) << moment;
    EXPECT_EQ(table.catalog().places().at({"2"}), third) << moment;
    EXPECT_EQ(VisibleFiles(store, table.table().Child("p=2/")).size(), 4U) << moment;
    EXPECT_TRUE(VisibleFiles(store, table.table().Child("p=1/")).empty()) << moment;
  }
}

TEST_F(Relocate, NothingIsDeletedThatTheCatalogStillLeadsTo) {
  table_.on_tick = [&](int tick) {
    if (tick == 9) table_.catalog().Replace({"1"}, Old("p=1/"));  // led back at once
  };
  EXPECT_EQ(CodeOf(Compact(PublishMode::kCatalogMove)), ErrorCode::kSourceChanged);
  EXPECT_EQ(VisibleFiles(store_, Old("p=1/")).size(), 3U);
  EXPECT_TRUE(VisibleFiles(store_, Old("p=2/")).empty());
  EXPECT_EQ(report_.removed, 7);
}

// Of the table, which stays where it is, they are dropped.
TEST_F(Relocate, WhatTheCatalogKeepsOfFilesIsWhatIsInTheNewPlaces) {
  for (const PublishMode mode : {PublishMode::kSwap, PublishMode::kCatalogMove}) {
    MemoryStore store({"b"});
    const TestTable table(folder_, store);
    ASSERT_EQ(table.Compact(store, mode, RunId(1), TestLock(false)), Status::OK());
    MemoryCatalog::Kept found;
    for (const std::string value : {"1", "2", "3"}) {
      auto& [files, bytes] = found[{value}];
      for (const auto& [name, text] :
           VisibleFiles(store, table.target().Child("p=" + value + "/"))) {
        ++files;
        bytes += std::ssize(text);
      }
    }
    EXPECT_EQ(table.catalog().kept(), found);
  }
}

TEST_F(Relocate, IsNotRecoveredWithoutItsCatalog) {
  Die(PublishMode::kSwap);
  const auto before = Contents(store_, folder_);
  Executor executor(1);
  Events events;
  PublishContext context{store_, store_, executor, 1, {table_.target()}};
  const RunFolder folder{table_.table(), RunId(2)};
  const Status refused = Recover(folder, TestLock(true), context, events).status();
  EXPECT_EQ(CodeOf(refused), ErrorCode::kConfig);
  EXPECT_THAT(refused.message(), HasSubstr(RunId(1)));
  EXPECT_THAT(ActionOf(refused), HasSubstr("--database-name d --table-name t"));
  EXPECT_EQ(Contents(store_, folder_), before);

  MemoryCatalog other("d.other", {});
  context.catalog = &other;
  EXPECT_EQ(CodeOf(Recover(folder, TestLock(true), context, events).status()), ErrorCode::kConfig);
  EXPECT_EQ(Contents(store_, folder_), before);

  context.catalog = &table_.catalog();
  EXPECT_EQ(Recover(folder, TestLock(true), context, events).status(), Status::OK());
  EXPECT_EQ(Led("3"), New("p=3/"));
}

TEST_F(Relocate, ItsDestinationIsGuarded) {
  Die(PublishMode::kSwap);
  Executor executor(1);
  Events events;
  const PublishContext context{store_, store_, executor, 1, {}};
  for (const Uri& place : {table_.target(), New("p=1/")}) {
    const auto run = CompactionRun::Begin(
        {{place, RunId(2)}, PublishMode::kInPlace, TestLock(true)}, context, events);
    EXPECT_EQ(CodeOf(run.status()), ErrorCode::kAlreadyExists) << place.ToString();
  }
  const auto named = Recover({table_.target(), RunId(3)}, TestLock(true), context, events).status();
  EXPECT_EQ(CodeOf(named), ErrorCode::kAlreadyExists);
  EXPECT_THAT(ActionOf(named), HasSubstr("pqpack recover " + table_.table().ToString()));
  ASSERT_EQ(table_.RecoverAs(store_, PublishMode::kSwap, RunId(4), TestLock(true)), Status::OK());
  EXPECT_TRUE(
      CompactionRun::Begin({{table_.target(), RunId(5)}, PublishMode::kInPlace, TestLock(true)},
                           context, events)
          .ok());
}

// A catalog that leads partitions, and has its own answer for the table itself.
class TableCatalog : public MemoryCatalog {
 public:
  using MemoryCatalog::MemoryCatalog;
  Result<std::vector<Status>> ChangeLocations(std::span<const LocationChange> changes) override {
    if (!changes.front().values.empty()) {
      if (!of_partitions.ok()) return std::vector(changes.size(), of_partitions);
      auto changed = MemoryCatalog::ChangeLocations(changes);
      behind_partitions();
      return changed;
    }
    EXPECT_EQ(changes.size(), 1U);
    on_table();
    if (!answer.ok()) return std::vector{answer};
    return MemoryCatalog::ChangeLocations(changes);
  }

  std::function<void()> behind_partitions = [] {};
  std::function<void()> on_table = [] {};
  Status answer;         // of the table
  Status of_partitions;  // of each
};

// Of one partition, whose output is in its place, and of the table, which follows.
class Follow : public ::testing::Test {
 protected:
  Follow() {
    for (const char* key : {"t/p=1/a", "t/p=2/a", "u/p=1/b", "u/p=2/b"}) {
      Put(store_, At(key), "1");
    }
    list_.table = "d.t";
    list_.groups = {Moving("1"), {}, Moving("2")};
    list_.groups[1].change = {{}, At("t/"), At("u/")};
    catalog_.on_table = [&] { originals_then_ = VisibleFiles(store_, At("t/")).size(); };
  }

  Uri At(const std::string& key) const { return {Scheme::kMemory, "b", key}; }
  PublishGroup Moving(const std::string& value) {
    const std::string folder = "p=" + value + "/";
    const ObjectInfo made = store_.Find(At("u/" + folder + "b")).ValueOrDie();
    PublishGroup group;
    group.files = {{made, made.uri}};
    group.remove = {store_.Find(At("t/" + folder + "a")).ValueOrDie().id()};
    group.change = {{value}, At("t/" + folder), At("u/" + folder)};
    return group;
  }
  Result<Relocated> Do(const std::vector<GroupFailure>& failed = {}, bool recovering = false) {
    PublishContext context{store_, store_, executor_, 1, {At("t/"), At("u/")}};
    context.catalog = &catalog_;
    return pqpack::Relocate(list_, failed, recovering, context, [&] { return ours_; });
  }
  Files Originals() { return VisibleFiles(store_, At("t/")); }

  MemoryStore store_{{"b"}};
  Executor executor_{1};
  TableCatalog catalog_{"d.t", {{{}, At("t/")}, {{"1"}, At("t/p=1/")}, {{"2"}, At("t/p=2/")}}};
  PublishList list_;
  size_t originals_then_ = 0;  // when the table was led, if it was
  Status ours_;
};

TEST_F(Follow, IsBehindAllPartitionsAndBeforeAnythingIsDeleted) {
  catalog_.on_table = [&] {
    originals_then_ = Originals().size();
    EXPECT_EQ(catalog_.places().at({"1"}), At("u/p=1/"));
    EXPECT_EQ(catalog_.places().at({"2"}), At("u/p=2/"));
  };
  const Relocated done = Do().ValueOrDie();
  EXPECT_EQ(done.report.failed.size(), 0U);
  EXPECT_TRUE(done.table_led);
  EXPECT_EQ(originals_then_, 2U);
  EXPECT_EQ(done.places.size(), 0U);  // there is nothing to lead back to
  EXPECT_EQ(catalog_.places().at({}), At("u/"));
  EXPECT_EQ(Originals(), Files());
}

// New partitions would be made in the emptied place.
TEST_F(Follow, ThatIsNotAllowedEndsItBeforeAnythingIsDeleted) {
  for (const ErrorCode code : {ErrorCode::kDenied, ErrorCode::kTransient}) {
    catalog_.answer = Error(code, "no");
    EXPECT_EQ(Do().status(), catalog_.answer);
    EXPECT_EQ(Originals().size(), 2U);
  }
}

TEST_F(Follow, OfATableThatSomebodyElseLedIsAFailureOfItsOwn) {
  catalog_.answer = Error(ErrorCode::kSourceChanged, "led elsewhere");
  const Relocated done = Do().ValueOrDie();
  ASSERT_EQ(done.report.failed.size(), 1U);
  EXPECT_EQ(done.report.failed[0].group, 1U);
  EXPECT_EQ(done.report.failed[0].why, catalog_.answer);
  EXPECT_FALSE(done.table_led);
  EXPECT_EQ(catalog_.places().at({}), At("t/"));
  EXPECT_EQ(Originals(), Files());
}

TEST_F(Follow, IsNotDoneWhereAPartitionStays) {
  const Relocated stays = Do({{0, Status::OK()}}).ValueOrDie();
  EXPECT_FALSE(stays.table_led);
  EXPECT_EQ(stays.report.failed.size(), 0U);
  EXPECT_EQ(catalog_.places().at({}), At("t/"));
  EXPECT_EQ(catalog_.places().at({"1"}), At("t/p=1/"));
  EXPECT_EQ(Originals(), (Files{{"p=1/a", "1"}}));

  catalog_.Replace({"1"}, At("third/"));
  Put(store_, At("t/p=1/late"), "2");
  const Relocated away = Do().ValueOrDie();
  EXPECT_FALSE(away.table_led);
  ASSERT_EQ(away.report.failed.size(), 1U);
  EXPECT_EQ(away.report.failed[0].group, 0U);
  EXPECT_THAT(away.report.failed[0].why.message(), HasSubstr("somebody else has led"));
  EXPECT_EQ(originals_then_, 0U);
  EXPECT_EQ(Originals(), (Files{{"p=1/a", "1"}, {"p=1/late", "2"}}));
  EXPECT_EQ(VisibleFiles(store_, At("u/p=1/")), (Files{{"b", "1"}}));
}

TEST_F(Follow, IsNotDoneWhereTheCatalogHasNoSuchPartitionAnyMore) {
  list_.groups[0].change->values = {"9"};
  const Relocated done = Do().ValueOrDie();
  ASSERT_EQ(done.report.failed.size(), 1U);
  EXPECT_EQ(done.report.failed[0].group, 0U);
  EXPECT_FALSE(done.table_led);
  EXPECT_EQ(Originals(), (Files{{"p=1/a", "1"}}));
}

TEST_F(Follow, IsNotDoneWherePartitionsMayNotBeLed) {
  catalog_.of_partitions = Error(ErrorCode::kDenied, "no");
  EXPECT_EQ(Do().status(), catalog_.of_partitions);
  EXPECT_EQ(originals_then_, 0U);
  EXPECT_EQ(Originals().size(), 2U);
}

// Of a run that died it is not known what was published.
TEST_F(Follow, IsBehindWhatIsPublishedOnceMore) {
  Put(store_, At("staged/b"), "3");
  list_.groups[0].files[0] = {store_.Find(At("staged/b")).ValueOrDie(), At("u/p=1/c")};
  EXPECT_TRUE(Do({}, /*recovering=*/true).ValueOrDie().table_led);
  EXPECT_EQ(VisibleFiles(store_, At("u/p=1/")), (Files{{"b", "1"}, {"c", "3"}}));
  EXPECT_EQ(Originals(), Files());
}

TEST_F(Follow, IsNotDoneWhereWhatWasStagedIsLost) {
  StagedFile& file = list_.groups[0].files[0];
  file.staged.uri = At("staged/gone");
  file.output = At("u/p=1/c");
  const Relocated done = Do({}, /*recovering=*/true).ValueOrDie();
  ASSERT_EQ(done.report.failed.size(), 1U);
  EXPECT_THAT(done.report.failed[0].why.message(), HasSubstr("staged/gone"));
  EXPECT_EQ(catalog_.places().at({"1"}), At("t/p=1/"));
  EXPECT_FALSE(done.table_led);
  EXPECT_EQ(Originals(), (Files{{"p=1/a", "1"}}));
}

// Undo takes these rows back to the old place, and leaves those that it has led away itself.
TEST_F(Follow, WhatIsWrittenToTheNewPlaceAtOnceIsNoneOfTheSwap) {
  for (const size_t i : {0, 2}) list_.groups[i].keep = std::exchange(list_.groups[i].remove, {});
  catalog_.behind_partitions = [&] { Put(store_, At("u/p=1/since"), "23"); };
  const auto before = store_.Find(At("u/p=1/b")).ValueOrDie();
  const Relocated done = Do().ValueOrDie();
  ASSERT_EQ(done.places.size(), 2U);
  EXPECT_EQ(done.places[0].to, See(At("u/p=1/"), {before}));
  EXPECT_EQ(Originals().size(), 2U);
}

// The record is of a place with that file: undo finds another, and does not bring its rows back.
TEST_F(Follow, WhatIsDeletedFromTheNewPlaceAtOnceIsMissed) {
  for (const size_t i : {0, 2}) list_.groups[i].keep = std::exchange(list_.groups[i].remove, {});
  const ObjectInfo made = store_.Find(At("u/p=1/b")).ValueOrDie();
  catalog_.behind_partitions = [&] { (void)store_.Delete(made.id()); };
  const Relocated done = Do().ValueOrDie();
  ASSERT_EQ(done.places.size(), 2U);
  EXPECT_EQ(done.places[0].to, (SeenFiles{.files = 1, .bytes = made.size}));
}

// Somebody else may be replacing its files.  A lock at the top of the table is this run's own.
TEST_F(Follow, ANewPlaceThatIsCompactedIsNotLookedBackAt) {
  Put(store_, At("u/_pqpack/lock"), "");
  list_.groups = {list_.groups[0]};
  PublishGroup& group = list_.groups[0];
  group.keep = std::exchange(group.remove, {});
  group.change->values = {};
  group.change->from = At("t/p=1/");
  catalog_.Replace({}, At("t/p=1/"));
  group.change->to = At("u/");
  EXPECT_EQ(Do().status(), Status::OK());
  catalog_.behind_partitions = [&] { Put(store_, At("u/p=1/_pqpack/lock"), ""); };
  group.change = {{"1"}, At("t/p=1/"), At("u/p=1/")};
  EXPECT_EQ(CodeOf(Do().status()), ErrorCode::kAlreadyExists);
}

TEST_F(Follow, IsNotDoneForARunThatIsNotOursAnyMore) {
  catalog_.on_table = [] { ADD_FAILURE() << "it was led"; };
  const Status gone = Error(ErrorCode::kSourceChanged, "somebody else went on");
  list_.groups = {list_.groups[1]};
  ours_ = gone;
  EXPECT_EQ(Do().status(), gone);
}

// Not even where whoever goes on has led the catalog elsewhere, which would be a failure of each.
TEST_F(Follow, RemovesNothingForARunThatIsNotOursAnyMore) {
  const Status gone = Error(ErrorCode::kSourceChanged, "somebody else went on");
  catalog_.on_table = [&] {
    ours_ = gone;
    for (const char* value : {"1", "2"}) catalog_.Replace({value}, At("third/"));
  };
  EXPECT_EQ(Do().status(), gone);
  EXPECT_EQ(Originals().size(), 2U);
}

TEST(SwapPlace, IsBesideTheTable) {
  const Uri table{Scheme::kS3, "b", "db/t/"};
  const Uri first = SwapPlace(table, RunId(1)).ValueOrDie();
  EXPECT_EQ(first, (Uri{Scheme::kS3, "b", "db/t-" + RunId(1) + "/"}));
  EXPECT_EQ(SwapPlace(first, RunId(2)).ValueOrDie(), SwapPlace(table, RunId(2)).ValueOrDie());
  EXPECT_EQ(CodeOf(SwapPlace({Scheme::kS3, "b", ""}, RunId(1)).status()), ErrorCode::kConfig);
  EXPECT_TRUE(IsSwapPlace(table, first.Child("k=1/a")));
  EXPECT_TRUE(IsSwapPlace(SwapPlace(table, RunId(2)).ValueOrDie(), first));
  for (const char* key : {"db/t/a", "db/t-x/a", "db/tt-20191220t000000z-0000000000000001/a",
                          "db/t-20191220t000000z-0000000000000001x/a", "t"}) {
    EXPECT_FALSE(IsSwapPlace(table, {Scheme::kS3, "b", key})) << key;
  }
  EXPECT_FALSE(IsSwapPlace(table, {Scheme::kS3, "c", first.key}));
}

}  // namespace
}  // namespace pqpack

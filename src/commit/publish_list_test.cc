// SPDX-License-Identifier: Apache-2.0
#include "commit/publish_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "commit/publish.h"

namespace pqpack {
namespace {

const RunFolder kFolder{{Scheme::kMemory, "b", "t/"}, "20200101t000000z-0000000000000001"};

Uri At(const std::string& key) { return {Scheme::kMemory, "b", key}; }

PublishList Sample() {
  PublishList list;
  PublishGroup group;
  group.files = {{{kFolder.staged(0), "e0", 10, {}}, At("t/p=1/part-" + kFolder.run + ".parquet")}};
  group.carried = {{{At("t/p=1/a b+%41=\n\xff.parquet"), "e\"1"}, 20, At("t/q/\xc3\xbc.parquet")}};
  group.remove = {{At("t/p=1/a"), "e2"}, {At("t/p=1/b"), "e3"}};
  group.counters = {{"1", std::nullopt}, At("t/p=1/"), At("t/p=1/")};
  list.groups = {group, {}};
  list.table = "d.t";
  list.catalog_id = "123456789012";
  return list;
}

TEST(PublishList, SurvivesAsItIs) {
  const std::string json = ToJson(Sample());
  const PublishList read = ParsePublishList(json, "x").ValueOrDie();
  ASSERT_EQ(read.groups.size(), 2U);
  const PublishGroup& group = read.groups[0];
  EXPECT_EQ(group.files[0].staged.id(), Sample().groups[0].files[0].staged.id());
  EXPECT_EQ(group.files[0].staged.size, 10);
  EXPECT_EQ(group.files[0].output, Sample().groups[0].files[0].output);
  EXPECT_EQ(group.carried[0].source, Sample().groups[0].carried[0].source);
  EXPECT_EQ(group.carried[0].size, 20);
  EXPECT_EQ(group.carried[0].output, Sample().groups[0].carried[0].output);
  EXPECT_EQ(group.remove, Sample().groups[0].remove);
  EXPECT_EQ(group.counters->values, Sample().groups[0].counters->values);
  EXPECT_EQ(group.counters->from, At("t/p=1/"));
  EXPECT_EQ(read.table, "d.t");
  EXPECT_EQ(read.catalog_id, "123456789012");
  EXPECT_EQ(ToJson(read), json);
}

TEST(PublishList, OfAnOlderPqpackCountsNothing) {
  PublishList list = Sample();
  list.groups[0].counters = {};
  list.table = list.catalog_id = {};
  const std::string json = ToJson(list);
  EXPECT_EQ(json.find("counters"), std::string::npos);
  const PublishList read = ParsePublishList(json, "x").ValueOrDie();
  EXPECT_FALSE(read.groups[0].counters);
  EXPECT_EQ(read.table, "");
}

TEST(PublishList, ALocalOneToo) {
  PublishList list;
  list.groups.resize(1);
  list.groups[0].remove = {{{Scheme::kLocal, {}, "/t/p=1/a#b ?\xfe"}, "1"}};
  EXPECT_EQ(ParsePublishList(ToJson(list), "x").ValueOrDie().groups[0].remove,
            list.groups[0].remove);
}

TEST(PublishList, IsRefusedWhereverItIsCut) {
  const std::string json = ToJson(Sample());
  for (size_t size = 0; size < json.size(); ++size) {
    EXPECT_EQ(CodeOf(ParsePublishList(json.substr(0, size), "x").status()), ErrorCode::kCorrupt)
        << size;
  }
  EXPECT_EQ(CodeOf(ParsePublishList(json + "{}\n", "x").status()), ErrorCode::kCorrupt);
}

TEST(PublishList, OfANewerVersionIsNotGuessed) {
  std::string json = ToJson(Sample());
  json.replace(json.find("\"v\":1"), 5, "\"v\":2");
  EXPECT_EQ(CodeOf(ParsePublishList(json, "x").status()), ErrorCode::kUnsupported);
}

TEST(PublishList, SurvivesDamage) {
  const std::string json = ToJson(Sample());
  for (size_t i = 0; i < json.size(); ++i) {
    for (const char c : {'"', '{', '9', '-', '\0', '\n', '\xff'}) {
      std::string damaged = json;
      damaged[i] = c;
      (void)ParsePublishList(damaged, "x");
    }
  }
}

struct BadList {
  std::string what;
  std::function<void(PublishGroup&, PublishList&)> make;
};

TEST(CheckPublishList, RefusesWhatCouldLoseARowOrLeadsElsewhere) {
  const std::vector<BadList> bad = {
      {"is removed, and nothing is in its place",
       [](auto& group, auto&) {
         group.files.clear();
         group.carried.clear();
       }},
      {"is removed twice", [](auto& group, auto&) { group.remove[1] = group.remove[0]; }},
      {"is removed twice",
       [](auto& group, auto& list) {
         list.groups[1].files = {{group.files[0].staged, At("t/" + kFolder.run)}};
         list.groups[1].remove = {group.remove[0]};
       }},
      {"is removed by another group",
       [](auto& group, auto& list) {
         list.groups[1].carried = {{group.remove[0], 1, At("t/other")}};
       }},
      {"is removed by another group",
       [](auto& group, auto&) { group.remove[0].uri = group.files[0].output; }},
      {"is published twice",
       [](auto& group, auto&) { group.files.push_back(group.files.front()); }},
      {"does not have the run's id in its name",
       [](auto& group, auto&) { group.files[0].output = At("t/p=1/part.parquet"); }},
      {"is no staged file of this run",
       [](auto& group, auto&) { group.files[0].staged.uri = At("t/p=1/a"); }},
      {"lies outside of memory://b/t/",
       [](auto& group, auto&) { group.files[0].output = At("elsewhere/" + kFolder.run); }},
      {"lies outside of memory://b/t/",
       [](auto& group, auto&) { group.remove[0].uri = At("tt/a"); }},
      {"lies outside of memory://b/t/",
       [](auto& group, auto&) { group.remove[0].uri.bucket = "c"; }},
      {"lies outside of memory://b/t/",
       [](auto& group, auto&) { group.carried[0].source.uri = At("secret"); }},
      {"is a file of pqpack's own",
       [](auto& group, auto&) { group.remove[0].uri = At("t/_pqpack/lock"); }},
      {"is led to by what only counts",
       [](auto& group, auto&) { group.counters->to = At("t/p=2/"); }},
      {"is no folder",
       [](auto& group, auto&) { group.counters->from.key = group.counters->to.key = "t/p"; }},
      {"lies outside of memory://b/t/",
       [](auto& group, auto&) { group.counters->from = group.counters->to = At("tt/"); }},
      {"is no name of a file", [](auto& group, auto&) { group.carried[0].output = At("t/q/"); }},
  };
  EXPECT_EQ(CheckPublishList(Sample(), kFolder, {}), Status::OK());
  for (const BadList& one : bad) {
    PublishList list = Sample();
    one.make(list.groups[0], list);
    const Status status = CheckPublishList(list, kFolder, {});
    EXPECT_FALSE(status.ok()) << one.what;
    EXPECT_NE(status.message().find(one.what), std::string::npos) << status;
  }
  PublishList elsewhere = Sample();
  elsewhere.groups[0].remove[0].uri = At("tt/a");
  EXPECT_EQ(CheckPublishList(elsewhere, kFolder, {At("tt/")}), Status::OK());
}

TEST(CheckPublishList, ABucketThatIsATable) {
  const RunFolder folder{At(""), kFolder.run};
  PublishList list;
  list.groups.resize(1);
  list.groups[0].carried = {{{At("a"), "1"}, 1, At("b")}};
  list.groups[0].remove = {{At("a"), "1"}};
  list.groups[0].counters = {{}, At(""), At("")};
  EXPECT_EQ(CheckPublishList(list, folder, {}), Status::OK());
  list.groups[0].remove[0].uri = At("_pqpack/lock");
  EXPECT_THAT(CheckPublishList(list, folder, {}).message(),
              testing::HasSubstr("is a file of pqpack's own"));
}

TEST(CheckPublishList, NamesOnADiskLeadNowhereElse) {
  const RunFolder folder{{Scheme::kLocal, {}, "/t/"}, kFolder.run};
  for (const char* path : {"/t/../x", "/t/./x", "/t//x", "/t/a/../../x"}) {
    PublishList list;
    list.groups.resize(1);
    list.groups[0].carried = {
        {{{Scheme::kLocal, {}, "/t/a"}, "1"}, 1, {Scheme::kLocal, {}, "/t/b"}}};
    EXPECT_EQ(CheckPublishList(list, folder, {}), Status::OK());
    list.groups[0].remove = {{{Scheme::kLocal, {}, path}, "1"}};
    EXPECT_NE(CheckPublishList(list, folder, {}).message().find("is no plain name"),
              std::string::npos)
        << path;
  }
}

}  // namespace
}  // namespace pqpack

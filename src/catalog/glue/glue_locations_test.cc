// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_locations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "catalog/glue/glue_testing.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kOld = "s3://b/t/k=";
constexpr const char* kNew = "s3://b/n/k=";

Uri At(const std::string& text) { return Uri::Parse(text).ValueOrDie().AsFolder(); }

LocationChange ChangeOf(const std::string& value) {
  return {{value}, At(kOld + value), At(kNew + value)};
}

// A Glue with partitions that can be changed, and what it was asked.
class Partitions {
 public:
  explicit Partitions(int count)
      : glue([this](const auto& call, const auto& input) {
          std::lock_guard lock(mutex);
          calls.push_back(call);
          if (before) before(call);
          if (call == "GetPartition") {
            const auto found = places.find(input["PartitionValues"][0]);
            if (found == places.end()) return GlueError(400, "EntityNotFoundException");
            GlueJson partition = ParquetPartition({found->first}, found->second);
            partition["Parameters"] = {{"mine", "1"}};
            return JsonAnswer({{"Partition", partition}});
          }
          return Update(input);
        }) {
    for (int i = 0; i < count; ++i) places[std::to_string(i)] = kOld + std::to_string(i);
  }

  std::string Update(const GlueJson& input) {
    GlueJson errors = GlueJson::array();
    sizes.push_back(input["Entries"].size());
    for (const GlueJson& entry : input["Entries"]) {
      const std::string value = entry["PartitionValueList"][0];
      if (refuse.contains(value) && refuse[value]-- > 0) {
        errors.push_back({{"PartitionValueList", {value}},
                          {"ErrorDetail", {{"ErrorCode", code}, {"ErrorMessage", "busy"}}}});
      } else {
        places[value] = entry["PartitionInput"]["StorageDescriptor"]["Location"];
        EXPECT_EQ(entry["PartitionInput"]["Parameters"]["mine"], "1");
      }
    }
    return JsonAnswer({{"Errors", errors}});
  }

  Result<std::vector<Status>> Change(const std::vector<LocationChange>& changes) {
    return ChangeGlueLocations(glue.client(), {"d", "t"}, changes, io);
  }

  std::mutex mutex;
  std::map<std::string, std::string> places;
  std::map<std::string, int> refuse;
  std::string code = "ConcurrentModificationException";
  std::function<void(const std::string&)> before;
  std::vector<std::string> calls;
  std::vector<size_t> sizes;
  Executor io{4};
  ScriptedGlue glue;
};

TEST(GlueLocations, AreChangedAHundredAtATime) {
  Partitions glue(250);
  std::vector<LocationChange> changes;
  for (int i = 0; i < 250; ++i) changes.push_back(ChangeOf(std::to_string(i)));
  const auto changed = glue.Change(changes).ValueOrDie();
  for (const Status& one : changed) EXPECT_EQ(one, Status::OK());
  EXPECT_THAT(glue.sizes, ElementsAre(100, 100, 50));
  EXPECT_EQ(glue.places["249"], "s3://b/n/k=249");
  // Again there is nothing to do.
  glue.sizes.clear();
  EXPECT_EQ(glue.Change(changes).ValueOrDie()[0], Status::OK());
  EXPECT_TRUE(glue.sizes.empty());
}

TEST(GlueLocations, AreComparedFirst) {
  Partitions glue(3);
  glue.places["1"] = "s3://b/elsewhere/";
  const auto changed =
      glue.Change({ChangeOf("0"), ChangeOf("1"), ChangeOf("2"), ChangeOf("gone")}).ValueOrDie();
  EXPECT_EQ(changed[0], Status::OK());
  EXPECT_EQ(CodeOf(changed[1]), ErrorCode::kSourceChanged);
  EXPECT_THAT(changed[1].message(), HasSubstr("s3://b/elsewhere/"));
  EXPECT_EQ(changed[2], Status::OK());
  EXPECT_EQ(CodeOf(changed[3]), ErrorCode::kNotFound);
  EXPECT_EQ(glue.places["1"], "s3://b/elsewhere/");
}

TEST(GlueLocations, EntriesThatAreRefusedForAMomentAreTriedAgain) {
  Partitions glue(3);
  glue.refuse["1"] = 2;
  const auto changed = glue.Change({ChangeOf("0"), ChangeOf("1"), ChangeOf("2")}).ValueOrDie();
  EXPECT_EQ(changed[1], Status::OK());
  EXPECT_THAT(glue.sizes, ElementsAre(3, 1, 1));
  EXPECT_EQ(glue.places["1"], "s3://b/n/k=1");
}

TEST(GlueLocations, EntriesThatAreRefusedForGoodAreNamed) {
  Partitions glue(2);
  glue.refuse["1"] = 100;
  auto changed = glue.Change({ChangeOf("0"), ChangeOf("1")}).ValueOrDie();
  EXPECT_EQ(changed[0], Status::OK());
  EXPECT_EQ(CodeOf(changed[1]), ErrorCode::kSourceChanged);
  EXPECT_THAT(changed[1].message(), HasSubstr("d.t, partition (1)"));
  glue.code = "AccessDeniedException";
  changed = glue.Change({ChangeOf("1")}).ValueOrDie();
  EXPECT_EQ(CodeOf(changed[0]), ErrorCode::kDenied);
}

// Twice somebody else is faster; the third time the table is as it was seen.
TEST(GlueLocations, ATableIsComparedAndReplacedAtOnce) {
  int version = 1;
  std::string location = "s3a://b/t";
  std::vector<std::string> sent;
  ScriptedGlue glue([&](const std::string& call, const GlueJson& input) {
    if (call == "GetTable") {
      GlueJson table = ParquetTable("t", location);
      table["VersionId"] = std::to_string(version);
      return JsonAnswer({{"Table", table}});
    }
    sent.push_back(input["VersionId"]);
    if (version < 3) {
      ++version;
      return GlueError(400, "ConcurrentModificationException");
    }
    location = input["TableInput"]["StorageDescriptor"]["Location"];
    return JsonAnswer(GlueJson::object());
  });
  Executor io(1);
  const std::vector<LocationChange> changes = {{{}, At("s3://b/t"), At("s3://b/n")}};
  EXPECT_EQ(ChangeGlueLocations(glue.client(), {"d", "t"}, changes, io).ValueOrDie()[0],
            Status::OK());
  EXPECT_THAT(sent, ElementsAre("1", "2", "3"));
  EXPECT_EQ(location, "s3a://b/n");  // spelled as it was
}

// The change was made, and its answer lost: the version is another one by then.
TEST(GlueLocations, AChangeWhoseAnswerWasLostIsOurs) {
  std::string location = "s3://b/t/";
  int updates = 0;
  ScriptedGlue glue([&](const std::string& call, const GlueJson& input) {
    if (call == "GetTable") return JsonAnswer({{"Table", ParquetTable("t", location)}});
    ++updates;
    location = input["TableInput"]["StorageDescriptor"]["Location"];
    return GlueError(400, "ConcurrentModificationException");
  });
  Executor io(1);
  const std::vector<LocationChange> changes = {{{}, At("s3://b/t"), At("s3://b/n")}};
  EXPECT_EQ(ChangeGlueLocations(glue.client(), {"d", "t"}, changes, io).ValueOrDie()[0],
            Status::OK());
  EXPECT_EQ(updates, 1);
}

TEST(GlueLocations, EveryMemberIsKeptButLocationItsCopyAndCounters) {
  GlueJson partition = ParquetPartition({"a"}, "s3n://b/t/k=a");
  partition["Unknown"] = {{"kept", 1}};
  partition["StorageDescriptor"]["SerdeInfo"]["Parameters"] = {{"path", "s3://b/t/k=a/"},
                                                               {"other", "s3://b/t/k=a/"}};
  partition["Parameters"] = {{"numFiles", "3"}};
  LocationChange change = ChangeOf("a");
  change.contents = {1, 5};
  GlueJson expected = partition;
  expected["StorageDescriptor"]["Location"] = "s3n://b/n/k=a";
  expected["StorageDescriptor"]["SerdeInfo"]["Parameters"]["path"] = "s3://b/n/k=a/";
  expected["Parameters"] = {{"numFiles", "1"}};
  EXPECT_EQ(ChangedLocation(partition, change), expected);
}

}  // namespace
}  // namespace pqpack

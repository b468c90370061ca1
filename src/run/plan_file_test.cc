// SPDX-License-Identifier: Apache-2.0
#include "run/plan_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "store/contents_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

Uri At(const std::string& text) { return Uri::Parse("memory://b/" + text).ValueOrDie(); }

ObjectInfo Object(const std::string& name, int64_t size, int64_t second) {
  return {At("t/" + name), "e-p=x " + name.substr(name.find('/') + 1), size,
          TimePoint(std::chrono::seconds(second))};
}

PlannedRun Planned() {
  PlannedRun planned;
  CompactOptions& options = planned.options;
  options.publish = PublishMode::kMove;
  options.destination = At("u/");
  options.target = FindTarget("snowflake").ValueOrDie();
  options.compression = Codec::kZstd;
  options.engine = Engine::kReencode;
  options.proof = Proof::kContent;
  options.table.predicate = "p < 'caf\xc3\xa9'";
  options.table.policy = {.target_file_size = 1000, .small_file_threshold = 0.5};
  planned.plan.table = {.name = "a table",
                        .location = At("t/"),
                        .columns = {{"n", "bigint"}},
                        .partition_keys = {{"p", "string"}},
                        .parameters = {}};
  PartitionPlan& first = planned.plan.partitions.emplace_back();
  // Any bytes: a space, a percent sign, what is no UTF-8.
  first.partition = {{"x"}, At("t/p=x %\xff/"), "p=x %\xff/"};
  first.tasks.push_back({{Object("p=x %\xff/a", 1, 5), Object("p=x %\xff/c+", 2, 7)}, 3, 1});
  first.tasks.push_back({{Object("p=x %\xff/d/e", 3, 5), Object("p=x %\xff/f", 4, 5)}, 7, 1});
  first.kept.push_back({Object("p=x %\xff/b", 900, 6), "large enough"});
  PartitionPlan& second = planned.plan.partitions.emplace_back();
  second.partition = {{"y"}, At("t/p=y/"), "p=y/"};
  second.skip_reason = "no files";
  return planned;
}

std::string TextOf(const PlannedRun& planned) {
  std::string text;
  const Status written = WritePlan(planned, [&](std::string_view piece) {
    text += piece;
    return Status::OK();
  });
  EXPECT_TRUE(written.ok()) << written;
  return text;
}

TEST(PlanFile, IsReadAsItWasWritten) {
  const PlannedRun planned = Planned();
  const std::string text = TextOf(planned);
  const auto read = ParsePlan(text, "x");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(TextOf(*read).substr(0, 50), text.substr(0, 50));
  const CompactOptions& options = read->options;
  EXPECT_EQ(options.publish, PublishMode::kMove);
  EXPECT_EQ(options.moved_from, At("t/"));
  EXPECT_EQ(options.destination, At("u/"));
  EXPECT_EQ(options.target->name, "snowflake");
  EXPECT_EQ(options.compression, Codec::kZstd);
  EXPECT_EQ(options.engine, Engine::kReencode);
  EXPECT_EQ(options.proof, Proof::kContent);
  EXPECT_EQ(options.table.predicate, planned.options.table.predicate);
  EXPECT_EQ(options.table.policy.target_file_size, 1000);
  EXPECT_EQ(options.table.policy.small_file_threshold, 0.5);
  EXPECT_EQ(read->plan.table.name, "a table");
  EXPECT_EQ(read->plan.table.location, At("t/"));
  EXPECT_EQ(read->plan.table.columns, planned.plan.table.columns);
  EXPECT_EQ(read->plan.table.partition_keys, planned.plan.table.partition_keys);
  ASSERT_EQ(read->plan.partitions.size(), 2U);
  const PartitionPlan& first = read->plan.partitions[0];
  EXPECT_EQ(first.partition.folder, "p=x %\xff/");
  EXPECT_EQ(first.partition.location, At("t/p=x %\xff/"));
  ASSERT_EQ(first.tasks.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    const CompactTask& was = planned.plan.partitions[0].tasks[i];
    EXPECT_EQ(first.tasks[i].bytes, was.bytes);
    EXPECT_EQ(first.tasks[i].outputs, 1);
    ASSERT_EQ(first.tasks[i].inputs.size(), 2U);
    for (size_t n = 0; n < 2; ++n) {
      EXPECT_EQ(first.tasks[i].inputs[n].id(), was.inputs[n].id());
      EXPECT_EQ(first.tasks[i].inputs[n].size, was.inputs[n].size);
    }
  }
  ASSERT_EQ(first.kept.size(), 1U);
  EXPECT_EQ(first.kept[0].object.id(), planned.plan.partitions[0].kept[0].object.id());
  EXPECT_EQ(first.kept[0].reason, "large enough");
  EXPECT_EQ(read->plan.partitions[1].skip_reason, "no files");
}

// The time of the newest file, and what of the bytes no other plan has.
TEST(PlanFile, NamesItsRun) {
  const auto read = ParsePlan(TextOf(Planned()), "x");
  EXPECT_EQ(read->options.run, "19700101t000007z-" + read->digest.substr(0, 16));
  EXPECT_TRUE(IsRunId(read->options.run));
  EXPECT_EQ(read->folder().root, At("u/"));
  PlannedRun other = Planned();
  other.plan.partitions[0].tasks[0].inputs[0].etag = "f";
  EXPECT_NE(ParsePlan(TextOf(other), "x")->options.run, read->options.run);
  EXPECT_EQ(TextOf(Planned()), TextOf(Planned()));
}

TEST(PlanFile, IsNeverReplaced) {
  MemoryStore store({"b"});
  ASSERT_EQ(StorePlan(Planned(), store, At("plan")), Status::OK());
  EXPECT_EQ(CodeOf(StorePlan(Planned(), store, At("plan"))), ErrorCode::kAlreadyExists);
  EXPECT_TRUE(LoadPlan(store, At("plan")).ok());
  EXPECT_EQ(CodeOf(LoadPlan(store, At("none")).status()), ErrorCode::kNotFound);
}

struct Wrong {
  const char* what;
  const char* from;
  const char* to;
  const char* said;
};

const Wrong kWrong[] = {
    {"NoJson", "{\"kind\"", "kind", "no JSON object"},
    {"OtherKind", "pqpack plan", "pqpack journal", "not a pqpack plan"},
    {"NewerVersion", "\"v\":1", "\"v\":2", "of version 2"},
    {"NoVersion", "\"v\":1,", "", "no valid 'v'"},
    {"Mode", "\"mode\":\"move\"", "\"mode\":\"swap\"", "unknown mode 'swap'"},
    {"Target", "snowflake", "nobody", "unknown target"},
    {"Codec", "zstd", "lzo", "unknown compression"},
    {"Engine", "reencode", "guess", "unknown engine"},
    {"Unproven", "\"verify\":\"content\"", "\"verify\":\"none\"", "without a proof"},
    {"MovesACatalogsTable", "\"location\":\"memory://b/t/\"",
     "\"glue\":{\"database\":\"d\",\"table\":\"t\",\"catalog_id\":\"\"},\"location\":\"memory://b/"
     "t/\"",
     "moves a table of a catalog"},
    {"NoTableOfACatalog", "\"location\":\"memory://b/t/\"",
     "\"glue\":{\"database\":\"d\",\"table\":\"\",\"catalog_id\":\"\"},\"location\":\"memory://b/t/"
     "\"",
     "no valid 'glue'"},
    {"NoDestination", "memory://b/u/", "", "no valid 'destination'"},
    {"DestinationInTheTable", "memory://b/u/", "memory://b/t/u/", "part of the table"},
    {"DestinationAbove", "memory://b/u/", "memory://b/", "part of the table"},
    {"DestinationElsewhere", "memory://b/u/", "s3://b/u/", "different kinds of stores"},
    {"DestinationNoFolder", "memory://b/u/", "memory://b/u", "no folder"},
    {"TargetSize", "\"target_file_size\":1000", "\"target_file_size\":0", "target_file_size"},
    {"TargetSizeNegative", "\"target_file_size\":1000", "\"target_file_size\":-1",
     "target_file_size"},
    {"Threshold", "\"small_file_threshold\":0.5", "\"small_file_threshold\":\"x\"",
     "small_file_threshold"},
    {"Newest", "\"newest\":7", "\"newest\":253402300800", "newest"},
    {"Columns", "\"columns\":[{\"name\":\"n\"", "\"columns\":[{\"nane\":\"n\"", "no valid 'name'"},
    {"Keys", "\"partition_keys\":[", "\"partition_keys\":7,\"x\":[", "partition_keys"},
    {"MorePartitions", "\"partitions\":2", "\"partitions\":1", "more partitions"},
    {"FewerPartitions", "\"partitions\":2", "\"partitions\":3", "fewer partitions"},
    {"Tasks", "\"tasks\":2}", "\"tasks\":3}", "fewer partitions or tasks"},
    {"ALineThatIsNoObject", "{\"folder\":\"p=y/\"", "[{\"folder\":\"p=y/\"", "no JSON object"},
    {"TwiceAPartition", "{\"folder\":\"p=y/\",\"location\":\"memory://b/t/p=y/\"",
     "{\"folder\":\"p=x%20%25%FF/\",\"location\":\"memory://b/t/p=x%20%25%FF/\"", "twice"},
    {"AnotherPlace", "memory://b/t/p=y/", "memory://b/elsewhere/", "not where this partition"},
    {"AboveTheTable", "p=y/\",\"location\":\"memory://b/t/p=y/",
     "../\",\"location\":\"memory://b/t/../", "no partition's folder"},
    {"Hidden", "p=y/\",\"location\":\"memory://b/t/p=y/",
     "_pqpack/\",\"location\":\"memory://b/t/_pqpack/", "no partition's folder"},
    {"Absolute", "p=y/\",\"location\":\"memory://b/t/p=y/",
     "/p=y/\",\"location\":\"memory://b/t//p=y/", "no partition's folder"},
    {"NoFolder", "p=y/\",\"location\":\"memory://b/t/p=y/", "p=y\",\"location\":\"memory://b/t/p=y",
     "no folder"},
    {"ABadEscape", "p=x%20%25%FF/\",\"loc", "p=x%2\",\"loc", "no valid 'folder'"},
    {"TwiceInATask", "\"name\":\"c%2B\"", "\"name\":\"a\"", "twice, or out of order"},
    {"TwiceInTwoTasks", "\"name\":\"d/e\"", "\"name\":\"c%2B\"", "twice, or out of order"},
    {"OutOfOrder", "\"name\":\"f\"", "\"name\":\"aa\"", "twice, or out of order"},
    {"MergedAndKept", "\"name\":\"b\"", "\"name\":\"a\"", "twice, or out of order"},
    {"AboveThePartition", "\"name\":\"a\"", "\"name\":\"../a\"", "no file of a partition"},
    {"HiddenFile", "\"name\":\"a\"", "\"name\":\"_pqpack/a\"", "no file of a partition"},
    {"AFolder", "\"name\":\"a\"", "\"name\":\"a/\"", "no file of a partition"},
    {"NoName", "\"name\":\"a\"", "\"name\":\"\"", "no file of a partition"},
    {"NoETag", "\"etag\":\"e-p=x", "\"etag\":7,\"x\":\"e-p=x", "no valid 'etag'"},
    {"NegativeSize", "\"size\":2", "\"size\":-2", "no valid 'size'"},
    {"HugeSize", "\"size\":2", "\"size\":1152921504606846977", "no valid size"},
    {"HugeSum", "\"size\":2", "\"size\":1152921504606846976", "no valid size"},
    {"SizeInWords", "\"size\":2", "\"size\":\"2\"", "no valid 'size'"},
    {"Outputs", "\"outputs\":1", "\"outputs\":-1", "no valid 'outputs'"},
    {"NoInputs", "\"inputs\":[", "\"input\":[", "no valid 'inputs'"},
    {"NoTasks", "\"tasks\":[]", "\"task\":[]", "no valid 'tasks'"},
    {"ATaskOfOne", "{\"outputs\":1,\"inputs\":[",
     "{\"outputs\":1,\"inputs\":[]},{\"outputs\":1,\"inputs\":[", "fewer than two"},
};

class WrongPlan : public ::testing::TestWithParam<Wrong> {};

// Nothing of it is done, and it is said what is wrong: exit 2.
TEST_P(WrongPlan, IsRefused) {
  std::string text = TextOf(Planned());
  const size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  const auto read = ParsePlan(text, "s3://b/plan.json");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(CodeOf(read.status()), ErrorCode::kInvalid) << read.status();
  EXPECT_NE(read.status().message().find(GetParam().said), std::string::npos) << read.status();
  EXPECT_FALSE(ActionOf(read.status()).empty());
}

INSTANTIATE_TEST_SUITE_P(All, WrongPlan, ::testing::ValuesIn(kWrong),
                         [](const auto& wrong) { return wrong.param.what; });

TEST(PlanFile, OnADiskNothingLeadsOut) {
  PlannedRun planned = Planned();
  const auto local = [](const std::string& path) { return Uri::Parse("/d/" + path).ValueOrDie(); };
  planned.options.destination = local("u/");
  planned.plan.table.location = local("t/");
  planned.plan.partitions.resize(1);
  PartitionPlan& plan = planned.plan.partitions[0];
  plan.kept.clear();
  plan.tasks.resize(1);
  plan.partition = {{"x"}, local("t/p=x/"), "p=x/"};
  for (const char* name : {"a/b", "a//b", "a/./b", "a/../../b", "../b", "/b"}) {
    auto& inputs = plan.tasks[0].inputs;
    inputs[0].uri = inputs[1].uri = plan.partition.location;
    inputs[0].uri.key += name;
    inputs[1].uri.key += "z";
    EXPECT_EQ(ParsePlan(TextOf(planned), "x").ok(), name == std::string("a/b")) << name;
  }
}

// The planner makes none, and what a worker's footers take is reckoned for as many.
TEST(PlanFile, ATaskHasNoMoreFilesThanAPlannerGivesIt) {
  PlannedRun planned = Planned();
  CompactTask& task = planned.plan.partitions[0].tasks[1];
  planned.plan.partitions[0].kept.clear();
  task.inputs.clear();
  for (size_t i = 0; i < kMostInputs; ++i) {
    task.inputs.push_back(Object(fmt::format("p=x %\xff/d{:05}", i), 1, 5));
  }
  EXPECT_TRUE(ParsePlan(TextOf(planned), "x").ok());
  task.inputs.push_back(Object("p=x %\xff/e", 1, 5));
  const auto read = ParsePlan(TextOf(planned), "x");
  EXPECT_EQ(CodeOf(read.status()), ErrorCode::kInvalid) << read.status();
  EXPECT_NE(read.status().message().find("more than 8192 files"), std::string::npos)
      << read.status();
}

// Whatever it is cut to or changed to, it is refused or another plan, and never ends the process.
TEST(PlanFile, IsRefusedWhereverItIsCut) {
  const std::string text = TextOf(Planned());
  for (size_t size = 0; size < text.size(); ++size) {
    const auto read = ParsePlan(std::string_view(text).substr(0, size), "x");
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(CodeOf(read.status()), ErrorCode::kInvalid) << size;
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = text;
    for (int n = static_cast<int>(random() % 3); n >= 0; --n) {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    const auto read = ParsePlan(changed, "x");
    if (!read.ok()) {
      ASSERT_EQ(CodeOf(read.status()), ErrorCode::kInvalid) << read.status();
    }
  }
}

}  // namespace
}  // namespace pqpack

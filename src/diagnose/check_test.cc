// SPDX-License-Identifier: Apache-2.0
#include "diagnose/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "diagnose/checks_testing.h"

namespace pqpack {
namespace {

using testing::FooterOf;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;

TEST(Check, EachHasWhatItsPageNeeds) {
  std::set<std::string_view> ids;
  for (const Check* check : AllChecks()) {
    EXPECT_TRUE(ids.insert(check->id).second) << check->id;
    EXPECT_EQ(FindCheck(check->id), check);
    EXPECT_FALSE(check->title.empty()) << check->id;
    EXPECT_FALSE(EvidenceLinks(check->evidence).empty()) << check->id;
    ASSERT_NE(check->severity, nullptr) << check->id;
    const bool mends =
        check->repair != RepairLevel::kNone && check->repair != RepairLevel::kImpossible;
    EXPECT_EQ(mends, !check->mend.empty()) << check->id;
    if (check->changed_by_convert_types) {
      EXPECT_NE(check->mend.find("--convert-types"), std::string_view::npos) << check->id;
    }
  }
  EXPECT_EQ(FindCheck("no-such-check"), nullptr);
}

TEST(Check, EveryEvidenceIsALink) {
  for (const Check* check : AllChecks()) {
    for (const std::string& link : EvidenceLinks(check->evidence)) {
      EXPECT_TRUE(link.starts_with("https://")) << check->id << ": " << link;
    }
  }
  EXPECT_EQ(EvidenceLinks("apache/arrow-go#722 https://x.org/"),
            (std::vector<std::string>{"https://github.com/apache/arrow-go/issues/722",
                                      "https://x.org/"}));
}

std::vector<std::string_view> Ids(std::string_view name, std::string_view target) {
  const auto footer = FooterOf("test/data/outputs/" + std::string(name) + ".parquet");
  std::vector<std::string_view> ids;
  for (const Fault& fault : footer.Faults(target)) ids.push_back(fault.check->id);
  return ids;
}

TEST(Check, NothingIsSaidOfGoodFiles) {
  for (const Target& target : Targets()) {
    EXPECT_THAT(Ids("plain", target.name), IsSubsetOf({"file-size"})) << target.name;
  }
  EXPECT_THAT(Ids("indexed", "generic"), IsEmpty()) << "encodings of every kind, page indexes";
}

TEST(Check, WhatArrowGoWrote) {
  const auto faults = FooterOf("test/data/arrow_go_18_5_0/flat.parquet").Faults("snowflake");
  const auto root = std::ranges::find(faults, "root-repeated",
                                      [](const Fault& fault) { return fault.check->id; });
  ASSERT_NE(root, faults.end());
  EXPECT_EQ(root->severity, Severity::kError);
  EXPECT_EQ(root->repair, RepairLevel::kFooter);
  EXPECT_EQ(Worst(faults), Severity::kError);
}

}  // namespace
}  // namespace pqpack

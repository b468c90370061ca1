// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include <gtest/gtest.h>

#include <set>

namespace pqpack {
namespace {

constexpr int kCodes = static_cast<int>(ErrorCode::kInternal) + 1;

TEST(StatusTest, EveryCodeHasItsOwnStableName) {
  std::set<std::string_view> names;
  for (int i = 0; i < kCodes; ++i) names.insert(ToString(static_cast<ErrorCode>(i)));
  EXPECT_EQ(names.size(), kCodes);
  EXPECT_EQ(ToString(ErrorCode::kNotFound), "not_found");
  EXPECT_EQ(ToString(ErrorCode::kSourceChanged), "source_changed");
  EXPECT_EQ(ToString(ErrorCode::kInternal), "internal");
}

TEST(StatusTest, CodeAndActionTravelWithEveryError) {
  for (int i = 0; i < kCodes; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    const Status error = Error(code, "s3://b/k: gone", "Look again.");
    EXPECT_FALSE(error.ok());
    EXPECT_EQ(CodeOf(error), code);
    EXPECT_EQ(ActionOf(error), "Look again.");
    EXPECT_EQ(error.message(), "s3://b/k: gone");
  }
}

TEST(StatusTest, ArrowKnowsTheKindOfError) {
  EXPECT_TRUE(Error(ErrorCode::kNotFound, "x").IsIOError());
  EXPECT_TRUE(Error(ErrorCode::kCorrupt, "x").IsInvalid());
  EXPECT_TRUE(Error(ErrorCode::kUnsupported, "x").IsNotImplemented());
  EXPECT_TRUE(Error(ErrorCode::kTooLarge, "x").IsCapacityError());
  EXPECT_TRUE(Error(ErrorCode::kAlreadyExists, "x").IsAlreadyExists());
  EXPECT_TRUE(Error(ErrorCode::kCancelled, "x").IsCancelled());
}

TEST(StatusTest, ErrorsOfArrowAreMapped) {
  EXPECT_EQ(CodeOf(Status::OutOfMemory("x")), ErrorCode::kTooLarge);
  EXPECT_EQ(CodeOf(Status::Cancelled("x")), ErrorCode::kCancelled);
  EXPECT_EQ(CodeOf(Status::IOError("x")), ErrorCode::kInternal);
}

TEST(StatusTest, EveryErrorSaysWhatToDo) {
  EXPECT_EQ(ActionOf(Error(ErrorCode::kCorrupt, "x")), "Write the file again from its source.");
  EXPECT_EQ(ActionOf(Error(ErrorCode::kCorrupt, "x", "Look.")), "Look.");
  EXPECT_EQ(ActionOf(Status::IOError("x")),
            "This is an error in pqpack. Report it, with the file.");
  EXPECT_EQ(ActionOf(Status::OK()), "");
}

TEST(StatusTest, WithinPutsThePlaceInFrontAndKeepsTheCode) {
  const Status error = Within("column a", Error(ErrorCode::kCorrupt, "bad page", "Repair it."));
  EXPECT_EQ(error.message(), "column a: bad page");
  EXPECT_EQ(CodeOf(error), ErrorCode::kCorrupt);
  EXPECT_EQ(ActionOf(error), "Repair it.");
  EXPECT_TRUE(error.IsInvalid());
  EXPECT_TRUE(Within("column a", Status::OK()).ok());
}

Status Fails(bool fail) { return fail ? Error(ErrorCode::kDenied, "no") : Status::OK(); }
Result<std::unique_ptr<int>> Makes(bool fail) {
  PQ_RETURN_NOT_OK(Fails(fail));
  return std::make_unique<int>(7);
}
Result<int> Uses(bool fail) {
  PQ_ASSIGN(auto first, Makes(false));
  PQ_ASSIGN(const auto second, Makes(fail));
  return *first + *second;
}

TEST(StatusTest, MacrosLeaveWithTheError) {
  EXPECT_EQ(*Uses(false), 14);
  EXPECT_EQ(CodeOf(Uses(true).status()), ErrorCode::kDenied);
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "run/workers.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

bool Ends(Patience& patience, ErrorCode code) {
  return patience.Failed(Error(code, "x")).has_value();
}

TEST(Patience, WhatEveryFileMeetsEndsTheRunAtOnce) {
  for (const ErrorCode code : {ErrorCode::kCredentials, ErrorCode::kConfig}) {
    Patience patience(8);
    EXPECT_EQ(patience.Failed(Error(code, "x"))->message(), "x") << code;
  }
}

TEST(Patience, AStoreOutOfOrderEndsTheRunAfterTwoRounds) {
  for (const ErrorCode code : {ErrorCode::kTransient, ErrorCode::kThrottled, ErrorCode::kNoSpace}) {
    Patience patience(3);
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(Ends(patience, code)) << code << i;
    const auto error = patience.Failed(Error(code, "x"));
    ASSERT_TRUE(error) << code;
    EXPECT_EQ(error->message(), "given up after 6 files in a row failed: x");
    EXPECT_EQ(CodeOf(*error), code);
  }
}

TEST(Patience, OneWorkerHasFourTries) {
  Patience patience(1);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Ends(patience, ErrorCode::kTransient));
  EXPECT_TRUE(Ends(patience, ErrorCode::kTransient));
}

TEST(Patience, ASuccessOrAFileOfItsOwnFaultBreaksTheRow) {
  Patience patience(1);
  for (int i = 0; i < 3; ++i) Ends(patience, ErrorCode::kTransient);
  patience.Succeeded();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Ends(patience, ErrorCode::kTransient));
  EXPECT_FALSE(Ends(patience, ErrorCode::kCorrupt));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Ends(patience, ErrorCode::kTransient));
}

}  // namespace
}  // namespace pqpack

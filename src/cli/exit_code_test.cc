// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pqpack::cli {
namespace {

int OfFiles(std::map<ErrorCode, int64_t> failed, int64_t completed = 1) {
  FileCounts summary;
  summary.completed = completed;
  for (const auto& [code, count] : failed) summary.failed += count;
  summary.failed_by_code = std::move(failed);
  return ExitCodeOf(Status::OK(), summary, 0);
}

TEST(ExitCode, OfTheRun) {
  EXPECT_EQ(ExitCodeOf(Status::OK()), 0);
  for (const auto& [code, expected] : std::map<ErrorCode, int>{{ErrorCode::kNotFound, 3},
                                                               {ErrorCode::kSourceChanged, 4},
                                                               {ErrorCode::kAlreadyExists, 4},
                                                               {ErrorCode::kDenied, 3},
                                                               {ErrorCode::kCredentials, 3},
                                                               {ErrorCode::kThrottled, 5},
                                                               {ErrorCode::kTransient, 5},
                                                               {ErrorCode::kNoSpace, 1},
                                                               {ErrorCode::kCorrupt, 1},
                                                               {ErrorCode::kUnsupported, 1},
                                                               {ErrorCode::kTooLarge, 1},
                                                               {ErrorCode::kMismatch, 6},
                                                               {ErrorCode::kInvalid, 2},
                                                               {ErrorCode::kConfig, 3},
                                                               {ErrorCode::kCancelled, 130},
                                                               {ErrorCode::kInternal, 1}}) {
    EXPECT_EQ(ExitCodeOf(Error(code, "x")), expected) << ToString(code);
  }
}

TEST(ExitCode, OfFiles) {
  EXPECT_EQ(OfFiles({}), 0);
  EXPECT_EQ(OfFiles({{ErrorCode::kCorrupt, 0}}), 0);
  EXPECT_EQ(OfFiles({{ErrorCode::kCorrupt, 2}}), 1);
  EXPECT_EQ(OfFiles({{ErrorCode::kInvalid, 1}}), 1);
  EXPECT_EQ(OfFiles({{ErrorCode::kSourceChanged, 1}}), 4);
  EXPECT_EQ(OfFiles({{ErrorCode::kNotFound, 1}}), 4);
  EXPECT_EQ(OfFiles({{ErrorCode::kTransient, 1}}), 5);
  EXPECT_EQ(OfFiles({{ErrorCode::kMismatch, 1}}), 6);
}

TEST(ExitCode, TheFirstThatApplies) {
  const std::map<ErrorCode, int64_t> all = {
      {ErrorCode::kMismatch, 1},       // 6
      {ErrorCode::kCredentials, 1},    // 3
      {ErrorCode::kCorrupt, 1},        // 1
      {ErrorCode::kSourceChanged, 1},  // 4
      {ErrorCode::kTransient, 1},      // 5
  };
  auto rest = all;
  std::vector<int> order;
  for (const auto code : {ErrorCode::kMismatch, ErrorCode::kCredentials, ErrorCode::kCorrupt,
                          ErrorCode::kSourceChanged, ErrorCode::kTransient}) {
    order.push_back(OfFiles(rest));
    rest.erase(code);
  }
  EXPECT_EQ(order, (std::vector<int>{6, 3, 1, 4, 5}));
  EXPECT_EQ(OfFiles(rest), 0);
}

TEST(ExitCode, TheRunAndItsFilesTogether) {
  FileCounts summary;
  summary.failed = 1;
  summary.failed_by_code = {{ErrorCode::kMismatch, 1}};
  EXPECT_EQ(ExitCodeOf(Error(ErrorCode::kTransient, "listing"), summary, 0), 6);
  summary.failed_by_code = {{ErrorCode::kTransient, 1}};
  EXPECT_EQ(ExitCodeOf(Error(ErrorCode::kCredentials, "listing"), summary, 0), 3);
}

TEST(ExitCode, DeniedIsTheFilesTroubleUnlessNothingIsAllowed) {
  EXPECT_EQ(OfFiles({{ErrorCode::kDenied, 3}}, 1), 1);
  EXPECT_EQ(OfFiles({{ErrorCode::kDenied, 3}}, 0), 3);
  EXPECT_EQ(OfFiles({{ErrorCode::kDenied, 3}, {ErrorCode::kCorrupt, 1}}, 0), 1);
}

TEST(ExitCode, Interrupted) {
  FileCounts summary;
  summary.failed = 1;
  summary.failed_by_code = {{ErrorCode::kMismatch, 1}};
  const Status stopped = Error(ErrorCode::kCancelled, "stopped");
  EXPECT_EQ(ExitCodeOf(stopped, summary, SIGINT), 130);
  EXPECT_EQ(ExitCodeOf(stopped, summary, SIGTERM), 143);
  // All was done when the signal came.
  EXPECT_EQ(ExitCodeOf(Status::OK(), FileCounts(), SIGINT), 0);
}

}  // namespace
}  // namespace pqpack::cli

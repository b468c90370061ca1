// SPDX-License-Identifier: Apache-2.0
#include "run/task_progress.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/events_testing.h"

namespace pqpack {
namespace {

int64_t Told(const Events& events) {
  int64_t bytes = 0;
  for (const Advanced& more : events.Of<Advanced>()) bytes += more.bytes;
  return bytes;
}

TEST(TaskProgress, MostIsMergedAndTheRestIsProven) {
  Events events;
  std::optional<TaskProgress> progress;
  progress.emplace(1000, true, events);
  progress->Merged(500);
  EXPECT_EQ(Told(events), 375);
  progress->BeginProof(600);
  EXPECT_EQ(Told(events), 750);
  progress->Proven(800);  // of 1,600
  EXPECT_EQ(Told(events), 875);
  progress.reset();
  EXPECT_EQ(Told(events), 1000);
}

TEST(TaskProgress, WithoutAProofAllIsMerged) {
  Events events;
  TaskProgress progress(1000, false, events);
  progress.Merged(500);
  EXPECT_EQ(Told(events), 500);
}

TEST(TaskProgress, WhatIsReadTwiceCountsOnce) {
  Events events;
  std::optional<TaskProgress> progress;
  progress.emplace(1000, true, events);
  progress->Merged(5000);
  EXPECT_EQ(Told(events), 750);
  progress->BeginProof(0);
  progress->Proven(5000);
  progress.reset();
  EXPECT_EQ(Told(events), 1000);
}

TEST(TaskProgress, OfATaskThatFailedTheRestIsToldAtItsEnd) {
  Events events;
  std::optional<TaskProgress> progress;
  progress.emplace(1000, true, events);
  progress->Merged(100);
  progress.reset();
  EXPECT_EQ(Told(events), 1000);
}

TEST(TaskProgress, EventsAreFew) {
  Events events;
  constexpr int64_t kBytes = 1 << 30;
  {
    TaskProgress progress(kBytes, false, events);
    for (int64_t at = 0; at < kBytes; at += 8192) progress.Merged(8192);
  }
  EXPECT_EQ(Told(events), kBytes);
  EXPECT_EQ(events.Of<Advanced>().size(), 1024U);
}

TEST(TaskProgress, CountsWhatIsReadOfAFile) {
  Events events;
  TaskProgress progress(64, false, events);
  const auto bytes = arrow::Buffer::FromString(std::string(64, 'x'));
  const auto file = Counted(std::make_shared<arrow::io::BufferReader>(bytes), &progress);
  char out[16];
  EXPECT_EQ(file->ReadAt(0, 16, out).ValueOrDie(), 16);
  EXPECT_EQ(Told(events), 16);
  EXPECT_EQ(file->ReadAt(60, 16).ValueOrDie()->size(), 4);
  EXPECT_EQ(Told(events), 20);
  EXPECT_EQ(file->GetSize().ValueOrDie(), 64);
}

}  // namespace
}  // namespace pqpack

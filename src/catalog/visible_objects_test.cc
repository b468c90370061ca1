// SPDX-License-Identifier: Apache-2.0
#include "catalog/visible_objects.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/contents_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

Status Listed(const std::vector<std::string>& paths, bool is_table) {
  MemoryStore store({"b"});
  const Uri folder{Scheme::kMemory, "b", "t/p=1/"};
  for (const std::string& path : paths) Put(store, folder.Child(path), "x");
  return ListVisible(store, folder, is_table).status();
}

// A table of a catalog has its runs elsewhere than in a partition's folder.
TEST(ListVisible, ACompactionOfThePartitionAlone) {
  for (const std::string mark : {"lock", "20260101t000000z-0123456789abcdef/journal.json"}) {
    EXPECT_EQ(CodeOf(Listed({"a", "_pqpack/" + mark}, false)), ErrorCode::kAlreadyExists) << mark;
    EXPECT_EQ(CodeOf(Listed({"a", "q=2/_pqpack/" + mark}, true)), ErrorCode::kAlreadyExists)
        << mark;
    EXPECT_EQ(Listed({"a", "_pqpack/" + mark}, true), Status::OK()) << mark;
  }
}

TEST(ListVisible, WhatIsNoRunIsNoHindrance) {
  EXPECT_EQ(Listed({"a", "_pqpack/notes.txt", "x_pqpack/lock", "q=2/_pqpack/other"}, false),
            Status::OK());
}

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "store/local_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "base/temporary_folder_testing.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class LocalFolderTest : public ::testing::Test {
 protected:
  std::string At(const std::string& name) const { return root_.path() / name; }
  bool IsThere(const std::string& name) const { return fs::exists(At(name)); }

  const TemporaryFolder root_;
};

TEST_F(LocalFolderTest, WhatIsMadeAgainIsNamedOnce) {
  std::vector<std::string> made;
  ASSERT_TRUE(MakeFolder(At("a/b"), &made).ok());
  EXPECT_THAT(made, ElementsAre(At("a"), At("a/b")));
  fs::remove_all(At("a"));
  ASSERT_TRUE(MakeFolder(At("a/b/c"), &made).ok());
  EXPECT_THAT(made, UnorderedElementsAre(At("a"), At("a/b"), At("a/b/c")));
}

TEST_F(LocalFolderTest, EmptyFoldersGoWhateverBecomesOfTheOthers) {
  fs::create_directories(At("a/b"));
  fs::create_directories(At("full"));
  std::ofstream(At("full/file")) << "1";
  RemoveFolders({At("a"), At("gone"), At("a/b"), At("full"), At("a/b/gone")});
  EXPECT_FALSE(IsThere("a"));
  EXPECT_TRUE(IsThere("full/file"));
}

class FolderLockTest : public LocalFolderTest {
 protected:
  Result<FolderLock> Take(const LockWait& wait) {
    return FolderLock::Take(folder_, At("file"), wait);
  }

  const Fd folder_ = OpenFolder(root_.path().string()).ValueOrDie();
  const Fd other_ = OpenFolder(root_.path().string()).ValueOrDie();
};

TEST_F(FolderLockTest, WhoDoesNotGoOnIsNamed) {
  ASSERT_EQ(::flock(other_.get(), LOCK_EX), 0);
  const Status status = Take({.most = std::chrono::milliseconds(3)}).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kAlreadyExists);
  EXPECT_THAT(status.message(),
              testing::HasSubstr(At("file") + ": process " + std::to_string(::getpid()) + " ("));
  EXPECT_THAT(ActionOf(status), testing::HasSubstr("End that process"));
  ASSERT_EQ(::flock(other_.get(), LOCK_UN), 0);
  EXPECT_TRUE(Take({.most = {}}).ok());
}

TEST_F(FolderLockTest, WaitingEndsByAStop) {
  ASSERT_EQ(::flock(other_.get(), LOCK_EX), 0);
  std::stop_source stop;
  stop.request_stop();
  const auto taken = Take({.stop = stop.get_token(),
                           .most = std::chrono::hours(1),
                           .most_stopped = std::chrono::milliseconds(1)});
  EXPECT_EQ(CodeOf(taken.status()), ErrorCode::kCancelled);
}

TEST_F(FolderLockTest, IsHeldUntilItsEnd) {
  {
    const auto lock = Take({});
    ASSERT_TRUE(lock.ok());
    EXPECT_NE(::flock(other_.get(), LOCK_EX | LOCK_NB), 0);
  }
  EXPECT_EQ(::flock(other_.get(), LOCK_EX | LOCK_NB), 0);
}

}  // namespace
}  // namespace pqpack

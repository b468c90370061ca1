// SPDX-License-Identifier: Apache-2.0
#include "store/local_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace pqpack

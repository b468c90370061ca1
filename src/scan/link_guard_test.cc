// SPDX-License-Identifier: Apache-2.0
#include "scan/link_guard.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/temporary_folder_testing.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;

class LinkGuardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "src/real");
    fs::create_directories(root_ / "dst/real");
    fs::create_directories(root_ / "dst2");
    fs::create_directories(root_ / "elsewhere");
  }
  Uri At(const std::string& path) const { return Uri::Parse((root_ / path).string()).ValueOrDie(); }
  Status Check(const std::string& source, const std::string& output) {
    return LinkGuard(At("src"), At("dst")).Check(At(source), At(output));
  }

  TemporaryFolder folder_;
  const fs::path root_ = folder_.path();
};

TEST_F(LinkGuardTest, FoldersAreFineWhetherTheyAreThereOrNot) {
  EXPECT_TRUE(Check("src/a.parquet", "dst/a.parquet").ok());
  EXPECT_TRUE(Check("src/real/a.parquet", "dst/real/a.parquet").ok());
  EXPECT_TRUE(Check("src/new/b/a.parquet", "dst/new/b/a.parquet").ok());
  LinkGuard slash(At("src/"), At("dst/"));
  EXPECT_TRUE(slash.Check(At("src/a.parquet"), At("dst/a.parquet")).ok());
}

TEST_F(LinkGuardTest, ThePlacesThemselvesMayBeLinks) {
  fs::create_directory_symlink(root_ / "dst", root_ / "to_dst");
  LinkGuard guard(At("src"), At("to_dst"));
  EXPECT_TRUE(guard.Check(At("src/a.parquet"), At("to_dst/a.parquet")).ok());
  EXPECT_TRUE(guard.Check(At("src/a.parquet"), At("to_dst/new/a.parquet")).ok());
}

TEST_F(LinkGuardTest, NoOutputLeavesTheDestination) {
  for (const char* place : {"src/real", "elsewhere", "dst2", "."}) {
    fs::remove(root_ / "dst/link");
    fs::create_directory_symlink(root_ / place, root_ / "dst/link");
    EXPECT_EQ(CodeOf(Check("src/a.parquet", "dst/link/a.parquet")), ErrorCode::kInvalid) << place;
    EXPECT_EQ(CodeOf(Check("src/a.parquet", "dst/link/new/a.parquet")), ErrorCode::kInvalid)
        << place;
  }
}

TEST_F(LinkGuardTest, NoSourceLiesInTheDestination) {
  fs::create_directory_symlink(root_ / "dst", root_ / "src/link");
  EXPECT_EQ(CodeOf(Check("src/link/a.parquet", "dst/link/a.parquet")), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(Check("src/link/real/a.parquet", "dst/x/a.parquet")), ErrorCode::kInvalid);
  fs::create_directory_symlink(root_ / "dst2", root_ / "src/beside");
  EXPECT_TRUE(Check("src/beside/a.parquet", "dst/beside/a.parquet").ok());
}

}  // namespace
}  // namespace pqpack

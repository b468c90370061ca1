// SPDX-License-Identifier: Apache-2.0
#include "scan/place_guard.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/temporary_folder_testing.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;

class PlaceGuardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "src/real");
    fs::create_directories(root_ / "dst/real");
    fs::create_directories(root_ / "dst2");
    fs::create_directories(root_ / "elsewhere");
  }
  Uri At(const std::string& path) const { return Uri::Parse((root_ / path).string()).ValueOrDie(); }
  Status Check(const std::string& source, const std::string& output) {
    return PlaceGuard(At("src"), At("dst")).Check(At(source), At(output));
  }

  TemporaryFolder folder_;
  const fs::path root_ = folder_.path();
};

TEST_F(PlaceGuardTest, FoldersAreFineWhetherTheyAreThereOrNot) {
  EXPECT_TRUE(Check("src/a.parquet", "dst/a.parquet").ok());
  EXPECT_TRUE(Check("src/real/a.parquet", "dst/real/a.parquet").ok());
  EXPECT_TRUE(Check("src/new/b/a.parquet", "dst/new/b/a.parquet").ok());
  PlaceGuard slash(At("src/"), At("dst/"));
  EXPECT_TRUE(slash.Check(At("src/a.parquet"), At("dst/a.parquet")).ok());
}

TEST_F(PlaceGuardTest, ThePlacesThemselvesMayBeLinks) {
  fs::create_directory_symlink(root_ / "dst", root_ / "to_dst");
  PlaceGuard guard(At("src"), At("to_dst"));
  EXPECT_TRUE(guard.Check(At("src/a.parquet"), At("to_dst/a.parquet")).ok());
  EXPECT_TRUE(guard.Check(At("src/a.parquet"), At("to_dst/new/a.parquet")).ok());
}

TEST_F(PlaceGuardTest, NoOutputLeavesTheDestination) {
  for (const char* place : {"src/real", "elsewhere", "dst2", "."}) {
    fs::remove(root_ / "dst/link");
    fs::create_directory_symlink(root_ / place, root_ / "dst/link");
    EXPECT_EQ(CodeOf(Check("src/a.parquet", "dst/link/a.parquet")), ErrorCode::kInvalid) << place;
    EXPECT_EQ(CodeOf(Check("src/a.parquet", "dst/link/new/a.parquet")), ErrorCode::kInvalid)
        << place;
  }
}

TEST_F(PlaceGuardTest, NoSourceLiesInTheDestination) {
  fs::create_directory_symlink(root_ / "dst", root_ / "src/link");
  EXPECT_EQ(CodeOf(Check("src/link/a.parquet", "dst/link/a.parquet")), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(Check("src/link/real/a.parquet", "dst/x/a.parquet")), ErrorCode::kInvalid);
  fs::create_directory_symlink(root_ / "dst2", root_ / "src/beside");
  EXPECT_TRUE(Check("src/beside/a.parquet", "dst/beside/a.parquet").ok());
}

TEST_F(PlaceGuardTest, NamesThatNoLocalFileHasAreRefused) {
  const Uri bucket = Uri::Parse("s3://b/p").ValueOrDie();
  const auto check = [&](const std::string& name, const Uri& destination) {
    return CodeOf(
        PlaceGuard(bucket, destination).Check(bucket.Child(name), destination.Child(name)));
  };
  for (const std::string& name :
       {std::string("../x.parquet"), std::string("a/../x.parquet"), std::string("a/./x.parquet"),
        std::string("a//x.parquet"), std::string("/x.parquet"), std::string("a\0b.parquet", 11)}) {
    EXPECT_EQ(check(name, At("dst")), ErrorCode::kInvalid) << name;
    EXPECT_TRUE(PlaceGuard(bucket, bucket).Check(bucket.Child(name), bucket.Child(name)).ok());
  }
  PlaceGuard guard(bucket, At("dst/../dst2"));
  for (const char* name : {"x.parquet", "a/x.parquet", "a/..x.parquet", ".a/x..parquet", "..."}) {
    EXPECT_TRUE(guard.Check(bucket.Child(name), At("dst/../dst2").Child(name)).ok()) << name;
  }
}

}  // namespace
}  // namespace pqpack

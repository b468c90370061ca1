// SPDX-License-Identifier: Apache-2.0
#include "cli/same_place.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/temporary_folder_testing.h"

namespace pqpack::cli {
namespace {

namespace fs = std::filesystem;

class SamePlaceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_ / "data/sub");
    fs::create_directories(root_ / "other");
    std::ofstream(root_ / "data/x.parquet") << "x";
  }

  // "" where they are apart, else how they meet.
  std::string Local(const std::string& source, const std::string& destination) {
    return Check((root_ / source).string(), (root_ / destination).string());
  }

  static std::string Check(const std::string& source, const std::string& destination) {
    const auto status = CheckApart({"--src", Uri::Parse(source).ValueOrDie()},
                                   {"--dst", Uri::Parse(destination).ValueOrDie()});
    if (status.ok()) return "";
    EXPECT_EQ(CodeOf(status), ErrorCode::kInvalid);
    for (const char* how : {"is the same place as", "lies inside", "contains"}) {
      if (status.message().find(how) != std::string::npos) return how;
    }
    return status.message();
  }

  const TemporaryFolder folder_;
  const fs::path root_ = folder_.path();
};

TEST_F(SamePlaceTest, Apart) {
  EXPECT_EQ(Local("data", "out"), "");
  EXPECT_EQ(Local("data", "data_repack"), "");
  EXPECT_EQ(Local("data/", "other/"), "");
  EXPECT_EQ(Local("data", "other/deep/er"), "");
  EXPECT_EQ(Local("data/x.parquet", "data/y.parquet"), "");
  EXPECT_EQ(Local("not/there", "not/here"), "");
}

TEST_F(SamePlaceTest, BySpelling) {
  EXPECT_EQ(Local("data", "data"), "is the same place as");
  EXPECT_EQ(Local("data", "data/"), "is the same place as");
  EXPECT_EQ(Local("data/", "data"), "is the same place as");
  EXPECT_EQ(Local("data", "other/../data"), "is the same place as");
  EXPECT_EQ(Local("data", "./data/."), "is the same place as");
  EXPECT_EQ(Local("data", "data/out"), "lies inside");
  EXPECT_EQ(Local("data", "data/not/there"), "lies inside");
  EXPECT_EQ(Local("data/sub", "data"), "contains");
  EXPECT_EQ(Local("data", "."), "contains");
  EXPECT_EQ(Local("data", "/"), "contains");
  EXPECT_EQ(Local("data/x.parquet", "data"), "contains");
  EXPECT_EQ(Local("data/x.parquet", "data/x.parquet"), "is the same place as");
  EXPECT_EQ(Local("not/there", "not/there/"), "is the same place as");
}

TEST_F(SamePlaceTest, BySymbolicLinks) {
  fs::create_directory_symlink(root_ / "data", root_ / "link");
  fs::create_directory_symlink("data/sub", root_ / "into");
  fs::create_symlink("data/x.parquet", root_ / "x.parquet");
  EXPECT_EQ(Local("data", "link"), "is the same place as");
  EXPECT_EQ(Local("link", "data/"), "is the same place as");
  EXPECT_EQ(Local("data", "link/new"), "lies inside");
  EXPECT_EQ(Local("data", "into"), "lies inside");
  EXPECT_EQ(Local("data", "into/new"), "lies inside");
  EXPECT_EQ(Local("into", "data"), "contains");
  EXPECT_EQ(Local("data/x.parquet", "x.parquet"), "is the same place as");
  EXPECT_EQ(Local("link", "other"), "");
}

TEST_F(SamePlaceTest, ByIdentityWhereNamesDiffer) {
  // A hard link is one file under two names that no spelling relates; bind mounts
  // and file systems that ignore case look the same to us.
  fs::create_hard_link(root_ / "data/x.parquet", root_ / "other/y.parquet");
  EXPECT_EQ(Local("data/x.parquet", "other/y.parquet"), "is the same place as");
}

TEST_F(SamePlaceTest, S3KeysHaveOneSpelling) {
  EXPECT_EQ(Check("s3://b/a", "s3://b/a/"), "is the same place as");
  EXPECT_EQ(Check("s3://b", "s3://b/"), "is the same place as");
  EXPECT_EQ(Check("s3://b/a", "s3://b/a/c"), "lies inside");
  EXPECT_EQ(Check("s3://b", "s3://b/a"), "lies inside");
  EXPECT_EQ(Check("s3://b/a/c", "s3://b/a"), "contains");
  EXPECT_EQ(Check("s3://b/orig", "s3://b/orig_repack"), "");
  EXPECT_EQ(Check("s3://b/a", "s3://c/a"), "");
  EXPECT_EQ(Check("s3://b/a/x.parquet", "s3://b/a/y.parquet"), "");
  EXPECT_EQ(Check("s3://b/a/x.parquet", "s3://b/a/"), "contains");
}

TEST_F(SamePlaceTest, LocalAndS3NeverMeet) { EXPECT_EQ(Check("/a", "s3://b/a"), ""); }

TEST_F(SamePlaceTest, TheErrorNamesBoth) {
  const auto status = CheckApart({"--src", Uri::Parse("s3://b/a").ValueOrDie()},
                                 {"--dst", Uri::Parse("s3://b/a/c").ValueOrDie()});
  EXPECT_EQ(status.message(), "--dst s3://b/a/c lies inside --src s3://b/a");
  EXPECT_EQ(ActionOf(status), "Choose a destination beside the source.");
}

}  // namespace
}  // namespace pqpack::cli

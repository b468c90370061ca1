// SPDX-License-Identifier: Apache-2.0
#include "store/real_place.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/temporary_folder_testing.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;

class RealPlaceTest : public testing::Test {
 protected:
  std::string Real(const std::string& path) {
    return RealPlace({Scheme::kLocal, {}, root_ + path}).ValueOrDie().key;
  }

  TemporaryFolder folder_;
  const std::string root_ = folder_.path().string();
};

TEST_F(RealPlaceTest, LinksAreFollowed) {
  fs::create_directories(root_ + "/table/k=1");
  fs::create_directory_symlink("table/k=1", root_ + "/link");
  EXPECT_EQ(Real("/link"), root_ + "/table/k=1");
  EXPECT_EQ(Real("/link/"), root_ + "/table/k=1/");
  EXPECT_EQ(Real("/link/new/x=1/"), root_ + "/table/k=1/new/x=1/");
  EXPECT_EQ(Real("/table/k=1/"), root_ + "/table/k=1/");
  EXPECT_EQ(Real("/not/there"), root_ + "/not/there");
}

TEST_F(RealPlaceTest, ALoopIsRefused) {
  fs::create_symlink("loop", root_ + "/loop");
  const auto real = RealPlace({Scheme::kLocal, {}, root_ + "/loop/a"});
  EXPECT_EQ(CodeOf(real.status()), ErrorCode::kInvalid) << real.status();
}

TEST(RealPlace, KeysAreNames) {
  const Uri uri{Scheme::kS3, "b", "a/../link/"};
  EXPECT_EQ(RealPlace(uri).ValueOrDie(), uri);
}

}  // namespace
}  // namespace pqpack

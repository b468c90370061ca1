// SPDX-License-Identifier: Apache-2.0
#include "store/s3/uri_encode.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

TEST(UriEncode, KeepsOnlyUnreserved) {
  EXPECT_EQ(UriEncode("Az09-._~"), "Az09-._~");
  EXPECT_EQ(UriEncode("a/b=c +%*'()!"), "a%2Fb%3Dc%20%2B%25%2A%27%28%29%21");
  EXPECT_EQ(UriEncode("a/b=c", "/"), "a/b%3Dc");
  EXPECT_EQ(UriEncode("\xE6\x97\xA5\x01"), "%E6%97%A5%01");
}

TEST(UriDecode, UndoesWhatListingsDo) {
  EXPECT_EQ(UriDecode("a%2Fb+c%2B%e6%97%A5"), "a/b c+\xE6\x97\xA5");
  EXPECT_EQ(UriDecode(""), "");
}

TEST(UriDecode, RefusesBrokenEscapes) {
  EXPECT_EQ(UriDecode("%"), std::nullopt);
  EXPECT_EQ(UriDecode("a%4"), std::nullopt);
  EXPECT_EQ(UriDecode("%4g"), std::nullopt);
}

}  // namespace
}  // namespace pqpack

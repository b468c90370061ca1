// SPDX-License-Identifier: Apache-2.0
#include "store/sha256.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

// FIPS 180-2, appendix B.1, and the digest of nothing.
TEST(Sha256, OfTheStandard) {
  EXPECT_EQ(Sha256Hex(AsBytes("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Base64(AsBytes("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(Sha256Hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, PieceByPiece) {
  Sha256Sum sum;
  sum.Append(AsBytes("a"));
  sum.Append({});
  sum.Append(AsBytes("bc"));
  EXPECT_EQ(sum.Hex(), Sha256Hex(AsBytes("abc")));
  EXPECT_EQ(Sha256Sum().Hex(), Sha256Hex({}));
}

}  // namespace
}  // namespace pqpack

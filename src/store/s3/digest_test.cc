// SPDX-License-Identifier: Apache-2.0
#include "store/s3/digest.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/hex.h"

namespace pqpack {
namespace {

// RFC 3720, appendix B.4.
TEST(Digest, Crc32cOfTheRfc) {
  std::vector<uint8_t> data(32, 0);
  EXPECT_EQ(Crc32c(data), 0x8A9136AAU);
  data.assign(32, 0xFF);
  EXPECT_EQ(Crc32c(data), 0x62A8AB43U);
  for (uint8_t i = 0; i < 32; ++i) data[i] = i;
  EXPECT_EQ(Crc32c(data), 0x46DD794EU);
}

TEST(Digest, Crc32cOfOddLengthsAndNothing) {
  EXPECT_EQ(Crc32c(AsBytes("123456789")), 0xE3069283U);  // the CRC catalogue's check value
  EXPECT_EQ(Crc32c({}), 0U);
  EXPECT_EQ(Crc32cBase64(AsBytes("123456789")), "4waSgw==");
}

// RFC 1321, appendix A.5: md5("abc") = 900150983cd24fb0d6963f7d28e17f72.
TEST(Digest, Md5OfTheRfc) { EXPECT_EQ(Md5Base64(AsBytes("abc")), "kAFQmDzST7DWlj99KOF/cg=="); }

// RFC 4231, test case 2.
TEST(Digest, HmacOfTheRfc) {
  EXPECT_EQ(ToHex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace pqpack

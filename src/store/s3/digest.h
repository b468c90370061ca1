// SPDX-License-Identifier: Apache-2.0
//
// The digests that S3 requests carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pqpack {

// Raw 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view data);

// Castagnoli CRC of RFC 3720, as S3's CRC32C.
uint32_t Crc32c(Bytes data);

// The value of x-amz-checksum-crc32c: big-endian, base64.
std::string Crc32cBase64(Bytes data);

// The value of Content-MD5: base64.
std::string Md5Base64(Bytes data);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "store/sha256.h"

#include <openssl/sha.h>

#include "base/hex.h"

namespace pqpack {

std::string Sha256Hex(Bytes data) {
  std::string raw(SHA256_DIGEST_LENGTH, '\0');
  SHA256(data.data(), data.size(), reinterpret_cast<uint8_t*>(raw.data()));
  return ToHex(raw);
}

}  // namespace pqpack

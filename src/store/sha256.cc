// SPDX-License-Identifier: Apache-2.0
#include "store/sha256.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/hex.h"

namespace pqpack {
namespace {

std::string Sha256(Bytes data) {
  std::string raw(SHA256_DIGEST_LENGTH, '\0');
  SHA256(data.data(), data.size(), reinterpret_cast<uint8_t*>(raw.data()));
  return raw;
}

}  // namespace

std::string Sha256Hex(Bytes data) { return ToHex(Sha256(data)); }

std::string Sha256Base64(Bytes data) {
  const std::string raw = Sha256(data);
  std::string text((raw.size() + 2) / 3 * 4 + 1, '\0');  // and a NUL
  EVP_EncodeBlock(reinterpret_cast<uint8_t*>(text.data()), AsBytes(raw).data(),
                  static_cast<int>(raw.size()));
  text.pop_back();
  return text;
}

struct Sha256Sum::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256Sum::Sha256Sum() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}

Sha256Sum::~Sha256Sum() { EVP_MD_CTX_free(state_->context); }

void Sha256Sum::Append(Bytes data) { EVP_DigestUpdate(state_->context, data.data(), data.size()); }

std::string Sha256Sum::Hex() {
  std::string raw(SHA256_DIGEST_LENGTH, '\0');
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<uint8_t*>(raw.data()), nullptr);
  return ToHex(raw);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// CRC32C runs over every byte that is uploaded, so it uses the CPU's instruction
// where there is one (SSE4.2, ARMv8 CRC) and a table otherwise.
#include "store/s3/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace pqpack {
namespace {

constexpr std::array<uint32_t, 256> kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82F63B78U : 0U);
    table[i] = crc;
  }
  return table;
}();

uint32_t CrcByTable(uint32_t crc, Bytes data) {
  for (const uint8_t byte : data) crc = (crc >> 8) ^ kCrcTable[(crc ^ byte) & 0xFF];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t CrcByInstruction(uint32_t crc, Bytes data) {
  uint64_t wide = crc;
  for (; data.size() >= 8; data = data.subspan(8)) {
    uint64_t word;
    std::memcpy(&word, data.data(), sizeof(word));
    wide = _mm_crc32_u64(wide, word);
  }
  return CrcByTable(static_cast<uint32_t>(wide), data);
}
bool HasInstruction() { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__ARM_FEATURE_CRC32)
uint32_t CrcByInstruction(uint32_t crc, Bytes data) {
  for (; data.size() >= 8; data = data.subspan(8)) {
    uint64_t word;
    std::memcpy(&word, data.data(), sizeof(word));
    crc = __crc32cd(crc, word);
  }
  return CrcByTable(crc, data);
}
bool HasInstruction() { return true; }
#else
uint32_t CrcByInstruction(uint32_t crc, Bytes data) { return CrcByTable(crc, data); }
bool HasInstruction() { return false; }
#endif

std::string Base64(Bytes raw) {
  std::string text((raw.size() + 2) / 3 * 4 + 1, '\0');  // and a NUL
  EVP_EncodeBlock(reinterpret_cast<uint8_t*>(text.data()), raw.data(),
                  static_cast<int>(raw.size()));
  text.pop_back();
  return text;
}

const uint8_t* Raw(std::string_view text) { return AsBytes(text).data(); }

}  // namespace

std::string HmacSha256(std::string_view key, std::string_view data) {
  std::string raw(SHA256_DIGEST_LENGTH, '\0');
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Raw(data), data.size(),
       reinterpret_cast<uint8_t*>(raw.data()), &length);
  return raw;
}

uint32_t Crc32c(Bytes data) {
  const uint32_t start = 0xFFFFFFFFU;
  return ~(HasInstruction() ? CrcByInstruction(start, data) : CrcByTable(start, data));
}

std::string Crc32cBase64(Bytes data) {
  const uint32_t crc = Crc32c(data);
  return Base64(std::array<uint8_t, 4>{static_cast<uint8_t>(crc >> 24),
                                       static_cast<uint8_t>(crc >> 16),
                                       static_cast<uint8_t>(crc >> 8), static_cast<uint8_t>(crc)});
}

std::string Md5Base64(Bytes data) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(data.data(), data.size(), digest.data(), &length, EVP_md5(), nullptr);
  return Base64(Bytes(digest).first(length));
}

}  // namespace pqpack

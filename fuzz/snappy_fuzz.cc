// SPDX-License-Identifier: Apache-2.0
//
// Input: a Snappy stream.  The library and we take the same ones, and make the same of them, but
// for one: a literal of 2^32 bytes, which the library counts in 32 bits and takes for none.
#include <arrow/util/compression.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "format/snappy.h"
#include "fuzzing.h"

namespace {

bool MayHaveEndlessLiteral(std::span<const uint8_t> stream) {
  constexpr std::array<uint8_t, 5> kEndless = {0xfc, 0xff, 0xff, 0xff, 0xff};
  return !std::ranges::search(stream, kEndless).empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  // Sizes that a stream may claim in two bytes, exactly as many as it claims.
  if (size < 2) return 0;
  const size_t claimed = data[0] < 0x80 ? data[0] : (data[0] & 0x7f) | data[1] << 7;
  if (claimed > 1 << 14) return 0;
  std::vector<uint8_t> ours(claimed);
  std::vector<uint8_t> theirs(claimed + 1);
  const bool taken = UnpackSnappy({data, size}, ours).ok();

  static const auto kLibrary = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  const auto read = kLibrary->Decompress(static_cast<int64_t>(size), data,
                                         static_cast<int64_t>(claimed), theirs.data());
  const bool whole = read.ok() && *read == static_cast<int64_t>(claimed);
  fuzz::Require(taken == whole || (whole && MayHaveEndlessLiteral({data, size})), "both take it");
  theirs.resize(claimed);
  fuzz::Require(!taken || ours == theirs, "both make the same of it");
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Input: number of values (two bytes), then dictionary indices: their width and runs.
#include <parquet/encoding.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "format/dictionary_indices.h"
#include "format/hybrid_codec.h"
#include "fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  fuzz::Input input(data, size);
  const auto count = static_cast<size_t>(input.Short() % 4096);
  const Bytes values = input.rest();
  std::vector<uint32_t> ours(count);
  if (!DecodeIndices(values, int64_t{1} << 32, ours).ok() || values.empty()) return 0;

  std::string written;
  EncodeHybrid(std::span<const uint32_t>(ours), values[0], &written);
  std::vector<uint32_t> again(count);
  fuzz::Require(DecodeHybrid(AsBytes(written), values[0], std::span(again)).ok() && ours == again,
                "values that were read can be written and read again");

  static const auto kDecoder = parquet::MakeDictDecoder<parquet::Int32Type>();
  std::vector<int32_t> theirs(count);
  const auto decoded = fuzz::Attempt([&] {
    kDecoder->SetData(static_cast<int>(count), data + 2, static_cast<int>(size) - 2);
    return kDecoder->DecodeIndices(static_cast<int>(count), theirs.data());
  });
  if (decoded != static_cast<int>(count)) return 0;
  fuzz::Require(std::equal(ours.begin(), ours.end(), theirs.begin(),
                           [](uint32_t a, int32_t b) { return a == static_cast<uint32_t>(b); }),
                "Arrow reads the same values");
  return 0;
}

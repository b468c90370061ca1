// SPDX-License-Identifier: Apache-2.0
//
// Input: largest repetition level, largest definition level, number of levels (12 bits) and
// their encoding, then the body of a V1 data page.
#include <parquet/column_reader.h>

#include <algorithm>
#include <vector>

#include "format/levels.h"
#include "fuzzing.h"

namespace pqpack::fuzz {
namespace {

// Decodes one kind of levels and holds them against Arrow's, which are told the same.
void Compare(const StoredLevels& stored, int16_t max, size_t count) {
  std::vector<int16_t> ours(count);
  if (max == 0 || !DecodeLevels(stored, max, ours).ok()) return;
  std::vector<int16_t> again(count);
  const std::string written = EncodeLevels(ours, max);
  Require(DecodeLevels({AsBytes(written)}, max, again).ok() && ours == again,
          "levels that were read can be written and read again");
  // Arrow takes BIT_PACKED from the lowest bit on, the specification from the highest.
  if (stored.encoding != Encoding::kRle) return;
  const Bytes runs = stored.bytes;
  std::vector<int16_t> theirs(count);
  const auto decoded = Attempt([&] {
    parquet::LevelDecoder decoder;
    decoder.SetDataV2(static_cast<int32_t>(runs.size()), max, static_cast<int>(count), runs.data());
    return decoder.Decode(static_cast<int>(count), theirs.data());
  });
  if (decoded != static_cast<int>(count)) return;
  Require(ours == theirs, "Arrow reads the same levels");
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  fuzz::Input input(data, size);
  MaxLevels max;
  max.repetition = input.Byte();
  max.definition = input.Byte();
  const int shape = input.Short();
  const auto count = static_cast<size_t>(shape % 4096);
  LevelsV1 levels;
  levels.num_values = shape % 4096;
  levels.repetition = (shape & 0x1000) == 0 ? Encoding::kRle : Encoding::kBitPacked;
  levels.definition = (shape & 0x2000) == 0 ? Encoding::kRle : Encoding::kBitPacked;
  const auto parts = SplitPage(levels, input.rest(), max);
  if (!parts.ok()) return 0;
  fuzz::Require(JoinPageV1(*parts, max) == AsText(input.rest()), "a page is joined as it was");
  fuzz::Compare(parts->repetition, max.repetition, count);
  fuzz::Compare(parts->definition, max.definition, count);
  return 0;
}

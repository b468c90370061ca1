// SPDX-License-Identifier: Apache-2.0
//
// A data page opened: its levels, some slots at a time, and its values as what they are moved by,
// which is indices into a dictionary, bytes in PLAIN, or bits.
//
// A few bytes may stand for 2^31 levels, so nothing is unpacked but what is asked for.
//
// Source: README.md, "Data Pages" and "Nested Encoding"; Encodings.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "diagnose/deep/page_bodies.h"
#include "execute/pages/plain_values.h"
#include "execute/pages/source_chunk.h"
#include "format/hybrid_cursor.h"
#include "format/levels.h"

namespace pqpack {

enum class SlotForm : uint8_t {
  kPlain,    // bytes
  kIndices,  // of a dictionary
  kBits,     // of booleans
};

// Values are found by decoding them only (DELTA_*, BYTE_STREAM_SPLIT).
constexpr bool MovesWholeOnly(Encoding encoding) {
  return encoding != Encoding::kPlain && encoding != Encoding::kRle && !IsDictionary(encoding);
}

// Slots in order.  Levels are views until the next call; null where the column has none, and
// `definition` where every slot has a value, too.
struct SlotSlice {
  int64_t slots = 0;
  int64_t values = 0;  // slots that have one
  const int16_t* definition = nullptr;
  const int16_t* repetition = nullptr;

  bool begins_row(int64_t slot) const { return repetition == nullptr || repetition[slot] == 0; }
};

// How the levels of a source are read.
struct SourceLevels {
  MaxLevels max;
  std::span<const int16_t> map;  // to those of the output; empty: they are the same
};

// One thread.  `page` and its chunk outlive it; `unpack` serves the next one when this one is gone.
class PageSlots {
 public:
  //   kUnsupported  values in an encoding that is moved as a whole only
  //   kCorrupt, kTooLarge  as OpenBody() (diagnose/deep/page_bodies.h)
  static Result<PageSlots> Open(const SourcePage& page, Codec codec, const SourceLevels& levels,
                                const ValueShape& shape, Decompressor* unpack);

  // For its levels alone, whatever its values are in.
  static Result<PageSlots> OpenLevels(const SourcePage& page, Codec codec,
                                      const SourceLevels& levels, Decompressor* unpack);

  SlotForm form() const { return form_; }
  int64_t left() const { return left_; }
  // Of values and levels, uncompressed.
  int64_t bytes() const { return bytes_; }

  // The next `count` slots, which are there.  kCorrupt: levels that can't be.
  Result<SlotSlice> Next(int64_t count);

  // The values of those, in order; the sum of what is asked for is theirs.
  Status ReadIndices(std::span<uint32_t> out);  // of bits, too
  Result<Bytes> ReadPlain(int64_t count);

  // All slots are read: so must be all bytes in PLAIN.
  Status Finish() const;

 private:
  PageSlots() = default;
  static Result<PageSlots> OpenParts(const SourcePage& page, Codec codec,
                                     const SourceLevels& levels, bool values, Decompressor* unpack);
  Status OpenValues(Encoding encoding, int64_t slots);
  Status ReadDefinition(int64_t count, SlotSlice* slice);
  Status ReadRepetition(int64_t count, SlotSlice* slice);

  OpenPage open_;
  int64_t bytes_ = 0;
  SlotForm form_ = SlotForm::kPlain;
  ValueShape shape_;
  SourceLevels levels_;
  int64_t left_ = 0;
  HybridCursor<int16_t> definition_, repetition_;
  HybridCursor<uint32_t> indices_;
  Bytes plain_;
  std::vector<int16_t> definition_levels_, repetition_levels_;
};

}  // namespace pqpack

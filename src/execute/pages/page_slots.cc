// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/page_slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "format/dictionary_indices.h"

namespace pqpack {
namespace {

Status Corrupt(std::string what) { return Error(ErrorCode::kCorrupt, std::move(what)); }

Status CheckLevels(std::span<const int16_t> levels, int16_t max) {
  int16_t largest = 0;
  for (const int16_t level : levels) largest = std::max(largest, level);
  if (largest <= max) return Status::OK();
  return Corrupt(fmt::format("a level of {} where {} is the largest", largest, max));
}

}  // namespace

Result<PageSlots> PageSlots::Open(const SourcePage& page, Codec codec, const SourceLevels& levels,
                                  const ValueShape& shape, Decompressor* unpack) {
  PQ_ASSIGN(PageSlots slots, OpenParts(page, codec, levels, /*values=*/true, unpack));
  slots.shape_ = shape;
  PQ_RETURN_NOT_OK(slots.OpenValues(page.encoding(), page.slots()));
  return slots;
}

Result<PageSlots> PageSlots::OpenLevels(const SourcePage& page, Codec codec,
                                        const SourceLevels& levels, Decompressor* unpack) {
  return OpenParts(page, codec, levels, /*values=*/false, unpack);
}

// Of version 2 the levels are not compressed.  Those of version 1 are in runs (mend_header.h);
// where a writer has left them out the cursors come to their end.
Result<PageSlots> PageSlots::OpenParts(const SourcePage& page, Codec codec,
                                       const SourceLevels& levels, bool values,
                                       Decompressor* unpack) {
  PageSlots slots;
  slots.levels_ = levels;
  slots.left_ = page.slots();
  if (page.is_v2() && !values) {
    PQ_ASSIGN(slots.open_.parts, SplitPage(LevelsOf(*page.header.data_v2), page.body, levels.max));
  } else {
    PQ_ASSIGN(slots.open_, OpenBody(page.header, page.body, codec, levels.max, unpack));
  }
  slots.bytes_ = slots.open_.bytes == nullptr ? static_cast<int64_t>(page.body.size())
                                              : slots.open_.bytes->size();
  const PageParts& parts = slots.open_.parts;
  const auto cursor = [&](const StoredLevels& stored, int16_t max) {
    return HybridCursor<int16_t>(stored.bytes, LevelWidth(max), page.slots());
  };
  slots.definition_ = cursor(parts.definition, levels.max.definition);
  slots.repetition_ = cursor(parts.repetition, levels.max.repetition);
  return slots;
}

Status PageSlots::OpenValues(Encoding encoding, int64_t slots) {
  constexpr size_t kRunsLength = 4;  // in front of booleans in RLE
  const Bytes values = open_.parts.values;
  const bool boolean = shape_.type == PhysicalType::kBoolean;
  if (encoding == Encoding::kRleDictionary) {
    form_ = SlotForm::kIndices;
    if (values.empty()) return Status::OK();  // all null, by some writers
    PQ_ASSIGN(const IndexStream stream, OpenIndices(values));
    indices_ = HybridCursor<uint32_t>(stream.runs, stream.bit_width, slots);
  } else if (encoding == Encoding::kPlain && boolean) {
    form_ = SlotForm::kBits;
    indices_ = HybridCursor<uint32_t>::Packed(values, 1, slots);
  } else if (encoding == Encoding::kPlain) {
    form_ = SlotForm::kPlain;
    plain_ = values;
  } else if (encoding == Encoding::kRle && boolean && values.size() >= kRunsLength) {
    form_ = SlotForm::kBits;
    indices_ = HybridCursor<uint32_t>(values.subspan(kRunsLength), 1, slots);
  } else {
    return Error(ErrorCode::kUnsupported,
                 "values in " + ToString(encoding) + " are moved by whole pages only");
  }
  return Status::OK();
}

Result<SlotSlice> PageSlots::Next(int64_t count) {
  SlotSlice slice{count, count, nullptr, nullptr};
  left_ -= count;
  PQ_RETURN_NOT_OK(ReadRepetition(count, &slice));
  PQ_RETURN_NOT_OK(ReadDefinition(count, &slice));
  return slice;
}

Status PageSlots::ReadRepetition(int64_t count, SlotSlice* slice) {
  if (levels_.max.repetition == 0) return Status::OK();
  repetition_levels_.resize(static_cast<size_t>(count));
  PQ_RETURN_NOT_OK(repetition_.Read(repetition_levels_));
  slice->repetition = repetition_levels_.data();
  return CheckLevels(repetition_levels_, levels_.max.repetition);
}

Status PageSlots::ReadDefinition(int64_t count, SlotSlice* slice) {
  const int16_t max = levels_.max.definition;
  if (max == 0) return Status::OK();
  PQ_ASSIGN(const auto repeated, definition_.TakeRepeated(count));
  if (repeated == max) return Status::OK();
  definition_levels_.resize(static_cast<size_t>(count));
  if (repeated) {
    std::ranges::fill(definition_levels_, *repeated);
  } else {
    PQ_RETURN_NOT_OK(definition_.Read(definition_levels_));
  }
  PQ_RETURN_NOT_OK(CheckLevels(definition_levels_, max));
  slice->values = std::ranges::count(definition_levels_, max);
  slice->definition = definition_levels_.data();
  if (levels_.map.empty()) return Status::OK();
  for (int16_t& level : definition_levels_) {
    level = levels_.map[static_cast<size_t>(level)];
    if (level < 0) return Corrupt("a null where there can be none");
  }
  return Status::OK();
}

Status PageSlots::ReadIndices(std::span<uint32_t> out) {
  if (out.empty()) return Status::OK();
  return indices_.Read(out);
}

Result<Bytes> PageSlots::ReadPlain(int64_t count) {
  PQ_ASSIGN(const int64_t size, SizeInPlain(shape_, plain_, count));
  const Bytes values = plain_.first(static_cast<size_t>(size));
  plain_ = plain_.subspan(static_cast<size_t>(size));
  return values;
}

Status PageSlots::Finish() const {
  if (form_ != SlotForm::kPlain || plain_.empty()) return Status::OK();
  return Error(ErrorCode::kUnsupported, "bytes behind its last value");
}

}  // namespace pqpack

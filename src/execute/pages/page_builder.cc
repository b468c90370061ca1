// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/page_builder.h"

#include <algorithm>
#include <cstring>

#include "format/dictionary_indices.h"
#include "format/hybrid_codec.h"

namespace pqpack {
namespace {

// A record is never cut, and a few bytes may stand for any number of levels.
constexpr int64_t kMostSlots = int64_t{64} * 1024 * 1024;

// One bit each, the first one lowest.
std::string Packed(std::span<const uint32_t> bits) {
  std::string bytes((bits.size() + 7) / 8, '\0');
  for (size_t i = 0; i < bits.size(); ++i) {
    bytes[i / 8] = static_cast<char>(static_cast<uint8_t>(bytes[i / 8]) | bits[i] << (i % 8));
  }
  return bytes;
}

Encoding EncodingOf(SlotForm form) {
  return form == SlotForm::kIndices ? Encoding::kRleDictionary : Encoding::kPlain;
}

}  // namespace

Status PageBuilder::Begin(SlotForm form) {
  if (plain_.length() == 0) PQ_RETURN_NOT_OK(plain_.Advance(kRoom));
  if (form != form_) PQ_RETURN_NOT_OK(Flush());
  form_ = form;
  return Status::OK();
}

bool PageBuilder::long_enough() const {
  return slots_ >= kPageSlots || plain_.length() - kRoom >= kPageBytes;
}

Status PageBuilder::Add(const SlotSlice& slice, int64_t first, int64_t count, int64_t values,
                        const ValueFacts& facts) {
  if (count == 0) return Status::OK();
  if (slots_ + count > kMostSlots) {
    return Error(ErrorCode::kTooLarge, "a record of too many levels");
  }
  if (slots_ == 0) begins_row_ = slice.begins_row(first);
  KeepDefinition(slice, first, count);
  if (max_.repetition == 0) {
    rows_ += count;
  } else {
    const int16_t* const begin = slice.repetition + first;
    repetition_.insert(repetition_.end(), begin, begin + count);
    rows_ += std::count(begin, begin + count, int16_t{0});
  }
  slots_ += count;
  KeepFacts(facts, count, count - values);
  return Status::OK();
}

void PageBuilder::KeepDefinition(const SlotSlice& slice, int64_t first, int64_t count) {
  if (slice.definition == nullptr) {
    if (!definition_.empty()) {
      definition_.insert(definition_.end(), static_cast<size_t>(count), max_.definition);
    }
    return;
  }
  if (definition_.empty()) definition_.assign(static_cast<size_t>(slots_), max_.definition);
  const int16_t* const begin = slice.definition + first;
  definition_.insert(definition_.end(), begin, begin + count);
}

void PageBuilder::KeepFacts(const ValueFacts& facts, int64_t slots, int64_t nulls) {
  ValueFacts part{slots, nulls, {}};
  if (!part.all_null()) part.bounds = facts.bounds;
  rules_.Join(part, &facts_);
}

// With their lengths in front, as version 1 has them.
std::string PageBuilder::LevelBytes() const {
  PageParts parts;
  const std::string repetition = EncodeLevels(repetition_, max_.repetition);
  std::string definition;
  if (max_.definition > 0 && definition_.empty()) {
    AppendRun(static_cast<uint32_t>(max_.definition), slots_, LevelWidth(max_.definition),
              &definition);
  } else {
    definition = EncodeLevels(definition_, max_.definition);
  }
  parts.repetition.bytes = AsBytes(repetition);
  parts.definition.bytes = AsBytes(definition);
  return JoinPageV1(parts, max_);
}

Result<Bytes> PageBuilder::PlainBody(const std::string& levels) {
  const auto more = static_cast<int64_t>(levels.size()) - kRoom;
  if (more > 0) {
    PQ_RETURN_NOT_OK(plain_.Reserve(more));
    std::memmove(plain_.mutable_data() + levels.size(), plain_.data() + kRoom,
                 static_cast<size_t>(plain_.length() - kRoom));
    plain_.UnsafeAdvance(more);
  }
  uint8_t* const body = plain_.mutable_data() - std::min(more, int64_t{0});
  std::memcpy(body, levels.data(), levels.size());
  return Bytes(body, static_cast<size_t>(plain_.data() + plain_.length() - body));
}

Result<Bytes> PageBuilder::Body(const std::string& levels) {
  if (form_ == SlotForm::kPlain) return PlainBody(levels);
  encoded_ = levels;
  encoded_ +=
      form_ == SlotForm::kBits ? Packed(indices_) : EncodeIndices(indices_, dictionary_size_);
  return AsBytes(encoded_);
}

Status PageBuilder::Flush() {
  if (slots_ == 0) return Status::OK();
  PQ_ASSIGN(const Bytes body, Body(LevelBytes()));
  const PageNote note{rows_, begins_row_, facts_};
  PQ_RETURN_NOT_OK(out_.WritePage(EncodingOf(form_), body, note, checksum_));
  slots_ = rows_ = 0;
  checksum_ = false;
  definition_.clear();
  repetition_.clear();
  indices_.clear();
  plain_.Rewind(kRoom);
  facts_ = {};
  return Status::OK();
}

}  // namespace pqpack

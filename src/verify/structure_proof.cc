// SPDX-License-Identifier: Apache-2.0
//
// The idea: a column is a stream of levels and a stream of values' bytes, whatever pages they
// come in.  Both sides are gone through in step, and each pair of pages that begin at the
// same slot is tried in the order of what it costs:
//
//   1. the same bytes as stored, and headers that say the same: nothing is decompressed;
//   2. the same bytes once decompressed, of levels and of values: another codec, another
//      compressor, version 1 against version 2;
//   3. slot by slot: levels decoded, values as entries of two dictionaries, texts through a map
//      from one to the other, as entries of a dictionary against PLAIN, or as PLAIN bytes.
//
// 1 and 2 hold for indices only where the dictionaries are the same; a map holds where the
// entries of both have the same bytes, each checked when it first occurs.  Other encodings
// (DELTA_*, BYTE_STREAM_SPLIT) are known to 1 and 2 only.
#include "verify/structure_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "verify/batch_scan.h"
#include "verify/encoded_values.h"

namespace pqpack {
namespace {

using Reason = std::optional<std::string>;

bool SameBytes(Bytes a, Bytes b) { return AsText(a) == AsText(b); }

// Pages whose headers say the same of levels and values, in either version.
bool SameKind(const PageFact& a, const PageFact& b) {
  return a.type == b.type && a.definition_levels == b.definition_levels &&
         a.repetition_levels == b.repetition_levels && a.num_nulls == b.num_nulls &&
         a.num_rows == b.num_rows && a.definition_bytes == b.definition_bytes &&
         a.repetition_bytes == b.repetition_bytes;
}

bool SameLevelBytes(const PageParts& a, const PageParts& b) {
  return a.definition.encoding == b.definition.encoding &&
         a.repetition.encoding == b.repetition.encoding &&
         SameBytes(a.definition.bytes, b.definition.bytes) &&
         SameBytes(a.repetition.bytes, b.repetition.bytes);
}

// Whether a fault of the writer changes what the values' bytes mean (ReadQuirks).
bool HasWideDeltas(const EncodedCursor& cursor) {
  return cursor.source().quirks.wide_deltas && cursor.column().type == PhysicalType::kInt32 &&
         cursor.page().encoding() == Encoding::kDeltaBinaryPacked;
}

// How the body of a page as it is stored is to be read.
struct Storage {
  Codec codec{};
  bool compressed = true;
  int32_t stored = 0;
  int32_t uncompressed = 0;
  bool operator==(const Storage&) const = default;
};

Storage StorageOf(const ChunkPage& page, const ChunkSource& source) {
  Storage storage;
  storage.codec = source.chunk.codec;
  storage.stored = page.fact.body_size;
  storage.uncompressed = page.fact.uncompressed_size;
  storage.compressed = source.quirks.wrong_v2_flag || page.fact.compressed;
  return storage;
}

// A side without levels has a value in every slot.
bool SameDefinition(const int16_t* a, const int16_t* b, int64_t slots, int16_t present) {
  if (a != nullptr && b != nullptr) return std::equal(a, a + slots, b);
  const int16_t* const given = a == nullptr ? b : a;
  return given == nullptr || CountOf({given, static_cast<size_t>(slots)}, present) == slots;
}

}  // namespace

void StructureProof::SetA(std::unique_ptr<EncodedCursor> cursor) {
  a_ = std::move(cursor);
  same_dictionary_.reset();
  mapped_ = false;
}

void StructureProof::SetB(std::unique_ptr<EncodedCursor> cursor) {
  b_ = std::move(cursor);
  same_dictionary_.reset();
  mapped_ = false;
}

std::array<int64_t, kPageProofs> StructureProof::EndA() {
  const auto bytes = a_->bytes();
  a_.reset();
  return bytes;
}

Result<Reason> StructureProof::Run(Ends ends) {
  while (true) {
    if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    PQ_ASSIGN(const bool more_a, a_->More());
    PQ_ASSIGN(const bool more_b, b_->More());
    if (!more_a || !more_b) return AtEnd(more_a, more_b, ends);
    if (a_->untouched() && b_->untouched()) {
      PQ_ASSIGN(const bool passed, PassPages());
      if (passed) continue;
    }
    PQ_ASSIGN(auto reason, CompareSlots());
    if (reason) return reason;
  }
}

Result<Reason> StructureProof::AtEnd(bool more_a, bool more_b, Ends ends) {
  if (more_a == ends.a || more_b == ends.b) return Reason("one side has more values");
  for (EncodedCursor* goes_on : {more_a ? a_.get() : nullptr, more_b ? b_.get() : nullptr}) {
    if (goes_on == nullptr) continue;
    PQ_ASSIGN(const bool begins, goes_on->BeginsRow());
    if (!begins) return Reason("one side's row goes on");
  }
  return Reason();
}

// Whether the pages at hand are the same as a whole, which are passed then.
Result<bool> StructureProof::PassPages() {
  const ChunkPage& a = a_->page();
  const ChunkPage& b = b_->page();
  if (a.values() != b.values() || a.encoding() != b.encoding()) return false;
  if (HasWideDeltas(*a_) != HasWideDeltas(*b_)) return false;
  if (IsDictionary(a.encoding())) {
    PQ_ASSIGN(const bool same, SameDictionary());
    if (!same) return false;
  }
  PQ_ASSIGN(const bool same, SameStoredBytes());
  if (!same) return PassOpened();
  PQ_RETURN_NOT_OK(PassBoth(PageProof::kSameBytes));
  return true;
}

// The same bytes of levels mean the same only where they are read in the same way.
bool StructureProof::SameLevelsOnDisk() const {
  const TableColumn& a = a_->column();
  const TableColumn& b = b_->column();
  return a.max_definition == b.max_definition && a.max_repetition == b.max_repetition &&
         a.level_map == b.level_map && SameKind(a_->page().fact, b_->page().fact);
}

Result<bool> StructureProof::SameStoredBytes() {
  const ChunkPage& a = a_->page();
  const ChunkPage& b = b_->page();
  const bool same = SameLevelsOnDisk() &&
                    StorageOf(a, a_->source()) == StorageOf(b, b_->source()) &&
                    SameBytes(a.body, b.body);
  if (same) PQ_RETURN_NOT_OK(CheckUnlikeChecksums(a, b));
  return same;
}

// Equal checksums of equal bytes say the same of both.
Status StructureProof::CheckUnlikeChecksums(const ChunkPage& a, const ChunkPage& b) const {
  if (a.fact.crc == b.fact.crc) return Status::OK();
  PQ_RETURN_NOT_OK(a_->Within(Within(a, CheckChecksum(a))));
  return b_->Within(Within(b, CheckChecksum(b)));
}

// The same bytes of values; where those of levels are, too, the pages are passed.
Result<bool> StructureProof::PassOpened() {
  PQ_ASSIGN(const PageParts* const a, a_->Parts());
  PQ_ASSIGN(const PageParts* const b, b_->Parts());
  if (!SameBytes(a->values, b->values)) return false;
  if (SameLevelsOnDisk() && SameLevelBytes(*a, *b)) {
    PQ_RETURN_NOT_OK(PassBoth(PageProof::kRecompressed));
    return true;
  }
  a_->IgnoreValues();
  b_->IgnoreValues();
  return false;
}

Status StructureProof::PassBoth(PageProof proof) {
  PQ_ASSIGN(const int64_t rows, a_->RowsOfPage());
  a_->PassPage(proof, rows);
  b_->PassPage(proof, rows);
  return Status::OK();
}

Result<bool> StructureProof::SameDictionary() {
  if (!same_dictionary_) {
    PQ_ASSIGN(same_dictionary_, CompareDictionaries());
  }
  return *same_dictionary_;
}

Result<bool> StructureProof::CompareDictionaries() {
  const ChunkPage* const a = a_->dictionary_page();
  const ChunkPage* const b = b_->dictionary_page();
  if (a == nullptr || b == nullptr || a->values() != b->values()) return false;
  if (a->encoding() == b->encoding() &&
      StorageOf(*a, a_->source()) == StorageOf(*b, b_->source()) && SameBytes(a->body, b->body)) {
    PQ_RETURN_NOT_OK(CheckUnlikeChecksums(*a, *b));
    a_->MarkDictionary(PageProof::kSameBytes);
    return true;
  }
  PQ_ASSIGN(const Dictionary* const of_a, a_->Entries());
  PQ_ASSIGN(const Dictionary* const of_b, b_->Entries());
  const bool same = of_a->SameAs(*of_b);
  if (same) a_->MarkDictionary(PageProof::kRecompressed);
  return same;
}

std::string StructureProof::PagesText(const char* what) const {
  return fmt::format("the {} of page {} and of page {} differ", what, a_->page().number,
                     b_->page().number);
}

Result<Reason> StructureProof::CompareSlots() {
  PQ_RETURN_NOT_OK(a_->Fill());
  PQ_RETURN_NOT_OK(b_->Fill());
  const int64_t slots = std::min(a_->slots(), b_->slots());
  if (!SameLevels(slots)) return Reason(PagesText("levels"));
  // The same levels count the same.
  const SlotCounts counts = b_->counted(slots) ? b_->Count(slots) : a_->Count(slots);
  if (!a_->ignores_values()) {  // nor does b, then
    a_->Mark(PageProof::kRearranged);
    b_->Mark(PageProof::kRearranged);
    PQ_ASSIGN(auto reason, CompareValues(counts.values));
    if (reason) return reason;
  }
  a_->Advance(counts);
  b_->Advance(counts);
  return Reason();
}

bool StructureProof::SameLevels(int64_t slots) const {
  const int16_t* const a = a_->repetition();
  if (a != nullptr && !std::equal(a, a + slots, b_->repetition())) return false;
  return SameDefinition(a_->definition(), b_->definition(), slots, a_->column().present());
}

Result<Reason> StructureProof::CompareValues(int64_t values) {
  const ValueForm a = a_->form();
  const ValueForm b = b_->form();
  if (a == ValueForm::kOpaque || b == ValueForm::kOpaque) {
    return Reason(fmt::format("page {} in {} and page {} in {} are compared by content only",
                              a_->page().number, ToString(a_->page().encoding()), b_->page().number,
                              ToString(b_->page().encoding())));
  }
  if (values == 0) return Reason();
  const int64_t width = PlainWidth(a_->column().type, a_->column().length);
  const auto indices = [values](const EncodedCursor& cursor) {
    return std::span(cursor.indices(), static_cast<size_t>(values));
  };
  bool same = false;
  if (a == b && a == ValueForm::kPlain) {
    same = SamePlain(a_->plain(), b_->plain(), values, width);
  } else if (a == b) {
    PQ_ASSIGN(same, SameIndices(values));
  } else if (a == ValueForm::kIndices) {
    PQ_ASSIGN(const Dictionary* const entries, a_->Entries());
    same = SameExpanded(*entries, indices(*a_), b_->plain(), width);
  } else {
    PQ_ASSIGN(const Dictionary* const entries, b_->Entries());
    same = SameExpanded(*entries, indices(*b_), a_->plain(), width);
  }
  return same ? Reason() : Reason(PagesText("values"));
}

// Numbers are compared by their bytes: a map of them would have to be learned for each pair of
// chunks, which costs more than it saves (bench/proof_values_bench.cc).
Result<bool> StructureProof::SameIndices(int64_t values) {
  const auto count = static_cast<size_t>(values);
  const std::span<const uint32_t> a(a_->indices(), count);
  const std::span<const uint32_t> b(b_->indices(), count);
  if (a_->column().type == PhysicalType::kBoolean) return std::ranges::equal(a, b);
  PQ_ASSIGN(const bool same, SameDictionary());
  if (same && std::ranges::equal(a, b)) return true;
  PQ_ASSIGN(const Dictionary* const of_a, a_->Entries());
  PQ_ASSIGN(const Dictionary* const of_b, b_->Entries());
  const int64_t width = PlainWidth(a_->column().type, a_->column().length);
  if (width == 4 || width == 8) return SameNumbers(*of_a, a, *of_b, b, width);
  if (!mapped_) {
    PQ_RETURN_NOT_OK(map_.Reset(*of_a, *of_b, pool_));
    mapped_ = true;
  }
  return map_.Same(a, b);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Levels and indices are decoded some thousands at a time into arrays that stay in the
// first- and second-level cache: so a page of 2^31 slots, which takes a few bytes where they
// are all the same, needs no more memory than any other.
#include "verify/encoded_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "format/dictionary_indices.h"
#include "verify/batch_scan.h"
#include "verify/library_call.h"

namespace pqpack {
namespace {

constexpr int64_t kBatch = 4096;  // slots

Status Corrupt(std::string what) { return Error(ErrorCode::kCorrupt, std::move(what)); }
Status Unsupported(std::string what) { return Error(ErrorCode::kUnsupported, std::move(what)); }

Result<HybridCursor<int16_t>> LevelsOf(const StoredLevels& levels, int16_t max, int64_t slots) {
  if (max > 0 && levels.encoding != Encoding::kRle) {
    return Unsupported("levels in " + ToString(levels.encoding));
  }
  return HybridCursor<int16_t>(levels.bytes, LevelWidth(max), slots);
}

Status CheckHighest(std::span<const int16_t> levels, int16_t max) {
  if (!AnyAbove(levels, max)) return Status::OK();
  return Corrupt(
      fmt::format("a level of {} where {} is the largest", *std::ranges::max_element(levels), max));
}

Status ContinuesNothing() { return Corrupt("its first value continues a row that is not there"); }

int64_t RowsIn(std::span<const int16_t> repetition) { return CountOf(repetition, 0); }

}  // namespace

Result<std::unique_ptr<EncodedCursor>> EncodedCursor::Open(Table& table, const GroupPlace& place,
                                                           const TableColumn& column,
                                                           bool counts_rows,
                                                           arrow::MemoryPool* pool) {
  std::unique_ptr<EncodedCursor> cursor(new EncodedCursor(table, place, column, counts_rows, pool));
  PQ_ASSIGN(cursor->source_, table.SourceOf(place, column));
  if (cursor->width_ == 0 && column.type != PhysicalType::kByteArray) {
    return cursor->Within(Unsupported("values without bytes"));
  }
  auto pages = ChunkPages::Open(cursor->source_, pool);
  if (!pages.ok()) return cursor->Within(pages.status());
  cursor->pages_ = *std::move(pages);
  return cursor;
}

Result<bool> EncodedCursor::More() {
  if (page_) return true;
  auto more = NextPage();
  if (!more.ok()) return Within(more.status());
  return more;
}

Result<bool> EncodedCursor::NextPage() {
  const int64_t all = source_.chunk.num_values;
  while (seen_ < all) {
    PQ_ASSIGN(ChunkPage page, pages_->Next());
    if (!page.is_data()) {
      PQ_RETURN_NOT_OK(TakeDictionary(std::move(page)));
      continue;
    }
    const int64_t slots = page.values();
    if (slots > all - seen_) {
      return Corrupt(
          fmt::format("the footer says {} values, the pages hold at least {}", all, seen_ + slots));
    }
    if (slots == 0) {
      bytes_[static_cast<size_t>(PageProof::kSameBytes)] += page.fact.size();
      continue;
    }
    seen_ += slots;
    page_.emplace(std::move(page));
    return true;
  }
  PQ_RETURN_NOT_OK(AtEnd());
  return false;
}

Status EncodedCursor::AtEnd() {
  // Behind a chunk whose size is not known may be another one.
  if (!source_.quirks.short_size) {
    PQ_ASSIGN(const bool more, pages_->ValuesFollow());
    if (more) return Corrupt("a page follows behind the last value");
  }
  const bool flat = column_.max_repetition == 0;
  const int64_t rows = flat ? seen_ : rows_begun_;
  if ((!flat && !counts_rows_) || rows == source_.rows) return Status::OK();
  return Corrupt(fmt::format("the footer says {} rows, the pages hold {}", source_.rows, rows));
}

Status EncodedCursor::TakeDictionary(ChunkPage page) {
  if (dictionary_page_ || seen_ > 0) {
    return pqpack::Within(page, Unsupported("a dictionary behind other pages"));
  }
  dictionary_page_.emplace(std::move(page));
  return Status::OK();
}

Result<const Dictionary*> EncodedCursor::Entries() {
  if (column_.type == PhysicalType::kBoolean) return &Dictionary::Booleans();
  if (dictionary_ != nullptr) return dictionary_.get();
  if (!dictionary_page_) return Within(Corrupt("indices without a dictionary page"));
  const auto make = [&]() -> Result<std::unique_ptr<Dictionary>> {
    if (dictionary_page_->encoding() != Encoding::kPlain) {
      return Unsupported("a dictionary in " + ToString(dictionary_page_->encoding()));
    }
    PQ_ASSIGN(auto body, OpenDictionaryPage(*dictionary_page_, source_, pool_));
    return Dictionary::Make(std::move(body), dictionary_page_->values(), width_, pool_);
  };
  auto made = make();
  if (!made.ok()) return Within(pqpack::Within(*dictionary_page_, made.status()));
  dictionary_ = *std::move(made);
  return dictionary_.get();
}

Result<const PageParts*> EncodedCursor::Parts() {
  if (!opened_) PQ_RETURN_NOT_OK(InPage(OpenParts()));
  return &opened_->parts;
}

Status EncodedCursor::OpenParts() {
  PQ_ASSIGN(auto opened, pqpack::OpenPage(*page_, source_, max(), pool_));
  const PageParts& parts = opened.parts;
  PQ_ASSIGN(definition_levels_, LevelsOf(parts.definition, max().definition, page_slots()));
  PQ_ASSIGN(repetition_levels_, LevelsOf(parts.repetition, max().repetition, page_slots()));
  opened_.emplace(std::move(opened));
  plain_ = opened_->parts.values;
  return OpenValues();
}

Status EncodedCursor::OpenValues() {
  const Encoding encoding = page_->encoding();
  form_ = ValueForm::kOpaque;
  if (column_.type == PhysicalType::kBoolean) return OpenBooleans();
  if (encoding == Encoding::kPlain) form_ = ValueForm::kPlain;
  if (IsDictionary(encoding)) form_ = ValueForm::kIndices;
  return Status::OK();
}

// Encodings.md: PLAIN packs them from the lowest bit on, RLE has its length in front.
Status EncodedCursor::OpenBooleans() {
  if (page_->encoding() == Encoding::kPlain) {
    form_ = ValueForm::kIndices;
    index_runs_ = HybridCursor<uint32_t>::Packed(plain_, 1, page_slots());
  } else if (page_->encoding() == Encoding::kRle) {
    constexpr size_t kPrefix = 4;
    if (plain_.size() < kPrefix) return Corrupt("it ends inside of its values");
    form_ = ValueForm::kIndices;
    index_runs_ = HybridCursor<uint32_t>(plain_.subspan(kPrefix), 1, page_slots());
  }
  entries_ = Dictionary::Booleans().size();
  return Status::OK();
}

Status EncodedCursor::OpenIndices() {
  PQ_ASSIGN(const Dictionary* const entries, Entries());
  entries_ = entries->size();
  // A page of nulls only may have no byte.
  if (plain_.empty()) return Status::OK();
  auto stream = pqpack::OpenIndices(plain_);
  if (!stream.ok()) return InPage(stream.status());
  index_runs_ = HybridCursor<uint32_t>(stream->runs, stream->bit_width, page_slots());
  return Status::OK();
}

Result<int64_t> EncodedCursor::RowsOfPage() {
  if (!counts_rows_ || column_.max_repetition == 0) return 0;
  PQ_RETURN_NOT_OK(Parts().status());
  PQ_RETURN_NOT_OK(Allocate());
  auto levels = LevelsOf(opened_->parts.repetition, max().repetition, page_slots());
  if (!levels.ok()) return InPage(levels.status());
  int64_t rows = 0;
  for (int64_t done = 0; done < page_slots();) {
    const int64_t take = std::min(kBatch, page_slots() - done);
    const std::span<int16_t> batch(repetition_, static_cast<size_t>(take));
    PQ_RETURN_NOT_OK(InPage(levels->Read(batch)));
    if (done == 0 && first_page() && batch[0] != 0) return InPage(ContinuesNothing());
    rows += RowsIn(batch);
    done += take;
  }
  return rows;
}

void EncodedCursor::PassPage(PageProof proof, int64_t rows) {
  Mark(proof);
  rows_begun_ += rows;
  LeavePage();
}

void EncodedCursor::IgnoreValues() {
  ignores_values_ = true;
  Mark(PageProof::kRecompressed);
}

void EncodedCursor::LeavePage() {
  bytes_[static_cast<size_t>(proof_)] += page_->fact.size();
  opened_.reset();
  page_.reset();
  passed_ = decoded_ = page_values_ = page_rows_ = 0;
  counts_ = {};
  at_ = value_at_ = 0;
  proof_ = PageProof::kSameBytes;
  ignores_values_ = false;
}

// One piece for the three arrays, of which a flat required column in PLAIN needs none.
Status EncodedCursor::Allocate() {
  if (memory_ != nullptr) return Status::OK();
  const int64_t of_definition = column_.max_definition > 0 ? kBatch : 0;
  const int64_t of_repetition = column_.max_repetition > 0 ? kBatch : 0;
  const int64_t bytes = kBatch * int64_t{sizeof(uint32_t)} +
                        (of_definition + of_repetition) * int64_t{sizeof(int16_t)};
  auto memory = arrow::AllocateBuffer(bytes, pool_);
  if (!memory.ok()) return Within(ReadError(memory.status()));
  memory_ = *std::move(memory);
  indices_ = reinterpret_cast<uint32_t*>(memory_->mutable_data());
  auto* levels = reinterpret_cast<int16_t*>(indices_ + kBatch);
  if (of_definition > 0) definition_ = levels;
  if (of_repetition > 0) repetition_ = levels + of_definition;
  return Status::OK();
}

Status EncodedCursor::Fill() {
  if (slots() > 0) return Status::OK();
  PQ_RETURN_NOT_OK(Parts().status());
  PQ_RETURN_NOT_OK(Allocate());
  if (decoded_ == 0 && form_ == ValueForm::kIndices && column_.type != PhysicalType::kBoolean &&
      !ignores_values_) {
    PQ_RETURN_NOT_OK(OpenIndices());
  }
  return InPage(Decode());
}

Status EncodedCursor::Decode() {
  const int64_t slots = std::min(kBatch, page_slots() - decoded_);
  PQ_RETURN_NOT_OK(DecodeDefinition(slots));
  PQ_RETURN_NOT_OK(DecodeRepetition(slots));
  if (form_ == ValueForm::kIndices && !ignores_values_) {
    const std::span<uint32_t> indices(indices_, static_cast<size_t>(counts_.values));
    PQ_RETURN_NOT_OK(index_runs_.Read(indices));
    if (AnyOutside(indices, static_cast<uint32_t>(entries_))) {
      return Corrupt(
          fmt::format("{} in a dictionary of {}", *std::ranges::max_element(indices), entries_));
    }
  }
  decoded_ += slots;
  page_values_ += counts_.values;
  page_rows_ += counts_.rows;
  counts_.slots = slots;
  at_ = value_at_ = 0;
  return decoded_ == page_slots() ? CheckPageEnd() : Status::OK();
}

// In most pages there is one run: every slot has a value.
Status EncodedCursor::DecodeDefinition(int64_t slots) {
  counts_.values = slots;
  all_present_ = definition_ == nullptr;
  if (all_present_) return Status::OK();
  const std::span<int16_t> levels(definition_, static_cast<size_t>(slots));
  PQ_ASSIGN(const auto repeated, definition_levels_.TakeRepeated(slots));
  all_present_ = repeated == column_.max_definition;
  if (all_present_) return Status::OK();
  if (repeated) {
    std::ranges::fill(levels, *repeated);
  } else {
    PQ_RETURN_NOT_OK(definition_levels_.Read(levels));
  }
  PQ_RETURN_NOT_OK(CheckHighest(levels, column_.max_definition));
  counts_.values = CountOf(levels, column_.max_definition);
  if (column_.level_map.empty()) return Status::OK();
  for (int16_t& level : levels) level = column_.Canonical(level);
  return Status::OK();
}

Status EncodedCursor::DecodeRepetition(int64_t slots) {
  counts_.rows = slots;
  if (repetition_ == nullptr) return Status::OK();
  const std::span<int16_t> levels(repetition_, static_cast<size_t>(slots));
  PQ_RETURN_NOT_OK(repetition_levels_.Read(levels));
  PQ_RETURN_NOT_OK(CheckHighest(levels, column_.max_repetition));
  const bool begins_row = first_page() || page_->fact.type == PageType::kDataV2;
  if (decoded_ == 0 && begins_row && levels[0] != 0) return ContinuesNothing();
  counts_.rows = RowsIn(levels);
  return Status::OK();
}

// What the header of version 2 says of the levels.
Status EncodedCursor::CheckPageEnd() const {
  const PageFact& header = page_->fact;
  if (header.type != PageType::kDataV2) return Status::OK();
  const int64_t nulls = page_slots() - page_values_;
  if (nulls == header.num_nulls && page_rows_ == header.num_rows) return Status::OK();
  return Corrupt(fmt::format("its header says {} nulls and {} rows, its levels {} and {}",
                             header.num_nulls, header.num_rows, nulls, page_rows_));
}

SlotCounts EncodedCursor::Count(int64_t slots) const {
  if (counted(slots)) return counts_;
  SlotCounts counts{slots, slots, slots};
  const auto count = static_cast<size_t>(slots);
  if (!all_present_) counts.values = CountOf({definition(), count}, column_.present());
  if (repetition_ != nullptr) counts.rows = RowsIn({repetition(), count});
  return counts;
}

void EncodedCursor::Advance(const SlotCounts& counts) {
  value_at_ += counts.values;
  rows_begun_ += counts.rows;
  at_ += counts.slots;
  passed_ += counts.slots;
  if (passed_ == page_slots()) LeavePage();
}

Result<bool> EncodedCursor::BeginsRow() {
  if (column_.max_repetition == 0) return true;
  PQ_RETURN_NOT_OK(Fill());
  return repetition()[0] == 0;
}

std::array<int64_t, kPageProofs> EncodedCursor::bytes() const {
  auto bytes = bytes_;
  if (dictionary_page_)
    bytes[static_cast<size_t>(dictionary_proof_)] += dictionary_page_->fact.size();
  return bytes;
}

}  // namespace pqpack

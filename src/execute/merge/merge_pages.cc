// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "diagnose/deep/page_bodies.h"
#include "execute/merge/merge_dictionaries.h"
#include "execute/merge/size_sums.h"
#include "execute/merge/source_pages.h"
#include "execute/pages/chunk_writer.h"
#include "execute/pages/index_loops.h"
#include "execute/pages/page_builder.h"
#include "format/compact_writer.h"

namespace pqpack {
namespace {

// Slots that are taken at a time: as many as values of usual size fill a page with.
constexpr int64_t kMostAtATime = 16'384;
constexpr int64_t kFewestAtATime = 64;

class PageMerge {
 public:
  PageMerge(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf)
      : setup_(setup),
        trusts_(trusts),
        leaf_(leaf),
        pool_(setup.pool()),
        max_{setup.column(leaf)->max_repetition_level(),
             setup.column(leaf)->max_definition_level()},
        shape_(ValueShapeOf(setup.set().leaves[leaf].type, setup.column(leaf)->type_length())),
        rules_(setup.element(leaf)),
        bytes_(std::make_shared<HeldBytes>(pool_)),
        unpack_dictionaries_(pool_),
        unpack_pages_(pool_),
        writer_(setup.codec(leaf), *bytes_, pool_) {}

  Result<HeldColumn> Run(std::span<const OpenSource> sources) {
    if (shape_.type == PhysicalType::kFixedLenByteArray && shape_.width <= 0) {
      return Error(ErrorCode::kUnsupported, "values of no bytes");
    }
    PQ_RETURN_NOT_OK(Read(sources));
    const PageSums sums = SumsOf(sources_);
    const PageChoice choice = ChoosePageWork(sums);
    if (choice.work == PageWork::kReencode) return Error(ErrorCode::kUnsupported, choice.reason);
    plan_.sources.resize(sources_.size());
    if (choice.work == PageWork::kRemap) PQ_RETURN_NOT_OK(PlanDictionary(sums));
    builder_.emplace(max_, plan_.merged ? plan_.merged->size() : 0, rules_, &writer_, pool_);
    for (size_t i = 0; i < sources_.size(); ++i) {
      const Status status = Append(i);
      if (!status.ok()) return Named(*sources_[i].source, status);
      sources_[i].chunk = {};  // frees its bytes
      plan_.sources[i] = {};
    }
    PQ_RETURN_NOT_OK(builder_->Flush());
    return Held();
  }

 private:
  Status Named(const OpenSource& source, const Status& status) const {
    return WithinSource(setup_, source, Within("column " + setup_.PathOf(leaf_), status));
  }

  Status Read(std::span<const OpenSource> sources) {
    sources_.reserve(sources.size());
    for (const OpenSource& source : sources) {
      if (setup_.encode().stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      const Status status =
          ReadSourcePages(setup_, trusts_, leaf_, rules_, source, &sources_.emplace_back());
      if (!status.ok()) return Named(source, status);
    }
    return Status::OK();
  }

  Status PlanDictionary(const PageSums& sums) {
    size_t failed = 0;
    auto plan = MergeDictionaries(sources_, sums, shape_, pool_, &failed);
    if (!plan.ok()) return Named(*sources_[failed].source, plan.status());
    plan_ = *std::move(plan);
    if (!plan_.merged) return Status::OK();
    const bool checksum = std::ranges::any_of(sources_, [](const SourcePages& source) {
      return source.chunk.dictionary && source.chunk.dictionary->header.crc;
    });
    return writer_.WriteDictionary(plan_.merged->bytes(), plan_.merged->size(), checksum);
  }

  Status Append(size_t i) {
    const SourcePages& source = sources_[i];
    if (setup_.encode().stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    rows_ = 0;
    nulls_ = 0;
    if (source.meta == nullptr) {
      PQ_RETURN_NOT_OK(AppendNulls(source));
    } else {
      PQ_RETURN_NOT_OK(AppendPages(source, plan_.sources[i]));
    }
    if (rows_ != source.rows()) {
      return Error(ErrorCode::kCorrupt,
                   fmt::format("its pages have {} rows, its row group {}", rows_, source.rows()));
    }
    ValueFacts facts = source.facts;
    if (nulls_) facts.nulls = nulls_;  // counted: the footer may be wrong
    rules_.Join(facts, &facts_);
    sizes_.Add(source);
    return Status::OK();
  }

  // A null at the top takes level 0 of both kinds, whatever is below.
  Status AppendNulls(const SourcePages& source) {
    PQ_RETURN_NOT_OK(builder_->Begin(plan_.merged ? SlotForm::kIndices : SlotForm::kPlain));
    const std::vector<int16_t> zeros(static_cast<size_t>(std::min(source.rows(), kMostAtATime)), 0);
    for (int64_t left = source.rows(); left > 0; left -= kMostAtATime) {
      const int64_t slots = std::min(left, kMostAtATime);
      if (builder_->long_enough()) PQ_RETURN_NOT_OK(builder_->Flush());
      const SlotSlice slice{slots, 0, zeros.data(), max_.repetition > 0 ? zeros.data() : nullptr};
      PQ_RETURN_NOT_OK(builder_->Add(slice, 0, slots, 0, {}));
    }
    rows_ = source.rows();
    nulls_ = source.rows();
    return Status::OK();
  }

  Status AppendPages(const SourcePages& source, const IndexPlan& plan) {
    if (source.chunk.dictionary && !plan_.merged) {
      PQ_ASSIGN(entries_, source.Entries(shape_, &unpack_dictionaries_));
    }
    entries_count_ = source.chunk.dictionary ? source.chunk.dictionary->slots() : 0;
    for (const SourcePage& page : source.chunk.pages) {
      PQ_RETURN_NOT_OK(GoesAsItIs(source, page, plan) ? Move(source, page)
                                                      : Rebuild(source, page, plan));
    }
    entries_.reset();
    return Status::OK();
  }

  // Neither levels nor values change, and it is large enough to stand alone.
  bool GoesAsItIs(const SourcePages& source, const SourcePage& page, const IndexPlan& plan) const {
    if (source.meta->codec != setup_.codec(leaf_) || !source.levels.map.empty()) return false;
    if (!setup_.encode().target->pages.Has(page.header.type)) return false;
    const Encoding encoding = page.encoding();
    if (IsDictionary(encoding)) {
      if (!plan_.merged || !plan.same) return false;
    } else if (MovesWholeOnly(encoding)) {
      return true;
    }
    return page.slots() >= kSmallPageSlots || page.header.uncompressed_page_size >= kSmallPageBytes;
  }

  Status Move(const SourcePages& source, const SourcePage& page) {
    PQ_RETURN_NOT_OK(builder_->Flush());
    PageNote note;
    note.facts = source.FactsOf(page, rules_);
    PQ_RETURN_NOT_OK(LookAt(source, page, &note));
    if (rows_ == 0 && !note.begins_row) return NoRow();
    rows_ += note.rows;
    if (!note.facts.nulls) nulls_.reset();
    if (nulls_) *nulls_ += *note.facts.nulls;
    return writer_.CopyPage(page, note);
  }

  static Status NoRow() {
    return Error(ErrorCode::kCorrupt, "its first level does not begin a row");
  }

  // A damaged page keeps readers from what stands behind it in the chunk, which are other files'
  // rows.  A checksum, which has been checked, says that it is what was written; but an index
  // behind its own dictionary becomes an entry of another file's where that is longer now.
  bool IsLookedInto(const SourcePage& page) const {
    const Encoding encoding = page.encoding();
    const bool longer = IsDictionary(encoding) && plan_.merged->size() > entries_count_;
    return longer || (!page.header.crc && !MovesWholeOnly(encoding));
  }

  // Rows of repeated columns are told by the levels; a header of version 2 would have to be
  // believed.
  Status LookAt(const SourcePages& source, const SourcePage& page, PageNote* note) {
    const bool inside = IsLookedInto(page);
    if (!inside && !page.header.crc) PQ_RETURN_NOT_OK(Unpack(source, page));
    if (!inside && source.levels.max.repetition == 0) {
      note->rows = page.slots();
      return Status::OK();
    }
    const Codec codec = source.meta->codec;
    PQ_ASSIGN(auto slots, inside
                              ? PageSlots::Open(page, codec, source.levels, shape_, &unpack_pages_)
                              : PageSlots::OpenLevels(page, codec, source.levels, &unpack_pages_));
    int64_t nulls = 0;
    for (bool first = true; slots.left() > 0; first = false) {
      PQ_ASSIGN(const SlotSlice slice, slots.Next(std::min(slots.left(), kMostAtATime)));
      if (first) note->begins_row = slice.begins_row(0);
      note->rows += RowsIn(slice, 0, slice.slots);
      nulls += slice.slots - slice.values;
      if (inside) PQ_RETURN_NOT_OK(LookAtValues(&slots, slice.values));
    }
    note->facts.nulls = nulls;  // a header may say anything
    if (note->facts.all_null()) note->facts.bounds.reset();
    return Status::OK();
  }

  Status LookAtValues(PageSlots* slots, int64_t values) {
    if (slots->form() == SlotForm::kPlain) return slots->ReadPlain(values).status();
    indices_.resize(static_cast<size_t>(values));
    PQ_RETURN_NOT_OK(slots->ReadIndices(indices_));
    return slots->form() == SlotForm::kIndices ? CheckIndices(indices_) : Status::OK();
  }

  // Of values that only decoding finds, this is all that is looked at.
  Status Unpack(const SourcePages& source, const SourcePage& page) {
    return OpenBody(page.header, page.body, source.meta->codec, source.levels.max, &unpack_pages_)
        .status();
  }

  static int64_t RowsIn(const SlotSlice& slice, int64_t first, int64_t count) {
    if (slice.repetition == nullptr) return count;
    const int16_t* const begin = slice.repetition + first;
    return std::count(begin, begin + count, int16_t{0});
  }

  Status Rebuild(const SourcePages& source, const SourcePage& page, const IndexPlan& plan) {
    PQ_ASSIGN(auto slots,
              PageSlots::Open(page, source.meta->codec, source.levels, shape_, &unpack_pages_));
    if (slots.form() == SlotForm::kIndices && !source.chunk.dictionary) {
      return Error(ErrorCode::kCorrupt, "indices without a dictionary");
    }
    // Of a file of nulls alone, too, whose dictionary has no entry.
    const bool expand = slots.form() == SlotForm::kIndices && !plan_.merged;
    PQ_RETURN_NOT_OK(builder_->Begin(expand ? SlotForm::kPlain : slots.form()));
    const ValueFacts facts = source.FactsOf(page, rules_);
    const int64_t step = StepOf(slots, page, expand);
    while (slots.left() > 0) {
      PQ_ASSIGN(const SlotSlice slice, slots.Next(std::min(slots.left(), step)));
      if (rows_ == 0 && !slice.begins_row(0)) return NoRow();
      int64_t cut = 0;  // slots that still go in the page at hand
      if (builder_->long_enough()) {
        while (cut < slice.slots && !slice.begins_row(cut)) ++cut;
        PQ_RETURN_NOT_OK(Add(&slots, slice, 0, cut, facts, page, plan));
        if (cut < slice.slots) PQ_RETURN_NOT_OK(builder_->Flush());
      }
      PQ_RETURN_NOT_OK(Add(&slots, slice, cut, slice.slots - cut, facts, page, plan));
    }
    return slots.Finish();
  }

  // As many slots as make a good part of a page.
  int64_t StepOf(const PageSlots& slots, const SourcePage& page, bool expand) const {
    int64_t value = slots.bytes() / std::max<int64_t>(page.slots(), 1);
    if (expand) {
      value =
          static_cast<int64_t>(entries_->bytes().size()) / std::max<int64_t>(entries_->size(), 1);
    }
    return std::clamp(kPageBytes / 4 / std::max<int64_t>(value, 1), kFewestAtATime, kMostAtATime);
  }

  Status Add(PageSlots* slots, const SlotSlice& slice, int64_t first, int64_t count,
             const ValueFacts& facts, const SourcePage& page, const IndexPlan& plan) {
    if (count == 0) return Status::OK();
    int64_t values = count;
    if (slice.definition != nullptr) {
      const int16_t* const begin = slice.definition + first;
      values = std::count(begin, begin + count, max_.definition);
    }
    PQ_RETURN_NOT_OK(builder_->Add(slice, first, count, values, facts));
    if (page.header.crc) builder_->NeedChecksum();
    if (nulls_) *nulls_ += count - values;
    rows_ += RowsIn(slice, first, count);
    if (slots->form() == SlotForm::kPlain) {
      PQ_ASSIGN(const Bytes plain, slots->ReadPlain(values));
      return builder_->plain().Append(plain.data(), static_cast<int64_t>(plain.size()));
    }
    if (slots->form() == SlotForm::kIndices && !plan_.merged) return Expand(slots, values);
    return Remap(slots, values, plan);
  }

  Status Expand(PageSlots* slots, int64_t values) {
    indices_.resize(static_cast<size_t>(values));
    PQ_RETURN_NOT_OK(slots->ReadIndices(indices_));
    PQ_RETURN_NOT_OK(CheckIndices(indices_));
    return entries_->Gather(indices_, &builder_->plain());
  }

  // Of bits, too, which have no map.
  Status Remap(PageSlots* slots, int64_t values, const IndexPlan& plan) {
    std::vector<uint32_t>& all = builder_->indices();
    const size_t before = all.size();
    all.resize(before + static_cast<size_t>(values));
    const std::span<uint32_t> added = std::span(all).subspan(before);
    PQ_RETURN_NOT_OK(slots->ReadIndices(added));
    if (slots->form() == SlotForm::kBits) return Status::OK();
    PQ_RETURN_NOT_OK(CheckIndices(added));
    if (plan.same) return Status::OK();
    MapIndices(plan.map, added);
    return Status::OK();
  }

  Status CheckIndices(std::span<const uint32_t> indices) const {
    if (AllBelow(indices, entries_count_)) return Status::OK();
    return Error(ErrorCode::kCorrupt, fmt::format("index {} in a dictionary of {}",
                                                  std::ranges::max(indices), entries_count_));
  }

  Result<HeldColumn> Held() {
    HeldColumn held;
    held.level = 2;
    PQ_ASSIGN(ColumnMetaData meta, writer_.Finish(max_.definition > 0));
    const Leaf& leaf = setup_.set().leaves[leaf_];
    const Target& target = *setup_.encode().target;
    meta.type = leaf.type;
    meta.path_in_schema = leaf.path;
    meta.statistics = rules_.Write(facts_);
    if (target.size_statistics) meta.size_statistics = sizes_.Sum();
    const std::optional<OffsetIndex> offsets = writer_.Offsets();
    if (target.page_index && offsets) {
      held.offset_index = std::make_unique<OffsetIndex>(*offsets);
      const auto index = rules_.IndexOf(writer_.TakeFacts());
      if (index) held.column_index = Serialize(*index);
    }
    held.chunk.meta_data = std::move(meta);
    held.bytes = bytes_;
    return held;
  }

  const MergeSetup& setup_;
  const PageTrusts& trusts_;
  const size_t leaf_;
  arrow::MemoryPool* const pool_;
  const MaxLevels max_;
  const ValueShape shape_;
  const FactRules rules_;
  const std::shared_ptr<HeldBytes> bytes_;
  Decompressor unpack_dictionaries_;
  Decompressor unpack_pages_;
  ChunkWriter writer_;
  std::optional<PageBuilder> builder_;
  std::vector<SourcePages> sources_;
  DictionaryPlan plan_;
  ValueFacts facts_;  // of all slots so far
  SizeSums sizes_;

  // Of the source at hand.
  std::optional<DictionaryEntries> entries_;  // where its indices become values
  int64_t entries_count_ = 0;
  int64_t rows_ = 0;
  std::optional<int64_t> nulls_;  // absent: not all are known
  std::vector<uint32_t> indices_;
};

}  // namespace

Result<HeldColumn> MergePages(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf,
                              std::span<const OpenSource> sources) {
  return PageMerge(setup, trusts, leaf).Run(sources);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A row group is encoded as a whole before it is known in which file it goes: its columns one
// after another over all of its inputs, so that what is held does not grow with the number of
// columns that are open, and its size is not guessed but known when a file is chosen for it.
#include "execute/merge/merge_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/executor.h"
#include "base/largest_first.h"
#include "execute/copy/copied_chunk.h"
#include "execute/copy/copy_file.h"
#include "execute/empty_row_group.h"
#include "execute/is_for_level3.h"
#include "execute/memory_estimate.h"
#include "execute/merge/copyable.h"
#include "execute/merge/file_sizes.h"
#include "execute/merge/made_filter.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/merge_memory.h"
#include "execute/merge/merge_pages.h"
#include "execute/merge/merge_setup.h"
#include "execute/merge/merged_file.h"
#include "execute/merge/page_trusts.h"
#include "execute/merge/row_order.h"
#include "execute/merge/unseen_row_group.h"
#include "inspect/read_indexes.h"

namespace pqpack {
namespace {

constexpr std::string_view kNotTheSame =
    "the row groups that became one do not name the same columns";

// A row group of an input that has rows.
struct Candidate {
  size_t place = 0;
  int row_group = 0;
  int64_t first_row = 0;
  int64_t bytes = 0;
  bool copied = false;  // as a row group of its own
  bool by_store = false;
};

class Merge {
 public:
  Merge(std::span<const MergeInput> inputs, const MergeSet& set, const MergeOptions& options,
        const OpenInputs& open, const MergeSinks& sinks)
      : set_(set),
        options_(options),
        open_(open),
        sinks_(sinks),
        setup_(inputs, set, options),
        row_group_aim_(AimOf(inputs, set, options)),
        sizes_(std::max<int64_t>(options.target_file_size, 1), row_group_aim_.bytes,
               row_group_aim_.rows_of_inputs) {}

  Result<MergeReceipt> Run() {
    PQ_RETURN_NOT_OK(setup_.Prepare());
    if (options_.copy && options_.pages) {
      PQ_ASSIGN(trusts_, PageTrusts::Make(setup_));
    }
    PQ_RETURN_NOT_OK(FindCandidates());
    for (size_t next = 0; next < candidates_.size();) {
      const size_t end = candidates_[next].copied ? next + 1 : EndOfRowGroup(next);
      const std::span<const Candidate> group(&candidates_[next], end - next);
      PQ_RETURN_NOT_OK(group.front().copied ? CopyWhole(group.front()) : Encode(group));
      next = end;
    }
    if (file_ == nullptr) PQ_RETURN_NOT_OK(BeginFile());
    PQ_RETURN_NOT_OK(FinishFile());
    receipt_.warnings = Joined(set_.warnings, warnings_.List());
    return std::move(receipt_);
  }

 private:
  Status FindCandidates() {
    for (size_t place = 0; place < set_.inputs.size(); ++place) {
      const MergeInput& input = setup_.input(place);
      int64_t first_row = 0;
      for (size_t g = 0; g < input.footer->row_groups.size(); ++g) {
        const RowGroup& group = input.footer->row_groups[g];
        if (group.num_rows == 0) {
          const Status status = CheckEmptyRowGroup(group);
          if (!status.ok())
            return Within(input.name, Within(fmt::format("row group {}", g), status));
          continue;
        }
        Candidate candidate{place, static_cast<int>(g), first_row, CompressedBytes(group)};
        first_row += group.num_rows;
        if (options_.copy && StandsAlone(group, candidate.bytes, row_group_aim_)) {
          PQ_RETURN_NOT_OK(PlanCopyOf(&candidate));
        }
        (candidate.copied ? left_.copied : left_.encoded) += candidate.bytes;
        candidates_.push_back(candidate);
      }
    }
    return Status::OK();
  }

  Status PlanCopyOf(Candidate* candidate) {
    PQ_ASSIGN(const Copyable* copyable, CopyableOf(candidate->place));
    candidate->copied = copyable->AnyColumn();
    candidate->by_store =
        LetsStoreCopy(options_, candidate->bytes) &&
        copyable->ByStore(RowGroupOf(*candidate), options_.by_store_from).obstacles.empty();
    return Status::OK();
  }

  const RowGroup& RowGroupOf(const Candidate& candidate) const {
    const FileMetaData& footer = *setup_.input(candidate.place).footer;
    return footer.row_groups[static_cast<size_t>(candidate.row_group)];
  }

  Result<const Copyable*> CopyableOf(size_t place) {
    if (!copyable_ || copyable_->place() != place) {
      auto made = Copyable::Make(setup_, place);
      if (!made.ok()) return Within(setup_.input(place).name, made.status());
      copyable_.emplace(*std::move(made));
    }
    return &*copyable_;
  }

  // One past the last candidate of the row group that begins with `next`.
  size_t EndOfRowGroup(size_t next) {
    const FileSizes::Step step = sizes_.Encode(left_, candidates_[next].bytes);
    new_file_ = step.new_file;
    const int64_t most = InputsAtATime(row_group_aim_);
    int64_t bytes = candidates_[next].bytes;
    const double most_rows = FileSizes::kMost * static_cast<double>(row_group_aim_.rows);
    auto rows = static_cast<double>(RowGroupOf(candidates_[next]).num_rows);
    size_t end = next + 1;
    for (; end < candidates_.size() && !candidates_[end].copied; ++end) {
      const int64_t more = candidates_[end].bytes;
      const auto more_rows = static_cast<double>(RowGroupOf(candidates_[end]).num_rows);
      if (bytes + more / 2 > step.input_bytes || bytes + more > most) break;
      if (rows + more_rows / 2 > most_rows) break;
      bytes += more;
      rows += more_rows;
    }
    return end;
  }

  // The row group of a list of candidates; of two lists, where it gets too large for a file.
  Status Encode(std::span<const Candidate> group) {
    std::vector<HeldColumn> columns;
    PQ_RETURN_NOT_OK(EncodeColumns(group, &columns));
    int64_t output_bytes = 0;
    for (const HeldColumn& column : columns) output_bytes += column.size();
    if (sizes_.TooLarge(output_bytes) && group.size() > 1) {
      columns.clear();
      PQ_RETURN_NOT_OK(Encode(group.first(group.size() / 2)));
      new_file_ = true;
      return Encode(group.subspan(group.size() / 2));
    }
    PQ_ASSIGN(RowOrder order, OrderOf(group, columns));
    PQ_RETURN_NOT_OK(PrepareFile(output_bytes, new_file_));
    new_file_ = false;
    MergedRowGroup& written = BeginRowGroup(group, std::move(order));
    for (size_t leaf = 0; leaf < columns.size(); ++leaf) {
      PQ_RETURN_NOT_OK(Add(leaf, columns[leaf]));
      written.levels.push_back(columns[leaf].level);
      if (columns[leaf].level == 3) receipt_.bytes_decoded += BytesOf(leaf, group);
    }
    int64_t input_bytes = 0;
    for (const Candidate& candidate : group) input_bytes += candidate.bytes;
    left_.encoded -= input_bytes;
    sizes_.Encoded(input_bytes, output_bytes);
    EndRowGroup();
    return Status::OK();
  }

  Status EncodeColumns(std::span<const Candidate> group, std::vector<HeldColumn>* columns) {
    std::vector<std::unique_ptr<ColumnSource>> files;
    std::vector<OpenSource> sources;
    PQ_RETURN_NOT_OK(Open(group, &files, &sources));
    columns->resize(static_cast<size_t>(setup_.num_columns()));
    const auto encode = [&](size_t leaf) -> Status {
      PQ_ASSIGN((*columns)[leaf], MergeColumn(leaf, sources));
      return Status::OK();
    };
    const RewriteOptions& how = setup_.encode();
    if (how.width <= 1) {
      for (size_t leaf = 0; leaf < columns->size(); ++leaf) PQ_RETURN_NOT_OK(encode(leaf));
      return Status::OK();
    }
    const std::vector<size_t> order = LargestFirst(BytesOfLeaves(group), how.width);
    return how.executor->ForEach(setup_.num_columns(), how.width,
                                 [&](int64_t i) { return encode(order[static_cast<size_t>(i)]); });
  }

  std::vector<double> BytesOfLeaves(std::span<const Candidate> group) const {
    std::vector<double> bytes(static_cast<size_t>(setup_.num_columns()));
    for (size_t leaf = 0; leaf < bytes.size(); ++leaf) {
      bytes[leaf] = static_cast<double>(BytesOf(leaf, group));
    }
    return bytes;
  }

  Result<HeldColumn> MergeColumn(size_t leaf, std::span<const OpenSource> sources) const {
    PQ_ASSIGN(HeldColumn column, MergeValues(leaf, sources));
    PQ_RETURN_NOT_OK(AddFilter(setup_, leaf, sources, &column));
    return column;
  }

  // By the least level that does.
  Result<HeldColumn> MergeValues(size_t leaf, std::span<const OpenSource> sources) const {
    if (trusts_) {
      auto moved = MergePages(setup_, *trusts_, leaf, sources);
      if (moved.ok() || !IsForLevel3(moved.status())) return moved;
    }
    return EncodeMerged(setup_, leaf, sources);
  }

  // Compressed, of the column in all of them.
  int64_t BytesOf(size_t leaf, std::span<const Candidate> group) const {
    int64_t bytes = 0;
    for (const Candidate& candidate : group) {
      const int at = (*setup_.ShapeOf(candidate.place).column_of)[leaf];
      if (at < 0) continue;
      const ColumnChunk& chunk = RowGroupOf(candidate).columns[static_cast<size_t>(at)];
      bytes += ClaimedSize(chunk.meta_data->total_compressed_size);
    }
    return bytes;
  }

  Status Open(std::span<const Candidate> group, std::vector<std::unique_ptr<ColumnSource>>* files,
              std::vector<OpenSource>* sources) {
    std::vector<int> inputs;
    std::vector<size_t> places;
    for (const Candidate& candidate : group) {
      if (!places.empty() && places.back() == candidate.place) continue;
      places.push_back(candidate.place);
      inputs.push_back(set_.inputs[candidate.place]);
    }
    PQ_ASSIGN(auto opened, open_(inputs));
    if (opened.size() != inputs.size()) {
      return Error(ErrorCode::kInternal, "not all inputs of a row group were opened");
    }
    size_t file = 0;
    for (const Candidate& candidate : group) {
      if (places[file] != candidate.place) ++file;
      const FileMetaData& footer = *setup_.input(candidate.place).footer;
      if (files->size() <= file) {
        auto& source = files->emplace_back(std::make_unique<ColumnSource>());
        source->file = std::move(opened[file]);
        source->quirks = QuirksOf(footer);
        source->pool = setup_.pool();
      }
      sources->push_back({candidate.place, candidate.row_group, candidate.first_row,
                          (*files)[file].get(),
                          &footer.row_groups[static_cast<size_t>(candidate.row_group)]});
    }
    return Status::OK();
  }

  Status CopyWhole(const Candidate& candidate) {
    if (!candidate.by_store) return Copy(candidate);
    PQ_ASSIGN(const Copyable* copyable, CopyableOf(candidate.place));
    const RowGroup& group = RowGroupOf(candidate);
    const StoreCopyPlan plan = copyable->ByStore(group, options_.by_store_from);
    auto unseen =
        LookAtRowGroup(*copyable, group, plan, sinks_.look(set_.inputs[candidate.place], plan));
    if (unseen.ok()) return LetStoreAppend(candidate, &*unseen);
    const ErrorCode code = CodeOf(unseen.status());
    if (code == ErrorCode::kUnsupported || code == ErrorCode::kCorrupt) return Copy(candidate);
    return Within(setup_.input(candidate.place).name, unseen.status());
  }

  Status LetStoreAppend(const Candidate& candidate, UnseenRowGroup* unseen) {
    PQ_RETURN_NOT_OK(PrepareFile(candidate.bytes, sizes_.NewFileFor(candidate.bytes, left_)));
    MergedRowGroup& written = BeginRowGroup({&candidate, 1}, OrderSaidOf(candidate));
    written.levels.assign(set_.leaves.size(), 0);
    PQ_ASSIGN(const int64_t before, file_->size());
    PQ_RETURN_NOT_OK(unseen->AddTo(file_.get(), &warnings_));
    PQ_RETURN_NOT_OK(sinks_.append(
        {written.sources.front(), unseen->range(), unseen->behind_magic(), unseen->first_pages()}));
    PQ_ASSIGN(const int64_t after, file_->size());
    if (after - before != unseen->range().length) {
      return Error(ErrorCode::kInternal, "the sink did not count what was appended to it");
    }
    left_.copied -= candidate.bytes;
    sizes_.Copied(EndRowGroup());
    return Status::OK();
  }

  // Its columns as far as they can be copied; the others are encoded.
  Status Copy(const Candidate& candidate) {
    PQ_ASSIGN(const Copyable* copyable, CopyableOf(candidate.place));
    std::vector<std::unique_ptr<ColumnSource>> files;
    std::vector<OpenSource> sources;
    PQ_RETURN_NOT_OK(Open({&candidate, 1}, &files, &sources));
    PQ_RETURN_NOT_OK(PrepareFile(candidate.bytes, sizes_.NewFileFor(candidate.bytes, left_)));
    MergedRowGroup& written = BeginRowGroup({&candidate, 1}, OrderSaidOf(candidate));
    const OpenSource& source = sources.front();
    PQ_ASSIGN(const int64_t file_size, source.file->file->GetSize());
    IndexReader indexes(*source.file->file, file_size, kMaxIndexes);
    KeptFilters filters(*source.file->file, *setup_.input(candidate.place).footer, copyable->plan(),
                        &warnings_);
    for (size_t leaf = 0; leaf < set_.leaves.size(); ++leaf) {
      if (setup_.encode().stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      PQ_ASSIGN(const bool copied,
                copyable->Copy(leaf, source, &indexes, &filters, file_.get(), &warnings_));
      if (copied) {
        written.levels.push_back(1);
        continue;
      }
      PQ_ASSIGN(const HeldColumn column, MergeColumn(leaf, sources));
      PQ_RETURN_NOT_OK(Add(leaf, column));
      written.levels.push_back(column.level);
      if (column.level == 3) receipt_.bytes_decoded += BytesOf(leaf, {&candidate, 1});
    }
    left_.copied -= candidate.bytes;
    sizes_.Copied(EndRowGroup());
    return Status::OK();
  }

  Status Add(size_t leaf, const HeldColumn& column) {
    PQ_ASSIGN(const bool filter, file_->Add(column));
    const std::string reason = filter ? column.filter_dropped : "the file has too many";
    if (!reason.empty()) warnings_.Add("Bloom filters dropped: " + reason, setup_.PathOf(leaf));
    return Status::OK();
  }

  // The file that `bytes` more go in.
  Status PrepareFile(int64_t bytes, bool new_file) {
    if (file_ != nullptr) {
      PQ_ASSIGN(const int64_t size, file_->size());
      if (new_file || sizes_.TooLarge(size + bytes)) PQ_RETURN_NOT_OK(FinishFile());
    }
    return file_ == nullptr ? BeginFile() : Status::OK();
  }

  Status BeginFile() {
    PQ_ASSIGN(auto sink, sinks_.begin());
    PQ_ASSIGN(file_, MergedFile::Begin(std::move(sink), setup_));
    sizes_.FileBegan();
    output_ = {};
    if (set_.key_values) {
      for (const auto& pair : *set_.key_values) output_.keys.push_back(pair.first);
    }
    return Status::OK();
  }

  Status FinishFile() {
    PQ_RETURN_NOT_OK(file_->Finish());
    PQ_ASSIGN(output_.bytes, file_->size());
    file_ = nullptr;
    if (sizes_.TooLarge(output_.bytes)) {
      warnings_.Add("an output is larger than 110% of the target size: a row group of an input is");
    }
    PQ_RETURN_NOT_OK(sinks_.finished(output_));
    receipt_.rows += output_.rows;
    receipt_.outputs.push_back(std::move(output_));
    return Status::OK();
  }

  RowOrder OrderSaidOf(const Candidate& candidate) {
    const RowGroup& group = RowGroupOf(candidate);
    RowOrder said = OrderSaid(setup_, candidate.place, group);
    if (said.empty() && group.sorting_columns && !group.sorting_columns->empty()) {
      warnings_.Add("sorting_columns dropped: they name columns that are not there");
    }
    return said;
  }

  // Of rows that were merged.
  Result<RowOrder> OrderOf(std::span<const Candidate> group, std::span<const HeldColumn> columns) {
    std::vector<RowOrder> said;
    int64_t rows = 0;
    for (const Candidate& candidate : group) {
      said.push_back(OrderSaidOf(candidate));
      rows += RowGroupOf(candidate).num_rows;
    }
    const size_t most = std::ranges::max_element(said, {}, &RowOrder::size)->size();
    RowOrder common = CommonOrder(said);
    if (common.empty()) {
      if (most > 0) warnings_.Add(fmt::format("sorting_columns dropped: {}", kNotTheSame));
      return common;
    }
    PQ_ASSIGN(ProvenOrder proven, ProveOrder(setup_, std::move(common), rows, columns));
    if (proven.by.size() < most) {
      warnings_.Add(fmt::format("sorting_columns {}: {}",
                                proven.by.empty() ? "dropped" : "shortened",
                                proven.why.empty() ? kNotTheSame : proven.why));
    }
    return std::move(proven.by);
  }

  MergedRowGroup& BeginRowGroup(std::span<const Candidate> group, RowOrder order) {
    MergedRowGroup& written = output_.row_groups.emplace_back();
    for (const Candidate& candidate : group) {
      const MergeInput& input = setup_.input(candidate.place);
      const auto g = static_cast<size_t>(candidate.row_group);
      written.rows += input.footer->row_groups[g].num_rows;
      written.sources.push_back({set_.inputs[candidate.place], candidate.row_group});
    }
    file_->BeginRowGroup(written.rows, std::move(order));
    return written;
  }

  int64_t EndRowGroup() {
    MergedRowGroup& written = output_.row_groups.back();
    written.bytes = file_->EndRowGroup();
    output_.rows += written.rows;
    return written.bytes;
  }

  const MergeSet& set_;
  const MergeOptions& options_;
  const OpenInputs& open_;
  const MergeSinks& sinks_;
  MergeSetup setup_;
  const RowGroupAim row_group_aim_;
  FileSizes sizes_;
  FileSizes::Left left_;
  bool new_file_ = false;  // for the next row group that is encoded
  std::vector<Candidate> candidates_;
  std::optional<PageTrusts> trusts_;  // absent: no pages are moved
  std::optional<Copyable> copyable_;  // of the input asked for last
  std::unique_ptr<MergedFile> file_;  // null: none is begun
  MergedOutput output_;
  MergeReceipt receipt_;
  Findings warnings_;
};

}  // namespace

Result<MergeReceipt> MergeFiles(std::span<const MergeInput> inputs, const MergeSet& set,
                                const MergeOptions& options, const OpenInputs& open,
                                const MergeSinks& sinks) {
  return Merge(inputs, set, options, open, sinks).Run();
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copy_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "diagnose/check_footer.h"
#include "diagnose/listed_encodings.h"
#include "diagnose/writers.h"
#include "execute/column_layout.h"
#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_footer.h"
#include "execute/copy/encoded_chunk.h"
#include "execute/copy/examined_chunk.h"
#include "execute/copy/kept_filters.h"
#include "execute/empty_row_group.h"
#include "execute/encode_setup.h"
#include "execute/output_layout.h"
#include "format/footer.h"

namespace pqpack {
namespace {

class FileCopy {
 public:
  FileCopy(const std::shared_ptr<arrow::io::RandomAccessFile>& source, const FileMetaData& old,
           const RewritePlan& plan, const CopyPlan& copy,
           const std::shared_ptr<arrow::io::OutputStream>& sink, const RewriteOptions& options,
           int64_t size, CopiedFooter footer)
      : source_(source),
        old_(old),
        plan_(plan),
        copy_(copy),
        sink_(sink),
        options_(options),
        writer_(ParseCreatedBy(old.created_by.value_or(""))),
        size_(size),
        indexes_(*source, size, kMaxIndexes),
        new_(std::move(footer)),
        columns_(copy.columns),
        filters_(*source, old, copy, &found_.repairs) {}

  Result<RewriteReceipt> Run() {
    if (MayHaveTexts(*plan_.layout)) PQ_RETURN_NOT_OK(Prepare());
    PQ_RETURN_NOT_OK(sink_->Write(kMagic.data(), kMagicSize));
    for (size_t g = 0; g < old_.row_groups.size(); ++g) {
      const RowGroup& group = old_.row_groups[g];
      const Status status = group.num_rows == 0 ? CheckEmptyRowGroup(group) : CopyRowGroup(g);
      if (!status.ok()) return Within(fmt::format("row group {}", g), status);
    }
    PQ_RETURN_NOT_OK(new_.Write(found_, *source_, *sink_));
    RewriteReceipt receipt = new_.Receipt();
    receipt.levels = LevelsOf(columns_);
    return receipt;
  }

 private:
  // For encoding, which most copies do without.
  Status Prepare() {
    setup_.emplace(source_, plan_, options_);
    PQ_RETURN_NOT_OK(setup_->Prepare(old_, &found_));
    return setup_->annotated() ? new_.Annotate(setup_->tree()) : Status::OK();
  }

  Status CopyRowGroup(size_t g) {
    const RowGroup& group = old_.row_groups[g];
    new_.BeginRowGroup(group);
    for (size_t i = 0; i < group.columns.size(); ++i) {
      if (options_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      const Status status = MakeColumn(g, i);
      if (!status.ok()) return Within("column " + columns_[i].path, status);
    }
    new_.EndRowGroup();
    rows_ += group.num_rows;
    return Status::OK();
  }

  // By its level, or where its pages ask for more, anew.
  Status MakeColumn(size_t g, size_t i) {
    const ColumnPlan& plan = copy_.columns[i];
    const RowGroup& group = old_.row_groups[g];
    PQ_ASSIGN(const FoundFilter filter, filters_.Find(group.columns[i], i));
    if (plan.read && plan.level < 3) return MakeUnknownColumn(g, i, filter);
    PQ_ASSIGN(const std::string problem, RowsProblem(g, i));
    if (!problem.empty()) NeedsEncoding(i, problem);
    if (plan.level == 3 || !problem.empty()) {
      PQ_RETURN_NOT_OK(EncodeColumn(group, i));
    } else {
      PQ_RETURN_NOT_OK(CopyOrEncode(group, i, group.columns[i], copy_.keep_page_statistics));
    }
    if (filter.place.length > 0) new_.KeepFilter(filter.place);
    return Status::OK();
  }

  // What is wrong with the rows of a column that is to be counted.  Empty: nothing, or its pages
  // do not fit the memory, and then they are copied uncounted.
  Result<std::string> RowsProblem(size_t g, size_t i) {
    const ColumnPlan& plan = copy_.columns[i];
    if (!plan.count_rows || plan.level == 3) return std::string();
    const auto examined = Examine(g, i, {});
    if (!examined.ok() && CodeOf(examined.status()) == ErrorCode::kTooLarge) return std::string();
    PQ_RETURN_NOT_OK(examined.status());
    return examined->problem;
  }

  // Of a writer that is not known.
  Status MakeUnknownColumn(size_t g, size_t i, const FoundFilter& filter) {
    const RowGroup& group = old_.row_groups[g];
    PQ_ASSIGN(const ExaminedChunk examined, Examine(g, i, filter.bits));
    if (!examined.sorted) new_.DropSorting();
    if (examined.problem.empty()) {
      PQ_RETURN_NOT_OK(CopyOrEncode(group, i, examined.chunk, /*keep_page_statistics=*/false));
    } else {
      NeedsEncoding(i, examined.problem);
      PQ_RETURN_NOT_OK(EncodeColumn(group, i));
    }
    if (filter.place.length == 0) return Status::OK();
    if (examined.problem.empty() && examined.filter_holds) {
      new_.KeepFilter(filter.place);
    } else {
      filters_.Disproved(i);
    }
    return Status::OK();
  }

  Result<ExaminedChunk> Examine(size_t g, size_t i, ByteRange filter) {
    const FileView view{old_, new_.tree(), writer_, size_};
    const DeepInput input{view,          *options_.target, *source_, size_ - kFooterTailSize,
                          options_.pool, options_.stop};
    Place place;
    place.row_group = static_cast<int64_t>(g);
    place.column = static_cast<int64_t>(i);
    return ExamineChunk(input, place, filter);
  }

  // `chunk` is what is believed of the column chunk.
  Status CopyOrEncode(const RowGroup& group, size_t i, const ColumnChunk& chunk,
                      bool keep_page_statistics) {
    PQ_ASSIGN(const int64_t before, sink_->Tell());
    Status status = CopyColumn(group.num_rows, i, chunk, keep_page_statistics);
    if (CodeOf(status) != ErrorCode::kUnsupported) return status;
    PQ_ASSIGN(const int64_t after, sink_->Tell());
    if (before != after) return status;
    NeedsEncoding(i, "pages that the target does not read");
    return EncodeColumn(group, i);
  }

  Status CopyColumn(int64_t rows, size_t i, const ColumnChunk& chunk, bool keep_page_statistics) {
    const ChunkRules rules{
        *options_.target,           new_.tree().node(new_.tree().leaves()[i]), rows,
        keep_page_statistics,       CodecOf(*chunk.meta_data, options_),       options_.pool,
        copy_.only_listed_encodings};
    PQ_ASSIGN(CopiedChunk copied, CopyChunk(*chunk.meta_data, rules, *source_, *sink_));
    if (copied.reframed) {
      columns_[i].Need(2, "pages of " + ToString(PageType::kDataV2));
      AddRepair(kV2Repair, i);
    }
    if (copied.left_out) AddRepair("pages without values and bytes left out", i);
    for (const PageEncodingStats& pages : *copied.meta.encoding_stats) {
      const bool data = pages.page_type != PageType::kDictionary;
      if (!data || NotListed(*chunk.meta_data, pages.encoding).empty()) continue;
      AddRepair(RepairText("encodings-disagree"), i);
    }
    return new_.AddChunk(chunk, std::move(copied), indexes_);
  }

  Status EncodeColumn(const RowGroup& group, size_t i) {
    const ChunkToEncode chunk{*group.columns[i].meta_data, static_cast<int>(i), group.num_rows,
                              rows_};
    if (!setup_) PQ_RETURN_NOT_OK(Prepare());
    PQ_ASSIGN(EncodedChunk encoded, EncodeChunk(*setup_, chunk, sink_));
    new_.AddChunk(std::move(encoded));
    return Status::OK();
  }

  // The plan did not know.
  void NeedsEncoding(size_t i, const std::string& reason) {
    columns_[i].Need(3, reason);
    AddRepair(reason + ": encoded anew", i);
  }

  // Unless the plan has it already.
  void AddRepair(const std::string& what, size_t i) {
    const bool known = std::ranges::any_of(
        copy_.repairs, [&](const Finding& finding) { return finding.what == what; });
    if (!known) found_.repairs.Add(what, columns_[i].path);
  }

  const std::shared_ptr<arrow::io::RandomAccessFile>& source_;
  const FileMetaData& old_;
  const RewritePlan& plan_;
  const CopyPlan& copy_;
  const std::shared_ptr<arrow::io::OutputStream>& sink_;
  const RewriteOptions& options_;
  const Writer writer_;
  const int64_t size_;   // of the source
  IndexReader indexes_;  // of it
  CopiedFooter new_;
  std::optional<EncodeSetup> setup_;
  std::vector<ColumnPlan> columns_;  // with what the pages asked for
  Diagnosis found_;                  // beside what the plan has
  KeptFilters filters_;
  int64_t rows_ = 0;  // written
};

}  // namespace

Result<RewriteReceipt> CopyFile(const std::shared_ptr<arrow::io::RandomAccessFile>& source,
                                const FileMetaData& footer, const RewritePlan& plan,
                                const CopyPlan& copy,
                                const std::shared_ptr<arrow::io::OutputStream>& sink,
                                const RewriteOptions& options) {
  PQ_ASSIGN(const int64_t size, source->GetSize());
  PQ_ASSIGN(auto end, CopiedFooter::Begin(footer, plan, copy, *options.target));
  return FileCopy(source, footer, plan, copy, sink, options, size, std::move(end)).Run();
}

}  // namespace pqpack

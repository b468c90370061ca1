// SPDX-License-Identifier: Apache-2.0
//
// From the outside in, and no further than the bytes make sense: the footer's place, the
// footer, whether it is consistent, then indexes and first pages, then (--deep) the rest.
#include "diagnose/diagnose_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnose/coalesced_file.h"
#include "diagnose/deep/read_pages.h"
#include "diagnose/found_by_reading.h"
#include "diagnose/read_details.h"
#include "inspect/read_footer.h"
#include "store/read_ahead_file.h"

namespace pqpack {
namespace {

// A parsed footer that every file may have without asking for its size first.
constexpr int64_t kUsualFooter = kMiB;

// What --deep takes of most files: a window of the file, and its pages unpacked.
constexpr int64_t kDeepMemory = 32 * kMiB;

std::string Said(const Status& status) { return status.message(); }

bool IsEncrypted(const FileMetaData& footer) {
  const auto encrypted = [](const ColumnChunk& chunk) { return chunk.encrypted(); };
  return footer.has_encryption_algorithm ||
         std::ranges::any_of(footer.row_groups, [&](const RowGroup& group) {
           return std::ranges::any_of(group.columns, encrypted);
         });
}

class FileDoctor {
 public:
  FileDoctor(const ObjectInfo& object, const DiagnoseOptions& options,
             const DiagnoseContext& context)
      : object_(object),
        options_(options),
        context_(context),
        file_(context.store, object, CoalesceFor(object.uri.scheme), context.io) {
    diagnosis_.uri = object.uri.ToString();
    diagnosis_.bytes = object.size;
  }

  Result<FileDiagnosis> Examine() {
    PQ_RETURN_NOT_OK(ReserveForFooter());
    PQ_ASSIGN(const FooterReport report, ReportFooter(file_));
    if (!report.place) {
      const bool encrypted = CodeOf(report.problem) == ErrorCode::kUnsupported;
      Add(encrypted ? kEncrypted : kNotParquet, Said(report.problem));
    } else if (!report.whole) {
      Add(kFooterUnreadable, Said(report.problem));
    } else {
      PQ_RETURN_NOT_OK(ExamineFooter(report));
    }
    diagnosis_.repair = LeastRepair(diagnosis_.faults, Severity::kError);
    diagnosis_.repair_all = RepairOfAll();
    return std::move(diagnosis_);
  }

 private:
  void Add(const Check& check, std::string detail) {
    Finder(check, *options_.target, &diagnosis_.faults).Add({}, std::move(detail));
  }

  // The size of the footer is known only after the first read.
  Status ReserveForFooter() {
    PQ_RETURN_NOT_OK(Reserve(2 * kUsualFooter));
    const auto footer = FooterSize(file_, diagnosis_.uri);
    if (!footer.ok()) return Status::OK();  // or told by ReportFooter(), which reads it again
    const int64_t needed = *footer * kMemoryPerFooterByte;
    if (needed <= kUsualFooter) return Status::OK();
    return Reserve(needed + kUsualFooter);
  }

  // So many bytes in all.  Whoever holds memory must not wait for more: where they are not free
  // all is given back first.
  Status Reserve(int64_t bytes) {
    if (bytes <= held_) return Status::OK();
    if (auto more = context_.memory.TryAcquire(bytes - held_)) {
      reserved_.push_back(std::move(*more));
    } else {
      reserved_.clear();
      PQ_ASSIGN(auto all, context_.memory.Acquire(bytes, context_.stop));
      reserved_.push_back(std::move(all));
    }
    held_ = bytes;
    return Status::OK();
  }

  Status ExamineFooter(const FooterReport& report) {
    const FileMetaData& footer = report.meta;
    const Writer writer = ParseCreatedBy(footer.created_by.value_or(""));
    diagnosis_.writer = writer.ToString();
    diagnosis_.verdict = JudgeWriter(writer);
    diagnosis_.rows = footer.num_rows;
    diagnosis_.row_groups = static_cast<int64_t>(footer.row_groups.size());
    const auto tree = SchemaTree::Make(footer.schema);
    if (!tree.ok()) {
      Add(kFooterInconsistent, Said(tree.status()));
      return Status::OK();
    }
    diagnosis_.columns = static_cast<int64_t>(tree->leaves().size());
    PQ_RETURN_NOT_OK(
        Reserve(footer.serialized_size * kMemoryPerFooterByte + MemoryOfDetails(footer)));
    PQ_ASSIGN(const Details details, ReadDetails(file_, footer, report.data_end()));
    const FileView view{footer, *tree, writer, object_.size, details};
    diagnosis_.faults = RunChecks(view, *options_.target);
    if (options_.deep) PQ_RETURN_NOT_OK(ReadPages(view, report.data_end()));
    TellInconsistency(footer, report.problem);
    Profile(view);
    for (const Fault& fault : diagnosis_.faults) {
      if (!view.HasLeaf(fault.place.column)) continue;
      diagnosis_.names.try_emplace(fault.place.column,
                                   tree->DottedPath(view.LeafNode(fault.place.column)));
    }
    return Status::OK();
  }

  // Every byte of the data, through a window of blocks, and pages from a pool that refuses what
  // was not reserved.  A file that needs more than others is tried once more with all there is.
  Status ReadPages(const FileView& view, int64_t data_end) {
    const std::vector<Fault> before = diagnosis_.faults;
    const int64_t footer = held_;
    PQ_RETURN_NOT_OK(Reserve(footer + kDeepMemory));
    Status status = ReadPagesWith(view, data_end, kDeepMemory);
    if (CodeOf(status) != ErrorCode::kTooLarge) return status;
    const int64_t all = context_.memory.limit();
    if (all - footer <= kDeepMemory) return Within(diagnosis_.uri, status);
    PQ_RETURN_NOT_OK(Reserve(all));
    diagnosis_.faults = before;
    return Within(diagnosis_.uri, ReadPagesWith(view, data_end, all - footer));
  }

  Status ReadPagesWith(const FileView& view, int64_t data_end, int64_t memory) {
    ReadAheadOptions read;
    read.executor = context_.io;
    read.max_bytes = memory / 2;
    PQ_ASSIGN(const auto file, ReadAheadFile::Open(context_.store, object_, read));
    CappedPool pool(arrow::system_memory_pool(), memory / 2);
    return DeepCheck({view, *options_.target, *file, data_end, &pool, context_.stop},
                     &diagnosis_.faults);
  }

  // What the checks did not say more exactly.
  void TellInconsistency(const FileMetaData& footer, const Status& problem) {
    if (IsEncrypted(footer)) {
      Add(kEncrypted, "columns, or the signature of the footer");
    } else if (!problem.ok() && diagnosis_.worst() != Severity::kFatal) {
      Add(kFooterInconsistent, Said(problem));
    }
  }

  void Profile(const FileView& view) {
    FileProfile& profile = diagnosis_.profile;
    for (size_t g = 0; g < view.footer.row_groups.size(); ++g) {
      const auto& columns = view.footer.row_groups[g].columns;
      for (size_t c = 0; c < columns.size(); ++c) {
        if (!columns[c].meta_data) continue;
        profile.codecs.insert(ToString(columns[c].meta_data->codec));
        const ChunkDetails* seen = view.Details(static_cast<int64_t>(g), static_cast<int64_t>(c));
        if (seen == nullptr || !seen->first_data) continue;
        const PageHeader& header = seen->first_data->parsed.header;
        profile.pages.insert(ToString(header.type));
        profile.encodings.insert(ToString(*header.encoding()));
      }
    }
  }

  RepairLevel RepairOfAll() const {
    RepairLevel level = RepairLevel::kNone;
    for (const Fault& fault : diagnosis_.faults) {
      if (!fault.check->changed_by_convert_types) level = std::max(level, fault.repair);
    }
    return level;
  }

  const ObjectInfo& object_;
  const DiagnoseOptions& options_;
  const DiagnoseContext& context_;
  std::vector<MemoryBudget::Reservation> reserved_;
  int64_t held_ = 0;  // bytes of these
  CoalescedFile file_;
  FileDiagnosis diagnosis_;
};

}  // namespace

Result<FileDiagnosis> DiagnoseFile(const ObjectInfo& object, const DiagnoseOptions& options,
                                   const DiagnoseContext& context) {
  return FileDoctor(object, options, context).Examine();
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "run/merge_task.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "execute/is_for_level3.h"
#include "execute/merge/merge_files.h"
#include "execute/merge/merge_memory.h"
#include "run/copied_by_store.h"
#include "run/copied_digests.h"
#include "run/copied_orders.h"
#include "run/staged_writer.h"
#include "run/task_inputs.h"
#include "run/task_progress.h"
#include "store/metered_store.h"
#include "verify/compare_within.h"
#include "verify/file_facts.h"
#include "verify/filter_proof.h"
#include "verify/order_proof.h"

namespace pqpack {
namespace {

// "the values differ, column a, row 7: FILE has 1, FILE has 2".
std::string TextOf(const Difference& difference) {
  std::string text = difference.what;
  if (!difference.column.empty()) text += ", column " + difference.column;
  if (difference.row >= 0) text += ", row " + std::to_string(difference.row);
  return text + ": " + difference.a.uri + " has " + difference.a.value + ", " + difference.b.uri +
         " has " + difference.b.value;
}

using OpenedInputs = Result<std::vector<std::shared_ptr<arrow::io::RandomAccessFile>>>;

bool HasOrders(const FileMetaData& footer) {
  return std::ranges::any_of(footer.row_groups, [](const RowGroup& group) {
    return group.sorting_columns && !group.sorting_columns->empty();
  });
}

bool HasFilters(const FileMetaData& footer) {
  return std::ranges::any_of(footer.row_groups, [](const RowGroup& group) {
    return std::ranges::any_of(group.columns, [](const ColumnChunk& chunk) {
      return chunk.meta_data->bloom_filter_offset.has_value();
    });
  });
}

ColumnOrderIs OrderOf(const MergeSet& set) {
  const bool sorted = std::ranges::all_of(set.shapes, [](const InputShape& shape) {
    std::vector<int> columns = shape.column_of;
    std::erase(columns, -1);
    return std::ranges::is_sorted(columns);
  });
  return sorted ? ColumnOrderIs::kThatOfFiles : ColumnOrderIs::kAnother;
}

// Bytes of an input from which on a row group of it may be one of the output as it is, so that the
// store could append it: it is not fetched before its footer says so.
int64_t MayBeAppended(const CompactTask& task, const CompactOptions& options) {
  const int64_t least = ByStoreFrom(task, options);
  if (least == 0) return std::numeric_limits<int64_t>::max();
  const int64_t row_group = std::min(options.table.policy.target_file_size, 128 * kMiB);
  return std::max(least, row_group / 2);
}

}  // namespace

class TaskMerger {
 public:
  TaskMerger(const CompactTask& task, const StagedName& staged_name, int width,
             const MergeContext& context)
      : task_(task),
        staged_name_(staged_name),
        width_(width),
        context_(context),
        progress_(task.bytes, context.options.proof.has_value(), context.events) {}

  Result<ProvenTask> Run() {
    const Clock::time_point begun = Clock::now();
    PQ_ASSIGN(inputs_,
              TaskInputs::Read(task_, MayBeAppended(task_, context_.options), context_.store,
                               context_.io, context_.input_budget, context_.stop));
    std::vector<const FileMetaData*> footers;
    for (const MergeInput& input : inputs_->inputs()) {
      footers.push_back(input.footer);
      inputs_have_filters_ = inputs_have_filters_ || HasFilters(*input.footer);
      inputs_have_orders_ = inputs_have_orders_ || HasOrders(*input.footer);
    }
    const auto grouped = GroupInputs(footers, context_.columns, *context_.options.target);
    if (!grouped.ok()) return Named(grouped.status(), footers);
    const std::vector<MergeSet>& sets = *grouped;
    for (const MergeSet& set : sets) {
      if (!set.reason.empty()) {
        receipt_.warnings.push_back({"files that can't share an output stay apart", set.reason});
      }
      PQ_ASSIGN(staged_.emplace_back(), MergeSetFiles(set));
    }
    if (context_.options.proof) KeepFacts();
    inputs_.reset();  // the proof reads them anew
    receipt_.merge_seconds = SecondsSince(begun);
    progress_.BeginProof(StagedBytes());
    for (size_t i = 0; i < sets.size(); ++i) {
      if (context_.options.proof) {
        PQ_RETURN_NOT_OK(Prove(sets[i], staged_[i]));
        PQ_RETURN_NOT_OK(ProveForReaders(staged_[i]));
      }
      std::ranges::move(staged_[i], std::back_inserter(receipt_.staged));
    }
    receipt_.proof_seconds = SecondsSince(begun) - receipt_.merge_seconds;
    return ProvenTask(std::move(receipt_));
  }

 private:
  using Clock = std::chrono::steady_clock;

  static double SecondsSince(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
  }

  int64_t StagedBytes() const {
    int64_t bytes = 0;
    for (const auto& outputs : staged_) {
      for (const StagedOutput& output : outputs) bytes += output.object.size;
    }
    return bytes;
  }

  // The error with the name of the input that it is about, which has it by itself, too.
  Status Named(const Status& status, const std::vector<const FileMetaData*>& footers) const {
    for (size_t i = 0; i < footers.size(); ++i) {
      const auto alone =
          GroupInputs(std::span(&footers[i], 1), context_.columns, *context_.options.target);
      if (!alone.ok()) return Within(inputs_->inputs()[i].name, alone.status());
    }
    return status;
  }

  Result<std::vector<StagedOutput>> MergeSetFiles(const MergeSet& set) {
    MergeOptions options = MergeOptionsOf(context_.options);
    options.encode.memory = context_.work_budget.limit();
    options.encode.width = width_;
    options.encode.executor = &context_.workers;
    options.encode.stop = context_.stop;
    const int64_t memory = MergeMemory(inputs_->inputs(), set, options);
    options.by_store_from = ByStoreFrom(task_, context_.options);
    store_has_copied_ = false;
    auto staged = Merge(set, options, memory);
    if (!staged.ok() && store_has_copied_ && StoreCannot(staged.status())) {
      options.by_store_from = 0;
      staged = Merge(set, options, memory);
    }
    if (!staged.ok() && IsForLevel3(staged.status())) {
      options.copy = false;
      options.encode.width = 1;
      staged = Merge(set, options, context_.work_budget.limit());
    }
    return staged;
  }

  Result<std::vector<StagedOutput>> Merge(const MergeSet& set, MergeOptions options,
                                          int64_t memory) {
    const int64_t writer_memory = context_.store.WriterMemory(options.target_file_size);
    PQ_ASSIGN(const auto work, context_.work_budget.Acquire(memory + writer_memory, context_.stop));
    CappedPool pool(arrow::system_memory_pool(), MergeShare(work.bytes(), writer_memory));
    options.encode.pool = &pool;
    options.encode.memory = pool.cap();

    const OpenInputs open_again = [this](std::span<const int> inputs) {
      return inputs_->Open(inputs, ColumnOrderIs::kAnother);
    };
    SetOutputs outputs{.set = set,
                       .how = {.expected_size = options.target_file_size,
                               .digest = context_.digests,
                               .appends = MayAppend(set, options)},
                       .copied = CopiedDigests(inputs_->inputs(), open_again)};
    MergeSinks sinks;
    sinks.begin = [&] { return Begin(&outputs); };
    sinks.finished = [&](const MergedOutput& written) { return Finish(written, &outputs); };
    sinks.look = [this](int input, const StoreCopyPlan& plan) {
      return inputs_->Look(input, plan);
    };
    sinks.append = [&](const AppendedRowGroup& group) { return Append(group, &outputs); };
    const OpenInputs open = [&, order = OrderOf(set)](std::span<const int> inputs) {
      return OpenCounted(inputs, order);
    };
    PQ_ASSIGN(MergeReceipt merged, MergeFiles(inputs_->inputs(), set, options, open, sinks));
    Count(set, std::move(merged));
    return std::move(outputs.staged);
  }

  // The outputs of a set, made one behind the other.
  struct SetOutputs {
    const MergeSet& set;
    StagingOptions how;
    CopiedDigests copied;
    std::unique_ptr<StagedWriter> writer = nullptr;  // of the last one
    std::vector<StagedOutput> staged = {};
  };

  Result<std::shared_ptr<arrow::io::OutputStream>> Begin(SetOutputs* outputs) {
    PQ_ASSIGN(outputs->writer,
              StagedWriter::Create(context_.store, staged_name_(names_used_++), outputs->how));
    return outputs->writer->sink();
  }

  Status Append(const AppendedRowGroup& group, SetOutputs* outputs) {
    store_has_copied_ = true;
    const auto [input, row_group] = group.source;
    const auto at = static_cast<size_t>(input);
    progress_.Merged(group.range.length);
    return outputs->writer->AppendRowGroup(task_.inputs[at].id(),
                                           {.footer = *inputs_->inputs()[at].footer,
                                            .row_group = static_cast<size_t>(row_group),
                                            .range = group.range,
                                            .first_pages = FactsOf(group.first_pages)},
                                           group.behind_magic);
  }

  Status Finish(const MergedOutput& written, SetOutputs* outputs) {
    ExpectedOutput expected = Expected(outputs->set, written);
    PQ_ASSIGN(expected.filters.source, outputs->copied.Of(outputs->set, written));
    PQ_ASSIGN(outputs->staged.emplace_back(),
              outputs->writer->Finish(*context_.options.target, expected));
    const Uri& name = outputs->staged.back().object.uri;
    from_sources_[name.ToString()] = {std::move(expected.filters.source),
                                      CopiedOrders(inputs_->inputs(), outputs->set, written)};
    return Status::OK();
  }

  OpenedInputs OpenCounted(std::span<const int> inputs, ColumnOrderIs order) {
    PQ_ASSIGN(auto files, inputs_->Open(inputs, order));
    for (auto& file : files) file = Counted(std::move(file), &progress_);
    return files;
  }

  void Count(const MergeSet& set, MergeReceipt merged) {
    receipt_.rows += merged.rows;
    receipt_.bytes_decoded += merged.bytes_decoded;
    for (const MergedOutput& made : merged.outputs) {
      AddLevels(inputs_->inputs(), set, made, &receipt_.bytes_by_level);
    }
    for (Finding& warning : merged.warnings) receipt_.warnings.push_back(std::move(warning));
  }

  bool MayAppend(const MergeSet& set, const MergeOptions& options) const {
    return std::ranges::any_of(set.inputs, [&](int input) {
      const FileMetaData& footer = *inputs_->inputs()[static_cast<size_t>(input)].footer;
      return std::ranges::any_of(footer.row_groups, [&](const RowGroup& group) {
        return LetsStoreCopy(options, CompressedBytes(group));
      });
    });
  }

  static ExpectedOutput Expected(const MergeSet& set, const MergedOutput& output) {
    ExpectedOutput expected;
    expected.num_rows = output.rows;
    for (const MergedRowGroup& group : output.row_groups) {
      expected.row_group_rows.push_back(group.rows);
    }
    expected.leaves = set.leaves;
    expected.keys = output.keys;
    expected.filters.made = true;
    return expected;
  }

  // Of inputs that are one request, so that it need not be another to pair row groups with those of
  // the outputs before.
  void KeepFacts() {
    facts_.resize(task_.inputs.size());
    const FileFacts* before = nullptr;
    for (size_t i = 0; i < facts_.size(); ++i) {
      if (task_.inputs[i].size >= ReadAheadOptions().block_size) continue;
      facts_[i] = std::make_shared<const FileFacts>(FactsOf(*inputs_->inputs()[i].footer, before));
      before = facts_[i].get();
    }
  }

  // What was stored is read again.
  Status Prove(const MergeSet& set, const std::vector<StagedOutput>& staged) {
    MeteredStore store(context_.store, [this](int64_t bytes) { progress_.Proven(bytes); });
    TableFiles originals{&store, {}};
    for (const int input : set.inputs) {
      originals.objects.push_back(task_.inputs[static_cast<size_t>(input)]);
      originals.known.push_back(facts_[static_cast<size_t>(input)]);
    }
    TableFiles outputs{&store, {}};
    for (const StagedOutput& output : staged) outputs.objects.push_back(output.object);
    CompareOptions options;
    options.proof = *context_.options.proof;
    options.schemas = SchemaRule::kMerged;
    options.executor = &context_.workers;
    options.width = width_;
    options.stop = context_.stop;
    options.reading.executor = &context_.io;
    PQ_ASSIGN(const Comparison comparison,
              CompareWithin(context_.work_budget, originals, outputs, std::nullopt, options));
    if (comparison.difference) {
      return Error(
          ErrorCode::kMismatch,
          "the merged files are not what the originals are: " + TextOf(*comparison.difference),
          "Nothing of it was published. Report this, and compact with "
          "--engine reencode.");
    }
    receipt_.proof += comparison.proof;
    return Status::OK();
  }

  // That the rows are there does not tell whether readers find them.
  Status ProveForReaders(const std::vector<StagedOutput>& staged) {
    OutputProofOptions options;
    options.executor = &context_.workers;
    options.width = width_;
    options.stop = context_.stop;
    options.reading.executor = &context_.io;
    for (const StagedOutput& output : staged) {
      const FromSources& from = from_sources_.at(output.object.uri.ToString());
      if (inputs_have_filters_) {
        PQ_RETURN_NOT_OK(ProveFilters(context_.work_budget, context_.store, output.object,
                                      from.filters, options));
      }
      if (inputs_have_orders_) {
        PQ_RETURN_NOT_OK(
            ProveOrders(context_.work_budget, context_.store, output.object, from.orders, options));
      }
    }
    return Status::OK();
  }

  // What an output has taken from its sources at their word.
  struct FromSources {
    FilterDigests filters;
    SourceOrders orders;
  };

  const CompactTask& task_;
  const StagedName& staged_name_;
  const int width_;
  const MergeContext& context_;
  TaskProgress progress_;
  std::unique_ptr<TaskInputs> inputs_;
  std::vector<std::shared_ptr<const FileFacts>> facts_;  // of small inputs
  bool inputs_have_filters_ = false;
  bool inputs_have_orders_ = false;
  std::map<std::string, FromSources> from_sources_;  // of each staged file
  size_t names_used_ = 0;
  bool store_has_copied_ = false;                  // or has tried to
  std::vector<std::vector<StagedOutput>> staged_;  // of each set
  TaskReceipt receipt_;
};

int64_t MergeShare(int64_t reserved, int64_t writer_memory) {
  return std::max(reserved - writer_memory, reserved / 2);
}

MergeOptions MergeOptionsOf(const CompactOptions& compact) {
  MergeOptions options;
  options.encode.target = compact.target;
  options.encode.compression = compact.compression;
  options.encode.batch_size = compact.batch_size;
  options.target_file_size = compact.table.policy.target_file_size;
  options.copy = compact.engine == Engine::kAuto;
  return options;
}

int64_t ByStoreFrom(const CompactTask& task, const CompactOptions& options) {
  const Scheme scheme = task.inputs.front().uri.scheme;
  return options.engine == Engine::kAuto ? LeastToAppend(scheme) : 0;
}

Result<ProvenTask> MergeTask(const CompactTask& task, const StagedName& staged_name, int width,
                             const MergeContext& context) {
  return TaskMerger(task, staged_name, width, context).Run();
}

}  // namespace pqpack

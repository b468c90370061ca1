// SPDX-License-Identifier: Apache-2.0
//
// Memory.  What a file needs is known only from its footer, and the footer is known
// only after bytes were read.  So a file takes two reservations: its input (the whole
// object when small, a window of blocks when large) and then its work (pages, the
// dictionary, the encoded row group, upload buffers).  The estimate may be wrong, since
// the footer may lie or a page may unpack to a thousand times its size: then the capped
// pool refuses, and the file is tried once more alone with everything there is.
#include "run/repack_file.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "execute/copy/copy_file.h"
#include "execute/copy/store_copy.h"
#include "execute/is_for_level3.h"
#include "execute/output_layout.h"
#include "execute/rewrite.h"
#include "inspect/read_footer.h"
#include "run/copied_by_store.h"
#include "run/copy_in_store.h"
#include "run/output_sink.h"
#include "store/read_ahead_file.h"
#include "verify/output_check.h"

namespace pqpack {
namespace {

RewriteOptions OptionsFor(const RepackContext& context) {
  RewriteOptions options;
  options.target = context.options.target;
  options.convert_types = context.options.convert_types;
  options.allow_lossy = context.options.allow_lossy;
  options.compression = context.options.compression;
  options.batch_size = context.options.batch_size;
  options.executor = &context.workers;
  options.stop = context.stop;
  return options;
}

// A parsed footer that every file may have without asking for its size first.
constexpr int64_t kUsualFooter = kMiB;

struct OpenSource {
  // First: given back when the file is gone.
  MemoryBudget::Reservation input;
  std::optional<MemoryBudget::Reservation> large_footer, window;
  std::shared_ptr<ReadAheadFile> file;
  FileMetaData footer;
  RewritePlan plan;
  CopyPlan copy;
  StoreCopyPlan by_store;

  bool copies() const { return copy.obstacles.empty(); }
  bool copies_in_store() const { return copies() && by_store.obstacles.empty(); }
};

// What is held first, and its reservations then: assigning {} would go the other way.
void GiveBack(OpenSource* source) { const OpenSource gone = std::exchange(*source, {}); }

enum class Reading {
  kFooter,  // little beside it
  kWhole,
};

ReadAheadOptions ReadOptions(Reading reading, const RepackContext& context) {
  ReadAheadOptions read;
  read.executor = &context.io;
  if (reading == Reading::kFooter) {
    read.block_size = kFooterGuess;
    read.blocks_ahead = 0;
  }
  return read;
}

// Opens the file with a window for its bytes and `beside` bytes of the input budget more.
Status OpenInput(const RepackTask& task, Reading reading, int64_t beside,
                 const RepackContext& context, OpenSource* source) {
  ReadAheadOptions read = ReadOptions(reading, context);
  const int64_t window = ReadAheadFile::MemoryFor(task.source.size, read);
  PQ_ASSIGN(source->input, context.input_budget.Acquire(window + beside, context.stop));
  // What is cut to the limit is cut from both.
  read.max_bytes = std::max(source->input.bytes() - beside, source->input.bytes() / 4);
  PQ_ASSIGN(source->file, ReadAheadFile::Open(context.source, task.source, read));
  return Status::OK();
}

Status Plan(const RepackTask& task, const RewriteOptions& options, const RepackContext& context,
            OpenSource* source) {
  PQ_ASSIGN(source->plan, PlanRewrite(source->footer, options));
  if (context.options.engine != Engine::kAuto) {
    source->copy.obstacles = {{"--engine reencode", ""}};
    return Status::OK();
  }
  PQ_ASSIGN(source->copy, PlanCopy(source->footer, source->plan, options));
  if (!source->copy.obstacles.empty()) return Status::OK();
  auto hindrance = NoCopyInStore(task, context);
  if (!hindrance) {
    PQ_ASSIGN(source->by_store, PlanStoreCopy(source->footer, source->plan, source->copy, options));
    hindrance = NoCopyInStore(source->by_store, context);
  }
  if (hindrance) source->by_store.obstacles.push_back(*std::move(hindrance));
  return Status::OK();
}

Result<OpenSource> Open(const RepackTask& task, Reading reading, const RewriteOptions& options,
                        const RepackContext& context) {
  const std::string name = task.source.uri.ToString();
  OpenSource source;
  PQ_RETURN_NOT_OK(OpenInput(task, reading, kUsualFooter, context, &source));
  PQ_ASSIGN(const int64_t footer_size, FooterSize(*source.file, name));
  const int64_t footer = footer_size * kMemoryPerFooterByte;
  if (footer > kUsualFooter) {
    source.large_footer = context.input_budget.TryAcquire(footer - kUsualFooter);
    if (!source.large_footer) {
      // All is given back first: whoever holds input must not wait for more.
      GiveBack(&source);
      PQ_RETURN_NOT_OK(OpenInput(task, reading, footer, context, &source));
    }
  }
  PQ_ASSIGN(source.footer, ReadFooter(*source.file, name));
  PQ_RETURN_NOT_OK(Plan(task, options, context, &source));
  return source;
}

// Of a file whose footer alone was to be read, the pages are needed as well.
Status OpenPages(const RepackTask& task, const RewriteOptions& options,
                 const RepackContext& context, OpenSource* source) {
  ReadAheadOptions read = ReadOptions(Reading::kWhole, context);
  source->window =
      context.input_budget.TryAcquire(ReadAheadFile::MemoryFor(task.source.size, read));
  if (source->window) {
    PQ_ASSIGN(source->file, ReadAheadFile::Open(context.source, task.source, read));
    return Status::OK();
  }
  // As in Open().
  auto obstacles = std::move(source->by_store.obstacles);
  GiveBack(source);
  PQ_ASSIGN(*source, Open(task, Reading::kWhole, options, context));
  source->by_store.obstacles = std::move(obstacles);
  return Status::OK();
}

// Rows and keys are what the source's footer says, not what the writer claims;
// only how the rows are cut into row groups is the writer's word.
ExpectedOutput Expected(const OpenSource& source, std::vector<int64_t> row_group_rows,
                        bool types_may_change) {
  ExpectedOutput expected;
  expected.num_rows = source.footer.num_rows;
  expected.row_group_rows = std::move(row_group_rows);
  expected.leaves = source.plan.leaves;
  if (!source.footer.key_value_metadata) return expected;
  for (const KeyValue& pair : *source.footer.key_value_metadata) {
    const bool may_go = types_may_change && pair.key == kArrowSchemaKey;
    if (!may_go) expected.keys.push_back(pair.key);
  }
  return expected;
}

// What remains of the work's reservation beside the writer's buffers, which are no pool's.
int64_t PoolBytes(int64_t work, const RepackTask& task, const RepackContext& context) {
  return std::max(work - context.destination.WriterMemory(task.source.size), work / 2);
}

// How the bytes of an output are made.
using Maker = std::function<Result<RewriteReceipt>(std::shared_ptr<arrow::io::OutputStream>,
                                                   const RewriteOptions&)>;

// Writes into a name that nobody sees, checks, publishes.
Result<Written> Write(const RepackTask& task, const OpenSource& source, RewriteOptions options,
                      int64_t memory, const RepackContext& context, const Maker& make) {
  PQ_ASSIGN(auto work, context.work_budget.Acquire(memory, context.stop));
  // Arrow's own allocator keeps what each thread has freed: with 32 workers a fifth more
  // (docs/decisions/0005-two-memory-budgets.md).
  CappedPool pool(arrow::system_memory_pool(), PoolBytes(work.bytes(), task, context));
  options.pool = &pool;
  options.memory = pool.cap();

  PQ_ASSIGN(auto writer,
            context.destination.Create(task.output, {task.condition, task.source.size}));
  OutputCheck check;
  auto sink = std::make_shared<OutputSink>([&](Bytes bytes) {
    PQ_RETURN_NOT_OK(check.Append(bytes));
    return writer->Append(bytes);
  });
  Written written;
  PQ_ASSIGN(written.receipt, make(std::move(sink), options));
  ExpectedOutput expected = Expected(source, written.receipt.row_group_rows, options.convert_types);
  if (source.copies() && source.copy.filter_bytes > 0) {
    PQ_ASSIGN(expected.filters.source, DigestFilters(*source.file, source.footer));
  }
  PQ_RETURN_NOT_OK(check.Finish(*options.target, expected));
  // From here on the output is known to be right: it may have its name.
  PQ_ASSIGN(written.object, writer->Finish());
  return written;
}

Result<Written> LetStoreCopy(const RepackTask& task, const OpenSource& source,
                             const RewriteOptions& options, const RepackContext& context) {
  std::vector<int64_t> rows;
  for (const RowGroup& group : source.footer.row_groups) {
    if (group.num_rows > 0) rows.push_back(group.num_rows);
  }
  return CopyInStore(task, {source.footer, source.plan, source.copy, source.by_store},
                     Expected(source, std::move(rows), options.convert_types), options, context);
}

Result<Written> Copy(const RepackTask& task, const OpenSource& source,
                     const RewriteOptions& options, const RepackContext& context) {
  const int64_t memory = CopyMemory(source.footer, source.plan, source.copy, options) +
                         context.destination.WriterMemory(task.source.size);
  return Write(task, source, options, memory, context, [&](const auto& sink, const auto& settings) {
    return CopyFile(source.file, source.footer, source.plan, source.copy, sink, settings);
  });
}

Result<Written> Reencode(const RepackTask& task, const OpenSource& source, RewriteOptions options,
                         const RepackContext& context) {
  const Maker make = [&](auto sink, const auto& settings) {
    return Rewrite(source.file, source.footer, source.plan, std::move(sink), settings);
  };
  const int64_t estimate =
      EstimateMemory(source.footer, options) + context.destination.WriterMemory(task.source.size);
  auto written = Write(task, source, options, estimate, context, make);
  if (written.ok() || CodeOf(written.status()) != ErrorCode::kTooLarge) return written;
  options.width = 1;
  return Write(task, source, options, context.work_budget.limit(), context, make);
}

// The pages are not what the footer says of them.
bool PagesSurprise(const Status& status) {
  return IsForLevel3(status) || CodeOf(status) == ErrorCode::kMismatch;
}

// Every value is decoded.
Levels WholeFile(const RepackTask& task, const OpenSource& source) {
  Levels levels;
  levels.reasons = source.copy.obstacles;
  levels.bytes_decoded = task.source.size;
  return levels;
}

Levels PlannedLevels(const RepackTask& task, const OpenSource& source) {
  if (!source.copies()) return WholeFile(task, source);
  Levels levels = LevelsOf(source.copy.columns);
  if (source.copies_in_store()) levels.level = 0;
  return levels;
}

// FileDone or FilePlanned.
template <typename Event>
void Tell(const Levels& levels, const OpenSource& source, Event* event) {
  event->level = levels.level;
  event->columns = levels.columns;
  event->reasons = levels.reasons;
  if (levels.level == 1) event->not_by_store = source.by_store.obstacles;
  event->bytes_decoded = levels.bytes_decoded;
}

// By the least levels that make the file right.
Result<Written> Make(const RepackTask& task, const RewriteOptions& options,
                     const RepackContext& context, OpenSource* source) {
  if (source->copies_in_store()) {
    auto written = LetStoreCopy(task, *source, options, context);
    if (written.ok() || !StoreCannot(written.status())) return written;
    source->by_store.obstacles = {{written.status().message(), ""}};
    PQ_RETURN_NOT_OK(OpenPages(task, options, context, source));
  }
  if (source->copies()) {
    auto written = Copy(task, *source, options, context);
    if (written.ok() || !PagesSurprise(written.status())) return written;
    source->copy.obstacles = {{"its pages: " + written.status().message(), ""}};
  }
  PQ_ASSIGN(Written written, Reencode(task, *source, options, context));
  written.receipt.levels = WholeFile(task, *source);
  return written;
}

}  // namespace

Result<FileDone> RepackFile(const RepackTask& task, int width, const RepackContext& context) {
  const auto start = std::chrono::steady_clock::now();
  RewriteOptions options = OptionsFor(context);
  options.width = width;
  options.memory = context.work_budget.limit();
  const Reading reading = NoCopyInStore(task, context) ? Reading::kWhole : Reading::kFooter;
  PQ_ASSIGN(auto source, Open(task, reading, options, context));
  if (reading == Reading::kFooter && !source.copies_in_store()) {
    PQ_RETURN_NOT_OK(OpenPages(task, options, context, &source));
  }

  PQ_ASSIGN(Written written, Make(task, options, context, &source));

  FileDone done;
  done.uri = task.source.uri.ToString();
  done.output = task.output.ToString();
  done.bytes_in = task.source.size;
  done.bytes_out = written.object.size;
  done.rows = written.receipt.rows;
  done.empty = written.receipt.rows == 0;
  Tell(written.receipt.levels, source, &done);
  done.repairs = std::move(written.receipt.repairs);
  done.warnings = std::move(written.receipt.warnings);
  done.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return done;
}

Result<FilePlanned> PlanFile(const RepackTask& task, const RepackContext& context) {
  PQ_ASSIGN(auto source, Open(task, Reading::kFooter, OptionsFor(context), context));
  FilePlanned planned;
  planned.uri = task.source.uri.ToString();
  planned.output = task.output.ToString();
  planned.bytes_in = task.source.size;
  const bool copied = source.copies();
  Tell(PlannedLevels(task, source), source, &planned);
  planned.repairs = copied ? source.copy.repairs : source.plan.repairs;
  planned.warnings = copied ? source.copy.warnings : source.plan.warnings;
  return planned;
}

}  // namespace pqpack

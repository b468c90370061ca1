// SPDX-License-Identifier: Apache-2.0
#include "run/copy_in_store.h"

#include <fmt/format.h>

#include <utility>

#include "run/copied_by_store.h"
#include "run/output_sink.h"
#include "verify/store_copy_check.h"

namespace pqpack {
namespace {

std::optional<Finding> TooSmall(int64_t bytes, Scheme scheme) {
  const int64_t least = LeastToCopy(scheme);
  if (bytes > least) return std::nullopt;
  return Finding{fmt::format("data of up to {} MiB is read at once", least / kMiB), ""};
}

}  // namespace

std::optional<Finding> NoCopyInStore(const RepackTask& task, const RepackContext& context) {
  if (context.options.engine != Engine::kAuto) return Finding{"--engine reencode", ""};
  if (task.source.uri.scheme != task.output.scheme) {
    return Finding{"source and destination are different stores", ""};
  }
  return TooSmall(task.source.size, task.source.uri.scheme);
}

std::optional<Finding> NoCopyInStore(const StoreCopyPlan& plan, const RepackContext& context) {
  return TooSmall(plan.data.length, context.options.source.scheme);
}

Result<Written> CopyInStore(const RepackTask& task, const StoreCopySource& source,
                            const ExpectedOutput& expected, const RewriteOptions& options,
                            const RepackContext& context) {
  const ByteRange data = source.by_store.data;
  // The old end is about as long as the new one, which is all that goes through the writer.
  const int64_t end_size = task.source.size - data.end();
  const int64_t memory = MemoryOfDetails(source.footer) + kMiB + 3 * end_size +
                         context.destination.WriterMemory(end_size);
  PQ_ASSIGN(const auto work, context.work_budget.Acquire(memory, context.stop));

  const CoalesceOptions looks = CoalesceLooks(source.by_store, task.source.uri.scheme);
  CoalescedFile file(context.source, task.source, looks, &context.io);
  PQ_ASSIGN(const Details first_pages, ReadFirstPages(file, source.footer, data.end()));
  PQ_ASSIGN(const auto magic, file.ReadAt(0, kMagicSize));

  Written written;
  StoreCopyCheck check(data.end());
  OutputSink sink([&check](Bytes bytes) { return check.Append(bytes); }, data.end());
  PQ_ASSIGN(written.receipt, WriteStoreCopyEnd(file, source.footer, first_pages, source.plan,
                                               source.copy, *options.target, sink));
  CopiedSource copied{source.footer, {magic->data(), static_cast<size_t>(magic->size())}, {}};
  for (const auto& columns : first_pages) copied.first_pages.push_back(FactsOf(columns));
  ExpectedOutput all = expected;
  if (source.copy.filter_bytes > 0) {
    PQ_ASSIGN(all.filters.source, DigestFilters(file, source.footer));
  }
  PQ_RETURN_NOT_OK(check.Finish(*options.target, all, copied));

  // From here on it is known that the output will be right: it may be written.
  PQ_ASSIGN(auto writer, context.destination.Create(task.output, {task.condition, end_size}));
  PQ_RETURN_NOT_OK(writer->AppendFrom(task.source.id(), data));
  PQ_RETURN_NOT_OK(writer->Append(check.end()));
  PQ_ASSIGN(written.object, writer->Finish());
  PQ_RETURN_NOT_OK(CheckStored(written.object, check.size(), context.destination));
  return written;
}

}  // namespace pqpack

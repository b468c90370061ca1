// SPDX-License-Identifier: Apache-2.0
//
// Input: a whole file, as repack repairs it, with settings that depend on its bytes.  Where it is
// made right column by column, or its pages are copied by the store, or, for one input of eight,
// all of it is decoded and encoded, then
//   - the check of outputs accepts the result;
//   - Arrow opens it, if it opened the source;
//   - it has the source's rows, value by value, if these can be read at all.
#include <arrow/io/memory.h>
#include <parquet/file_reader.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "execute/copy/copy_file.h"
#include "execute/copy/store_copy.h"
#include "execute/output_layout.h"
#include "execute/rewrite.h"
#include "fuzzing.h"
#include "inspect/read_footer.h"
#include "run/copy_in_store.h"
#include "target/target.h"
#include "verify/compare_tables.h"
#include "verify/output_check.h"
#include "whole_file.h"

namespace pqpack::fuzz {
namespace {

// What a file may hold; more is refused, and that is no finding.
constexpr int64_t kPool = 16 * kMiB;

constexpr std::string_view kCopy = "copy";

void RequireOk(const Status& status, const char* what) {
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  Require(status.ok(), what);
}

class Repair {
 public:
  explicit Repair(Bytes bytes)
      : bytes_(bytes),
        source_(Put(store_, "source", bytes)),
        file_(std::make_shared<arrow::io::BufferReader>(
            std::make_shared<arrow::Buffer>(bytes.data(), source_.size))) {
    options_.target = *FindTarget(bytes.size() % 2 == 0 ? "generic" : "snowflake");
    options_.convert_types = dice_ / 8 % 4 == 0;
    constexpr Codec kCodecs[] = {Codec::kUncompressed, Codec::kSnappy, Codec::kZstd};
    if (dice_ / 32 % 4 == 0) options_.compression = kCodecs[dice_ / 128 % 3];
    options_.batch_size = 1000;
    options_.pool = &pool_;
    options_.memory = kPool;
  }

  void Run() {
    const auto footer = ReadFooter(*file_, "source");
    if (!footer.ok()) return;
    const auto plan = PlanRewrite(*footer, options_);
    if (!plan.ok()) return;
    const auto copy = PlanCopy(*footer, *plan, options_);
    RequireOk(copy.status(), "whether a copy is enough is known of whatever can be planned");
    const bool decodes = std::ranges::any_of(copy->columns, [](const ColumnPlan& column) {
      return column.level > 2 || column.looked_into();
    });
    if (copy->obstacles.empty() && !(decodes && ClaimsMuch(*footer))) {
      Make(*footer, *plan, kCopy, [&](const auto& sink) {
        return CopyFile(file_, *footer, *plan, *copy, sink, options_);
      });
    }
    if (copy->obstacles.empty()) LetStoreCopy(*footer, *plan, *copy);
    if (dice_ % 8 != 0 || ClaimsMuch(*footer)) return;
    Make(*footer, *plan, "encoded",
         [&](const auto& sink) { return Rewrite(file_, *footer, *plan, sink, options_); });
  }

 private:
  using Maker =
      std::function<Result<RewriteReceipt>(const std::shared_ptr<arrow::io::OutputStream>&)>;

  void Make(const FileMetaData& footer, const RewritePlan& plan, std::string_view name,
            const Maker& make) {
    const auto sink = *arrow::io::BufferOutputStream::Create();
    const auto receipt = make(sink);
    if (!receipt.ok()) return;
    const auto made = *sink->Finish();
    const Bytes bytes(made->data(), static_cast<size_t>(made->size()));
    OutputCheck check;
    Status checked = check.Append(bytes);
    ExpectedOutput expected = Expected(footer, plan, receipt->row_group_rows);
    expected.filters.source = *DigestFilters(*file_, footer);
    if (checked.ok()) checked = check.Finish(*options_.target, expected);
    // What a copy does not look at may be wrong with it; then the file is encoded (RepackFile).
    if (name == kCopy && CodeOf(checked) == ErrorCode::kMismatch) return;
    RequireOk(Within(name, checked), "the check of outputs accepts the result");
    Judge(footer, Put(store_, std::string(name), bytes));
  }

  ExpectedOutput Expected(const FileMetaData& footer, const RewritePlan& plan,
                          std::vector<int64_t> row_group_rows) const {
    ExpectedOutput expected;
    expected.num_rows = footer.num_rows;
    expected.row_group_rows = std::move(row_group_rows);
    expected.leaves = plan.leaves;
    for (const KeyValue& pair : footer.key_value_metadata.value_or(std::vector<KeyValue>())) {
      const bool may_go = options_.convert_types && pair.key == kArrowSchemaKey;
      if (!may_go) expected.keys.push_back(pair.key);
    }
    return expected;
  }

  // Whose own check stands before the copy.
  void LetStoreCopy(const FileMetaData& footer, const RewritePlan& plan, const CopyPlan& copy) {
    auto by_store = PlanStoreCopy(footer, plan, copy, options_);
    RequireOk(by_store.status(), "whether the store may copy is known of whatever can be planned");
    std::erase_if(by_store->obstacles, [](const Finding& obstacle) {
      return obstacle.what == "column chunks are small";  // as all of them are here
    });
    if (!by_store->obstacles.empty()) return;
    std::vector<int64_t> rows;
    for (const RowGroup& group : footer.row_groups) {
      if (group.num_rows > 0) rows.push_back(group.num_rows);
    }
    static Executor executor(1);
    RepackOptions settings;
    settings.target = options_.target;
    MemoryBudget budget(kPool);
    RepackTask task;
    task.source = source_;
    task.output = Uri::Parse("memory://b/stored").ValueOrDie();
    task.condition.kind = WriteCondition::kOverwrite;
    const auto written =
        CopyInStore(task, {footer, plan, copy, *by_store}, Expected(footer, plan, std::move(rows)),
                    options_, {settings, store_, store_, executor, executor, budget, budget, {}});
    if (written.ok()) return Judge(footer, written->object);
    // What the check refuses is what the footer says beyond its first pages: level 1 looks at all.
    const ErrorCode code = CodeOf(written.status());
    const bool surprise = code == ErrorCode::kCorrupt || code == ErrorCode::kUnsupported ||
                          code == ErrorCode::kTooLarge || code == ErrorCode::kMismatch;
    if (!surprise) RequireOk(written.status(), "a surprise in first pages is one of the file's");
  }

  void Judge(const FileMetaData& footer, const ObjectInfo& output) {
    Require(!ArrowOpens(source_) || ArrowOpens(output), "Arrow opens what it opened before");
    if (!ClaimsMuch(footer)) RequireSameRows(output);
  }

  bool ArrowOpens(const ObjectInfo& object) {
    const auto all = *store_.Read(object.id(), {0, object.size});
    return Attempt([&] {
             return parquet::ParquetFileReader::Open(
                 std::make_shared<arrow::io::BufferReader>(all));
           })
        .has_value();
  }

  Result<Comparison> Compare(const ObjectInfo& a, const ObjectInfo& b) {
    static Executor executor(1);
    CompareOptions options;
    options.executor = &executor;
    options.pool = &pool_;
    return CompareTables({&store_, {a}}, {&store_, {b}}, std::nullopt, options);
  }

  void RequireSameRows(const ObjectInfo& output) {
    const auto comparison = Compare(source_, output);
    if (comparison.ok()) {
      const auto& found = comparison->difference;
      // Annotations that contradict each other or their type may be declared in another way.
      if (!found || found->row < 0) return;
      std::fprintf(stderr, "%s: %s: %s, row %lld: %s | %s\n", output.uri.key.c_str(),
                   found->column.c_str(), found->what.c_str(), static_cast<long long>(found->row),
                   found->a.value.c_str(), found->b.value.c_str());
      Require(false, "the result has the rows of its source");
    } else if (CodeOf(comparison.status()) != ErrorCode::kTooLarge &&
               Compare(source_, source_).ok()) {
      RequireOk(Within(output.uri.key, comparison.status()),
                "a result can be read where its source can");
    }
  }

  const Bytes bytes_;
  const size_t dice_ = std::hash<std::string_view>()(AsText(bytes_));
  MemoryStore store_{{"b"}};
  const ObjectInfo source_;
  const std::shared_ptr<arrow::io::BufferReader> file_;
  CappedPool pool_{arrow::system_memory_pool(), kPool};
  RewriteOptions options_;
};

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pqpack::fuzz::Repair({data, size}).Run();
  return 0;
}

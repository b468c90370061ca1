// SPDX-License-Identifier: Apache-2.0
#include "one_merge.h"

#include <arrow/io/memory.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "diagnose/diagnose_file.h"
#include "execute/merge/group_inputs.h"
#include "inspect/read_footer.h"
#include "run/copied_digests.h"
#include "store/memory_store.h"
#include "target/target.h"
#include "verify/compare_tables.h"
#include "verify/output_check.h"

namespace pqpack::merges {
namespace {

using arrow::io::BufferReader;

Result<ObjectInfo> Put(MemoryStore& store, const std::string& name, const arrow::Buffer& bytes) {
  PQ_ASSIGN(const Uri uri, Uri::Parse("memory://b/" + name));
  PQ_ASSIGN(const auto writer, store.Create(uri, {}));
  PQ_RETURN_NOT_OK(writer->Append({bytes.data(), static_cast<size_t>(bytes.size())}));
  return writer->Finish();
}

// As run/merge_task.cc.
Status CheckOutput(const arrow::Buffer& bytes, const MergeSet& set, const MergedOutput& output,
                   CopiedDigests* copied, const Target& target) {
  ExpectedOutput expected;
  expected.num_rows = output.rows;
  for (const MergedRowGroup& group : output.row_groups) {
    expected.row_group_rows.push_back(group.rows);
  }
  expected.leaves = set.leaves;
  expected.keys = output.keys;
  expected.filters.made = true;
  PQ_ASSIGN(expected.filters.source, copied->Of(set, output));
  OutputCheck check;
  PQ_RETURN_NOT_OK(check.Append({bytes.data(), static_cast<size_t>(bytes.size())}));
  return check.Finish(target, expected);
}

Result<Comparison> Compare(const Files& before, const Files& after) {
  static Executor executor(1);
  MemoryStore store({"b"});
  TableFiles a{&store, {}}, b{&store, {}};
  for (const BufferPtr& file : before) {
    const std::string name = "a" + std::to_string(a.objects.size());
    PQ_ASSIGN(a.objects.emplace_back(), Put(store, name, *file));
  }
  for (const BufferPtr& file : after) {
    const std::string name = "b" + std::to_string(b.objects.size());
    PQ_ASSIGN(b.objects.emplace_back(), Put(store, name, *file));
  }
  CompareOptions options;
  options.schemas = SchemaRule::kMerged;
  options.proof = Proof::kAuto;
  options.executor = &executor;
  options.pool = arrow::default_memory_pool();
  return CompareTables(a, b, std::nullopt, options);
}

}  // namespace

MergeOptions AnyOptions(Random& random) {
  MergeOptions options;
  const auto targets = Targets();
  const bool generic = Chance(random, 70);
  options.encode.target = generic ? *FindTarget("generic")
                                  : &targets[Below(random, static_cast<uint32_t>(targets.size()))];
  if (Chance(random, 20)) {
    options.encode.compression =
        OneOf(random, {Codec::kUncompressed, Codec::kSnappy, Codec::kZstd, Codec::kGzip});
  }
  if (Chance(random, 20)) options.encode.batch_size = OneOf<int64_t>(random, {1, 10, 1000});
  if (Chance(random, 25)) options.row_group_size = int64_t{64} << Below(random, 10);
  if (Chance(random, 25)) options.target_file_size = int64_t{1024} << Below(random, 8);
  options.copy = !Chance(random, 5);
  options.pages = !Chance(random, 3);
  return options;
}

Result<Merged> Merge(const Files& files, const MergeOptions& options) {
  std::vector<FileMetaData> footers;
  for (const BufferPtr& file : files) {
    BufferReader reader(file);
    PQ_ASSIGN(footers.emplace_back(), ReadFooter(reader, "input"));
  }
  std::vector<const FileMetaData*> pointers;
  std::vector<MergeInput> inputs;
  for (const FileMetaData& footer : footers) {
    pointers.push_back(&footer);
    inputs.push_back({"input " + std::to_string(inputs.size()), &footer});
  }
  PQ_ASSIGN(const auto sets, GroupInputs(pointers, {}, *options.encode.target));
  if (sets.size() != 1) return Status::Invalid("the files make ", sets.size(), " sets");
  const OpenInputs open = [&](std::span<const int> numbers)
      -> Result<std::vector<std::shared_ptr<arrow::io::RandomAccessFile>>> {
    std::vector<std::shared_ptr<arrow::io::RandomAccessFile>> opened;
    for (const int n : numbers) {
      opened.push_back(std::make_shared<BufferReader>(files[static_cast<size_t>(n)]));
    }
    return opened;
  };
  Merged merged;
  std::shared_ptr<arrow::io::BufferOutputStream> sink;
  CopiedDigests copied(inputs, open);
  MergeSinks sinks;
  sinks.begin = [&]() -> Result<std::shared_ptr<arrow::io::OutputStream>> {
    PQ_ASSIGN(sink, arrow::io::BufferOutputStream::Create());
    return sink;
  };
  sinks.finished = [&](const MergedOutput& output) -> Status {
    PQ_ASSIGN(merged.outputs.emplace_back(), sink->Finish());
    for (const MergedRowGroup& group : output.row_groups) {
      for (const int8_t level : group.levels) ++merged.chunks[static_cast<size_t>(level)];
    }
    return CheckOutput(*merged.outputs.back(), sets[0], output, &copied, *options.encode.target);
  };
  PQ_RETURN_NOT_OK(MergeFiles(inputs, sets[0], options, open, sinks).status());
  return merged;
}

Result<std::shared_ptr<arrow::Table>> RowsOf(const RandomTable& table, const Files& files) {
  std::vector<std::shared_ptr<arrow::Table>> tables;
  for (const BufferPtr& file : files) {
    PQ_ASSIGN(const auto read, ReadFile(file));
    PQ_ASSIGN(tables.emplace_back(), table.Loose(*read));
  }
  return arrow::ConcatenateTables(tables);
}

bool SameRows(const arrow::Table& a, const arrow::Table& b) {
  return a.Equals(b, arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false));
}

Proven Prove(const Files& before, const Files& after) {
  const auto comparison = Compare(before, after);
  if (!comparison.ok()) return {false, comparison.status().message(), 0, 0};
  Proven proven{
      !comparison->difference, {}, comparison->proof.by_structure, comparison->proof.by_content};
  if (comparison->difference) {
    const Difference& found = *comparison->difference;
    proven.text = found.what + ", column " + found.column + ", row " + std::to_string(found.row) +
                  ": " + found.a.value + " | " + found.b.value;
  }
  return proven;
}

std::string FaultsOf(const BufferPtr& file) {
  MemoryStore store({"b"});
  MemoryBudget memory(kGiB);
  const auto object = Put(store, "f.parquet", *file);
  if (!object.ok()) return object.status().message();
  const DiagnoseOptions options{*FindTarget("generic"), /*deep=*/true};
  const auto diagnosis = DiagnoseFile(*object, options, {store, nullptr, memory, {}});
  if (!diagnosis.ok()) return diagnosis.status().message();
  std::string faults;
  for (const Fault& fault : diagnosis->faults) {
    if (fault.severity < Severity::kError) continue;
    faults += std::string(fault.check->id) + " (column " + std::to_string(fault.place.column) +
              "): " + fault.detail + "; ";
  }
  return faults;
}

}  // namespace pqpack::merges

// SPDX-License-Identifier: Apache-2.0
//
// merge_tool FOLDER MIB WIDTH COPY [NAME:TYPE...] FILE...: the files become files of about MIB in
// FOLDER, and what it took; COPY 0 encodes every value; NAME:TYPE is a column as the table
// declares it.  For tests and measurements.
#include <arrow/io/file.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "execute/merge/merge_files.h"
#include "inspect/read_footer.h"

namespace pqpack {
namespace {

using FilePtr = std::shared_ptr<arrow::io::RandomAccessFile>;

struct Inputs {
  std::vector<std::string> names;
  std::vector<FileMetaData> footers;
  std::vector<MergeInput> inputs;

  Status Read(int count, char** names_of) {
    for (int i = 0; i < count; ++i) {
      names.emplace_back(names_of[i]);
      PQ_ASSIGN(const auto file, arrow::io::ReadableFile::Open(names.back()));
      PQ_ASSIGN(footers.emplace_back(), ReadFooter(*file, names.back()));
    }
    for (size_t i = 0; i < names.size(); ++i) inputs.push_back({names[i], &footers[i]});
    return Status::OK();
  }

  Result<std::vector<FilePtr>> Open(std::span<const int> numbers) const {
    std::vector<FilePtr> files;
    for (const int i : numbers) {
      PQ_ASSIGN(files.emplace_back(), arrow::io::ReadableFile::Open(names[static_cast<size_t>(i)]));
    }
    return files;
  }
};

void Tell(const MergeSet& set, const MergeReceipt& receipt) {
  if (!set.reason.empty()) std::cout << "own set: " << set.reason << "\n";
  for (const Finding& finding : receipt.warnings) {
    std::cout << "warning: " << finding.ToString() << "\n";
  }
  for (const MergedOutput& output : receipt.outputs) {
    std::cout << output.rows << " rows, " << output.bytes << " bytes, row groups";
    for (const MergedRowGroup& group : output.row_groups) {
      std::cout << " " << group.bytes << " (" << group.sources.size() << ")";
      for (const int level : {1, 2, 3}) {
        const auto columns = std::ranges::count(group.levels, level);
        if (columns > 0) std::cout << " level " << level << ": " << columns;
      }
    }
    std::cout << "\n";
  }
}

// Of the words that begin at `*at`, which is moved behind them.
TableColumns TakeColumns(int argc, char** argv, int* at) {
  TableColumns columns;
  for (; *at < argc; ++*at) {
    const std::string_view word = argv[*at];
    const size_t colon = word.find(':');
    if (colon == word.npos) break;
    columns.push_back({std::string(word.substr(0, colon)), std::string(word.substr(colon + 1))});
  }
  return columns;
}

Status Run(int argc, char** argv) {
  const std::string folder = argv[1];
  MergeOptions options;
  PQ_ASSIGN(options.encode.target, FindTarget("generic"));
  options.target_file_size = std::atoll(argv[2]) * kMiB;
  options.encode.width = std::atoi(argv[3]);
  options.copy = std::atoi(argv[4]) != 0;
  Executor executor(options.encode.width);
  options.encode.executor = &executor;
  CappedPool pool(arrow::system_memory_pool(), int64_t{1} << 40);
  options.encode.pool = &pool;

  const auto start = std::chrono::steady_clock::now();
  Inputs files;
  int at = 5;
  const TableColumns columns = TakeColumns(argc, argv, &at);
  PQ_RETURN_NOT_OK(files.Read(argc - at, argv + at));
  std::vector<const FileMetaData*> footers;
  footers.reserve(files.footers.size());
  for (const FileMetaData& footer : files.footers) footers.push_back(&footer);
  PQ_ASSIGN(const auto sets, GroupInputs(footers, columns, *options.encode.target));
  int number = 0;
  std::shared_ptr<arrow::io::FileOutputStream> sink;
  MergeSinks sinks;
  sinks.begin = [&]() -> Result<std::shared_ptr<arrow::io::OutputStream>> {
    const std::string name = folder + "/part-" + std::to_string(number++) + ".parquet";
    PQ_ASSIGN(sink, arrow::io::FileOutputStream::Open(name));
    return sink;
  };
  sinks.finished = [&](const MergedOutput&) { return sink->Close(); };
  const OpenInputs open = [&](std::span<const int> inputs) { return files.Open(inputs); };
  int64_t estimate = 0;
  for (const MergeSet& set : sets) {
    estimate = std::max(estimate, MergeMemory(files.inputs, set, options));
    PQ_ASSIGN(const MergeReceipt receipt, MergeFiles(files.inputs, set, options, open, sinks));
    Tell(set, receipt);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << took.count() << " s, peak memory " << pool.max_memory() << ", estimate " << estimate
            << "\n";
  return Status::OK();
}

}  // namespace
}  // namespace pqpack

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  const pqpack::Status status = pqpack::Run(argc, argv);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
//
// rewrite_tool IN OUT [TARGET [WIDTH [BATCH [MEMORY]]]]: level 3 alone, on local files, and
// what it took.  For tests and measurements.
#include <arrow/io/file.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "execute/rewrite.h"
#include "inspect/read_footer.h"

namespace pqpack {
namespace {

Status Run(int argc, char** argv) {
  RewriteOptions options;
  PQ_ASSIGN(options.target, FindTarget(argc > 3 ? argv[3] : "snowflake"));
  options.width = argc > 4 ? std::atoi(argv[4]) : 1;
  if (argc > 5) options.batch_size = std::atoll(argv[5]);
  if (argc > 6) options.memory = std::atoll(argv[6]);
  Executor executor(options.width);
  options.executor = &executor;
  CappedPool pool(arrow::system_memory_pool(), int64_t{1} << 40);
  options.pool = &pool;

  const auto start = std::chrono::steady_clock::now();
  PQ_ASSIGN(const auto source, arrow::io::ReadableFile::Open(argv[1]));
  PQ_ASSIGN(const FileMetaData footer, ReadFooter(*source, argv[1]));
  PQ_ASSIGN(const RewritePlan plan, PlanRewrite(footer, options));
  PQ_ASSIGN(const auto sink, arrow::io::FileOutputStream::Open(argv[2]));
  PQ_ASSIGN(const RewriteReceipt receipt, Rewrite(source, footer, plan, sink, options));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  for (const Finding& finding : receipt.repairs)
    std::cout << "repaired: " << finding.ToString() << "\n";
  for (const Finding& finding : receipt.warnings)
    std::cout << "warning: " << finding.ToString() << "\n";
  std::cout << receipt.rows << " rows, " << receipt.row_group_rows.size() << " row groups, "
            << *sink->Tell() << " bytes, " << took.count() << " s, peak memory "
            << pool.max_memory() << " (" << arrow::system_memory_pool()->max_memory()
            << " with what the pool may not refuse), estimate " << EstimateMemory(footer, options)
            << "\n";
  return sink->Close();
}

}  // namespace
}  // namespace pqpack

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const pqpack::Status status = pqpack::Run(argc, argv);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}

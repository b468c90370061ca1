// SPDX-License-Identifier: Apache-2.0
//
// Level 3: one Parquet file is decoded and encoded again into a file that a
// target reads.  Columns are copied at Parquet's physical level: definition
// levels, repetition levels and values, never through Arrow arrays, so that no
// type conversion can change a value (docs/decisions/0003-level-3-copies-levels.md).
//
// PlanRewrite() says from the footer alone what is wrong and what will change;
// Rewrite() does it.  Neither publishes anything, prints, or keeps state.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/events.h"
#include "base/status.h"
#include "diagnose/findings.h"
#include "format/leaf.h"
#include "format/types.h"
#include "target/target.h"

namespace pqpack {

class Executor;
struct FileMetaData;  // format/footer.h
struct OutputLayout;  // execute/output_layout.h

struct RewriteOptions {
  const Target* target = nullptr;    // never null
  bool convert_types = false;        // change types that the target takes for something else
  bool allow_lossy = false;          // with convert_types: values may lose precision
  std::optional<Codec> compression;  // absent: each column keeps its codec
  int64_t batch_size = 65536;        // levels decoded at a time, at the most
  int width = 1;                     // columns at a time; 1: serial, streaming pages
  Executor* executor = nullptr;      // needed for width > 1
  std::stop_token stop;
  // Holds pages, dictionaries and encoded row groups.  Cap it (CappedPool): a
  // refusal comes back as kTooLarge.  Must outlive the call.
  arrow::MemoryPool* pool = arrow::system_memory_pool();
  // Bytes that this file may hold; more than that is written in smaller row groups.
  int64_t memory = kGiB;
};

struct RewritePlan {
  std::vector<Finding> repairs;   // what is wrong for the target and will not be any more
  std::vector<Finding> warnings;  // what stays although the target reads it differently
  Diagnosis common;               // of these, what holds for a copy of the pages, too
  std::vector<Leaf> leaves;       // of the output, in column order
  std::shared_ptr<const OutputLayout> layout;  // schema and settings per column
};

// How much of a file is touched, as FileDone (base/events.h) says it.
struct Levels {
  int level = 3;
  std::vector<ColumnLevel> columns;
  std::vector<Finding> reasons;
  int64_t bytes_decoded = 0;
};

struct RewriteReceipt {
  int64_t rows = 0;
  std::vector<int64_t> row_group_rows;  // of each row group written
  std::vector<std::string> keys;        // of the key-value metadata written
  std::vector<Finding> repairs;         // the plan's, and what only the pages could tell
  std::vector<Finding> warnings;
  Levels levels;
};

// Pure.  `footer` has passed ValidateFooter().  kUnsupported: a codec,
// encoding or logical type that cannot be carried over.
Result<RewritePlan> PlanRewrite(const FileMetaData& footer, const RewriteOptions& options);

// Bytes that Rewrite() holds at the most for this file, footers included, reading
// ahead not.  In its normal mode: in parallel only where options.memory is enough
// for that.  An estimate from the footer: a page may still be larger than its
// column chunk claims, which then ends in kTooLarge.
int64_t EstimateMemory(const FileMetaData& footer, const RewriteOptions& options);

// Writes the whole output to `sink`, front to back, and closes the Parquet
// structure but not the sink.  `source` is read from several threads when
// width > 1.  Rows keep their order.  On an error the sink holds rubbish.
//   kCorrupt      the pages break the format or disagree with the footer
//   kUnsupported  a page uses what Arrow cannot decode; a value has no place in
//                 the converted type and allow_lossy is off
//   kTooLarge     a page or a single record does not fit the memory
//   kCancelled    options.stop
// Errors of source and sink pass unchanged, with row group and column in front.
Result<RewriteReceipt> Rewrite(std::shared_ptr<arrow::io::RandomAccessFile> source,
                               const FileMetaData& footer, const RewritePlan& plan,
                               std::shared_ptr<arrow::io::OutputStream> sink,
                               const RewriteOptions& options);

}  // namespace pqpack

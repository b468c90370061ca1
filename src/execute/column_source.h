// SPDX-License-Identifier: Apache-2.0
//
// The pages of one column chunk, as Parquet's library decodes them, watched for
// what the library lets pass: pages without values, more values than the footer
// names, pages behind the last one.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <parquet/column_reader.h>

#include <atomic>
#include <memory>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

// Faults of old writers that change how their pages are read.
struct WriterQuirks {
  bool dictionary_header_uncounted = false;   // chunk size is short of it (PARQUET-816)
  bool v2_compressed_despite_header = false;  // is_compressed = false is wrong (ARROW-10353)
  bool wide_deltas = false;                   // in INT32 columns (wide_delta.h)
};
WriterQuirks QuirksOf(const FileMetaData& footer);

// A chunk up to this size is read in one piece; a larger one streams.
constexpr int64_t kWholeChunk = 4 * kMiB;
constexpr int64_t kStreamBuffer = kMiB;

// A file whose columns are read.  Shared by threads.
struct ColumnSource {
  std::shared_ptr<arrow::io::RandomAccessFile> file;
  WriterQuirks quirks;
  arrow::MemoryPool* pool = nullptr;
  std::atomic<bool> saw_v2_pages = false;  // set while reading
};

// `column` describes the source's column; it and `source` must outlive the pages.
// One thread per column.
Result<std::unique_ptr<parquet::PageReader>> OpenPages(ColumnSource& source,
                                                       const ColumnMetaData& chunk,
                                                       const parquet::ColumnDescriptor* column);

// The same, decoded.
Result<std::shared_ptr<parquet::ColumnReader>> OpenColumn(ColumnSource& source,
                                                          const ColumnMetaData& chunk,
                                                          const parquet::ColumnDescriptor* column);

}  // namespace pqpack

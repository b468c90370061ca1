// SPDX-License-Identifier: Apache-2.0
//
// The pages of one column chunk, as Parquet's library decodes them, watched for
// what the library lets pass: pages without values, more values than the footer
// names, pages behind the last one.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <parquet/column_reader.h>

#include <memory>

#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

// Faults of old writers that change how their pages are read.
struct WriterQuirks {
  bool dictionary_header_uncounted = false;   // chunk size is short of it (PARQUET-816)
  bool v2_compressed_despite_header = false;  // is_compressed = false is wrong (ARROW-10353)
};
WriterQuirks QuirksOf(const FileMetaData& footer);

// `column` describes the source's column and must outlive the reader.  One
// thread per reader; several readers may share a source.
Result<std::shared_ptr<parquet::ColumnReader>> OpenColumn(
    std::shared_ptr<arrow::io::RandomAccessFile> source, const ColumnMetaData& chunk,
    const parquet::ColumnDescriptor* column, WriterQuirks quirks, arrow::MemoryPool* pool);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Fetches, parses and checks the footer of a Parquet file in as few reads as
// possible: one of the file's tail, a second one only for a footer that is larger.
#pragma once

#include <arrow/io/interfaces.h>

#include <optional>
#include <string_view>

#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

// `where` names the file in errors of its bytes; errors of reading are passed on as they
// are, and name it themselves.  kCorrupt: not Parquet, or a footer that
// breaks the format's rules; kUnsupported: encrypted.
Result<FileMetaData> ReadFooter(arrow::io::RandomAccessFile& file, std::string_view where);

// A footer as far as it can be read.
struct FooterReport {
  int64_t file_size = 0;
  std::optional<ByteRange> place;  // absent: the end of the file does not tell
  FileMetaData meta;               // what stands before the first byte that makes no sense
  bool whole = false;              // that is all of it
  Status problem;                  // the first one, without the file's name; OK: as ReadFooter()

  // Where pages end at the latest.
  int64_t data_end() const;
};

// Fails for errors of reading only: what is wrong with the bytes is part of the report.
Result<FooterReport> ReportFooter(arrow::io::RandomAccessFile& file);

// How many bytes of the file the footer has, for those who must know before it is parsed:
// parsed and planned with it takes up to 90 times its size (100,000 columns of one row:
// 6.5 MB of footer, 590 MB resident).  Errors as of ReadFooter().
Result<int64_t> FooterSize(arrow::io::RandomAccessFile& file, std::string_view where);
constexpr int64_t kMemoryPerFooterByte = 90;

}  // namespace pqpack

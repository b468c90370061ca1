// SPDX-License-Identifier: Apache-2.0
#include "diagnose/read_footer.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <memory>

#include "format/validate.h"
#include "store/read_ahead_file.h"

namespace pqpack {
namespace {

Bytes View(const arrow::Buffer& buffer) {
  return {buffer.data(), static_cast<size_t>(buffer.size())};
}

Result<FileMetaData> Parse(Bytes bytes, int64_t file_size) {
  PQ_ASSIGN(auto footer, ParseFooter(bytes));
  PQ_RETURN_NOT_OK(ValidateFooter(footer, file_size));
  return footer;
}

}  // namespace

// What the bytes are blamed for gets the file's name; errors of reading have it.
Result<FileMetaData> ReadFooter(arrow::io::RandomAccessFile& file, std::string_view where) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  const int64_t tail_size = std::min(size, kFooterGuess);
  PQ_ASSIGN(auto tail, file.ReadAt(size - tail_size, tail_size));
  const auto place = LocateFooter(View(*tail), size);
  if (!place.ok()) return Within(where, place.status());

  const ByteRange range = place->footer;
  std::shared_ptr<arrow::Buffer> bytes;
  if (range.offset >= size - tail_size) {
    bytes = arrow::SliceBuffer(tail, range.offset - (size - tail_size), range.length);
  } else {
    PQ_ASSIGN(bytes, file.ReadAt(range.offset, range.length));
  }
  auto footer = Parse(View(*bytes), size);
  if (!footer.ok()) return Within(where, footer.status());
  return footer;
}

}  // namespace pqpack

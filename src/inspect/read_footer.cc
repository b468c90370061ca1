// SPDX-License-Identifier: Apache-2.0
#include "inspect/read_footer.h"

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

struct Tail {
  std::shared_ptr<arrow::Buffer> bytes;
  int64_t offset = 0;  // in the file
  ByteRange footer;    // may begin before the tail
};

// What the bytes are blamed for gets the file's name; errors of reading have it.
Result<Tail> ReadTail(arrow::io::RandomAccessFile& file, int64_t size, std::string_view where) {
  Tail tail;
  tail.offset = size - std::min(size, kFooterGuess);
  PQ_ASSIGN(tail.bytes, file.ReadAt(tail.offset, size - tail.offset));
  const auto place = LocateFooter(View(*tail.bytes), size);
  if (!place.ok()) return Within(where, place.status());
  tail.footer = place->footer;
  return tail;
}

}  // namespace

Result<int64_t> FooterSize(arrow::io::RandomAccessFile& file, std::string_view where) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  PQ_ASSIGN(const Tail tail, ReadTail(file, size, where));
  return tail.footer.length;
}

Result<FileMetaData> ReadFooter(arrow::io::RandomAccessFile& file, std::string_view where) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  PQ_ASSIGN(const Tail tail, ReadTail(file, size, where));
  std::shared_ptr<arrow::Buffer> bytes;
  if (tail.footer.offset >= tail.offset) {
    bytes = arrow::SliceBuffer(tail.bytes, tail.footer.offset - tail.offset, tail.footer.length);
  } else {
    PQ_ASSIGN(bytes, file.ReadAt(tail.footer.offset, tail.footer.length));
  }
  auto footer = Parse(View(*bytes), size);
  if (!footer.ok()) return Within(where, footer.status());
  return footer;
}

}  // namespace pqpack

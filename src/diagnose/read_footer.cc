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

Result<FileMetaData> Read(arrow::io::RandomAccessFile& file) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  const int64_t tail_size = std::min(size, kFooterGuess);
  PQ_ASSIGN(auto tail, file.ReadAt(size - tail_size, tail_size));
  PQ_ASSIGN(const FooterPlace place, LocateFooter(View(*tail), size));

  std::shared_ptr<arrow::Buffer> bytes;
  if (place.footer.offset >= size - tail_size) {
    bytes = arrow::SliceBuffer(tail, place.footer.offset - (size - tail_size), place.footer.length);
  } else {
    PQ_ASSIGN(bytes, file.ReadAt(place.footer.offset, place.footer.length));
  }
  PQ_ASSIGN(auto footer, ParseFooter(View(*bytes)));
  PQ_RETURN_NOT_OK(ValidateFooter(footer, size));
  return footer;
}

}  // namespace

Result<FileMetaData> ReadFooter(arrow::io::RandomAccessFile& file, std::string_view where) {
  auto footer = Read(file);
  if (!footer.ok()) return Within(where, footer.status());
  return footer;
}

}  // namespace pqpack

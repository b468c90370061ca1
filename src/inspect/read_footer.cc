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

struct Tail {
  std::shared_ptr<arrow::Buffer> bytes;
  int64_t offset = 0;  // in the file
  Result<FooterPlace> place = FooterPlace{};
};

Result<Tail> ReadTail(arrow::io::RandomAccessFile& file, int64_t size) {
  Tail tail;
  tail.offset = size - std::min(size, kFooterGuess);
  PQ_ASSIGN(tail.bytes, file.ReadAt(tail.offset, size - tail.offset));
  tail.place = LocateFooter(View(*tail.bytes), size);
  return tail;
}

// The fields before the first broken one stay.
Status Parse(Bytes bytes, FooterReport* report) {
  CompactReader in(bytes, "footer");
  ReadStruct(in, &report->meta);
  report->meta.serialized_size = in.position();
  PQ_RETURN_NOT_OK(in.status());
  report->whole = true;
  return ValidateFooter(report->meta, report->file_size);
}

}  // namespace

int64_t FooterReport::data_end() const { return place ? place->offset : file_size; }

Result<FooterReport> ReportFooter(arrow::io::RandomAccessFile& file) {
  FooterReport report;
  PQ_ASSIGN(report.file_size, file.GetSize());
  PQ_ASSIGN(const Tail tail, ReadTail(file, report.file_size));
  report.problem = tail.place.status();
  if (!report.problem.ok()) return report;
  const ByteRange range = tail.place->footer;
  report.place = range;
  std::shared_ptr<arrow::Buffer> bytes;
  if (range.offset >= tail.offset) {
    bytes = arrow::SliceBuffer(tail.bytes, range.offset - tail.offset, range.length);
  } else {
    PQ_ASSIGN(bytes, file.ReadAt(range.offset, range.length));
  }
  report.problem = Parse(View(*bytes), &report);
  return report;
}

Result<FileMetaData> ReadFooter(arrow::io::RandomAccessFile& file, std::string_view where) {
  PQ_ASSIGN(auto report, ReportFooter(file));
  PQ_RETURN_NOT_OK(Within(where, report.problem));
  return std::move(report.meta);
}

Result<int64_t> FooterSize(arrow::io::RandomAccessFile& file, std::string_view where) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  PQ_ASSIGN(const Tail tail, ReadTail(file, size));
  PQ_RETURN_NOT_OK(Within(where, tail.place.status()));
  return tail.place->footer.length;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "inspect/read_indexes.h"

#include <arrow/buffer.h>
#include <fmt/format.h>

#include <algorithm>

#include "format/footer.h"

namespace pqpack {
namespace {

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

}  // namespace

Status IndexAllowance::Check(ByteRange place) const {
  const int64_t end = file_size_ - kFooterTailSize;
  if (place.offset >= kMagicSize && place.length > 0 && place.offset <= end &&
      place.length <= end - place.offset) {
    return Status::OK();
  }
  return Corrupt(fmt::format("{} bytes at offset {} are outside of the data (4 to {})",
                             place.length, place.offset, end));
}

Status IndexAllowance::Charge(ByteRange place) {
  PQ_RETURN_NOT_OK(Check(place));
  if (place.length > left_in_file_) {
    return Corrupt(
        fmt::format("{} bytes at offset {}, and all indexes together are larger than the file",
                    place.length, place.offset));
  }
  if (place.length > std::min(left_, kMaxIndexes)) {
    return Error(ErrorCode::kTooLarge,
                 fmt::format("{} bytes at offset {} are not read: page indexes have up to {} MiB",
                             place.length, place.offset, kMaxIndexes / kMiB));
  }
  left_in_file_ -= place.length;
  left_ -= place.length;
  return Status::OK();
}

template <typename T>
Result<IndexReport<T>> IndexReader::Read(const std::optional<int64_t>& offset,
                                         const std::optional<int32_t>& length,
                                         Result<T> (*parse)(Bytes bytes)) {
  IndexReport<T> report;
  if (!offset) return report;
  report.place = ByteRange{*offset, length.value_or(0)};
  report.problem = allowance_.Charge(*report.place);
  if (!report.problem.ok()) return report;
  PQ_ASSIGN(const auto bytes, file_.ReadAt(report.place->offset, report.place->length));
  auto parsed = parse({bytes->data(), static_cast<size_t>(bytes->size())});
  if (parsed.ok()) {
    report.value = std::move(parsed).ValueUnsafe();
  } else {
    report.problem = Within(fmt::format("offset {}", report.place->offset), parsed.status());
  }
  return report;
}

Result<IndexReport<ColumnIndex>> IndexReader::ReadColumnIndex(const ColumnChunk& chunk) {
  return Read<ColumnIndex>(chunk.column_index_offset, chunk.column_index_length, &ParseColumnIndex);
}

Result<IndexReport<OffsetIndex>> IndexReader::ReadOffsetIndex(const ColumnChunk& chunk) {
  return Read<OffsetIndex>(chunk.offset_index_offset, chunk.offset_index_length, &ParseOffsetIndex);
}

Result<IndexReport<ParsedBloomFilterHeader>> IndexReader::ReadBloomFilter(
    const ColumnChunk& chunk) {
  IndexReport<ParsedBloomFilterHeader> report;
  if (!chunk.meta_data || !chunk.meta_data->bloom_filter_offset) return report;
  const int64_t said = chunk.meta_data->bloom_filter_length.value_or(0);
  report.place = ByteRange{*chunk.meta_data->bloom_filter_offset, said};
  report.problem = allowance_.Check({report.place->offset, std::max<int64_t>(said, 1)});
  if (!report.problem.ok()) return report;
  const int64_t most = std::min(kBloomHeaderGuess, file_size_ - report.place->offset);
  PQ_ASSIGN(const auto bytes, file_.ReadAt(report.place->offset, most));
  auto parsed = ParseBloomFilterHeader({bytes->data(), static_cast<size_t>(bytes->size())});
  if (!parsed.ok()) {
    report.problem = Within(fmt::format("offset {}", report.place->offset), parsed.status());
    return report;
  }
  report.value = std::move(parsed).ValueUnsafe();
  const int64_t length = report.value->length + report.value->header.num_bytes;
  report.problem = allowance_.Check({report.place->offset, length});
  if (report.problem.ok() && said != 0 && said != length) {
    report.problem = Corrupt(
        fmt::format("the filter at offset {} has {} bytes with its header, the footer says {}",
                    report.place->offset, length, said));
  }
  return report;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copied_filters.h"

#include <arrow/buffer.h>

#include <algorithm>

namespace pqpack {
namespace {

constexpr int64_t kPiece = kMiB;

}  // namespace

std::vector<ByteRange> CopiedFilters::Places() const {
  std::vector<ByteRange> places;
  places.reserve(filters_.size());
  for (const Filter& filter : filters_) places.push_back(filter.place);
  return places;
}

Status CopiedFilters::Write(arrow::io::RandomAccessFile& source, arrow::io::OutputStream& sink,
                            FileMetaData* footer) const {
  for (const auto& [row_group, column, place] : filters_) {
    ColumnMetaData& meta = *footer->row_groups[row_group].columns[column].meta_data;
    PQ_ASSIGN(meta.bloom_filter_offset, sink.Tell());
    meta.bloom_filter_length = static_cast<int32_t>(place.length);
    for (int64_t at = place.offset; at < place.end(); at += kPiece) {
      PQ_ASSIGN(const auto bytes, source.ReadAt(at, std::min(kPiece, place.end() - at)));
      PQ_RETURN_NOT_OK(sink.Write(bytes->data(), bytes->size()));
    }
  }
  return Status::OK();
}

}  // namespace pqpack

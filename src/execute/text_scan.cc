// SPDX-License-Identifier: Apache-2.0
#include "execute/text_scan.h"

#include <arrow/util/utf8.h>

#include <algorithm>
#include <vector>

#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr int64_t kBatch = 4096;

bool AllUtf8(const std::vector<parquet::ByteArray>& values, int64_t count) {
  return std::all_of(values.begin(), values.begin() + count, [](const parquet::ByteArray& value) {
    return arrow::util::ValidateUTF8(value.ptr, value.len);
  });
}

Result<bool> IsUtf8(parquet::TypedColumnReader<parquet::ByteArrayType>& reader,
                    std::stop_token stop) {
  std::vector<int16_t> definition(kBatch), repetition(kBatch);
  std::vector<parquet::ByteArray> values(kBatch);
  while (true) {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    int64_t levels = 0, count = 0;
    PQ_RETURN_NOT_OK(ReadCall([&] {
      levels =
          reader.ReadBatch(kBatch, definition.data(), repetition.data(), values.data(), &count);
    }));
    if (levels == 0) return true;
    if (!AllUtf8(values, count)) return false;
  }
}

}  // namespace

Result<bool> IsUtf8(ColumnSource& source, const FileMetaData& footer, size_t i,
                    const parquet::ColumnDescriptor* column, std::stop_token stop) {
  arrow::util::InitializeUTF8();
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0) continue;
    PQ_ASSIGN(const auto reader, OpenColumn(source, *group.columns[i].meta_data, column));
    PQ_ASSIGN(
        const bool utf8,
        IsUtf8(static_cast<parquet::TypedColumnReader<parquet::ByteArrayType>&>(*reader), stop));
    if (!utf8) return false;
  }
  return true;
}

}  // namespace pqpack

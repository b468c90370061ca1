// SPDX-License-Identifier: Apache-2.0
//
// Such a page is a proper one of INT64 values, whose lower halves are the values that were
// meant: the library decodes it as that.  (execute/ has a decoder of its own for these pages,
// so that here is a second opinion.)
#include "verify/wide_delta_values.h"

#include <arrow/buffer.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>

#include <cstring>
#include <vector>

namespace pqpack {
namespace {

// Bytes of levels in front of the values.  Version 1: for each kind a length of four bytes and
// so many bytes of RLE.
int64_t LevelBytes(const parquet::DataPage& page, const TableColumn& column) {
  if (page.type() == parquet::PageType::DATA_PAGE_V2) {
    const auto& v2 = static_cast<const parquet::DataPageV2&>(page);
    return int64_t{v2.repetition_levels_byte_length()} + v2.definition_levels_byte_length();
  }
  int64_t at = 0;
  for (const int16_t highest : {column.max_repetition, column.max_definition}) {
    if (highest == 0) continue;
    uint32_t length = 0;
    if (page.size() - at < 4) parquet::ParquetException::EofException("levels");
    std::memcpy(&length, page.data() + at, sizeof(length));
    at += 4 + int64_t{length};
    if (at > page.size()) parquet::ParquetException::EofException("levels");
  }
  return at;
}

}  // namespace

std::shared_ptr<parquet::DataPage> WidePageAsPlain(const parquet::DataPage& page,
                                                   const TableColumn& column,
                                                   arrow::MemoryPool* pool) {
  const int64_t levels = LevelBytes(page, column);
  if (levels < 0 || levels > page.size()) parquet::ParquetException::EofException("levels");
  const auto decoder =
      parquet::MakeTypedDecoder<parquet::Int64Type>(parquet::Encoding::DELTA_BINARY_PACKED);
  decoder->SetData(page.num_values(), page.data() + levels, static_cast<int>(page.size() - levels));
  const int64_t most = levels + int64_t{page.num_values()} * 4;
  PARQUET_ASSIGN_OR_THROW(std::shared_ptr<arrow::ResizableBuffer> plain,
                          arrow::AllocateResizableBuffer(most, pool));
  std::memcpy(plain->mutable_data(), page.data(), static_cast<size_t>(levels));
  int64_t at = levels;
  std::vector<int64_t> values(1024);
  while (at < most) {
    const int count = decoder->Decode(values.data(), static_cast<int>(values.size()));
    if (count == 0) break;  // there are nulls
    if (at + int64_t{count} * 4 > most) parquet::ParquetException::EofException("values");
    for (int i = 0; i < count; ++i, at += 4) {
      const auto low = static_cast<uint32_t>(values[static_cast<size_t>(i)]);
      std::memcpy(plain->mutable_data() + at, &low, sizeof(low));
    }
  }
  PARQUET_THROW_NOT_OK(plain->Resize(at));
  if (page.type() == parquet::PageType::DATA_PAGE_V2) {
    const auto& v2 = static_cast<const parquet::DataPageV2&>(page);
    return std::make_shared<parquet::DataPageV2>(
        plain, v2.num_values(), v2.num_nulls(), v2.num_rows(), parquet::Encoding::PLAIN,
        v2.definition_levels_byte_length(), v2.repetition_levels_byte_length(), at);
  }
  const auto& v1 = static_cast<const parquet::DataPageV1&>(page);
  return std::make_shared<parquet::DataPageV1>(plain, v1.num_values(), parquet::Encoding::PLAIN,
                                               v1.definition_level_encoding(),
                                               v1.repetition_level_encoding(), at);
}

}  // namespace pqpack

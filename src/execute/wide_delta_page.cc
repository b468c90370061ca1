// SPDX-License-Identifier: Apache-2.0
#include "execute/wide_delta_page.h"

#include <arrow/buffer.h>
#include <parquet/exception.h>

#include <cstring>

#include "base/bytes.h"
#include "execute/wide_delta.h"

namespace pqpack {
namespace {

// Levels of a version 1 page: a length of four bytes, then as many bytes of RLE.
int64_t SkipLevels(Bytes body, int64_t at, int16_t max_level, parquet::Encoding::type encoding) {
  if (max_level == 0) return at;
  if (encoding != parquet::Encoding::RLE) {
    throw parquet::ParquetException("levels that are not RLE in a page of deltas");
  }
  const auto size = static_cast<int64_t>(body.size());
  uint32_t length = 0;
  if (size - at < 4) parquet::ParquetException::EofException("levels");
  std::memcpy(&length, body.data() + at, sizeof(length));
  if (size - at - 4 < length) parquet::ParquetException::EofException("levels");
  return at + 4 + length;
}

int64_t LevelsOf(const parquet::DataPage& page, Bytes body,
                 const parquet::ColumnDescriptor& column) {
  if (page.type() == parquet::PageType::DATA_PAGE_V2) {
    const auto& v2 = static_cast<const parquet::DataPageV2&>(page);
    const int64_t levels =
        int64_t{v2.repetition_levels_byte_length()} + v2.definition_levels_byte_length();
    if (levels > page.size()) parquet::ParquetException::EofException("levels");
    return levels;
  }
  const auto& v1 = static_cast<const parquet::DataPageV1&>(page);
  const int64_t definition =
      SkipLevels(body, 0, column.max_repetition_level(), v1.repetition_level_encoding());
  return SkipLevels(body, definition, column.max_definition_level(),
                    v1.definition_level_encoding());
}

}  // namespace

std::shared_ptr<parquet::DataPage> WithPlainValues(const parquet::DataPage& page,
                                                   const parquet::ColumnDescriptor& column,
                                                   arrow::MemoryPool* pool) {
  const Bytes body(page.data(), static_cast<size_t>(page.size()));
  const int64_t levels = LevelsOf(page, body, column);
  const Bytes deltas = body.subspan(static_cast<size_t>(levels));
  PARQUET_ASSIGN_OR_THROW(const int64_t count, CountWideDelta(deltas, page.num_values()));
  const int64_t size = levels + count * static_cast<int64_t>(sizeof(int32_t));
  PARQUET_ASSIGN_OR_THROW(std::shared_ptr<arrow::Buffer> plain, arrow::AllocateBuffer(size, pool));
  std::memcpy(plain->mutable_data(), body.data(), static_cast<size_t>(levels));
  // Levels may end at any byte: the values are decoded where they are aligned.
  PARQUET_ASSIGN_OR_THROW(const auto values, arrow::AllocateBuffer(size - levels, pool));
  auto* numbers = reinterpret_cast<int32_t*>(values->mutable_data());
  PARQUET_THROW_NOT_OK(DecodeWideDelta(deltas, count, numbers));
  std::memcpy(plain->mutable_data() + levels, numbers, static_cast<size_t>(size - levels));

  if (page.type() == parquet::PageType::DATA_PAGE_V2) {
    const auto& v2 = static_cast<const parquet::DataPageV2&>(page);
    return std::make_shared<parquet::DataPageV2>(
        plain, v2.num_values(), v2.num_nulls(), v2.num_rows(), parquet::Encoding::PLAIN,
        v2.definition_levels_byte_length(), v2.repetition_levels_byte_length(), size);
  }
  const auto& v1 = static_cast<const parquet::DataPageV1&>(page);
  return std::make_shared<parquet::DataPageV1>(plain, v1.num_values(), parquet::Encoding::PLAIN,
                                               v1.definition_level_encoding(),
                                               v1.repetition_level_encoding(), size);
}

}  // namespace pqpack

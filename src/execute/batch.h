// SPDX-License-Identifier: Apache-2.0
//
// What is in a batch of levels and values, and whether there were as many as the
// footer says.
#pragma once

#include <fmt/format.h>
#include <parquet/types.h>

#include <algorithm>
#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// The size of a page is looked at only after each batch that is written: batches of
// long values are cut into pieces of about this size.
constexpr int64_t kBytesPerWrite = 512 * kKiB;
constexpr int64_t kMaxBatch = int64_t{1} << 20;

// Values, of `count` levels.  `definition` is null in a required column.
inline int64_t CountValues(const int16_t* definition, int64_t count, int16_t max_definition) {
  return definition == nullptr ? count : std::count(definition, definition + count, max_definition);
}

// Rows that begin.  `repetition` is null in a column that does not repeat.
inline int64_t CountRows(const int16_t* repetition, int64_t count) {
  return repetition == nullptr ? count : std::count(repetition, repetition + count, int16_t{0});
}

// The first of `count` levels (at least one) whose values are about kBytesPerWrite.
inline int64_t LevelsPerWrite(const int16_t* definition, int64_t count, int16_t max_definition,
                              const parquet::ByteArray* values) {
  int64_t bytes = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (definition != nullptr && definition[i] != max_definition) continue;
    bytes += values++->len;
    if (bytes >= kBytesPerWrite) return i + 1;
  }
  return count;
}

inline Status WrongRows(int64_t footer, int64_t pages) {
  return Error(ErrorCode::kCorrupt,
               fmt::format("the footer says {} rows, the pages hold {}", footer, pages));
}

inline Status WrongValues(int64_t footer, int64_t pages) {
  return Error(ErrorCode::kCorrupt,
               fmt::format("the footer says {} values, the pages hold {}", footer, pages));
}

inline Status NoFirstRow() {
  return Error(ErrorCode::kCorrupt, "the first value continues a row that is not there");
}

}  // namespace pqpack

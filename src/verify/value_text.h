// SPDX-License-Identifier: Apache-2.0
//
// Values for people: what is on disk, read by its annotation, escaped and cut, so that it
// fits a line of a terminal whatever the file holds.  Where the readable form does not tell
// two values apart (NaN, -0.0, long texts) the bytes stand beside it.  Pure.
#pragma once

#include <string>
#include <string_view>

#include "verify/table_column.h"

namespace pqpack {

// One value of SlotBatch::data.
struct ValueOf {
  const TableColumn& column;
  const uint8_t* at = nullptr;
};

// Its bytes as PLAIN has them, without a length in front, wherever they are.
std::string_view BytesOf(const TableColumn& column, const uint8_t* value);

std::string ValueText(const ValueOf& value);
// `other` is the value that it differs from: a long one is shown from shortly before their first
// different byte on.
std::string ValueText(const ValueOf& value, const ValueOf& other);

// Whether two values of this type have the same bytes.
bool SameValue(const TableColumn& column, const uint8_t* a, const uint8_t* b);

// The first of `count` pairs of values that differ, or `count`.
int64_t FirstDifferentValue(const TableColumn& column, const uint8_t* a, const uint8_t* b,
                            int64_t count);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Values that were written with a wider type: which types hold which, and whether two values of
// such types are the same number.
//
//   signed integers   a type of as many bits or more
//   FLOAT             DOUBLE.  A NaN keeps its sign and payload; a signalling one may have become
//                     a quiet one, as in any conversion by a processor
//   DECIMAL           as many digits or more at the same scale, in whatever physical type
//
// Pure.
//
// Source: LogicalTypes.md, "Signed Integers" and "DECIMAL"; IEEE 754-2019, 5.4.2 and 6.2.
#pragma once

#include <cstdint>

#include "verify/table_column.h"

namespace pqpack {

// Whether values have the same form on disk, so that they are the same if their bytes are.
bool SameStorage(const TableColumn& a, const TableColumn& b);

// Of leaves, whatever is around them: the same type, or a wider one.
bool HoldsValuesOf(const TableColumn& wide, const TableColumn& narrow);

// As FirstDifferentValue() (value_text.h) for columns of which b holds a's values: the first of
// `count` pairs that are different numbers, or `count`.
int64_t FirstDifferentNumber(const TableColumn& column_a, const uint8_t* a,
                             const TableColumn& column_b, const uint8_t* b, int64_t count);

}  // namespace pqpack

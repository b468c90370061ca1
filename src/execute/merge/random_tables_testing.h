// SPDX-License-Identifier: Apache-2.0
//
// For tests of merges: tables of every kind of column in which moving pages may go wrong, and
// files of them as a writer may be set.
#pragma once

#include <arrow/table.h>

#include <cstdint>
#include <memory>
#include <random>

#include "execute/merge/merge_testing.h"

namespace pqpack::testing {

// Flat and nested, with nulls and without, of few values and of many.
std::shared_ptr<arrow::Table> RandomTable(std::mt19937* random, int64_t rows);

// Any codec, page size, page version, with dictionaries and without, one row group or some.
BufferPtr RandomFile(std::mt19937* random, const std::shared_ptr<arrow::Table>& table);

}  // namespace pqpack::testing

// SPDX-License-Identifier: Apache-2.0
//
// What a footer or a page index says of values that it does not show: is it possible at all?  One
// truth for the checks, which tell, and for copies, which leave out what is told.
//
// Pure.
//
// Source: parquet.thrift, Statistics, SizeStatistics and ColumnIndex.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diagnose/value_order.h"
#include "format/column_index.h"
#include "format/statistics.h"
#include "format/types.h"

namespace pqpack {

// How many nulls there can be: in a column whose values are all there, none.
int64_t MostNulls(int max_definition_level, int64_t num_values);

// A bound is the largest finite number of the type, the other one infinite: writers that begin
// there and pass over infinities leave it so.  Empty: no.
std::string FiniteBoundOfInfinities(const Statistics& statistics, PhysicalType type);

// A histogram has an entry for each level; an omitted one may be written as an empty list.
bool IsAsLongAsLevels(const std::vector<int64_t>& histogram, int max_level);
// Its entries are counts of that many values.
bool AddsUp(const std::vector<int64_t>& histogram, int64_t num_values);

// How the bounds of pages contradict each other, in the order of the type.
struct PageBoundsProblem {
  std::string what;      // empty: they don't
  bool ignored = false;  // readers are told to pass over such bounds, and do
};
// The lists are equally long.
PageBoundsProblem FindPageBoundsProblem(const ColumnIndex& index, const ValueOrder& order);

}  // namespace pqpack

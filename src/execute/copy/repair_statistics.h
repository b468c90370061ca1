// SPDX-License-Identifier: Apache-2.0
//
// Statistics that go along with copied pages, without what is known to be wrong or has no
// evidence.  Nothing is computed: what is dropped is gone, and readers read a little more.
//
// Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "format/column_metadata.h"
#include "format/schema_element.h"
#include "format/schema_tree.h"
#include "format/size_statistics.h"
#include "format/statistics.h"

namespace pqpack {

// Those of a column chunk.  `keep_bounds`: the writer is not known for wrong ones, and the
// file says by which order they are bounds.
void RepairStatistics(bool keep_bounds, const SchemaElement& element, const SchemaTree::Node& leaf,
                      int64_t num_values, std::optional<Statistics>* statistics);

// Those in a page header; true if something was changed.  No reader is known to need them.
bool RepairPageStatistics(bool keep, std::optional<Statistics>* statistics);

// Histograms that do not go with the levels are dropped: readers refuse the file for them
// (apache/arrow#45283).
void RepairSizeStatistics(const SchemaTree::Node& leaf, int64_t num_values,
                          std::optional<SizeStatistics>* statistics);

}  // namespace pqpack

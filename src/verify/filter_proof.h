// SPDX-License-Identifier: Apache-2.0
//
// Bloom filters that a merge made are held against every value of their chunks: one that denies a
// value makes readers lose its rows, and nothing else of the output would tell.
//
// Hashes and bits are those of Parquet's library, which many readers are made with; no code is
// shared with what makes filters.
//
// Source: BloomFilter.md, "Technical Approach" and "File Format".
#pragma once

#include "base/memory_budget.h"
#include "base/status.h"
#include "store/object_store.h"
#include "verify/filter_check.h"
#include "verify/output_proof.h"

namespace pqpack {

// Of the file in the store all filters but those that `copied` names, which are their sources' byte
// for byte (OutputCheck).  Where all values of a chunk are in its dictionary, its entries stand for
// them.  Of a zero the one with the other sign must be held, too, and with a NaN the usual one:
// readers ask for either.
// Memory is taken from the budget, of which the caller holds nothing.
//   kMismatch  a filter denies a value; row group and column are named
// kCancelled, and errors of a file that can't be read.
Status ProveFilters(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                    const FilterDigests& copied, const OutputProofOptions& options);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// What a merge's inputs say of the order of rows that became a row group of an output alone, by
// which its proof tells a promise that was passed on from one that the merge has made.  Pure.
#pragma once

#include <span>

#include "execute/merge/merge_files.h"
#include "verify/order_proof.h"

namespace pqpack {

// By row group of the output.
SourceOrders CopiedOrders(std::span<const MergeInput> inputs, const MergeSet& set,
                          const MergedOutput& output);

}  // namespace pqpack

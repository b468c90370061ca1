// SPDX-License-Identifier: Apache-2.0
//
// Level 2: one column chunk of an output out of the pages of several chunks, no value decoded.
// Pages that are large enough go as they are, still compressed; of small ones, and where a
// dictionary's indices change, levels and indices are run through again and values moved as bytes.
// page_work.h says what is done.
#pragma once

#include <span>

#include "base/status.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/page_trusts.h"

namespace pqpack {

// `sources` are those of the output row group, in order; `trusts` of their inputs.
//   kUnsupported  level 3 has to do it: the message says why
//   kCorrupt, kTooLarge  as there; level 3 can tell whether the values can be read all the same
// Errors of reading pass unchanged, with input, row group and column.
Result<HeldColumn> MergePages(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf,
                              std::span<const OpenSource> sources);

}  // namespace pqpack

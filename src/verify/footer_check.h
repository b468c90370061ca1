// SPDX-License-Identifier: Apache-2.0
//
// The footer of an output: where it is, that it holds together, and what it says of the file
// as a whole.  `end` is everything behind the pages, `offset` where it begins.  Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "target/target.h"
#include "verify/expected_output.h"

namespace pqpack {

// The footer, which has passed ValidateFooter() and fills its place.  kMismatch.
Result<FileMetaData> ReadEnd(Bytes end, int64_t offset);

// What lies between the pages and this footer.
ByteRange BetweenPagesAndFooter(const FileMetaData& footer, Bytes end, int64_t offset);

// Schema, rows, row groups and keys are the expected ones.  `tree` is of footer.schema.
Status CheckFooter(const FileMetaData& footer, const SchemaTree& tree, const Target& target,
                   const ExpectedOutput& expected);

// What a row group says of its chunks, which are right by now; `ordinal` is its number,
// `leaves` that of the file's columns.
Status CheckRowGroup(const RowGroup& group, size_t ordinal, size_t leaves);

}  // namespace pqpack

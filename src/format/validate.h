// SPDX-License-Identifier: Apache-2.0
//
// Whether a footer that parses can be believed: held against itself and against
// the size of its file, before any reader acts on it.  What may be wrong in a
// file that still reads (odd dictionary offsets, sizes of row groups, statistics,
// indexes, ordinals) is not asked here.
//
// Pure.
//
// Source: parquet.thrift; README.md, "Metadata" and "Column chunks".
#pragma once

#include <cstdint>

#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

// OK when
//   - the schema is a tree (schema_tree.h), and each row group has a chunk per
//     leaf, of its path and type;
//   - the row groups' rows add up to the footer's: one that is missing would be
//     rows lost in silence;
//   - a flat column has a value per row, and any other at least that;
//   - every chunk's pages lie between the magic and the footer, and no two
//     chunks share a byte: a footer of a few KiB could else make a reader decode
//     the same bytes a million times, and a damaged offset usually hits another
//     chunk.
//
// kCorrupt otherwise; kUnsupported for encryption, data in other files and codecs
// that we do not know; kTooLarge as SchemaTree::Make.  The message names row
// group and column.
Status ValidateFooter(const FileMetaData& footer, int64_t file_size);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A column chunk from its source to its output where values need not change: what
// stands behind a dictionary keeps the source's dictionary, so that no value is hashed
// to find it again; all else becomes PLAIN.  Levels, indices and values are decoded,
// checked and encoded anew, and statistics are made of the values that occur.
#pragma once

#include <parquet/column_reader.h>

#include <memory>

#include "base/status.h"
#include "execute/column_cursor.h"
#include "execute/column_layout.h"
#include "execute/page_encoder.h"
#include "execute/schema_node.h"
#include "format/footer.h"
#include "target/target.h"

namespace pqpack {

// Whether a chunk goes this way.  Not where the target wants what ColumnWriter
// alone makes (page indexes, size statistics), and not with values that change.
bool KeepsDictionary(const ColumnMetaData& chunk, const SchemaNode& leaf,
                     const ColumnLayout& layout, const Target& target);

// Moves all rows and finishes `out`, which then wants to be closed.  `column` is the
// source's; it differs from the output's in its annotation at the most.
//   kCorrupt      the pages break the format or disagree with the footer
//   kUnsupported  an encoding that the library does not read
//   kTooLarge     the pool refuses
Status CopyPages(std::unique_ptr<parquet::PageReader> pages,
                 const parquet::ColumnDescriptor* column, const CursorOptions& options,
                 PageEncoder* out);

}  // namespace pqpack

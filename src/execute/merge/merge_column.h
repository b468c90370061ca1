// SPDX-License-Identifier: Apache-2.0
//
// One column chunk of an output out of chunks of several inputs.
#pragma once

#include <arrow/buffer.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/status.h"
#include "execute/column_source.h"
#include "execute/merge/held_bytes.h"
#include "execute/merge/merge_setup.h"
#include "format/offset_index.h"
#include "format/row_group.h"

namespace pqpack {

// A row group of an input whose rows go into the output row group.
struct OpenSource {
  size_t place = 0;  // of the input, in the set
  int row_group = 0;
  int64_t first_row = 0;  // of it in the input
  ColumnSource* file = nullptr;
  const RowGroup* group = nullptr;
};

// A chunk whose offsets are those in `bytes`.
struct HeldColumn {
  ColumnChunk chunk;
  std::string column_index;  // serialised; empty: none
  std::unique_ptr<OffsetIndex> offset_index;
  std::shared_ptr<const HeldBytes> bytes;
  std::shared_ptr<arrow::Buffer> filter;  // header and bits of its Bloom filter; null: none
  std::string filter_dropped;  // why those of its sources made none; empty: they had none
  int8_t level = 3;            // what it took

  // Of pages and filter.
  int64_t size() const { return bytes->size() + (filter ? filter->size() : 0); }
};

// "`name`: row group 3: `status`".
Status WithinSource(const MergeSetup& setup, const OpenSource& source, const Status& status);

// Level 3: decodes and encodes.  Where an input has no such column its rows are null.  Errors as
// MergeFiles(), with input, row group and column.
Result<HeldColumn> EncodeMerged(const MergeSetup& setup, size_t leaf,
                                std::span<const OpenSource> sources);

}  // namespace pqpack

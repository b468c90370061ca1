// SPDX-License-Identifier: Apache-2.0
//
// An output that is being written: row groups as they come, then page indexes and footer.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_indexes.h"
#include "execute/copy/copy_file.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/merge_setup.h"
#include "execute/merge/row_order.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "inspect/read_indexes.h"

namespace pqpack {

// What a chunk was copied from.
struct CopiedFrom {
  const ColumnChunk& chunk;
  const ColumnPlan& plan;
  const SchemaTree& tree;
  int node = 0;                    // of the leaf, in the tree
  IndexReader* indexes = nullptr;  // null: none are wanted
};

// One thread.  After an error it can only be dropped.
class MergedFile {
 public:
  // `sink` is at its start.  The setup outlives it.
  static Result<std::unique_ptr<MergedFile>> Begin(std::shared_ptr<arrow::io::OutputStream> sink,
                                                   const MergeSetup& setup);

  // With the Bloom filters, which are written at its end.
  Result<int64_t> size() const;
  arrow::io::OutputStream& sink() { return *sink_; }

  // `order`: what is said of the rows' order; empty: nothing.
  void BeginRowGroup(int64_t rows, RowOrder order);
  // The next column: its bytes are written here.
  // False: its Bloom filter is left out, there are too many in the file.
  Result<bool> Add(const HeldColumn& column);
  // The next column: its bytes are written, or will be when the row group is.
  // False: a page index was too large to be read and is left out.
  Result<bool> Add(const CopiedFrom& from, CopiedChunk copied);
  // Header and bits for the column that was added last, and what they may take, with those of the
  // columns before.
  void KeepFilter(std::shared_ptr<arrow::Buffer> filter);
  bool HasRoomForFilter(int64_t bytes) const;
  // Gives its compressed bytes.
  int64_t EndRowGroup();

  // Writes what stands behind the pages.
  Status Finish();

 private:
  Status WriteFilters();

  MergedFile(std::shared_ptr<arrow::io::OutputStream> sink, const MergeSetup& setup)
      : setup_(setup), sink_(std::move(sink)) {}

  const MergeSetup& setup_;
  const std::shared_ptr<arrow::io::OutputStream> sink_;
  FileMetaData footer_;
  CopiedIndexes indexes_;
  struct Filter {
    size_t row_group, column;
    std::shared_ptr<arrow::Buffer> bytes;
  };
  std::vector<Filter> filters_;
  int64_t filter_bytes_ = 0;
};

}  // namespace pqpack

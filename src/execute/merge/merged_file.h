// SPDX-License-Identifier: Apache-2.0
//
// An output that is being written: row groups as they come, then page indexes and footer.
#pragma once

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

  Result<int64_t> size() const { return sink_->Tell(); }
  arrow::io::OutputStream& sink() { return *sink_; }

  void BeginRowGroup(int64_t rows);
  // The next column: its bytes are written here.
  Status Add(const HeldColumn& column);
  // The next column: its bytes are written.
  // False: a page index was too large to be read and is left out.
  Result<bool> Add(const CopiedFrom& from, CopiedChunk copied);
  // Gives its compressed bytes.
  int64_t EndRowGroup();

  // Writes what stands behind the pages.
  Status Finish();

 private:
  MergedFile(std::shared_ptr<arrow::io::OutputStream> sink, const MergeSetup& setup)
      : setup_(setup), sink_(std::move(sink)) {}

  const MergeSetup& setup_;
  const std::shared_ptr<arrow::io::OutputStream> sink_;
  FileMetaData footer_;
  CopiedIndexes indexes_;
};

}  // namespace pqpack

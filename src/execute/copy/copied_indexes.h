// SPDX-License-Identifier: Apache-2.0
//
// Page indexes that go along with copied pages.  An index is kept where it agrees with the
// pages that were seen, and its offsets follow them; else it is left out, which readers bear.
//
// Memory: the indexes of the whole file, until Write(); what the reader does not allow for is left
// out.  One thread.
//
// Source: PageIndex.md; parquet.thrift, OffsetIndex and ColumnIndex.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "execute/copy/copied_chunk.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "inspect/read_indexes.h"

namespace pqpack {

// The column that a chunk is of, in the source.
struct CopiedLeaf {
  const SchemaTree::Node& node;
  const SchemaElement& element;
};

// What became of the indexes of a chunk.
enum class IndexCopy : uint8_t {
  kDone,         // they go along, as far as there are some
  kTooLarge,     // one was too large to be read
  kUnreadable,   // there is none where the footer says
  kContradicts,  // one contradicts itself, or the pages
};

class CopiedIndexes {
 public:
  // For the next column chunk, in the order of the output; `copied` is what became of `old`.
  // Without `bounds` pages can be found, but not passed over.  Where it is not kDone, both
  // indexes or that of bounds are left out.  Errors of reading are passed on.
  Result<IndexCopy> Add(const ColumnChunk& old, const CopiedChunk& copied, const CopiedLeaf& leaf,
                        int64_t rows, bool bounds, IndexReader& source);
  // Those that were made for the next chunk, serialised; empty: none.  They are written only if
  // every other chunk has an offset index, too: parquet-go can't read a file where some have none.
  void Add(std::string column_index, std::string offset_index) {
    chunks_.push_back({std::move(column_index), std::move(offset_index), /*made=*/true});
  }
  // The next chunk has none.
  void AddNone() { chunks_.emplace_back(); }

  // Writes them behind the pages and tells the footer where they are.
  Status Write(arrow::io::OutputStream& sink, FileMetaData* footer) const;

 private:
  // Serialised; empty: none.
  struct Pair {
    std::string column_index, offset_index;
    bool made = false;  // not the source's
  };
  std::vector<Pair> chunks_;
};

}  // namespace pqpack

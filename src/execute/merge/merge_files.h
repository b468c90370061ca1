// SPDX-License-Identifier: Apache-2.0
//
// Many files become few: the rows of all inputs of a set, in their order, in files of the
// size that is wanted and row groups that are worth reading.
//
// An output row group is made of row groups of the inputs, and each of its columns by the
// least work that is right:
//
//   0  one row group that is large enough as it is and needs no other column: the store appends
//      it, and its pages are not read here (unseen_row_group.h)
//   1  one row group that is large enough as it is: its column chunks are copied
//      (copy/copied_chunk.h)
//   2  several: their pages are moved, indices get those of one dictionary (merge_pages.h)
//   3  several: levels and values are decoded and encoded as one chunk
//
// Nothing is opened or published here: who calls gives files and sinks.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "diagnose/coalesced_file.h"
#include "diagnose/file_view.h"
#include "execute/copy/store_copy.h"
#include "execute/merge/group_inputs.h"
#include "execute/rewrite.h"
#include "format/footer.h"

namespace pqpack {

struct MergeInput {
  std::string name;                      // for messages
  const FileMetaData* footer = nullptr;  // has passed ValidateFooter()
};

struct MergeOptions {
  // convert_types is not looked at.  width: columns at a time.
  RewriteOptions encode;
  int64_t target_file_size = 128 * kMiB;
  int64_t row_group_size = 0;  // compressed bytes; 0: that of a file, but 128 MiB at the most
  // Readers work on as many row groups at once as they have cores, and warehouses want about so
  // many rows in one (facts/compatibility.md); it is what PyArrow writes.
  int64_t row_group_rows = 1 << 20;
  bool copy = true;   // false: every value is decoded and encoded
  bool pages = true;  // with copy: level 2
  // With copy: compressed bytes of a row group from which on the store appends it (level 0); 0: no
  // store can, or should.
  int64_t by_store_from = 0;
};

// Where rows of an output row group come from: one of an input, whole.
struct RowGroupSource {
  int input = 0;
  int row_group = 0;
  bool operator==(const RowGroupSource&) const = default;
};

struct MergedRowGroup {
  int64_t rows = 0;
  int64_t bytes = 0;                    // compressed
  std::vector<RowGroupSource> sources;  // in order
  std::vector<int8_t> levels;           // of each column
};

struct MergedOutput {
  int64_t rows = 0;
  int64_t bytes = 0;
  std::vector<MergedRowGroup> row_groups;
  std::vector<std::string> keys;  // of the key-value metadata
};

struct MergeReceipt {
  int64_t rows = 0;
  std::vector<MergedOutput> outputs;
  // Outputs that are larger than 110% of the target, dropped Bloom filters ...
  std::vector<Finding> warnings;
  int64_t bytes_decoded = 0;  // of the inputs' compressed ones
};

// The files of these inputs, one for each, all at once: who calls may fetch them together.  They
// are dropped when the row groups in them are done.  ReadAt() must be thread-safe.
using OpenInputs = std::function<Result<std::vector<std::shared_ptr<arrow::io::RandomAccessFile>>>(
    std::span<const int> inputs)>;

// A row group of an input whose bytes follow in the output as they are.
struct AppendedRowGroup {
  RowGroupSource source;
  ByteRange range;                            // in the input
  bool behind_magic = false;                  // which is right before it, and all that is
  std::span<const ChunkDetails> first_pages;  // of its columns, where they are in the input
};

struct MergeSinks {
  // The sink of the next output, at its start.
  std::function<Result<std::shared_ptr<arrow::io::OutputStream>>()> begin;
  // The last byte of that one is written.  The sink was not closed.
  std::function<Status(const MergedOutput&)> finished;
  // With MergeOptions::by_store_from; else these may be null.
  // An input, to look at first pages and indexes of what the store would copy.
  std::function<std::unique_ptr<CoalescedFile>(int input, const StoreCopyPlan& plan)> look;
  // Lets the store append it to the output; the sink counts its bytes.
  std::function<Status(const AppendedRowGroup& group)> append;
};

// At least one output, without row groups if there are no rows.  Each is as near to the target
// as all of them evenly filled are; none is larger than 110% of it, unless a single row group
// of an input is.  The same inputs and options give the same bytes.
//   kCorrupt, kUnsupported, kTooLarge  an input, named with its row group and column.  Where
//                 pages were to be copied they may be readable all the same: try again with
//                 copy = false
//   kCancelled    options.encode.stop
// Errors of files and sinks pass unchanged, with the input in front.  After an error the sink
// that was begun last holds rubbish.
Result<MergeReceipt> MergeFiles(std::span<const MergeInput> inputs, const MergeSet& set,
                                const MergeOptions& options, const OpenInputs& open,
                                const MergeSinks& sinks);

// Bytes that MergeFiles() holds at the most beside the inputs' footers, with what OpenInputs
// holds of the files if that is all of them.  An estimate, as EstimateMemory() (rewrite.h) is
// one; it is not more than options.encode.memory unless a single row group needs it.
int64_t MergeMemory(std::span<const MergeInput> inputs, const MergeSet& set,
                    const MergeOptions& options);

}  // namespace pqpack

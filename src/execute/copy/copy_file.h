// SPDX-License-Identifier: Apache-2.0
//
// Per column the least level that makes it right for the target:
//
//   1  the pages are copied, a header is written anew only where something in it is wrong
//   2  pages get another frame or codec (remade_page.h); values stay encoded
//   3  values are decoded and encoded (encode_column.h)
//
// and a new footer around them all.  What it mends at level 1: the root's repetition, empty row
// groups, annotations, names of lists and maps, offsets, sizes, lists of encodings, page headers,
// statistics without evidence, page indexes.
//
// PlanCopy() says from the footer whether that is enough; CopyFile() does it.  Both take what
// PlanRewrite() (rewrite.h) has decided, so that the output has the schema that encoding it
// anew would have given it.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "base/status.h"
#include "execute/rewrite.h"
#include "format/column_metadata.h"

namespace pqpack {

// What becomes of a column's Bloom filters.
enum class FilterPlan : uint8_t {
  kNone,   // there are none, or they are left out
  kKeep,   // those that are where the footer says
  kProve,  // of these, the ones that have every value of their chunk
};

// How a column gets into the output.
struct ColumnPlan {
  std::string path;
  int level = 1;                     // the least one that is enough
  std::vector<std::string> reasons;  // why not a lower one
  bool read = false;                 // whole, before its pages are copied: the writer is not known
  bool count_rows = false;           // by its levels: no other column tells how many there are
  bool writer_at_fault = false;      // known for wrong pages in such columns
  bool keep_bounds = true;           // in the footer's statistics
  int64_t bytes = 0;                 // in the source
  FilterPlan filters = FilterPlan::kNone;
  std::string filters_dropped;  // why they are left out, by the footer; empty: they are not

  // Not below `level`, for `reason`.
  void Need(int level, const std::string& reason);
  // Before its pages are copied they are decoded, so nobody else may copy them unseen.
  bool looked_into() const { return read || count_rows; }
};

struct CopyPlan {
  // Why the values of all columns must be decoded all the same; empty: they need not.
  std::vector<Finding> obstacles;
  std::vector<Finding> repairs;
  std::vector<Finding> warnings;
  std::vector<ColumnPlan> columns;  // of each leaf
  bool keep_page_statistics = true;
  bool keep_page_index = true;  // false: the writer is known for wrong ones
  // The writer has faults in some encodings, so pages in others than the footer lists are not
  // copied.
  bool only_listed_encodings = false;
  int64_t filter_bytes = 0;  // what the Bloom filters may take that are kept
};

// Those of a file with such columns.
Levels LevelsOf(const std::vector<ColumnPlan>& columns);

// The key of the metadata under which a copy tells what was repaired in it; created_by stays
// the source's, since readers work around faults of old writers by it.
inline constexpr std::string_view kTraceKey = "pqpack.repaired";

// The file says by which order its bounds are bounds.
bool HasColumnOrders(const FileMetaData& footer);

// The codec of the chunk in the output, unless its column is encoded anew.
Codec CodecOf(const ColumnMetaData& chunk, const RewriteOptions& options);

// Pure.  `footer` has passed ValidateFooter().
Result<CopyPlan> PlanCopy(const FileMetaData& footer, const RewritePlan& plan,
                          const RewriteOptions& options);

// Bytes that CopyFile() holds at the most, footers not counted.  An estimate, as
// EstimateMemory() (rewrite.h) is one.
int64_t CopyMemory(const FileMetaData& footer, const RewritePlan& plan, const CopyPlan& copy,
                   const RewriteOptions& options);

// Writes the whole output to `sink`, front to back.  The plan has no obstacles.  Rows, row
// groups with rows and their order stay.  The receipt has the levels that were needed: pages
// may ask for more than the plan knew of.  On an error the sink holds rubbish.
//   kUnsupported, kCorrupt, kTooLarge
//                           the pages are not what the footer says: to encode the file anew
//                           tells whether they can be read at all
//   kCancelled              options.stop
// Errors of source and sink pass unchanged, with row group and column in front.
Result<RewriteReceipt> CopyFile(const std::shared_ptr<arrow::io::RandomAccessFile>& source,
                                const FileMetaData& footer, const RewritePlan& plan,
                                const CopyPlan& copy,
                                const std::shared_ptr<arrow::io::OutputStream>& sink,
                                const RewriteOptions& options);

}  // namespace pqpack

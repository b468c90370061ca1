// SPDX-License-Identifier: Apache-2.0
//
// Level 1: a file whose pages are as the target wants them gets a new footer; its pages are
// copied without being decompressed.  What can be wrong and is mended in this way: the root's
// repetition, empty row groups, annotations, names of lists and maps, offsets, sizes, lists of
// encodings, page headers, statistics without evidence, page indexes.
//
// PlanCopy() says from the footer whether that is enough; CopyFile() does it.  Both take what
// PlanRewrite() (rewrite.h) has decided, so that the output has the schema that encoding it
// anew would have given it.
#pragma once

#include <arrow/io/interfaces.h>

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/events.h"
#include "base/status.h"
#include "execute/rewrite.h"

namespace pqpack {

struct CopyPlan {
  // Why values must be decoded all the same; empty: they need not.
  std::vector<Finding> obstacles;
  std::vector<Finding> repairs;
  std::vector<Finding> warnings;
  std::vector<bool> keep_bounds;  // of each leaf, in the footer's statistics
  bool keep_page_statistics = true;
};

// The key of the metadata under which a copy tells what was repaired in it; created_by stays
// the source's, since readers work around faults of old writers by it.
inline constexpr std::string_view kTraceKey = "pqpack.repaired";

// The file says by which order its bounds are bounds.
bool HasColumnOrders(const FileMetaData& footer);

// Pure.  `footer` has passed ValidateFooter().
Result<CopyPlan> PlanCopy(const FileMetaData& footer, const RewritePlan& plan,
                          const RewriteOptions& options);

// Bytes that CopyFile() holds at the most, footers not counted.
constexpr int64_t kCopyMemory = 4 * kMiB;

// Writes the whole output to `sink`, front to back.  The plan has no obstacles.  Rows, row
// groups with rows and their order stay.  On an error the sink holds rubbish.
//   kUnsupported, kCorrupt  the pages are not what the footer says: to encode the file anew
//                           tells whether they can be read at all
//   kCancelled              options.stop
// Errors of source and sink pass unchanged, with row group and column in front.
Result<RewriteReceipt> CopyFile(arrow::io::RandomAccessFile& source, const FileMetaData& footer,
                                const RewritePlan& plan, const CopyPlan& copy,
                                arrow::io::OutputStream& sink, const RewriteOptions& options);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Level 0: no byte of any page has to change, so the store copies the data part of the file,
// all bytes up to the end of its last page, and only what follows it is made anew: page
// indexes and the footer.  The pages do not pass through this machine; of their headers, the
// first ones of each column chunk are read.
//
//   PlanStoreCopy()     says from the footer whether that may do
//   ReadFirstPages()    (diagnose/read_details.h) fetches the headers
//   WriteStoreCopyEnd() holds them against the footer and writes the new end
//
// It is for writers that are trusted: a page that is not the first of its chunk is taken to be
// as the footer says.  What is not as it must be is no error but a reason for level 1.
#pragma once

#include <arrow/io/interfaces.h>

#include <vector>

#include "base/bytes.h"
#include "base/events.h"
#include "base/status.h"
#include "diagnose/coalesced_file.h"
#include "diagnose/read_details.h"
#include "execute/copy/copy_file.h"
#include "format/schema_tree.h"

namespace pqpack {

struct StoreCopyPlan {
  // Why pages must pass through here all the same; empty: they need not.
  std::vector<Finding> obstacles;
  ByteRange data;     // what the store copies: the magic and all pages, or a row group's pages
  int64_t looks = 0;  // places in the file at which headers are read
};

// Pure.  `footer` has passed ValidateFooter(), `copy` has no obstacles.
Result<StoreCopyPlan> PlanStoreCopy(const FileMetaData& footer, const RewritePlan& plan,
                                    const CopyPlan& copy, const RewriteOptions& options);

// The same of one row group with rows, which is to stand in another file.  `tree` is of its
// footer, whose plans these are.
StoreCopyPlan PlanRowGroupCopy(const RowGroup& group, const SchemaTree& tree,
                               const RewritePlan& plan, const CopyPlan& copy,
                               const RewriteOptions& options);

// How the looks are to be fetched, so that hardly a hundredth of the data is.
CoalesceOptions CoalesceLooks(const StoreCopyPlan& plan, Scheme scheme);

// Writes what follows the data: `sink` stands at plan.data.end().  `first_pages` are those of
// the footer, `file` is read for page indexes.  On an error the sink holds rubbish.
//   kUnsupported, kCorrupt  a first page or its header is not what the footer says, or has to
//                           change
// Errors of file and sink pass unchanged.
Result<RewriteReceipt> WriteStoreCopyEnd(CoalescedFile& file, const FileMetaData& footer,
                                         const Details& first_pages, const RewritePlan& plan,
                                         const CopyPlan& copy, const Target& target,
                                         arrow::io::OutputStream& sink);

}  // namespace pqpack

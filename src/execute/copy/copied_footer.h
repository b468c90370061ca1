// SPDX-License-Identifier: Apache-2.0
//
// The footer of an output whose pages are copied: the source's, with the schema that the plan
// gives it, statistics repaired, and each chunk where it is now.
//
//   PQ_ASSIGN(CopiedFooter end, CopiedFooter::Begin(footer, plan, copy, target));
//   for each row group with rows:
//     end.BeginRowGroup(group);
//     for each chunk: ... its pages ...; end.AddChunk(chunk, std::move(copied), indexes);
//                     where its Bloom filter is to be kept, end.KeepFilter(place);
//     end.EndRowGroup();
//   PQ_RETURN_NOT_OK(end.Write(found, file, sink));
#pragma once

#include <arrow/io/interfaces.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "diagnose/findings.h"
#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_filters.h"
#include "execute/copy/copied_indexes.h"
#include "execute/copy/copy_file.h"
#include "execute/copy/encoded_chunk.h"
#include "execute/schema_node.h"
#include "format/footer.h"
#include "format/schema_tree.h"

namespace pqpack {

// Borrows all that it is begun with.  One thread.
class CopiedFooter {
 public:
  static Result<CopiedFooter> Begin(const FileMetaData& source, const RewritePlan& plan,
                                    const CopyPlan& copy, const Target& target);

  // Of the source's schema.
  const SchemaTree& tree() const { return tree_; }

  // A column's bytes turned out to be texts: the output has this schema, and Arrow's own
  // schema in the metadata holds no more.
  Status Annotate(const SchemaNode& output);

  void BeginRowGroup(const RowGroup& group);
  // The row group's next chunk: `copied` is what became of `old`, whose page indexes are read by
  // `indexes` where the target wants them.  Errors of reading are passed on.
  Status AddChunk(const ColumnChunk& old, CopiedChunk copied, IndexReader& indexes);
  // The next chunk was encoded anew.
  void AddChunk(EncodedChunk encoded);
  // The rows of the row group are not in the order that it claims.
  void DropSorting();
  // The chunk added last keeps its Bloom filter, which is here in the source.
  void KeepFilter(ByteRange place);
  void EndRowGroup();

  // Where the filters that are kept are in the source.
  std::vector<ByteRange> FilterPlaces() const { return filters_.Places(); }

  // Writes Bloom filters, which are read from `file`, page indexes and footer behind the pages.
  // `found` is what was repaired beside what the plan knew of.  Once.
  Status Write(const Diagnosis& found, arrow::io::RandomAccessFile& file,
               arrow::io::OutputStream& sink);

  // After Write().
  RewriteReceipt Receipt() const { return receipt_; }

 private:
  CopiedFooter(const FileMetaData& source, const RewritePlan& plan, const CopyPlan& copy,
               const Target& target, SchemaTree tree)
      : old_(source), plan_(plan), copy_(copy), target_(target), tree_(std::move(tree)) {}

  // Everything but the row groups.
  Status BeginFile();
  void DropKey(std::string_view key);
  void Tell(IndexCopy index, const std::string& column);

  const FileMetaData& old_;
  const RewritePlan& plan_;
  const CopyPlan& copy_;
  const Target& target_;
  SchemaTree tree_;
  FileMetaData new_;
  CopiedFilters filters_;
  CopiedIndexes indexes_;
  Findings left_out_;
  Findings mended_;
  RewriteReceipt receipt_;
};

}  // namespace pqpack

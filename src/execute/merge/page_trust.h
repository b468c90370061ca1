// SPDX-License-Identifier: Apache-2.0
//
// What of an input may be moved without being decoded, by what is known of its writer and by its
// footer.  The same as for copies (copy/copy_file.h), chunk by chunk.
//
// Pure.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "diagnose/writers.h"
#include "execute/copy/mend_header.h"
#include "execute/rewrite.h"
#include "format/footer.h"
#include "format/schema_tree.h"

namespace pqpack {

class PageTrust {
 public:
  // Borrows the footer.
  static Result<PageTrust> Make(const FileMetaData& footer);

  // Why the pages of that chunk can't be moved; empty: they can, as far as the footer tells.
  std::string ObstacleIn(const ColumnMetaData& chunk, size_t column,
                         const RewriteOptions& options) const;

  bool KeepsBounds(size_t column) const;
  const SchemaElement& element(size_t column) const {
    return tree_.element(tree_.leaves()[column]);
  }
  const SchemaTree::Node& leaf(size_t column) const { return tree_.node(tree_.leaves()[column]); }

  // For the pages of a chunk in a row group of `rows`.
  ChunkRules RulesFor(size_t column, int64_t rows, Codec codec,
                      const RewriteOptions& options) const;

 private:
  PageTrust(const FileMetaData& footer, SchemaTree tree);

  SchemaTree tree_;
  Writer writer_;
  std::vector<const WriterFault*> faults_;
  ChunkJudge judge_;
  bool ordered_ = false;  // bounds say by which order
};

}  // namespace pqpack

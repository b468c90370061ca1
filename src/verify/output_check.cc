// SPDX-License-Identifier: Apache-2.0
#include "verify/output_check.h"

#include <fmt/format.h>

#include "format/footer.h"
#include "format/schema_tree.h"
#include "verify/chunk_check.h"
#include "verify/footer_check.h"
#include "verify/index_check.h"
#include "verify/mismatch.h"

namespace pqpack {
namespace {

// Each chunk against its pages; no page may be left over.
Status CheckChunks(const FileMetaData& footer, const SchemaTree& tree, const PageWalk& walk,
                   const Target& target, const ExpectedFilters& filters) {
  size_t pages = 0;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const RowGroup& group = footer.row_groups[g];
    for (size_t c = 0; c < group.columns.size(); ++c) {
      const int leaf = tree.leaves()[c];
      const ChunkFacts chunk{group.columns[c], tree.element(leaf), tree.node(leaf), group.num_rows,
                             PagesIn(walk.pages(), group.columns[c].meta_data->pages())};
      Status status = CheckChunk(chunk, target);
      if (status.ok() && chunk.meta().statistics && !footer.column_orders) {
        status = CheckNeedsNoOrder(*chunk.meta().statistics);
      }
      if (status.ok()) status = CheckIndexes(chunk, target, walk.tail(), walk.tail_offset());
      if (status.ok()) {
        status = CheckFilter(chunk.meta(), filters, g, c, walk.tail(), walk.tail_offset());
      }
      if (!status.ok()) {
        return Within(fmt::format("row group {}, column {} ({})", g, c, tree.DottedPath(leaf)),
                      status);
      }
      pages += chunk.pages.size();
    }
    PQ_RETURN_NOT_OK(CheckRowGroup(group, g, tree.leaves().size()));
  }
  if (pages == walk.pages().size()) return Status::OK();
  return Mismatch("{} of the output's {} pages belong to no column chunk",
                  walk.pages().size() - pages, walk.pages().size());
}

}  // namespace

Status OutputCheck::Finish(const Target& target, const ExpectedOutput& expected) {
  PQ_RETURN_NOT_OK(walk_.Finish());
  PQ_ASSIGN(const FileMetaData footer, ReadEnd(walk_.tail(), walk_.tail_offset()));
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  PQ_RETURN_NOT_OK(CheckFooter(footer, tree, target, expected));
  PQ_RETURN_NOT_OK(CheckChunks(footer, tree, walk_, target, expected.filters));
  return CheckNothingElse(footer, BetweenPagesAndFooter(footer, walk_.tail(), walk_.tail_offset()));
}

}  // namespace pqpack

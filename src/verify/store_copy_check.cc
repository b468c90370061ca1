// SPDX-License-Identifier: Apache-2.0
#include "verify/store_copy_check.h"

#include <fmt/format.h>

#include <string>

#include "format/schema_tree.h"
#include "verify/chunk_check.h"
#include "verify/footer_check.h"
#include "verify/index_check.h"
#include "verify/mismatch.h"
#include "verify/unseen_chunk_check.h"

namespace pqpack {
namespace {

// The chunks, each behind the one before, from the magic to the end of what was copied: else
// there might be rows between them.
Status CheckFilled(const FileMetaData& footer, int64_t data_end) {
  int64_t at = kMagicSize;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    for (const ColumnChunk& chunk : footer.row_groups[g].columns) {
      const ByteRange pages = chunk.meta_data->pages();
      if (pages.offset != at) {
        return Mismatch("row group {}: a column chunk begins at {}, the one before ends at {}", g,
                        pages.offset, at);
      }
      at = pages.end();
    }
  }
  if (at == data_end) return Status::OK();
  return Mismatch("the column chunks end at {}, the bytes that were copied at {}", at, data_end);
}

class Proof {
 public:
  Proof(const FileMetaData& footer, const SchemaTree& tree, const Target& target, Bytes end,
        int64_t data_end)
      : footer_(footer), tree_(tree), target_(target), end_(end), data_end_(data_end) {}

  Status Run(const CopiedSource& source, const ExpectedFilters& filters) const {
    size_t g = 0;
    for (size_t s = 0; s < source.footer.row_groups.size(); ++s) {
      const RowGroup& old = source.footer.row_groups[s];
      if (old.num_rows == 0) continue;
      if (g == footer_.row_groups.size() || footer_.row_groups[g].num_rows != old.num_rows) {
        return Mismatch("row group {} is not row group {} of the source", g, s);
      }
      PQ_RETURN_NOT_OK(CheckGroup(g, old, source.first_pages.at(s), filters));
      ++g;
    }
    if (g == footer_.row_groups.size()) return CheckFilled(footer_, data_end_);
    return Mismatch("the output has more row groups than the source");
  }

 private:
  Status CheckGroup(size_t g, const RowGroup& old,
                    const std::vector<std::vector<PageFact>>& first_pages,
                    const ExpectedFilters& filters) const {
    const RowGroup& group = footer_.row_groups[g];
    for (size_t c = 0; c < group.columns.size(); ++c) {
      const int leaf = tree_.leaves()[c];
      const ChunkFacts chunk{group.columns[c], tree_.element(leaf), tree_.node(leaf),
                             group.num_rows, first_pages.at(c)};
      Status status = CheckUnseenChunk(chunk, {*old.columns[c].meta_data, 0}, footer_, target_,
                                       end_, data_end_);
      if (status.ok()) status = CheckFilter(chunk.meta(), filters, g, c, end_, data_end_);
      if (!status.ok()) {
        return Within(fmt::format("row group {}, column {} ({})", g, c, tree_.DottedPath(leaf)),
                      status);
      }
    }
    return CheckRowGroup(group, g, tree_.leaves().size());
  }

  const FileMetaData& footer_;
  const SchemaTree& tree_;
  const Target& target_;
  const Bytes end_;
  const int64_t data_end_;
};

}  // namespace

Status StoreCopyCheck::Append(Bytes bytes) {
  if (static_cast<int64_t>(bytes.size()) > PageWalk::kMaxTail - static_cast<int64_t>(end_.size())) {
    return Mismatch("more than {} MiB behind the copied bytes", PageWalk::kMaxTail / kMiB);
  }
  end_.insert(end_.end(), bytes.begin(), bytes.end());
  return Status::OK();
}

Status StoreCopyCheck::Finish(const Target& target, const ExpectedOutput& expected,
                              const CopiedSource& source) {
  if (AsText(source.magic) != kMagic) return Mismatch("the output does not start with PAR1");
  PQ_ASSIGN(const FileMetaData footer, ReadEnd(end_, data_end_));
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  PQ_ASSIGN(const SchemaTree old, SchemaTree::Make(source.footer.schema));
  PQ_RETURN_NOT_OK(CheckFooter(footer, tree, target, expected));
  PQ_RETURN_NOT_OK(CheckSameLevels(tree, old));
  PQ_RETURN_NOT_OK(Proof(footer, tree, target, end_, data_end_).Run(source, expected.filters));
  return CheckNothingElse(footer, BetweenPagesAndFooter(footer, end_, data_end_));
}

}  // namespace pqpack

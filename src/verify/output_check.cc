// SPDX-License-Identifier: Apache-2.0
#include "verify/output_check.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "format/footer.h"
#include "format/schema_tree.h"
#include "verify/chunk_check.h"
#include "verify/footer_check.h"
#include "verify/index_check.h"
#include "verify/mismatch.h"
#include "verify/unseen_chunk_check.h"

namespace pqpack {
namespace {

class Chunks {
 public:
  Chunks(const FileMetaData& footer, const SchemaTree& tree, const PageWalk& walk,
         const Target& target, const ExpectedFilters& filters)
      : footer_(footer), tree_(tree), walk_(walk), target_(target), filters_(filters) {}

  // Each chunk against its pages; no page may be left over, and no row group that was copied.
  Status Check(std::span<const CopiedRowGroup> copied) {
    for (size_t g = 0; g < footer_.row_groups.size(); ++g) {
      const auto& columns = footer_.row_groups[g].columns;
      const bool unseen = !copied.empty() && !columns.empty() &&
                          columns[0].meta_data->pages().offset == copied.front().at;
      PQ_RETURN_NOT_OK(unseen ? CheckCopied(g, copied.front()) : CheckSeen(g));
      PQ_RETURN_NOT_OK(CheckRowGroup(footer_.row_groups[g], g, tree_.leaves().size()));
      if (unseen) copied = copied.subspan(1);
    }
    if (!copied.empty()) {
      return Mismatch("the bytes that were copied to {} belong to no row group", copied[0].at);
    }
    if (pages_ == walk_.pages().size()) return Status::OK();
    return Mismatch("{} of the output's {} pages belong to no column chunk",
                    walk_.pages().size() - pages_, walk_.pages().size());
  }

 private:
  Status CheckSeen(size_t g) {
    const auto& columns = footer_.row_groups[g].columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      const ChunkFacts chunk = Facts(g, c, PagesIn(walk_.pages(), columns[c].meta_data->pages()));
      Status status = CheckChunk(chunk, target_);
      if (status.ok() && chunk.meta().statistics && !footer_.column_orders) {
        status = CheckNeedsNoOrder(*chunk.meta().statistics);
      }
      if (status.ok()) status = CheckIndexes(chunk, target_, walk_.tail(), walk_.tail_offset());
      PQ_RETURN_NOT_OK(CheckedFilter(g, c, status));
      pages_ += chunk.pages.size();
    }
    return Status::OK();
  }

  // The chunks of the source's row group, one behind the other, where its bytes are now.
  Status CheckCopied(size_t g, const CopiedRowGroup& copied) {
    const RowGroup& group = footer_.row_groups[g];
    const RowGroup& source = copied.footer.row_groups.at(copied.row_group);
    PQ_ASSIGN(const SchemaTree old, SchemaTree::Make(copied.footer.schema));
    PQ_RETURN_NOT_OK(Named(g, CheckSameLevels(tree_, old)));
    if (group.num_rows != source.num_rows) {
      return Named(g, Mismatch("{} rows, its source has {}", group.num_rows, source.num_rows));
    }
    const int64_t shift = copied.at - copied.range.offset;
    int64_t at = copied.at;
    for (size_t c = 0; c < group.columns.size(); ++c) {
      std::vector<PageFact> pages = copied.first_pages.at(c);
      for (PageFact& page : pages) page.offset += shift;
      const ChunkFacts chunk = Facts(g, c, pages);
      const ByteRange place = chunk.meta().pages();
      Status status;
      if (place.offset != at) status = Mismatch("it begins at {}, and not at {}", place.offset, at);
      if (status.ok()) {
        status = CheckUnseenChunk(chunk, {*source.columns[c].meta_data, shift}, footer_, target_,
                                  walk_.tail(), walk_.tail_offset());
      }
      PQ_RETURN_NOT_OK(CheckedFilter(g, c, status));
      at = place.end();
    }
    if (at == copied.at + copied.range.length) return Status::OK();
    return Named(g, Mismatch("its chunks end at {}, the bytes that were copied at {}", at,
                             copied.at + copied.range.length));
  }

  ChunkFacts Facts(size_t g, size_t c, std::span<const PageFact> pages) const {
    const RowGroup& group = footer_.row_groups[g];
    const int leaf = tree_.leaves()[c];
    return {group.columns[c], tree_.element(leaf), tree_.node(leaf), group.num_rows, pages};
  }

  // `status` is what was found of the chunk without its filter.
  Status CheckedFilter(size_t g, size_t c, Status status) const {
    if (status.ok()) {
      status = CheckFilter(*footer_.row_groups[g].columns[c].meta_data, filters_, g, c,
                           walk_.tail(), walk_.tail_offset());
    }
    if (status.ok()) return status;
    return Within(
        fmt::format("row group {}, column {} ({})", g, c, tree_.DottedPath(tree_.leaves()[c])),
        status);
  }

  static Status Named(size_t g, const Status& status) {
    return status.ok() ? status : Within(fmt::format("row group {}", g), status);
  }

  const FileMetaData& footer_;
  const SchemaTree& tree_;
  const PageWalk& walk_;
  const Target& target_;
  const ExpectedFilters& filters_;
  size_t pages_ = 0;
};

}  // namespace

Status OutputCheck::AppendCopied(CopiedRowGroup group) {
  group.at = walk_.size();
  PQ_RETURN_NOT_OK(walk_.Skip(group.range.length));
  copied_.push_back(std::move(group));
  return Status::OK();
}

Status OutputCheck::Finish(const Target& target, const ExpectedOutput& expected) {
  PQ_RETURN_NOT_OK(walk_.Finish());
  PQ_ASSIGN(const FileMetaData footer, ReadEnd(walk_.tail(), walk_.tail_offset()));
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  PQ_RETURN_NOT_OK(CheckFooter(footer, tree, target, expected));
  PQ_RETURN_NOT_OK(Chunks(footer, tree, walk_, target, expected.filters).Check(copied_));
  return CheckNothingElse(footer, BetweenPagesAndFooter(footer, walk_.tail(), walk_.tail_offset()));
}

}  // namespace pqpack

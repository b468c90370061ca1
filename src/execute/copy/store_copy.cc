// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/store_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_footer.h"
#include "execute/copy/kept_filters.h"
#include "execute/copy/unseen_chunk.h"
#include "execute/empty_row_group.h"
#include "format/footer.h"
#include "inspect/read_indexes.h"

namespace pqpack {
namespace {

// Of the whole file, and where its Bloom filters begin.
std::vector<ByteRange> IndexPlaces(const FileMetaData& footer, int64_t size) {
  std::vector<ByteRange> places;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      std::ranges::copy(IndexPlaces(chunk, size), std::back_inserter(places));
      places.push_back(FilterHeaderPlace(chunk, size));  // empty ones are not fetched
    }
  }
  return places;
}

class EndWriter {
 public:
  EndWriter(CoalescedFile& file, const Details& first_pages, const FileMetaData& old,
            const CopyPlan& copy, const Target& target, int64_t file_size, CopiedFooter footer)
      : file_(file),
        first_pages_(first_pages),
        old_(old),
        target_(target),
        size_(file_size),
        indexes_(file, file_size),
        indexes_again_(file, file_size, kMaxIndexes),
        filters_(file, old, copy, &found_.repairs),
        new_(std::move(footer)) {}

  Result<RewriteReceipt> Run(arrow::io::OutputStream& sink) {
    if (target_.page_index) PQ_RETURN_NOT_OK(file_.Fetch(IndexPlaces(old_, size_)));
    for (size_t g = 0; g < old_.row_groups.size(); ++g) {
      const RowGroup& group = old_.row_groups[g];
      const Status status =
          group.num_rows == 0 ? CheckEmptyRowGroup(group) : AddRowGroup(group, first_pages_.at(g));
      if (!status.ok()) return Within(fmt::format("row group {}", g), status);
    }
    PQ_RETURN_NOT_OK(file_.Fetch(FilterPlaces()));
    PQ_RETURN_NOT_OK(new_.Write(found_, file_, sink));
    RewriteReceipt receipt = new_.Receipt();
    receipt.levels.level = 0;
    return receipt;
  }

 private:
  // Of a small one so much that whoever looks for its header need not ask again.
  std::vector<ByteRange> FilterPlaces() const {
    std::vector<ByteRange> places = new_.FilterPlaces();
    for (ByteRange& place : places) {
      place.length = std::max(place.length, std::min(kBloomHeaderGuess, size_ - place.offset));
    }
    return places;
  }

  Status AddRowGroup(const RowGroup& group, const std::vector<ChunkDetails>& seen) {
    new_.BeginRowGroup(group);
    for (size_t i = 0; i < group.columns.size(); ++i) {
      const int leaf = new_.tree().leaves()[i];
      const ChunkRules rules{target_, new_.tree().node(leaf), group.num_rows};
      const Status status = AddChunk(group.columns[i], i, seen.at(i), rules);
      if (!status.ok()) return Within("column " + new_.tree().DottedPath(leaf), status);
    }
    new_.EndRowGroup();
    return Status::OK();
  }

  Status AddChunk(const ColumnChunk& chunk, size_t i, const ChunkDetails& seen,
                  const ChunkRules& rules) {
    PQ_ASSIGN(CopiedChunk kept,
              UnseenChunk(chunk, seen, rules, target_.page_index ? &indexes_ : nullptr));
    PQ_RETURN_NOT_OK(new_.AddChunk(chunk, std::move(kept), indexes_again_));
    PQ_ASSIGN(const FoundFilter filter, filters_.Find(chunk, i));
    if (filter.place.length > 0) new_.KeepFilter(filter.place);
    return Status::OK();
  }

  CoalescedFile& file_;
  const Details& first_pages_;
  const FileMetaData& old_;
  const Target& target_;
  const int64_t size_;
  IndexReader indexes_, indexes_again_;  // each reads all of them, which are held
  Diagnosis found_;
  KeptFilters filters_;
  CopiedFooter new_;
};

}  // namespace

Result<RewriteReceipt> WriteStoreCopyEnd(CoalescedFile& file, const FileMetaData& footer,
                                         const Details& first_pages, const RewritePlan& plan,
                                         const CopyPlan& copy, const Target& target,
                                         arrow::io::OutputStream& sink) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  PQ_ASSIGN(auto end, CopiedFooter::Begin(footer, plan, copy, target));
  return EndWriter(file, first_pages, footer, copy, target, size, std::move(end)).Run(sink);
}

}  // namespace pqpack

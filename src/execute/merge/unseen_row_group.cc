// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/unseen_row_group.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "diagnose/read_details.h"
#include "execute/copy/unseen_chunk.h"
#include "inspect/read_indexes.h"

namespace pqpack {

Status UnseenRowGroup::Look(const StoreCopyPlan& plan) {
  range_ = plan.data;
  FileMetaData alone;  // all that is asked of it are its row groups
  alone.row_groups = {group_};
  PQ_ASSIGN(Details details, ReadFirstPages(*file_, alone, range_.end()));
  first_pages_ = std::move(details.front());
  if (range_.offset == kMagicSize) {
    PQ_ASSIGN(const auto magic, file_->ReadAt(0, kMagicSize));  // read with the first page
    behind_magic_ = AsText({magic->data(), static_cast<size_t>(magic->size())}) == kMagic;
  }
  PQ_ASSIGN(const int64_t size, file_->GetSize());
  if (copyable_.wants_indexes()) {
    std::vector<ByteRange> places;
    for (const ColumnChunk& chunk : group_.columns) {
      std::ranges::copy(IndexPlaces(chunk, size), std::back_inserter(places));
    }
    PQ_RETURN_NOT_OK(file_->Fetch(std::move(places)));
  }
  IndexReader indexes(*file_, size, kMaxIndexes);
  for (size_t i = 0; i < group_.columns.size(); ++i) {
    PQ_ASSIGN(chunks_.emplace_back(),
              UnseenChunk(group_.columns[i], first_pages_[i], copyable_.RulesOf(i, group_),
                          copyable_.wants_indexes() ? &indexes : nullptr));
  }
  return Status::OK();
}

Status UnseenRowGroup::AddTo(MergedFile* file, Findings* warnings) {
  PQ_ASSIGN(const int64_t position, file->sink().Tell());
  const int64_t shift = position - range_.offset;
  PQ_ASSIGN(const int64_t size, file_->GetSize());
  IndexReader indexes(*file_, size, kMaxIndexes);
  for (size_t i = 0; i < chunks_.size(); ++i) {
    CopiedChunk& chunk = chunks_[i];
    Shift(shift, &chunk.meta);
    for (PageLocation& page : chunk.new_pages) page.offset += shift;
    PQ_ASSIGN(const bool read, file->Add(copyable_.From(i, group_, &indexes), std::move(chunk)));
    if (!read) warnings->Add(kIndexLeftOut, copyable_.setup().PathOf(i));
  }
  return Status::OK();
}

Result<UnseenRowGroup> LookAtRowGroup(const Copyable& copyable, const RowGroup& group,
                                      const StoreCopyPlan& plan,
                                      std::unique_ptr<CoalescedFile> file) {
  UnseenRowGroup unseen(copyable, group, std::move(file));
  PQ_RETURN_NOT_OK(unseen.Look(plan));
  return unseen;
}

}  // namespace pqpack

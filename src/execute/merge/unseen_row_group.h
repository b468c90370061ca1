// SPDX-License-Identifier: Apache-2.0
//
// Level 0 of a merge: a row group of an input that stays as it is, and that the store appends to
// the output.  As of a whole file (copy/store_copy.h) its pages do not pass through here, and of
// their headers the first ones of each chunk are read.
//
//   Copyable::ByStore()   says from the footer whether that may do
//   LookAtRowGroup()      reads the headers and holds them against the footer
//   AddTo()               says in the new footer what the old one says
//
// What is not as it must be is no error but a reason for level 1.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "diagnose/coalesced_file.h"
#include "diagnose/file_view.h"
#include "execute/copy/copied_chunk.h"
#include "execute/copy/store_copy.h"
#include "execute/merge/copyable.h"
#include "execute/merge/merged_file.h"

namespace pqpack {

// One thread.
class UnseenRowGroup {
 public:
  ByteRange range() const { return range_; }
  bool behind_magic() const { return behind_magic_; }  // the file's, right before it
  const std::vector<ChunkDetails>& first_pages() const { return first_pages_; }  // by column

  // Its bytes are the next ones of the file.  Errors of reading page indexes.
  Status AddTo(MergedFile* file, Findings* warnings);

 private:
  friend Result<UnseenRowGroup> LookAtRowGroup(const Copyable& copyable, const RowGroup& group,
                                               const StoreCopyPlan& plan,
                                               std::unique_ptr<CoalescedFile> file);
  UnseenRowGroup(const Copyable& copyable, const RowGroup& group,
                 std::unique_ptr<CoalescedFile> file)
      : copyable_(copyable), group_(group), file_(std::move(file)) {}

  Status Look(const StoreCopyPlan& plan);

  const Copyable& copyable_;
  const RowGroup& group_;
  std::unique_ptr<CoalescedFile> file_;
  ByteRange range_;
  bool behind_magic_ = false;
  std::vector<ChunkDetails> first_pages_;
  std::vector<CopiedChunk> chunks_;  // where they are in the source
};

// `plan` is that of the row group, without obstacles; `file` is the input, of which little is read.
// Borrows the rest.
//   kUnsupported, kCorrupt  a first page is not what the footer says, or has to change
// Errors of reading pass unchanged.
Result<UnseenRowGroup> LookAtRowGroup(const Copyable& copyable, const RowGroup& group,
                                      const StoreCopyPlan& plan,
                                      std::unique_ptr<CoalescedFile> file);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The last look at an output before it gets its name.  It sees the very bytes
// that are sent to the store, in order, shares no code with what made them, and
// believes the pages more than the footer.
//
//   OutputCheck check;
//   while (...) PQ_RETURN_NOT_OK(check.Append(bytes));
//   PQ_RETURN_NOT_OK(check.Finish(target, expected));
//   ... publish ...
//
// What it insists on:
//   - magic at both ends, pages without a gap between, a footer that parses,
//     holds together (format/validate.h) and fills its place; every byte behind
//     the pages belongs to the footer or to an index or filter that it names;
//   - rows, row groups, columns and keys are the expected ones; no row group is
//     empty; the root is not REPEATED;
//   - each column chunk is tiled exactly by pages, and no page is left over;
//     their values, sizes, encodings and kinds add up to what the chunk says of
//     them (chunk_check.h);
//   - pages, encodings, codecs, list and map names, indexes and statistics are
//     what the target allows;
//   - a row group whose bytes the store has copied is one of the source, whole: it has the rows and
//     levels of that, its chunks follow each other where the bytes are, and each is said to be what
//     the source says of it (unseen_chunk_check.h);
//   - page indexes point at the pages (index_check.h), Bloom filters are those of the source's
//     chunks (filter_check.h).
// Values are not decoded, and bounds are held against nothing.  Nothing is known of pages behind
// the first ones where the store has copied them: they are the source's.
//
// Memory: about 60 bytes per page, and footer and indexes.  One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"
#include "target/target.h"
#include "verify/expected_output.h"
#include "verify/page_walk.h"

namespace pqpack {

// A row group of a source whose bytes the store has copied, unseen.
struct CopiedRowGroup {
  const FileMetaData& footer;  // borrowed until Finish()
  size_t row_group = 0;
  ByteRange range;  // in the source
  // Of its columns, up to the first data page; where they are in the source.
  std::vector<std::vector<PageFact>> first_pages;
  int64_t at = 0;  // where the range is in the output; set by OutputCheck
};

class OutputCheck {
 public:
  // The next bytes of the output.  kMismatch as soon as it is clear.
  Status Append(Bytes bytes) { return walk_.Append(bytes); }

  // They are the next bytes of the output.  kMismatch: behind a page that is not at its end.
  Status AppendCopied(CopiedRowGroup group);

  // The output is complete.  kMismatch names row group, column and offset of the
  // first thing that is not as it must be.  To be called once, last.
  Status Finish(const Target& target, const ExpectedOutput& expected);

 private:
  PageWalk walk_;
  std::vector<CopiedRowGroup> copied_;  // in order
};

}  // namespace pqpack

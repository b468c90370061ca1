// SPDX-License-Identifier: Apache-2.0
//
// Follows the bytes of a Parquet file from its first one on and notes its pages,
// without the footer, which comes last: each page header says how long its body
// is, and the next header follows.
//
// Contract of the layout: "PAR1", pages without a gap, then indexes, Bloom
// filters and footer.  The pages end where no page header parses; whether they
// should have ended there is for the footer to say.
//
// Memory: PageFact per page, the header at hand, and everything behind the pages.
// One thread.
//
// Source: README.md, "File format"; parquet.thrift, PageHeader.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/page_header.h"
#include "format/types.h"

namespace pqpack {

// What is kept of a page header.
struct PageFact {
  int64_t offset = 0;
  int32_t header_size = 0;
  int32_t body_size = 0;
  int32_t uncompressed_size = 0;  // of the body
  int32_t num_values = 0;         // 0 where the kind has none
  int32_t num_nulls = 0;          // DATA_PAGE_V2
  int32_t num_rows = 0;           // DATA_PAGE_V2
  int32_t definition_bytes = 0;   // DATA_PAGE_V2: of its levels
  int32_t repetition_bytes = 0;
  std::optional<int32_t> crc;
  PageType type{};
  Encoding encoding{};
  Encoding definition_levels = Encoding::kRle;
  Encoding repetition_levels = Encoding::kRle;
  bool distinct_count = false;  // its statistics have one
  bool compressed = true;       // what DATA_PAGE_V2 says of itself

  bool is_data() const { return type == PageType::kData || type == PageType::kDataV2; }
  int64_t size() const { return int64_t{header_size} + body_size; }
  int64_t end() const { return offset + size(); }
};

// What `parsed`, a header at `offset`, tells.
PageFact FactOf(const ParsedPageHeader& parsed, int64_t offset);

class PageWalk {
 public:
  // What may lie behind the pages.  Writers hold footer and indexes in memory as
  // well; more than this means that the walk lost its way among pages.
  static constexpr int64_t kMaxTail = 256 * kMiB;

  explicit PageWalk(int64_t max_tail = kMaxTail) : max_tail_(static_cast<size_t>(max_tail)) {}

  // The next bytes of the file.  kMismatch: wrong magic, or more behind the
  // pages than a footer can be.
  Status Append(Bytes bytes);

  // The next bytes are pages that are not seen.  kMismatch: they begin within a page.
  Status Skip(int64_t bytes);

  // No more bytes come.  kMismatch: the file ends inside of a page.
  Status Finish();

  int64_t size() const { return size_; }
  const std::vector<PageFact>& pages() const { return pages_; }

  // What follows the last page, and where it starts.  After Finish().
  Bytes tail() const { return pending_; }
  int64_t tail_offset() const { return size_ - static_cast<int64_t>(pending_.size()); }

 private:
  Status Consume(Bytes bytes);
  // The header at the front of `window`, which starts at position_; 0 if there is none (yet).
  int64_t TakeHeader(Bytes window);
  Status Keep(Bytes bytes);

  size_t max_tail_;
  int64_t size_ = 0;       // bytes seen
  int64_t position_ = 0;   // of the next header
  int64_t body_left_ = 0;  // of the current page
  bool behind_pages_ = false;
  size_t next_try_ = 0;           // size of pending_ at which the header is tried again
  std::vector<uint8_t> pending_;  // from position_ on, as long as no header parses there
  std::vector<PageFact> pages_;
};

}  // namespace pqpack

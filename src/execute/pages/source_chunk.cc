// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/source_chunk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnose/deep/page_bodies.h"

namespace pqpack {
namespace {

Status Corrupt(const char* what) { return Error(ErrorCode::kCorrupt, what); }

class ChunkParser {
 public:
  ChunkParser(const ColumnMetaData& meta, const ChunkRules& rules, SourceChunk* chunk)
      : meta_(meta), rules_(rules), chunk_(*chunk) {}

  Status Run() {
    while (at_ < chunk_.bytes->size()) {
      const int64_t offset = at_;
      const Status status = TakePage();
      if (!status.ok()) return Within(fmt::format("page at byte {} of the chunk", offset), status);
    }
    if (values_ == meta_.num_values) return Status::OK();
    return Error(ErrorCode::kCorrupt, fmt::format("its pages have {} values, the footer says {}",
                                                  values_, meta_.num_values));
  }

 private:
  Status TakePage() {
    const Bytes left = View(*chunk_.bytes).subspan(static_cast<size_t>(at_));
    auto parsed = ParsePageHeader(left);
    if (!parsed.ok()) return parsed.status();
    if (!*parsed) return Corrupt("the column chunk ends inside of its header");
    const int64_t length = (*parsed)->length;
    const PagesBefore before{chunk_.dictionary.has_value(), seen_data_};
    // Where it stays: a header is large.
    const bool is_data = (*parsed)->header.is_data();
    SourcePage& page = is_data ? chunk_.pages.emplace_back() : chunk_.dictionary.emplace();
    page.header = std::move((*parsed)->header);
    page.header_bytes = left.first(static_cast<size_t>(length));
    const int64_t size = page.header.compressed_page_size;
    if (size > static_cast<int64_t>(left.size()) - length) {
      return Corrupt("it is longer than its column chunk");
    }
    page.body = left.subspan(static_cast<size_t>(length), static_cast<size_t>(size));
    at_ += length + size;
    if (page.header.has_two_sizes(meta_.codec)) {
      return Corrupt("it is not compressed, and has two sizes");
    }
    if (rules_.only_listed && is_data &&
        std::ranges::find(meta_.encodings, page.encoding()) == meta_.encodings.end()) {
      return Error(ErrorCode::kUnsupported,
                   "the footer does not list its encoding, and its writer has faults in some");
    }
    PQ_ASSIGN(page.changed, MendHeader(rules_, before, &page.header));
    if (!HasItsChecksum(page.header, page.body)) {
      return Corrupt("its checksum is not that of its bytes");
    }
    if (!is_data) return Status::OK();
    seen_data_ = true;
    values_ += page.slots();
    if (page.slots() == 0) chunk_.pages.pop_back();
    return Status::OK();
  }

  const ColumnMetaData& meta_;
  const ChunkRules& rules_;
  SourceChunk& chunk_;
  int64_t at_ = 0;
  int64_t values_ = 0;
  bool seen_data_ = false;
};

}  // namespace

Result<SourceChunk> ReadSourceChunk(const ColumnMetaData& meta, const ChunkRules& rules,
                                    arrow::io::RandomAccessFile& file) {
  const ByteRange range = meta.pages();
  PQ_ASSIGN(const int64_t size, file.GetSize());
  if (range.offset < 0 || range.length < 0 || range.offset > size - range.length) {
    return Corrupt("the column chunk lies outside of the file");
  }
  SourceChunk chunk;
  PQ_ASSIGN(chunk.bytes, file.ReadAt(range.offset, range.length));
  if (chunk.bytes->size() != range.length) {
    return Corrupt("the file ends inside of the column chunk");
  }
  PQ_RETURN_NOT_OK(ChunkParser(meta, rules, &chunk).Run());
  return chunk;
}

}  // namespace pqpack

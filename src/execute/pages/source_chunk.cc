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
    PQ_ASSIGN(auto parsed, ParsePageHeader(left));
    if (!parsed) return Corrupt("the column chunk ends inside of its header");
    SourcePage page;
    page.header = std::move(parsed->header);
    page.header_bytes = left.first(static_cast<size_t>(parsed->length));
    const int64_t size = page.header.compressed_page_size;
    if (size > static_cast<int64_t>(left.size()) - parsed->length) {
      return Corrupt("it is longer than its column chunk");
    }
    page.body = arrow::SliceBuffer(chunk_.bytes, at_ + parsed->length, size);
    at_ += parsed->length + size;
    if (page.header.has_two_sizes(meta_.codec)) {
      return Corrupt("it is not compressed, and has two sizes");
    }
    if (rules_.only_listed && page.header.is_data() &&
        std::ranges::find(meta_.encodings, page.encoding()) == meta_.encodings.end()) {
      return Error(ErrorCode::kUnsupported,
                   "the footer does not list its encoding, and its writer has faults in some");
    }
    PQ_ASSIGN(page.changed,
              MendHeader(rules_, {chunk_.dictionary.has_value(), seen_data_}, &page.header));
    if (!HasItsChecksum(page.header, View(*page.body))) {
      return Corrupt("its checksum is not that of its bytes");
    }
    return Keep(std::move(page));
  }

  Status Keep(SourcePage page) {
    if (!page.header.is_data()) {
      chunk_.dictionary = std::move(page);
      return Status::OK();
    }
    seen_data_ = true;
    values_ += page.slots();
    if (page.slots() > 0) chunk_.pages.push_back(std::move(page));
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

// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copied_chunk.h"

#include <arrow/buffer.h>
#include <arrow/util/crc32.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "execute/copy/page_window.h"
#include "execute/copy/remade_page.h"
#include "format/compact_writer.h"
#include "format/page_header.h"

namespace pqpack {
namespace {

constexpr int64_t kUsualHeader = kKiB;

bool IsV2(const PageHeader& header) { return header.type == PageType::kDataV2; }

// No values in no bytes: Arrow and DuckDB miss the levels there, and refuse the file, unless it is
// the last page, which they do not come to.
bool IsNothing(const PageHeader& header) {
  return header.type == PageType::kData && header.data->num_values == 0 &&
         header.compressed_page_size == 0;
}

class ChunkCopy {
 public:
  ChunkCopy(const ColumnMetaData& chunk, const ChunkRules& rules,
            arrow::io::RandomAccessFile& source, arrow::io::OutputStream& sink)
      : chunk_(chunk),
        rules_(rules),
        remaker_({.from = chunk.codec,
                  .to = rules.codec,
                  .version_1 = !rules.target.pages.Has(PageType::kDataV2),
                  .max = {rules.leaf.max_repetition_level, rules.leaf.max_definition_level}},
                 rules.pool),
        window_(source, chunk.pages()),
        sink_(sink) {
    copied_.meta.codec = rules.codec;
  }

  Result<CopiedChunk> Run() {
    while (window_.left() > 0) {
      const int64_t offset = window_.position();
      const Status status = CopyPage();
      if (!status.ok()) return Within(fmt::format("page at {}", offset), status);
    }
    return Finish();
  }

 private:
  Status CopyPage() {
    const int64_t old_offset = window_.position();
    PQ_ASSIGN(const int64_t new_offset, sink_.Tell());
    PQ_ASSIGN(ParsedPageHeader parsed, NextHeader());
    PageHeader& header = parsed.header;
    const int64_t body = header.compressed_page_size;
    if (body > window_.left() - parsed.length) {
      return Error(ErrorCode::kCorrupt, "it is longer than its column chunk");
    }
    if (IsNothing(header)) {
      window_.Skip(parsed.length);
      copied_.left_out = true;
      return Status::OK();
    }
    if (header.has_two_sizes(chunk_.codec)) {
      return Error(ErrorCode::kCorrupt, "it is not compressed, and has two sizes");
    }
    if (rules_.only_listed && header.is_data() &&
        std::ranges::find(chunk_.encodings, *header.encoding()) == chunk_.encodings.end()) {
      return Error(ErrorCode::kUnsupported,
                   "the footer does not list its encoding, and its writer has faults in some");
    }
    const PagesBefore before{copied_.meta.dictionary_page_offset.has_value(),
                             !copied_.new_pages.empty()};
    PQ_ASSIGN(const bool changed, MendHeader(rules_, before, &header));
    const int64_t old_size = parsed.length + body;
    const int64_t rows = IsV2(header) ? header.data_v2->num_rows : -1;
    int64_t header_size = 0;
    if (remaker_.Concerns(header)) {
      PQ_ASSIGN(header_size, RemakePage(parsed.length, &header));
    } else {
      PQ_ASSIGN(header_size, CopyHeader(changed, header, parsed.length));
      PQ_RETURN_NOT_OK(CopyBody(header));
    }

    const int64_t new_size = header_size + header.compressed_page_size;
    copied_.meta.total_uncompressed_size += header_size + header.uncompressed_page_size;
    copied_.meta.total_compressed_size += new_size;
    const auto place = [this](int64_t offset, int64_t size) {
      PageLocation page;
      page.offset = offset;
      page.compressed_page_size = static_cast<int32_t>(size);
      page.first_row_index = rows_known_ ? rows_ : -1;
      return page;
    };
    TakeDown(header, rows, place(old_offset, old_size), place(new_offset, new_size));
    return Status::OK();
  }

  Result<ParsedPageHeader> NextHeader() {
    for (int64_t want = kUsualHeader;; want *= 4) {
      PQ_ASSIGN(const Bytes window, window_.Peek(want));
      PQ_ASSIGN(auto parsed, ParsePageHeader(window));
      if (parsed) return *std::move(parsed);
      const bool all = static_cast<int64_t>(window.size()) >= window_.left();
      if (all || want > kMaxPageHeader) {
        return Error(ErrorCode::kCorrupt, "the column chunk ends inside of its header");
      }
    }
  }

  // Gives the length of the new header.  Writes nothing where it fails.
  Result<int64_t> RemakePage(int64_t old_length, PageHeader* header) {
    window_.Skip(old_length);
    PQ_ASSIGN(auto stored, Body(header->compressed_page_size));
    const auto size = static_cast<size_t>(stored->size());
    const uint32_t crc = header->crc ? arrow::internal::crc32(0, stored->data(), size) : 0;
    PQ_RETURN_NOT_OK(CheckSum(*header, crc));
    const bool was_v2 = IsV2(*header);
    PQ_ASSIGN(const auto body, remaker_.Remake(std::move(stored), header));
    copied_.reframed |= was_v2 && !IsV2(*header);
    PQ_ASSIGN(const int64_t header_size, WriteHeader(*header));
    PQ_RETURN_NOT_OK(sink_.Write(body->data(), body->size()));
    return header_size;
  }

  // The next bytes in one piece: the window's, or where they are more, a copy of the pool's.
  Result<std::shared_ptr<arrow::Buffer>> Body(int64_t size) {
    if (size <= PageWindow::kSize) {
      PQ_ASSIGN(const Bytes window, window_.Peek(size));
      window_.Skip(size);
      return std::make_shared<arrow::Buffer>(window.data(), size);
    }
    PQ_ASSIGN(std::shared_ptr<arrow::Buffer> body, arrow::AllocateBuffer(size, rules_.pool));
    uint8_t* out = body->mutable_data();
    PQ_RETURN_NOT_OK(Pieces(size, [&out](Bytes piece) {
      out = std::ranges::copy(piece, out).out;
      return Status::OK();
    }));
    return body;
  }

  // Gives the length of what was written.
  Result<int64_t> CopyHeader(bool changed, const PageHeader& header, int64_t old_length) {
    if (changed) {
      window_.Skip(old_length);
      return WriteHeader(header);
    }
    PQ_RETURN_NOT_OK(Copy(old_length, nullptr));
    return old_length;
  }

  Result<int64_t> WriteHeader(const PageHeader& header) {
    const std::string bytes = Serialize(header);
    const auto size = static_cast<int64_t>(bytes.size());
    PQ_RETURN_NOT_OK(sink_.Write(bytes.data(), size));
    return size;
  }

  Status CopyBody(const PageHeader& header) {
    uint32_t crc = 0;
    PQ_RETURN_NOT_OK(Copy(header.compressed_page_size, header.crc ? &crc : nullptr));
    return CheckSum(header, crc);
  }

  static Status CheckSum(const PageHeader& header, uint32_t crc) {
    if (!header.crc || static_cast<uint32_t>(*header.crc) == crc) return Status::OK();
    return Error(ErrorCode::kCorrupt, "its checksum is not that of its bytes");
  }

  // Calls fn with the next bytes, piece by piece.
  template <typename Fn>
  Status Pieces(int64_t bytes, Fn&& fn) {
    while (bytes > 0) {
      PQ_ASSIGN(const Bytes window, window_.Peek(1));
      const Bytes piece = window.first(std::min(static_cast<size_t>(bytes), window.size()));
      PQ_RETURN_NOT_OK(fn(piece));
      window_.Skip(static_cast<int64_t>(piece.size()));
      bytes -= static_cast<int64_t>(piece.size());
    }
    return Status::OK();
  }

  // The next bytes as they are.  `crc`, where it is asked for, gets on with their checksum
  // (CRC-32 as in gzip; parquet.thrift, PageHeader.crc).
  Status Copy(int64_t bytes, uint32_t* crc) {
    return Pieces(bytes, [&](Bytes piece) {
      if (crc != nullptr) *crc = arrow::internal::crc32(*crc, piece.data(), piece.size());
      return sink_.Write(piece.data(), static_cast<int64_t>(piece.size()));
    });
  }

  // `rows` are those that a header of version 2 told, or -1.
  void TakeDown(const PageHeader& header, int64_t rows, PageLocation old_page,
                PageLocation new_page) {
    if (header.type == PageType::kDictionary) {
      copied_.meta.dictionary_page_offset = new_page.offset;
      return Count(header.type, header.dictionary->encoding);
    }
    if (copied_.new_pages.empty()) copied_.meta.data_page_offset = new_page.offset;
    copied_.old_pages.push_back(std::move(old_page));
    copied_.new_pages.push_back(std::move(new_page));
    const int32_t values = *header.num_values();
    copied_.meta.num_values += values;
    if (rules_.leaf.max_repetition_level == 0) {
      rows_ += values;
    } else if (rows >= 0) {
      rows_ += rows;
    } else {
      rows_known_ = false;
    }
    Count(header.type, *header.encoding());
  }

  void Count(PageType type, Encoding encoding) {
    auto& stats = counts_;
    const auto same = std::ranges::find_if(stats, [&](const PageEncodingStats& one) {
      return one.page_type == type && one.encoding == encoding;
    });
    PageEncodingStats& entry = same != stats.end() ? *same : stats.emplace_back();
    entry.page_type = type;
    entry.encoding = encoding;
    ++entry.count;
  }

  Result<CopiedChunk> Finish() {
    ColumnMetaData& meta = copied_.meta;
    if (copied_.new_pages.empty()) return Error(ErrorCode::kCorrupt, "it has no data page");
    if (meta.num_values != chunk_.num_values) {
      return Error(ErrorCode::kCorrupt, fmt::format("its pages have {} values, the footer says {}",
                                                    meta.num_values, chunk_.num_values));
    }
    if (rows_known_ && rows_ != rules_.rows) {
      return Error(ErrorCode::kCorrupt,
                   fmt::format("its pages have {} rows, its row group {}", rows_, rules_.rows));
    }
    std::set<Encoding> encodings;
    for (const PageEncodingStats& pages : counts_) encodings.insert(pages.encoding);
    if (rules_.leaf.max_definition_level > 0) encodings.insert(Encoding::kRle);
    meta.encodings.assign(encodings.begin(), encodings.end());
    meta.encoding_stats = std::move(counts_);
    return std::move(copied_);
  }

  const ColumnMetaData& chunk_;
  const ChunkRules& rules_;
  PageRemaker remaker_;
  PageWindow window_;
  arrow::io::OutputStream& sink_;
  CopiedChunk copied_;
  std::vector<PageEncodingStats> counts_;  // the dictionary page comes first, as in the chunk
  int64_t rows_ = 0;                       // in the pages so far
  bool rows_known_ = true;                 // false: a page of version 1 of a repeated column
};

}  // namespace

void Shift(int64_t by, ColumnMetaData* meta) {
  meta->data_page_offset += by;
  if (meta->dictionary_page_offset) *meta->dictionary_page_offset += by;
  if (meta->index_page_offset) *meta->index_page_offset += by;
}

Result<CopiedChunk> CopyChunk(const ColumnMetaData& chunk, const ChunkRules& rules,
                              arrow::io::RandomAccessFile& source, arrow::io::OutputStream& sink) {
  return ChunkCopy(chunk, rules, source, sink).Run();
}

}  // namespace pqpack

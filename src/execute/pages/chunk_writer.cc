// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/chunk_writer.h"

#include <arrow/util/crc32.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "diagnose/deep/page_bodies.h"
#include "format/compact_writer.h"

namespace pqpack {
namespace {

constexpr int64_t kLargestPage = std::numeric_limits<int32_t>::max();
// What Arrow's reader takes of a list in thrift, which an offset index is.
constexpr size_t kMostPages = 1'000'000;

}  // namespace

ChunkWriter::ChunkWriter(Codec codec, arrow::io::OutputStream& sink, arrow::MemoryPool* pool)
    : codec_(codec), sink_(sink), pool_(pool), compressor_(codec) {
  meta_.codec = codec;
}

Result<Bytes> ChunkWriter::Compressed(Bytes body) {
  if (codec_ == Codec::kUncompressed) return body;
  if (compressed_ == nullptr) {
    PQ_ASSIGN(compressed_, arrow::AllocateResizableBuffer(0, pool_));
  }
  PQ_RETURN_NOT_OK(compressed_->Resize(0, /*shrink_to_fit=*/false));
  PQ_RETURN_NOT_OK(compressor_.Append(body, compressed_.get()));
  return View(*compressed_);
}

Status ChunkWriter::Write(const PageHeader& header, Bytes header_bytes, Bytes body) {
  const auto header_size = static_cast<int64_t>(header_bytes.size());
  PQ_RETURN_NOT_OK(sink_.Write(header_bytes.data(), header_size));
  PQ_RETURN_NOT_OK(sink_.Write(body.data(), static_cast<int64_t>(body.size())));
  meta_.total_uncompressed_size += header_size + header.uncompressed_page_size;
  meta_.total_compressed_size += header_size + header.compressed_page_size;
  Count(header.type, *header.encoding());
  return Status::OK();
}

Status ChunkWriter::WriteMade(PageHeader header, Bytes body, bool checksum) {
  PQ_ASSIGN(const Bytes stored, Compressed(body));
  if (static_cast<int64_t>(std::max(body.size(), stored.size())) > kLargestPage) {
    return Error(ErrorCode::kTooLarge, "a page of more than 2 GiB");
  }
  header.uncompressed_page_size = static_cast<int32_t>(body.size());
  header.compressed_page_size = static_cast<int32_t>(stored.size());
  if (checksum) {
    header.crc = static_cast<int32_t>(arrow::internal::crc32(0, stored.data(), stored.size()));
  }
  return Write(header, AsBytes(Serialize(header)), stored);
}

Status ChunkWriter::WriteDictionary(Bytes values, int64_t count, bool checksum) {
  PageHeader header;
  header.type = PageType::kDictionary;
  header.dictionary.emplace().num_values = static_cast<int32_t>(count);
  header.dictionary->encoding = Encoding::kPlain;
  PQ_ASSIGN(meta_.dictionary_page_offset, sink_.Tell());
  return WriteMade(std::move(header), values, checksum);
}

Status ChunkWriter::CopyPage(const SourcePage& page, const PageNote& note) {
  PageLocation place;
  PQ_ASSIGN(place.offset, sink_.Tell());
  if (page.changed) {
    PQ_RETURN_NOT_OK(Write(page.header, AsBytes(Serialize(page.header)), page.body));
  } else {
    PQ_RETURN_NOT_OK(Write(page.header, page.header_bytes, page.body));
  }
  return TakeDown(page.header, note, std::move(place));
}

Status ChunkWriter::WritePage(Encoding encoding, Bytes body, const PageNote& note, bool checksum) {
  PageHeader header;
  header.type = PageType::kData;
  DataPageHeader& data = header.data.emplace();
  data.num_values = static_cast<int32_t>(note.facts.slots);
  data.encoding = encoding;
  data.definition_level_encoding = data.repetition_level_encoding = Encoding::kRle;
  PageLocation place;
  PQ_ASSIGN(place.offset, sink_.Tell());
  PQ_RETURN_NOT_OK(WriteMade(header, body, checksum));
  return TakeDown(header, note, std::move(place));
}

Status ChunkWriter::TakeDown(const PageHeader& header, const PageNote& note, PageLocation place) {
  PQ_ASSIGN(const int64_t end, sink_.Tell());
  place.compressed_page_size = static_cast<int32_t>(end - place.offset);
  place.first_row_index = rows_;
  if (places_.empty()) meta_.data_page_offset = place.offset;
  rows_are_found_ = rows_are_found_ && note.begins_row && note.rows > 0;
  rows_ += note.rows;
  meta_.num_values += *header.num_values();
  places_.push_back(std::move(place));
  facts_.push_back(note.facts);
  if (places_.size() <= kMostPages) return Status::OK();
  return Error(ErrorCode::kUnsupported, "more pages than readers take");
}

void ChunkWriter::Count(PageType type, Encoding encoding) {
  for (PageEncodingStats& known : counts_) {
    if (known.page_type != type || known.encoding != encoding) continue;
    ++known.count;
    return;
  }
  PageEncodingStats& first = counts_.emplace_back();
  first.page_type = type;
  first.encoding = encoding;
  first.count = 1;
}

Result<ColumnMetaData> ChunkWriter::Finish(bool has_levels) {
  if (places_.empty()) return Error(ErrorCode::kInternal, "a column chunk without pages");
  std::set<Encoding> encodings;
  for (const PageEncodingStats& pages : counts_) encodings.insert(pages.encoding);
  if (has_levels) encodings.insert(Encoding::kRle);
  meta_.encodings.assign(encodings.begin(), encodings.end());
  meta_.encoding_stats = std::move(counts_);
  return std::move(meta_);
}

std::optional<OffsetIndex> ChunkWriter::Offsets() const {
  if (!rows_are_found_) return std::nullopt;
  OffsetIndex index;
  index.page_locations = places_;
  return index;
}

}  // namespace pqpack

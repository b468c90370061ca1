// SPDX-License-Identifier: Apache-2.0
#include "verify/chunk_stream.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>

#include <algorithm>

#include "store/range_stream.h"

namespace pqpack {
namespace {

constexpr int64_t kBuffer = 256 * kKiB;
constexpr int64_t kMissingDictionaryHeader = 100;

}  // namespace

Result<ChunkBytes> OpenChunkBytes(const ChunkSource& source, arrow::MemoryPool* pool) {
  PQ_ASSIGN(const int64_t size, source.file->GetSize());
  ByteRange range = source.chunk.pages;
  if (range.offset < 0 || range.length < 0 || range.offset > size - range.length) {
    return Error(ErrorCode::kCorrupt, "the column chunk lies outside of the file");
  }
  if (source.quirks.short_size) {
    range.length += std::min(kMissingDictionaryHeader, size - range.end());
  }
  ChunkBytes bytes;
  if (range.length > kChunkInOnePiece) {
    bytes.stream = OpenRange(source.file, range, kBuffer, pool);
    return bytes;
  }
  PQ_ASSIGN(bytes.whole, source.file->ReadAt(range.offset, range.length));
  if (bytes.whole->size() == range.length) return bytes;
  return Error(ErrorCode::kCorrupt, "the file ends inside of the column chunk");
}

Result<std::shared_ptr<arrow::io::InputStream>> OpenChunk(const ChunkSource& source,
                                                          arrow::MemoryPool* pool) {
  PQ_ASSIGN(ChunkBytes bytes, OpenChunkBytes(source, pool));
  if (bytes.whole == nullptr) return bytes.stream;
  return std::make_shared<arrow::io::BufferReader>(std::move(bytes.whole));
}

}  // namespace pqpack

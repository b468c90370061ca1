// SPDX-License-Identifier: Apache-2.0
//
// The bytes of one column chunk, from its first page header on.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// A chunk up to this size is read in one piece, a larger one through a buffer.
constexpr int64_t kChunkInOnePiece = 512 * kKiB;

// Faults of old writers that change how their pages are read.
struct ReadQuirks {
  bool short_size = false;     // the chunk's size lacks the dictionary's header (PARQUET-816)
  bool wrong_v2_flag = false;  // pages are compressed whatever they say (ARROW-10353)
  bool wide_deltas = false;    // INT32 deltas of 33 bits (apache/arrow-go#1027)
  bool operator==(const ReadQuirks&) const = default;
};

// What is kept of a column chunk's metadata: a merge of many wide files has a million of them.
struct StoredChunk {
  ByteRange pages;
  int64_t num_values = 0;
  Codec codec{};
  bool operator==(const StoredChunk&) const = default;
};

struct ChunkSource {
  std::shared_ptr<arrow::io::RandomAccessFile> file;
  StoredChunk chunk;
  int64_t rows = 0;  // of the row group
  ReadQuirks quirks;
};

// Its bytes, in one piece if it is short.
struct ChunkBytes {
  std::shared_ptr<arrow::Buffer> whole;
  std::shared_ptr<arrow::io::InputStream> stream;  // where `whole` is null
};

// kCorrupt where the chunk lies outside of the file.
Result<ChunkBytes> OpenChunkBytes(const ChunkSource& source, arrow::MemoryPool* pool);

// The same as a stream.
Result<std::shared_ptr<arrow::io::InputStream>> OpenChunk(const ChunkSource& source,
                                                          arrow::MemoryPool* pool);

}  // namespace pqpack

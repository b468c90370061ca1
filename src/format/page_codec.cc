// SPDX-License-Identifier: Apache-2.0
#include "format/page_codec.h"

#include <arrow/buffer.h>
#include <fmt/format.h>

#include <algorithm>

namespace pqpack {

Result<arrow::Compression::type> LibraryCodec(Codec codec) {
  switch (codec) {
    case Codec::kUncompressed:
      return arrow::Compression::UNCOMPRESSED;
    case Codec::kSnappy:
      return arrow::Compression::SNAPPY;
    case Codec::kGzip:
      return arrow::Compression::GZIP;
    case Codec::kBrotli:
      return arrow::Compression::BROTLI;
    case Codec::kZstd:
      return arrow::Compression::ZSTD;
    case Codec::kLz4:
      return arrow::Compression::LZ4_HADOOP;
    case Codec::kLz4Raw:
      return arrow::Compression::LZ4;
    default:
      return Error(ErrorCode::kUnsupported, "the codec " + ToString(codec) + " can't be read",
                   "Write the file again with another codec.");
  }
}

Result<arrow::util::Codec*> Decompressor::LibraryFor(arrow::Compression::type type) {
  if (library_ == nullptr || library_->compression_type() != type) {
    PQ_ASSIGN(library_, arrow::util::Codec::Create(type));
  }
  return library_.get();
}

Result<std::shared_ptr<arrow::Buffer>> Decompressor::Run(Codec codec, Bytes compressed,
                                                         int64_t size) {
  PQ_ASSIGN(const auto type, LibraryCodec(codec));
  if (memory_ != nullptr && memory_.use_count() == 1 && memory_->capacity() >= size) {
    PQ_RETURN_NOT_OK(memory_->Resize(size, /*shrink_to_fit=*/false));
  } else {
    memory_.reset();
    PQ_ASSIGN(memory_, arrow::AllocateResizableBuffer(size, pool_));
  }
  const auto compressed_size = static_cast<int64_t>(compressed.size());
  int64_t written = compressed_size;
  if (type == arrow::Compression::UNCOMPRESSED) {
    if (compressed_size == size) std::ranges::copy(compressed, memory_->mutable_data());
  } else {
    PQ_ASSIGN(arrow::util::Codec* const library, LibraryFor(type));
    const auto done =
        library->Decompress(compressed_size, compressed.data(), size, memory_->mutable_data());
    if (!done.ok()) {
      return Error(ErrorCode::kCorrupt, "page body: " + done.status().message());
    }
    written = *done;
  }
  if (written == size) return memory_;
  return Error(ErrorCode::kCorrupt,
               fmt::format("page body: {} bytes uncompressed instead of {}", written, size));
}

Result<std::shared_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed, int64_t size,
                                                  arrow::MemoryPool* pool) {
  return Decompressor(pool).Run(codec, compressed, size);
}

}  // namespace pqpack

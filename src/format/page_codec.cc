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

Result<std::unique_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed, int64_t size,
                                                  arrow::MemoryPool* pool) {
  PQ_ASSIGN(const auto type, LibraryCodec(codec));
  PQ_ASSIGN(auto out, arrow::AllocateBuffer(size, pool));
  const auto compressed_size = static_cast<int64_t>(compressed.size());
  int64_t written = compressed_size;
  if (type == arrow::Compression::UNCOMPRESSED) {
    if (compressed_size == size) std::ranges::copy(compressed, out->mutable_data());
  } else {
    PQ_ASSIGN(const auto library, arrow::util::Codec::Create(type));
    const auto done =
        library->Decompress(compressed_size, compressed.data(), size, out->mutable_data());
    if (!done.ok()) {
      return Error(ErrorCode::kCorrupt, "page body: " + done.status().message());
    }
    written = *done;
  }
  if (written == size) return out;
  return Error(ErrorCode::kCorrupt,
               fmt::format("page body: {} bytes uncompressed instead of {}", written, size));
}

}  // namespace pqpack

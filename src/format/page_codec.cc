// SPDX-License-Identifier: Apache-2.0
#include "format/page_codec.h"

#include <arrow/buffer.h>
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "format/snappy.h"

namespace pqpack {
namespace {

Status CheckSize(int64_t written, int64_t size) {
  if (written == size) return Status::OK();
  return Error(ErrorCode::kCorrupt,
               fmt::format("{} bytes uncompressed instead of {}", written, size));
}

}  // namespace

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
  const Status unpacked = Unpack(type, compressed);
  if (!unpacked.ok()) return Error(ErrorCode::kCorrupt, "page body: " + unpacked.message());
  return memory_;
}

// Fills the memory.
Status Decompressor::Unpack(arrow::Compression::type type, Bytes compressed) {
  const std::span<uint8_t> out(memory_->mutable_data(), static_cast<size_t>(memory_->size()));
  if (type == arrow::Compression::SNAPPY && !library_only_) return UnpackSnappy(compressed, out);
  if (type != arrow::Compression::UNCOMPRESSED) return UnpackByLibrary(type, compressed);
  PQ_RETURN_NOT_OK(CheckSize(static_cast<int64_t>(compressed.size()), memory_->size()));
  std::ranges::copy(compressed, out.begin());
  return Status::OK();
}

Status Decompressor::UnpackByLibrary(arrow::Compression::type type, Bytes compressed) {
  PQ_ASSIGN(arrow::util::Codec* const library, LibraryFor(type));
  PQ_ASSIGN(const int64_t written,
            library->Decompress(static_cast<int64_t>(compressed.size()), compressed.data(),
                                memory_->size(), memory_->mutable_data()));
  return CheckSize(written, memory_->size());
}

Result<std::shared_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed, int64_t size,
                                                  arrow::MemoryPool* pool) {
  Decompressor library(pool);
  library.library_only_ = true;
  return library.Run(codec, compressed, size);
}

}  // namespace pqpack

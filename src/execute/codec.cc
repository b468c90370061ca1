// SPDX-License-Identifier: Apache-2.0
#include "execute/codec.h"

#include "format/page_codec.h"

namespace pqpack {

int CompressionLevel(Codec codec) {
  switch (codec) {
    case Codec::kGzip:
      return 6;
    case Codec::kBrotli:
      return 5;
    case Codec::kZstd:
      return 1;
    default:
      return arrow::util::kUseDefaultCompressionLevel;
  }
}

Status Compressor::Append(Bytes plain, arrow::ResizableBuffer* out) {
  if (library_ == nullptr) {
    PQ_ASSIGN(const auto type, LibraryCodec(codec_));
    PQ_ASSIGN(library_, arrow::util::Codec::Create(type, CompressionLevel(codec_)));
  }
  const auto size = static_cast<int64_t>(plain.size());
  const int64_t before = out->size();
  const int64_t most = library_->MaxCompressedLen(size, plain.data());
  PQ_RETURN_NOT_OK(out->Resize(before + most, /*shrink_to_fit=*/false));
  PQ_ASSIGN(const int64_t written,
            library_->Compress(size, plain.data(), most, out->mutable_data() + before));
  return out->Resize(before + written, /*shrink_to_fit=*/false);
}

}  // namespace pqpack

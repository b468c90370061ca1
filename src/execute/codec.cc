// SPDX-License-Identifier: Apache-2.0
#include "execute/codec.h"

#include <arrow/util/compression.h>

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

}  // namespace pqpack

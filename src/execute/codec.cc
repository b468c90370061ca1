// SPDX-License-Identifier: Apache-2.0
#include "execute/codec.h"

#include <arrow/util/compression.h>

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

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Our names of codecs and those of Arrow, which compresses.
#pragma once

#include <arrow/util/type_fwd.h>
#include <parquet/types.h>

#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// kUnsupported for LZO and for codecs that the format does not name.
Result<arrow::Compression::type> LibraryCodec(Codec codec);

// What we compress with.  Arrow's defaults for gzip (9) and Brotli (8) take
// several times as long as these for a few percent.
int CompressionLevel(Codec codec);

}  // namespace pqpack

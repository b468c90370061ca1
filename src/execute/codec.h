// SPDX-License-Identifier: Apache-2.0
//
// How hard outputs are compressed.
#pragma once

#include "format/types.h"

namespace pqpack {

// What we compress with.  Arrow's defaults for gzip (9) and Brotli (8) take
// several times as long as these for a few percent.
int CompressionLevel(Codec codec);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A column chunk whose values are encoded anew, in a file whose other chunks are copied.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>

#include "base/status.h"
#include "execute/chunk_builders.h"
#include "execute/encode_setup.h"

namespace pqpack {

// Writes the chunk where the sink stands.  `setup` is prepared.  Errors as EncodeColumn().
Result<EncodedChunk> EncodeChunk(const EncodeSetup& setup, const ChunkToEncode& chunk,
                                 const std::shared_ptr<arrow::io::OutputStream>& sink);

}  // namespace pqpack

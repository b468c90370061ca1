// SPDX-License-Identifier: Apache-2.0
//
// A column chunk whose values are encoded anew, in a file whose other chunks are copied.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>

#include "base/status.h"
#include "execute/encode_setup.h"
#include "format/row_group.h"

namespace pqpack {

struct EncodedChunk {
  ColumnChunk chunk;                       // as the footer has it, but for the page index
  std::string column_index, offset_index;  // serialised; empty: none
};

// Writes the chunk where the sink stands.  `setup` is prepared.  Errors as EncodeColumn().
Result<EncodedChunk> EncodeChunk(const EncodeSetup& setup, const ChunkToEncode& chunk,
                                 const std::shared_ptr<arrow::io::OutputStream>& sink);

}  // namespace pqpack

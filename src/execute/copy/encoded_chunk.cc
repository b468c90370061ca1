// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/encoded_chunk.h"

#include <fmt/format.h>

namespace pqpack {

Result<EncodedChunk> EncodeChunk(const EncodeSetup& setup, const ChunkToEncode& chunk,
                                 const std::shared_ptr<arrow::io::OutputStream>& sink) {
  ChunkBuilders builders;
  PQ_RETURN_NOT_OK(
      builders.Make(setup.properties(), setup.columns().Column(chunk.column), chunk.column));
  PQ_ASSIGN(const CloseFn close, EncodeColumn(setup.context(), chunk, builders.Chunk(sink)));
  PQ_ASSIGN(const ClosedChunk closed, close());
  if (closed.rows != chunk.rows) {
    return Error(ErrorCode::kInternal,
                 fmt::format("{} rows of {} were written", closed.rows, chunk.rows));
  }
  return builders.Built();
}

}  // namespace pqpack

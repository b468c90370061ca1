// SPDX-License-Identifier: Apache-2.0
#include "format/dictionary_indices.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "format/hybrid_codec.h"
#include "format/hybrid_runs.h"

namespace pqpack {
namespace {

Status Broken(const std::string& problem) {
  return Error(ErrorCode::kCorrupt, "dictionary indices: " + problem);
}

}  // namespace

Result<IndexStream> OpenIndices(Bytes values) {
  if (values.empty()) return Broken("not even their width is there");
  if (values[0] > kMaxBitWidth) return Broken(fmt::format("{} bits wide", values[0]));
  return IndexStream{values[0], values.subspan(1)};
}

Status DecodeIndices(Bytes values, int64_t dictionary_size, std::span<uint32_t> out) {
  if (out.empty() && values.empty()) return Status::OK();
  PQ_ASSIGN(const IndexStream stream, OpenIndices(values));
  PQ_RETURN_NOT_OK(DecodeHybrid(stream.runs, stream.bit_width, out));
  uint32_t largest = 0;
  for (const uint32_t index : out) largest = std::max(largest, index);
  if (out.empty() || largest < dictionary_size) return Status::OK();
  return Broken(fmt::format("{} in a dictionary of {}", largest, dictionary_size));
}

std::string EncodeIndices(std::span<const uint32_t> indices, int64_t dictionary_size) {
  const int bit_width =
      std::bit_width(static_cast<uint64_t>(std::max<int64_t>(dictionary_size, 1) - 1));
  std::string values(1, static_cast<char>(bit_width));
  EncodeHybrid(indices, bit_width, &values);
  return values;
}

}  // namespace pqpack

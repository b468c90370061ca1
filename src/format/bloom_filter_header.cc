// SPDX-License-Identifier: Apache-2.0
#include "format/bloom_filter_header.h"

#include <fmt/format.h>

#include "format/struct_fields.h"
#include "format/union_view.h"

namespace pqpack {
namespace {

constexpr auto kAlgorithm = [](auto& header) {
  return UnionView{header.algorithm, header.unknown_of_algorithm};
};
constexpr auto kHash = [](auto& header) { return UnionView{header.hash, header.unknown_of_hash}; };
constexpr auto kCompression = [](auto& header) {
  return UnionView{header.compression, header.unknown_of_compression};
};
constexpr auto kBloomFilterHeader =
    StructFields<BloomFilterHeader>("BloomFilterHeader", Field(1, &BloomFilterHeader::num_bytes),
                                    Field(2, kAlgorithm), Field(3, kHash), Field(4, kCompression));

}  // namespace

void ReadStruct(CompactReader& in, BloomFilterHeader* out) { kBloomFilterHeader.Read(in, out); }
void WriteStruct(CompactWriter& out, const BloomFilterHeader& value) {
  kBloomFilterHeader.Write(out, value);
}

Result<ParsedBloomFilterHeader> ParseBloomFilterHeader(Bytes window) {
  CompactReader in(window, "bloom filter header");
  ParsedBloomFilterHeader result;
  ReadStruct(in, &result.header);
  in.KeepForm(&result.header.as_written);
  PQ_RETURN_NOT_OK(in.status());
  if (result.header.num_bytes < 0) {
    return Error(ErrorCode::kCorrupt,
                 fmt::format("bloom filter header: a filter of {} bytes", result.header.num_bytes));
  }
  result.length = in.position();
  return result;
}

}  // namespace pqpack

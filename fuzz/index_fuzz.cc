// SPDX-License-Identifier: Apache-2.0
//
// Input: which structure, then that: an offset index, a column index or the header of a
// bloom filter.
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include "format/bloom_filter_header.h"
#include "format/column_index.h"
#include "format/offset_index.h"
#include "fuzzing.h"

namespace pqpack::fuzz {
namespace {

void FuzzOffsetIndex(Bytes bytes) {
  const auto ours = ParseOffsetIndex(bytes);
  if (!ours.ok()) return;
  RequireRoundTrip(*ours, bytes, static_cast<int64_t>(bytes.size()));
  const auto theirs = Attempt([&] {
    return parquet::OffsetIndex::Make(bytes.data(), static_cast<int64_t>(bytes.size()),
                                      parquet::ReaderProperties());
  });
  if (!theirs) return;
  const auto& locations = (*theirs)->page_locations();
  Require(ours->page_locations.size() == locations.size(), "pages");
  for (size_t i = 0; i < locations.size(); ++i) {
    const PageLocation& page = ours->page_locations[i];
    Require(page.offset == locations[i].offset, "offset");
    Require(page.compressed_page_size == locations[i].compressed_page_size, "size");
    Require(page.first_row_index == locations[i].first_row_index, "first_row_index");
  }
  Require(ours->unencoded_byte_array_data_bytes.value_or(std::vector<int64_t>()) ==
              (*theirs)->unencoded_byte_array_data_bytes(),
          "unencoded_byte_array_data_bytes");
}

void FuzzColumnIndex(Bytes bytes) {
  const auto ours = ParseColumnIndex(bytes);
  if (!ours.ok()) return;
  RequireRoundTrip(*ours, bytes, static_cast<int64_t>(bytes.size()));
  static const parquet::ColumnDescriptor kColumn(
      parquet::schema::PrimitiveNode::Make("c", parquet::Repetition::OPTIONAL,
                                           parquet::Type::BYTE_ARRAY),
      1, 0);
  const auto theirs = Attempt([&] {
    return parquet::ColumnIndex::Make(kColumn, bytes.data(), static_cast<int64_t>(bytes.size()),
                                      parquet::ReaderProperties());
  });
  if (!theirs) return;
  const parquet::ColumnIndex& index = **theirs;
  const std::vector<int64_t> none;
  Require(ours->null_pages == index.null_pages(), "null_pages");
  Require(ours->min_values == index.encoded_min_values(), "min_values");
  Require(ours->max_values == index.encoded_max_values(), "max_values");
  RequireSame(ours->boundary_order, index.boundary_order(), parquet::BoundaryOrder::Descending,
              "boundary_order");
  Require(ours->null_counts.has_value() == index.has_null_counts(), "null_counts");
  Require(ours->null_counts.value_or(none) == index.null_counts(), "null_counts");
  Require(ours->definition_level_histograms.value_or(none) == index.definition_level_histograms(),
          "definition levels");
  Require(ours->repetition_level_histograms.value_or(none) == index.repetition_level_histograms(),
          "repetition levels");
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  fuzz::Input input(data, size);
  switch (input.Byte() % 3) {
    case 0:
      fuzz::FuzzOffsetIndex(input.rest());
      break;
    case 1:
      fuzz::FuzzColumnIndex(input.rest());
      break;
    default:
      if (const auto bloom = ParseBloomFilterHeader(input.rest()); bloom.ok()) {
        fuzz::RequireRoundTrip(bloom->header, input.rest(), bloom->length);
      }
  }
  return 0;
}

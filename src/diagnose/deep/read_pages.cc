// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/read_pages.h"

#include "diagnose/deep/check_chunk.h"
#include "inspect/chunk_places.h"

namespace pqpack {

Status DeepCheck(const DeepInput& input, std::vector<Fault>* faults) {
  const FileMetaData& footer = input.view.footer;
  const auto places = PlaceChunks(footer, input.data_end);
  for (size_t g = 0; g < places.size(); ++g) {
    for (size_t c = 0; c < places[g].size(); ++c) {
      const Place place{static_cast<int64_t>(g), static_cast<int64_t>(c)};
      const ColumnChunk& chunk = footer.row_groups[g].columns[c];
      if (places[g][c].pages.length == 0 || !chunk.meta_data || !input.view.HasLeaf(place.column)) {
        continue;
      }
      const int leaf = input.view.LeafNode(place.column);
      if (chunk.meta_data->type != *input.view.tree.element(leaf).type) continue;
      ByteRange pages = places[g][c].pages;
      ByteRange filter;
      if (const ChunkDetails* details = input.view.Details(place.row_group, place.column)) {
        pages.length += details->past_end;
        filter = details->bloom_filter.bits;
      }
      PQ_RETURN_NOT_OK(ChunkExam(input, place, pages, filter, faults).Run());
    }
  }
  return Status::OK();
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A chunk ends at the latest where the next one begins, whoever that is.
#include "inspect/chunk_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace pqpack {
namespace {

struct Owner {
  size_t row_group;
  size_t column;
};

std::string Name(const Owner& owner) {
  return fmt::format("row group {}, column {}", owner.row_group, owner.column);
}

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

// The place by the chunk's own words, cut at the end of the data.
ChunkPlace PlaceAlone(const ColumnChunk& chunk, int64_t data_end) {
  if (chunk.encrypted()) return {{}, EncryptedError("the column")};
  if (chunk.file_path && !chunk.file_path->empty()) {
    return {{},
            Error(ErrorCode::kUnsupported,
                  fmt::format("its data is in another file ('{}')", *chunk.file_path),
                  "Inspect that file.")};
  }
  if (!chunk.meta_data) return {{}, Corrupt("no metadata")};
  const ByteRange said = chunk.meta_data->pages();
  if (said.length == 0) {
    if (chunk.meta_data->num_values == 0) return {};
    return {{}, Corrupt(fmt::format("{} values in 0 bytes", chunk.meta_data->num_values))};
  }
  if (said.offset < kMagicSize || said.offset >= data_end || said.length < 0) {
    return {{},
            Corrupt(fmt::format("{} bytes from offset {} on are outside of the data (4 to {})",
                                said.length, said.offset, data_end))};
  }
  const int64_t most = data_end - said.offset;
  if (said.length <= most) return {said, Status::OK()};
  return {{said.offset, most},
          Corrupt(fmt::format("{} bytes from offset {} on pass the end of the data at {}",
                              said.length, said.offset, data_end))};
}

}  // namespace

std::vector<std::vector<ChunkPlace>> PlaceChunks(const FileMetaData& footer, int64_t data_end) {
  std::vector<std::vector<ChunkPlace>> places(footer.row_groups.size());
  std::map<int64_t, Owner> starts;
  for (size_t g = 0; g < places.size(); ++g) {
    for (const ColumnChunk& chunk : footer.row_groups[g].columns) {
      ChunkPlace place = PlaceAlone(chunk, data_end);
      const Owner owner{g, places[g].size()};
      if (place.pages.length > 0) {
        const auto [first, is_first] = starts.emplace(place.pages.offset, owner);
        if (!is_first) {
          place = {{},
                   Corrupt(fmt::format("begins at offset {}, as {} does", place.pages.offset,
                                       Name(first->second)))};
        }
      }
      places[g].push_back(std::move(place));
    }
  }
  for (auto& group : places) {
    for (ChunkPlace& place : group) {
      if (place.pages.length == 0) continue;
      const auto next = starts.upper_bound(place.pages.offset);
      if (next == starts.end() || next->first >= place.pages.end()) continue;
      place.problem = Corrupt(
          fmt::format("{} bytes from offset {} on run into {}, which begins at {}",
                      place.pages.length, place.pages.offset, Name(next->second), next->first));
      place.pages.length = next->first - place.pages.offset;
    }
  }
  return places;
}

}  // namespace pqpack

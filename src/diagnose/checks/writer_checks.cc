// SPDX-License-Identifier: Apache-2.0
//
// What is only known from the writer's name and version (diagnose/writers.cc): suspicions,
// which --deep confirms or not.
#include <string>

#include "diagnose/checks/groups.h"

namespace pqpack {
namespace {

// No writer mixes versions in a chunk.
bool StartsWithVersionOne(const FileView& view, Place place) {
  const ChunkDetails* details = view.Details(place.row_group, place.column);
  return details != nullptr && details->first_data &&
         details->first_data->parsed.header.type == PageType::kData;
}

bool SuspectPages(const WriterFault& fault, const FileView& view, Place place,
                  const ColumnMetaData& chunk) {
  if (fault.concerns == Concerns::kDataPageV2 && StartsWithVersionOne(view, place)) return false;
  return Touches(fault, chunk, view.tree.node(view.LeafNode(place.column)));
}

// A repair leaves the writer's name and takes away what it is wrong about.  Wrong counts show
// in the statistics, where other checks find them.
bool HasWhatIsWrong(const WriterFault& fault, const ColumnChunk& chunk,
                    const SchemaElement& element) {
  if (fault.concerns == Concerns::kPageIndex) {
    return chunk.offset_index_offset || chunk.column_index_offset;
  }
  if (fault.concerns == Concerns::kBloomFilter) {
    return chunk.meta_data->bloom_filter_offset.has_value();
  }
  const auto& statistics = chunk.meta_data->statistics;
  return statistics && statistics->HasBounds() && DoubtsBounds(fault, element);
}

void Suspect(const FileView& view, bool pages, Finder* found) {
  const auto faults = FaultsOf(view.writer);
  if (faults.empty()) return;
  ForEachChunk(view, [&](Place place, const RowGroup&, const ColumnChunk& chunk,
                         const ColumnMetaData& meta) {
    if (!view.HasLeaf(place.column) || meta.num_values == 0) return;
    for (const WriterFault* fault : faults) {
      if (ConcernsPages(*fault) != pages) continue;
      const int leaf = view.LeafNode(place.column);
      const bool there = pages ? SuspectPages(*fault, view, place, meta)
                               : HasWhatIsWrong(*fault, chunk, view.tree.element(leaf));
      if (there) found->Suspect(place, view.writer.ToString() + ": " + std::string(fault->what));
    }
  });
}

constexpr Check kChecks[] = {
    {
        .id = "writer-known-bad",
        .title = "a version of the writer that is known for wrong pages in such columns",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "the column is decoded and encoded, or the file is refused",
        .evidence = "apache/arrow-go#655 apache/arrow-go#690 estuary/connectors#4054 "
                    "apache/arrow-go#325 apache/arrow-go#1027 seaweedfs/seaweedfs#10857 "
                    "apache/arrow#8629",
        .severity = Warn,
        .run = [](const FileView& view, const Target&,
                  Finder* found) { Suspect(view, /*pages=*/true, found); },
    },
    {
        .id = "writer-statistics",
        .title = "a version of the writer that is known for wrong statistics, indexes or filters",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "they are dropped, or made anew where the column is encoded again",
        .evidence = "apache/arrow-go#807 apache/arrow-go#917 apache/arrow-go#489 "
                    "apache/arrow-go#210 apache/arrow-go#883 apache/arrow-go#1075 "
                    "xitongsys/parquet-go#547 apache/arrow-go#525 parquet-go/parquet-go#459",
        .severity = Warn,
        .run = [](const FileView& view, const Target&,
                  Finder* found) { Suspect(view, /*pages=*/false, found); },
    },
};

}  // namespace

std::span<const Check> WriterChecks() { return kChecks; }

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The headers of a chunk's first pages against what the footer promises.
#include <fmt/format.h>

#include <string>

#include "diagnose/checks/groups.h"
#include "diagnose/listed_encodings.h"

namespace pqpack {
namespace {

void Header(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData&) {
    const ChunkDetails* details = view.Details(place.row_group, place.column);
    if (details == nullptr || details->header_problem.empty()) return;
    place.offset = details->header_problem_offset;
    found->Add(place, details->header_problem);
  });
}

// Readers know by the signature that these versions left it out, and read on.
bool IsKnownForShortSizes(const Writer& writer) {
  return writer.name == "parquet-mr" &&
         (!writer.version || *writer.version < WriterVersion{1, 2, 9});
}

void SizeShort(const FileView& view, const Target&, Finder* found) {
  const bool known = IsKnownForShortSizes(view.writer);
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        const ChunkDetails* details = view.Details(place.row_group, place.column);
        if (details == nullptr || details->past_end == 0) return;
        place.offset = meta.pages().end();
        const auto what = fmt::format("its first pages end {} bytes behind it", details->past_end);
        if (known) {
          found->Suspect(place, what);
        } else {
          found->Add(place, what, RepairLevel::kImpossible);
        }
      });
}

void Disagree(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view,
               [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
                 const ChunkDetails* details = view.Details(place.row_group, place.column);
                 if (details == nullptr || !details->first_data) return;
                 const PageHeader& header = details->first_data->parsed.header;
                 const std::string problem = NotListed(meta, *header.encoding());
                 place.offset = details->first_data->offset;
                 if (!problem.empty()) found->Add(place, problem);
               });
}

void NotCompressed(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        const ChunkDetails* details = view.Details(place.row_group, place.column);
        if (details == nullptr || !details->first_data) return;
        const PageHeader& header = details->first_data->parsed.header;
        if (!header.says_uncompressed() || meta.codec == Codec::kUncompressed) return;
        place.offset = details->first_data->offset;
        found->Add(place, fmt::format("is_compressed = false in a {} chunk", ToString(meta.codec)));
      });
}

constexpr Check kChecks[] = {
    {
        .id = "first-page-unreadable",
        .title = "where the footer says a chunk begins, there is no page",
        .looks_at = LooksAt::kFirstPages,
        .repair = RepairLevel::kImpossible,
        .evidence = "https://parquet.apache.org/docs/file-format/data-pages/",
        .severity = Lost,
        .run = Header,
    },
    {
        .id = "chunk-size-short",
        .title = "a chunk's size leaves out the header of its dictionary page",
        .looks_at = LooksAt::kFirstPages,
        .repair = RepairLevel::kReencode,
        .mend = "read as readers read parquet-mr before 1.2.9, which is known for it, and encoded "
                "anew; of another writer, no repair",
        .evidence = "https://issues.apache.org/jira/browse/PARQUET-816",
        .severity = Broken,
        .run = SizeShort,
    },
    {
        .id = "encodings-disagree",
        .title = "the footer does not list the encoding that a page has",
        .looks_at = LooksAt::kFirstPages,
        .repair = RepairLevel::kFooter,
        .mend = "the footer lists what the pages have",
        .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
        .severity = Broken,
        .run = Disagree,
    },
    {
        .id = "v2-not-compressed",
        .title = "pages of version 2 that say of themselves that they are not compressed",
        .looks_at = LooksAt::kFirstPages,
        .repair = RepairLevel::kPages,
        .mend = "the pages are framed anew",
        .evidence = "duckdb/duckdb#5744 apache/arrow#8629",
        .severity = Warn,
        .run = NotCompressed,
    },
};

}  // namespace

std::span<const Check> FirstPageChecks() { return kChecks; }

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// What the footer says of the data of a column chunk: codec, encodings, offsets.  Where the
// headers of its first pages were read, they count as well: an encoding list is a promise,
// a page header is a fact.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>

#include "diagnose/checks/groups.h"

namespace pqpack {
namespace {

// PLAIN_DICTIONARY is what RLE_DICTIONARY was called; readers take both.
bool Reads(const Target& target, Encoding encoding) {
  switch (encoding) {
    case Encoding::kPlainDictionary:
      return true;
    case Encoding::kBitPacked:  // of levels, in old files
      return true;
    default:
      return target.encodings.Has(encoding);
  }
}

template <typename Fn>
void ForEachHeader(const FileView& view, Place place, const Fn& fn) {
  const ChunkDetails* details = view.Details(place.row_group, place.column);
  if (details == nullptr) return;
  if (details->first) fn(*details->first);
  if (details->first_data && details->first &&
      details->first_data->offset != details->first->offset)
    fn(*details->first_data);
}

void Encodings(const FileView& view, const Target& target, Finder* found) {
  ForEachChunk(view,
               [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
                 std::set<Encoding> all(meta.encodings.begin(), meta.encodings.end());
                 if (meta.encoding_stats) {
                   // They say which pages there are; the list may name some that there are not.
                   all.clear();
                   for (const PageEncodingStats& stats : *meta.encoding_stats)
                     all.insert(stats.encoding);
                 }
                 ForEachHeader(view, place, [&](const SeenHeader& seen) {
                   const PageHeader& header = seen.parsed.header;
                   if (header.is_data()) all.insert(*header.encoding());
                 });
                 std::vector<std::string> unread;
                 for (const Encoding encoding : all) {
                   if (!Reads(target, encoding)) unread.push_back(ToString(encoding));
                 }
                 if (!unread.empty()) found->Add(place, fmt::format("{}", fmt::join(unread, ", ")));
               });
}

void PagesOfVersionTwo(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        bool second = false;
        if (meta.encoding_stats) {
          second = std::ranges::any_of(*meta.encoding_stats, [](const PageEncodingStats& stats) {
            return stats.page_type == PageType::kDataV2;
          });
        }
        ForEachHeader(view, place, [&](const SeenHeader& seen) {
          if (seen.parsed.header.type != PageType::kDataV2) return;
          second = true;
          place.offset = seen.offset;
        });
        if (second) found->Add(place, "DATA_PAGE_V2");
      });
}

void Codecs(const FileView& view, const Target& target, Finder* found) {
  ForEachChunk(view, [&](Place place, const RowGroup&, const ColumnChunk&,
                         const ColumnMetaData& meta) {
    const bool lz4 = meta.codec == Codec::kLz4 || meta.codec == Codec::kLz4Raw;
    if (lz4 || target.codecs.Has(meta.codec)) return;
    const bool lost = meta.codec == Codec::kLzo;
    found->Add(place, ToString(meta.codec), lost ? RepairLevel::kImpossible : RepairLevel::kPages);
  });
}

void Lz4(const FileView& view, const Target& target, Finder* found) {
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        const bool raw = meta.codec == Codec::kLz4Raw && !target.codecs.Has(Codec::kLz4Raw);
        if (raw || meta.codec == Codec::kLz4) found->Add(place, ToString(meta.codec));
      });
}

bool SaysDictionary(const ColumnMetaData& meta) {
  return std::ranges::any_of(meta.encodings, IsDictionary);
}

void DictionaryOffset(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view, [&](Place place, const RowGroup&, const ColumnChunk&,
                         const ColumnMetaData& meta) {
    if (meta.num_values == 0 || meta.total_compressed_size <= 0) return;
    const auto& dictionary = meta.dictionary_page_offset;
    const ChunkDetails* details = view.Details(place.row_group, place.column);
    const bool seen = details != nullptr && details->first;
    const bool there = seen && details->first->parsed.header.type == PageType::kDictionary;
    std::string problem;
    if (dictionary && *dictionary == 0) {
      problem = "dictionary_page_offset is 0";
    } else if (dictionary && *dictionary >= meta.data_page_offset && meta.data_page_offset > 0) {
      problem = "the dictionary page comes after the first data page";
    } else if (there && details->first->offset == meta.data_page_offset) {
      problem = "data_page_offset points at the dictionary page";
    } else if (seen && !there && dictionary) {
      problem = "there is no dictionary page at dictionary_page_offset";
    } else if (!seen && !dictionary && SaysDictionary(meta)) {
      found->Suspect(place, "pages in a dictionary's encoding, but no dictionary_page_offset");
      return;
    }
    if (!problem.empty()) found->Add(place, problem);
  });
}

void MixedDictionary(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        std::set<Encoding> data;
        if (meta.encoding_stats) {
          for (const PageEncodingStats& stats : *meta.encoding_stats) {
            if (stats.page_type != PageType::kDictionary) data.insert(stats.encoding);
          }
        }
        if (data.contains(Encoding::kPlainDictionary) && data.contains(Encoding::kRleDictionary)) {
          found->Add(place, "PLAIN_DICTIONARY and RLE_DICTIONARY");
        }
      });
}

void BloomFilter(const FileView& view, const Target&, Finder* found) {
  const int64_t end = view.file_size - kFooterTailSize - view.footer.serialized_size;
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        if (!meta.bloom_filter_offset) return;
        const int64_t offset = *meta.bloom_filter_offset;
        const int64_t length = meta.bloom_filter_length.value_or(0);
        if (offset >= kMagicSize && offset < end && length >= 0 && length <= end - offset) return;
        place.offset = offset;
        found->Add(place, fmt::format("at {}, {} bytes; data ends at {}", offset, length, end));
      });
}

constexpr Check kChecks[] = {
    {
        .id = "encoding-unread",
        .title = "pages in an encoding that the reader does not know (DELTA_*, ...)",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "the column is encoded again, in PLAIN or with a dictionary",
        .evidence = "https://docs.snowflake.com/en/user-guide/data-load-prepare "
                    "redpanda-data/connect#1504",
        .severity = Broken,
        .run = Encodings,
    },
    {
        .id = "data-page-v2",
        .title = "data pages of version 2",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kPages,
        .mend = "the pages are framed anew as version 1",
        .evidence = "https://docs.snowflake.com/en/user-guide/data-load-prepare "
                    "redpanda-data/connect#1504",
        .severity =
            [](const Target& target) {
              return target.pages.Has(PageType::kDataV2) ? Severity::kNone : Severity::kError;
            },
        .run = PagesOfVersionTwo,
    },
    {
        .id = "codec-unread",
        .title = "a compression codec that the reader does not know",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kPages,
        .mend = "the pages are compressed anew",
        .evidence = "https://docs.snowflake.com/en/sql-reference/sql/create-file-format "
                    "https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html",
        .severity = Broken,
        .run = Codecs,
    },
    {
        .id = "lz4",
        .title = "LZ4, of which readers know two framings, or LZ4_RAW, which some do not know",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kPages,
        .mend = "the pages are compressed anew",
        .evidence = "apache/parquet-java#2718",
        .severity = Warn,
        .run = Lz4,
    },
    {
        .id = "dictionary-offset",
        .title = "the offsets of a chunk's dictionary and data pages are odd",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the offsets are set",
        .evidence = "duckdb/duckdb#10829 duckdb/duckdb#12096",
        .severity = Warn,
        .run = DictionaryOffset,
    },
    {
        .id = "dictionary-encodings-mixed",
        .title = "one chunk calls its dictionary pages by both names",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "all of them become RLE_DICTIONARY",
        .evidence = "https://parquet.apache.org/docs/file-format/data-pages/encodings/",
        .severity = Warn,
        .run = MixedDictionary,
    },
    {
        .id = "bloom-filter-outside",
        .title = "a Bloom filter lies outside of the file's data",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the filter is left out",
        .evidence = "https://parquet.apache.org/docs/file-format/bloomfilter/",
        .severity = Warn,
        .run = BloomFilter,
    },
};

}  // namespace

std::span<const Check> ChunkChecks() { return kChecks; }

}  // namespace pqpack

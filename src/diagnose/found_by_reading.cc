// SPDX-License-Identifier: Apache-2.0
#include "diagnose/found_by_reading.h"

#include "diagnose/checks/groups.h"

namespace pqpack {

constexpr std::string_view kFormat = "https://parquet.apache.org/docs/file-format/";

const Check kNotParquet = {
    .id = "not-parquet",
    .title = "it does not end like a Parquet file: cut off, or something else",
    .looks_at = LooksAt::kFooter,
    .repair = RepairLevel::kImpossible,
    .evidence = kFormat,
    .severity = Lost,
};

const Check kFooterUnreadable = {
    .id = "footer-unreadable",
    .title = "the footer's bytes are no footer",
    .looks_at = LooksAt::kFooter,
    .repair = RepairLevel::kImpossible,
    .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
    .severity = Lost,
};

const Check kFooterInconsistent = {
    .id = "footer-inconsistent",
    .title = "the footer contradicts itself or the file: schema, columns, sizes, codecs",
    .looks_at = LooksAt::kFooter,
    .repair = RepairLevel::kImpossible,
    .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
    .severity = Lost,
};

const Check kEncrypted = {
    .id = "encrypted",
    .title = "encrypted: readers need its keys, and nothing else can be checked",
    .looks_at = LooksAt::kFooter,
    .repair = RepairLevel::kImpossible,
    .evidence = "https://parquet.apache.org/docs/file-format/data-pages/encryption/",
    .severity = Broken,
};

const Check kPageUnreadable = {
    .id = "page-unreadable",
    .title = "a page's header or body can't be read",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kImpossible,
    .evidence = "https://parquet.apache.org/docs/file-format/data-pages/",
    .severity = Lost,
};

const Check kPageChecksum = {
    .id = "page-checksum",
    .title = "a page's bytes do not have the checksum of its header",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kImpossible,
    .evidence = "https://parquet.apache.org/docs/file-format/data-pages/checksumming/",
    .severity = Lost,
};

const Check kPageCounts = {
    .id = "page-counts",
    .title = "the pages hold another number of values or rows than the footer says",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kImpossible,
    .evidence = "redpanda-data/connect#4605",
    .severity = Lost,
};

const Check kLevelsAboveMax = {
    .id = "levels-above-max",
    .title = "definition or repetition levels are above the column's maximum",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kImpossible,
    .evidence = "apache/arrow-go#325",
    .severity = Lost,
};

const Check kPageSize = {
    .id = "page-size",
    .title = "a page unpacks to another size than its header says",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kReencode,
    .mend = "the pages are written anew",
    .evidence = "duckdb/duckdb#5744 apache/arrow#8629",
    .severity = Broken,
};

const Check kWideDelta = {
    .id = "delta-int32-wide",
    .title = "INT32 in DELTA_BINARY_PACKED with differences of more than 32 bits",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kReencode,
    .mend = "the column is decoded with 64-bit differences and encoded again",
    .evidence = "apache/arrow-go#1027",
    .severity = Broken,
};

const Check kValuesUnreadable = {
    .id = "values-unreadable",
    .title = "a page's values can't be decoded",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kImpossible,
    .evidence = "estuary/connectors#4054 apache/arrow-go#655 apache/arrow-go#690",
    .severity = Lost,
};

const Check kPagesNotRowAligned = {
    .id = "pages-not-row-aligned",
    .title = "pages begin inside of a row, though an index or version 2 says they don't",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend = "the page index is left out; pages of version 2 are encoded again",
    .evidence = "apache/arrow-go#1075 apache/arrow-go#883",
    .severity =
        [](const Target& target) {
          return target.reads_page_index ? Severity::kError : Severity::kWarn;
        },
};

const Check kStatisticsWrong = {
    .id = "statistics-wrong",
    .title = "statistics disagree with the values: readers that prune by them lose rows",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend =
        "the statistics are dropped; those of a trusted writer by --engine reencode alone, since "
        "its pages are not read otherwise",
    .evidence = "apache/arrow-go#210 apache/arrow-go#489 apache/arrow-go#807 apache/arrow-go#917",
    .severity = Broken,
};

const Check kNanOutsideBounds = {
    .id = "nan-outside-bounds",
    .title =
        "values are NaN, which bounds leave out: readers for which it is the largest number "
        "lose these rows",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend =
        "the bounds are dropped; those of a trusted writer by --engine reencode alone, since "
        "its pages are not read otherwise",
    .evidence =
        "https://spark.apache.org/docs/latest/sql-ref-datatypes.html "
        "https://parquet.apache.org/docs/file-format/metadata/",
    .severity =
        [](const Target& target) {
          return target.reads_page_index ? Severity::kWarn : Severity::kNone;
        },
};

const Check kExactBoundsWrong = {
    .id = "exact-bounds-wrong",
    .title = "a bound is said to be exact, and no value is as low or as high",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend = "it is not said any more; of a trusted writer it stays",
    .evidence = "apache/parquet-format#216",
    .severity = Broken,
};

const Check kRowsNotSorted = {
    .id = "rows-not-sorted",
    .title = "the values of the first of sorting_columns are not in that order",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend = "sorting_columns is dropped; of a trusted writer it stays",
    .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
    .severity = Broken,
};

const Check kPageIndexWrong = {
    .id = "page-index-wrong",
    .title = "the offset index does not name the pages that are there",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend = "the page index is left out; that of a trusted writer by --engine reencode alone",
    .evidence = "xitongsys/parquet-go#547 apache/arrow-go#883",
    .severity =
        [](const Target& target) {
          return target.reads_page_index ? Severity::kError : Severity::kWarn;
        },
};

const Check kBloomFilterWrong = {
    .id = "bloom-filter-wrong",
    .title = "a Bloom filter denies a value of its column: readers that prune by it lose rows",
    .looks_at = LooksAt::kEveryPage,
    .repair = RepairLevel::kFooter,
    .mend = "the filter is left out",
    .evidence = "apache/arrow-go#525",
    .severity = Broken,
};

std::span<const Check* const> FoundByReading() {
  static constexpr const Check* kAll[] = {
      &kNotParquet,      &kFooterUnreadable, &kFooterInconsistent, &kEncrypted,
      &kPageUnreadable,  &kPageChecksum,     &kPageCounts,         &kPageSize,
      &kLevelsAboveMax,  &kWideDelta,        &kValuesUnreadable,   &kPagesNotRowAligned,
      &kStatisticsWrong, &kNanOutsideBounds, &kExactBoundsWrong,   &kRowsNotSorted,
      &kPageIndexWrong,  &kBloomFilterWrong};
  return kAll;
}

}  // namespace pqpack

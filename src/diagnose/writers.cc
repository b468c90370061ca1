// SPDX-License-Identifier: Apache-2.0
//
// Two tables.  kSignatures tells writers apart by how they sign: Go has three libraries
// whose names begin with "parquet-go", and the oldest signs every version as "latest", so
// a name alone proves nothing there.  kFaults has what is known of version ranges.  Trust
// is given by name and version too, on the ground of files that readers of other makers
// were seen to agree on (test/writers, test/data, parquet-testing); whatever is not in the
// table has to be read whole first.
#include "diagnose/writers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace pqpack {
namespace {

struct Signature {
  std::string_view prefix;  // of created_by, up to the version
  std::string_view name;
};

// The first that fits counts.
constexpr Signature kSignatures[] = {
    {"parquet-go version ", "arrow-go"},  // and xitongsys, see Named()
    {"github.com/parquet-go/parquet-go version ", "parquet-go"},
    {"github.com/segmentio/parquet-go version ", "parquet-go"},
    {"parquet-cpp-arrow version ", "arrow-cpp"},
    {"parquet-cpp-velox version ", "velox"},
    {"parquet-cpp version ", "parquet-cpp"},
    {"parquet-mr version ", "parquet-mr"},
    {"parquet-mr", "parquet-mr"},
    {"parquet-rs version ", "parquet-rs"},
    {"DuckDB version ", "duckdb"},
    {"DuckDB", "duckdb"},
    {"Polars", "polars"},
    {"fastparquet-python version ", "fastparquet"},
    {"Parquet.Net version ", "parquet-dotnet"},
    {"Parquet.Net", "parquet-dotnet"},
    {"impala version ", "impala"},
    {"ClickHouse v", "clickhouse"},
    {"Trino version ", "trino"},
    {"pqpack version ", "pqpack"},
};

// "v1.12.3-SNAPSHOT (build ...)" -> 1.12.3 before its release
std::optional<WriterVersion> ParseVersion(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  WriterVersion version;
  int parts = 0;
  for (int32_t* part : {&version.major, &version.minor, &version.patch}) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (error != std::errc() || *part < 0) break;
    ++parts;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  if (parts == 0) return std::nullopt;
  version.before_release = text.starts_with('-');
  return version;
}

constexpr WriterVersion V(int32_t major, int32_t minor, int32_t patch) {
  return {major, minor, patch};
}

constexpr WriterFault kFaults[] = {
    {"arrow-go", V(18, 5, 2), V(18, 5, 3), Concerns::kByteArray, true,
     "values of about 1 MiB and more are written wrongly",
     "estuary/connectors#4054 apache/arrow-go#655 apache/arrow-go#690"},
    {"arrow-go", std::nullopt, V(18, 3, 0), Concerns::kNested, false,
     "definition levels may be above the column's maximum", "apache/arrow-go#325"},
    {"arrow-go", std::nullopt, V(18, 7, 1), Concerns::kInt32Delta, true,
     "differences of INT32 may take 33 bits, which Arrow refuses", "apache/arrow-go#1027"},
    {"arrow-go", std::nullopt, V(18, 7, 0), Concerns::kCounts, true,
     "distinct_count = 0 without having counted", "apache/arrow-go#807"},
    {"arrow-go", std::nullopt, V(18, 7, 0), Concerns::kByteArrayBounds, true,
     "bounds of byte arrays may have changed after they were taken", "apache/arrow-go#917"},
    {"arrow-go", std::nullopt, V(18, 5, 0), Concerns::kCounts, true, "null_count may be negative",
     "apache/arrow-go#489"},
    {"arrow-go", std::nullopt, V(18, 1, 0), Concerns::kUnsignedBounds, true,
     "bounds of unsigned columns are taken by signed order", "apache/arrow-go#210"},
    {"arrow-go", std::nullopt, std::nullopt, Concerns::kPageIndex, true,
     "pages may begin inside of a row, and indexes may be wrong",
     "apache/arrow-go#883 apache/arrow-go#1075"},
    // Adaptive ones before 18.5.0; those of lists still in 18.5.0, by its files in test/.
    {"arrow-go", std::nullopt, std::nullopt, Concerns::kBloomFilter, true,
     "Bloom filters may deny values that are there", "apache/arrow-go#525"},
    {"duckdb", std::nullopt, std::nullopt, Concerns::kInt32Delta, true,
     "differences of INT32 may take 33 bits, which Arrow refuses", "apache/arrow#20374"},
    {"xitongsys", std::nullopt, std::nullopt, Concerns::kPageIndex, true, "page indexes are wrong",
     "xitongsys/parquet-go#547"},
    {"parquet-go", std::nullopt, V(0, 31, 0), Concerns::kPlainDictionary, true,
     "indices under PLAIN_DICTIONARY are wrongly encoded", "seaweedfs/seaweedfs#10857"},
    // Mended for pages in PLAIN, not for those with a dictionary (test_random_merges.py, 0.32.0).
    {"parquet-go", std::nullopt, std::nullopt, Concerns::kRealBounds, true,
     "bounds may leave numbers out where a column has NaN", "parquet-go/parquet-go#459"},
    {"arrow-cpp", std::nullopt, V(3, 0, 0), Concerns::kDataPageV2, true,
     "pages of version 2 say that they are not compressed, and are", "apache/arrow#8629"},
    {"parquet-cpp", std::nullopt, std::nullopt, Concerns::kDataPageV2, true,
     "pages of version 2 say that they are not compressed, and are", "apache/arrow#8629"},
    {"parquet-cpp", std::nullopt, V(1, 3, 0), Concerns::kByteArrayBounds, true,
     "bounds of byte arrays are taken by signed order",
     "https://issues.apache.org/jira/browse/PARQUET-686"},
    {"parquet-cpp", std::nullopt, V(1, 3, 0), Concerns::kUnsignedBounds, true,
     "bounds of unsigned columns are taken by signed order",
     "https://issues.apache.org/jira/browse/PARQUET-686"},
    {"parquet-mr", std::nullopt, V(1, 8, 0), Concerns::kByteArrayBounds, true,
     "bounds of byte arrays are wrong", "https://issues.apache.org/jira/browse/PARQUET-251"},
    {"parquet-mr", std::nullopt, V(1, 8, 0), Concerns::kDeltaByteArray, true,
     "DELTA_BYTE_ARRAY goes on from one page to the next",
     "https://issues.apache.org/jira/browse/PARQUET-246"},
};

constexpr std::string_view kAgreed =
    "its files were read alike by pyarrow, DuckDB, Polars, arrow-go and parquet-go (test/)";

constexpr TrustedWriter kTrusted[] = {
    {"arrow-cpp", V(3, 0, 0), kAgreed},   {"arrow-go", V(18, 3, 0), kAgreed},
    {"duckdb", V(1, 0, 0), kAgreed},      {"polars", std::nullopt, kAgreed},
    {"parquet-go", V(0, 31, 0), kAgreed}, {"parquet-mr", V(1, 10, 0), kAgreed},
    {"parquet-rs", V(49, 0, 0), kAgreed},
};

bool Has(const ColumnMetaData& chunk, Encoding encoding) {
  return std::ranges::find(chunk.encodings, encoding) != chunk.encodings.end();
}

// A footer need not count its pages, and then there may be some.
bool MayHaveV2(const ColumnMetaData& chunk) {
  if (!chunk.encoding_stats) return true;
  return std::ranges::any_of(*chunk.encoding_stats, [](const PageEncodingStats& stats) {
    return stats.page_type == PageType::kDataV2;
  });
}

bool IsUnsigned(const SchemaElement& element) {
  if (element.logical_type && element.logical_type->kind == LogicalKind::kInteger) {
    return !element.logical_type->is_signed;
  }
  const auto converted = element.converted_type.value_or(ConvertedType::kUtf8);
  return converted >= ConvertedType::kUint8 && converted <= ConvertedType::kUint64;
}

// "estuary/connectors#4054 apache/..." -> "estuary/connectors#4054, apache/..."
std::string Listed(std::string_view evidence) {
  std::string text;
  for (const char c : evidence) text += c == ' ' ? ", " : std::string(1, c);
  return text;
}

std::string Sentence(const Writer& writer, const WriterFault& fault) {
  return fmt::format("{}: {} ({})", writer.ToString(), fault.what, Listed(fault.evidence));
}

}  // namespace

std::strong_ordering WriterVersion::operator<=>(const WriterVersion& other) const {
  const auto key = [](const WriterVersion& v) {
    return std::tuple(v.major, v.minor, v.patch, !v.before_release);
  };
  return key(*this) <=> key(other);
}

std::string Writer::ToString() const {
  if (created_by.empty()) return "(not signed)";
  if (name.empty()) return created_by;
  if (!version) return std::string(name);
  return fmt::format("{} {}.{}.{}{}", name, version->major, version->minor, version->patch,
                     version->before_release ? " before its release" : "");
}

Writer ParseCreatedBy(std::string_view created_by) {
  Writer writer;
  writer.created_by = created_by;
  for (const Signature& signature : kSignatures) {
    if (!created_by.starts_with(signature.prefix)) continue;
    // Polars never says more; what only begins like it is something else.
    if (signature.name == "polars" && created_by != signature.prefix) continue;
    writer.name = signature.name;
    writer.version = ParseVersion(created_by.substr(signature.prefix.size()));
    break;
  }
  // Arrow's Go module counts as Arrow does, from 3 on; the other library of that name never
  // says a number.
  if (writer.name == "arrow-go" && !writer.version) writer.name = "xitongsys";
  return writer;
}

std::span<const WriterFault> WriterFaults() { return kFaults; }
std::span<const TrustedWriter> TrustedWriters() { return kTrusted; }

std::vector<const WriterFault*> FaultsOf(const Writer& writer) {
  std::vector<const WriterFault*> faults;
  for (const WriterFault& fault : kFaults) {
    if (fault.writer != writer.name) continue;
    const bool early = writer.version && fault.from && *writer.version < *fault.from;
    const bool late = writer.version && fault.until && *writer.version >= *fault.until;
    if (!early && !late) faults.push_back(&fault);
  }
  return faults;
}

bool ConcernsPages(const WriterFault& fault) {
  return fault.concerns != Concerns::kPageIndex && fault.concerns != Concerns::kBloomFilter &&
         !ConcernsStatistics(fault);
}

bool ConcernsStatistics(const WriterFault& fault) {
  return fault.concerns == Concerns::kCounts || fault.concerns == Concerns::kByteArrayBounds ||
         fault.concerns == Concerns::kUnsignedBounds || fault.concerns == Concerns::kRealBounds;
}

bool ConcernsEncodings(const WriterFault& fault) {
  return fault.concerns == Concerns::kInt32Delta || fault.concerns == Concerns::kPlainDictionary ||
         fault.concerns == Concerns::kDeltaByteArray;
}

bool Touches(const WriterFault& fault, const ColumnMetaData& chunk, const SchemaTree::Node& leaf) {
  switch (fault.concerns) {
    case Concerns::kByteArray:
      return chunk.type == PhysicalType::kByteArray;
    case Concerns::kInt32Delta:
      return chunk.type == PhysicalType::kInt32 && Has(chunk, Encoding::kDeltaBinaryPacked);
    case Concerns::kPlainDictionary:
      return Has(chunk, Encoding::kPlainDictionary);
    case Concerns::kNested:
      return leaf.depth > 1 && leaf.max_definition_level > 0;
    case Concerns::kDataPageV2:
      return chunk.codec != Codec::kUncompressed && MayHaveV2(chunk);
    case Concerns::kDeltaByteArray:
      return Has(chunk, Encoding::kDeltaByteArray);
    case Concerns::kEverything:
      return true;
    case Concerns::kCounts:
    case Concerns::kByteArrayBounds:
    case Concerns::kUnsignedBounds:
    case Concerns::kRealBounds:
    case Concerns::kPageIndex:
    case Concerns::kBloomFilter:
      return false;
  }
  return false;
}

bool DoubtsBounds(const WriterFault& fault, const SchemaElement& element) {
  if (fault.concerns == Concerns::kByteArrayBounds) {
    return element.type == PhysicalType::kByteArray ||
           element.type == PhysicalType::kFixedLenByteArray;
  }
  if (fault.concerns == Concerns::kRealBounds) {
    return element.type == PhysicalType::kFloat || element.type == PhysicalType::kDouble;
  }
  return fault.concerns == Concerns::kUnsignedBounds && IsUnsigned(element);
}

WriterVerdict JudgeWriter(const Writer& writer) {
  if (writer.created_by.empty()) return {Trust::kUnknown, "the file does not say who wrote it"};
  for (const WriterFault* fault : FaultsOf(writer)) {
    if (fault->concerns != Concerns::kEverything) continue;
    return {fault->certain ? Trust::kKnownBad : Trust::kUnknown, Sentence(writer, *fault)};
  }
  for (const TrustedWriter& trusted : kTrusted) {
    if (trusted.writer != writer.name) continue;
    const bool early = trusted.from && (!writer.version || *writer.version < *trusted.from);
    if (!early) {
      return {Trust::kTrusted, fmt::format("{}: {}", writer.ToString(), trusted.why)};
    }
  }
  return {Trust::kUnknown,
          fmt::format("{}: nothing is known of this writer's pages", writer.ToString())};
}

ChunkJudge::ChunkJudge(const Writer& writer) : file_(JudgeWriter(writer)) {
  for (const WriterFault* fault : FaultsOf(writer)) {
    const Trust trust = fault->certain ? Trust::kKnownBad : Trust::kUnknown;
    if (!ConcernsPages(*fault) || trust <= file_.trust) continue;
    faults_.push_back({fault, {trust, Sentence(writer, *fault)}});
  }
}

const WriterVerdict& ChunkJudge::Judge(const ColumnMetaData& chunk,
                                       const SchemaTree::Node& leaf) const {
  const WriterVerdict* worst = &file_;
  for (const Fault& fault : faults_) {
    if (fault.verdict.trust > worst->trust && Touches(*fault.fault, chunk, leaf)) {
      worst = &fault.verdict;
    }
  }
  return *worst;
}

std::string_view ToString(Trust trust) {
  switch (trust) {
    case Trust::kTrusted:
      return "trusted";
    case Trust::kUnknown:
      return "unknown";
    case Trust::kKnownBad:
      return "known-bad";
  }
  return "unknown";
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Who wrote a file, and what is known of that version.  Much of what is wrong with a file
// can be seen; some of it only shows in the values, and then the writer's name and version
// is all the evidence there is.
//
// Pure.
//
// Source: parquet.thrift, FileMetaData.created_by ("<Application> version <App Version>
// (build <App Build Hash>)"); the names as the writers sign, read from their files.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/column_metadata.h"
#include "format/schema_tree.h"

namespace pqpack {

struct WriterVersion {
  int32_t major = 0;
  int32_t minor = 0;
  int32_t patch = 0;
  // "-SNAPSHOT", "-rc1": before the release of that number.
  bool before_release = false;

  // By number; a version before its release comes before it.
  std::strong_ordering operator<=>(const WriterVersion& other) const;
  bool operator==(const WriterVersion&) const = default;
};

struct Writer {
  // Our name for it: "arrow-go", "parquet-mr", "arrow-cpp" ...; empty: not known.
  std::string_view name;
  std::optional<WriterVersion> version;  // absent: it does not say
  std::string created_by;                // as it signed; empty: it did not

  // "arrow-go 18.5.0", the signature where the name is not known, or "(not signed)".
  std::string ToString() const;
};

// Never fails: what is not understood is not known.
Writer ParseCreatedBy(std::string_view created_by);

// What of a file a writer's fault concerns.
enum class Concerns : uint8_t {
  kEverything,
  kByteArray,        // columns of BYTE_ARRAY
  kInt32Delta,       // INT32 columns in DELTA_BINARY_PACKED
  kPlainDictionary,  // columns in PLAIN_DICTIONARY
  kNested,           // columns with optional or repeated groups around them
  kDataPageV2,       // columns with pages of version 2
  kDeltaByteArray,   // columns in DELTA_BYTE_ARRAY
  // Not the pages:
  kCounts,           // distinct and null counts in statistics
  kByteArrayBounds,  // bounds of byte arrays, of fixed length too
  kUnsignedBounds,   // bounds of unsigned columns
  kRealBounds,       // bounds of floating point columns
  kPageIndex,
  kBloomFilter,
};

// A range of versions with a fault.  Pages that are affected must not be copied as they are.
struct WriterFault {
  std::string_view writer;
  std::optional<WriterVersion> from;   // absent: from the first
  std::optional<WriterVersion> until;  // the first one without it; absent: up to today's
  Concerns concerns{};
  // True: what is concerned is wrong, or can't be told from what is wrong.  False: it may be
  // wrong, which reading all of it shows.
  bool certain = true;
  std::string_view what;      // a sentence without a full stop
  std::string_view evidence;  // as in Check
};

std::span<const WriterFault> WriterFaults();

// The ones of this writer's version.  A version that is not told has those of all versions.
std::vector<const WriterFault*> FaultsOf(const Writer& writer);

bool ConcernsPages(const WriterFault& fault);
// Counts or bounds.
bool ConcernsStatistics(const WriterFault& fault);
// Pages in one encoding: what the footer lists of them decides.
bool ConcernsEncodings(const WriterFault& fault);

// Whether the fault concerns the pages of this column chunk.
bool Touches(const WriterFault& fault, const ColumnMetaData& chunk, const SchemaTree::Node& leaf);

// Whether the fault makes bounds of this column doubtful, where there are any.
bool DoubtsBounds(const WriterFault& fault, const SchemaElement& element);

enum class Trust : uint8_t {
  kTrusted,   // its pages may be copied after a look at footer and first pages
  kUnknown,   // its pages may be copied after all of them were read
  kKnownBad,  // its pages are decoded, or refused
};

struct WriterVerdict {
  Trust trust = Trust::kUnknown;
  std::string reason;  // a sentence, with its evidence
};

// Of the file as a whole: what holds for a column that no fault touches.
WriterVerdict JudgeWriter(const Writer& writer);
inline WriterVerdict JudgeWriter(std::string_view created_by) {
  return JudgeWriter(ParseCreatedBy(created_by));
}

// Verdicts on the column chunks of a file, whose faults are looked up once.
class ChunkJudge {
 public:
  explicit ChunkJudge(const Writer& writer);

  // The file's verdict, made worse by the faults that touch the chunk's pages.  Faults of
  // statistics and indexes do not count: those are never copied unchecked.
  const WriterVerdict& Judge(const ColumnMetaData& chunk, const SchemaTree::Node& leaf) const;

 private:
  struct Fault {
    const WriterFault* fault = nullptr;
    WriterVerdict verdict;
  };
  WriterVerdict file_;
  std::vector<Fault> faults_;  // of pages, and worse than the file's verdict
};

// "trusted", "unknown", "known-bad"
std::string_view ToString(Trust trust);

// Writers whose pages are trusted, and since when, for docs/checks.md.
struct TrustedWriter {
  std::string_view writer;
  std::optional<WriterVersion> from;
  std::string_view why;
};
std::span<const TrustedWriter> TrustedWriters();

}  // namespace pqpack

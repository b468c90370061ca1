// SPDX-License-Identifier: Apache-2.0
//
// One thing that may be wrong with a Parquet file, as a value: for whom it matters and
// how much, on what evidence, which repair is enough, and the function that finds it.
// `pqpack diagnose` prints the list, docs/checks.md is made from it, and repack
// decides by it how much of a file it has to touch.
//
// Pure values and pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/file_view.h"
#include "target/target.h"

namespace pqpack {

// What a reader for the target does with such a file.
enum class Severity : uint8_t {
  kNone,   // nothing: it reads it as it is meant
  kWarn,   // reads it, but slower, as another type, or only some versions do
  kError,  // refuses it, or reads something else than what was written
  kFatal,  // nobody can read it rightly: values or rows are lost
};

// The least work that mends it.  Larger contains smaller.
enum class RepairLevel : uint8_t {
  kNone,        // nothing to mend in this file
  kFooter,      // 1: footer or page headers; the pages are copied
  kPages,       // 2: pages are framed or compressed anew, values stay encoded
  kReencode,    // 3: values are decoded and encoded
  kImpossible,  // x: what was written can't be known any more
};

// How much of a file must be read to see it.
enum class LooksAt : uint8_t { kFooter, kIndexes, kFirstPages, kEveryPage };

// Where in the file.  What does not apply is -1.
struct Place {
  int64_t row_group = -1;
  int64_t column = -1;  // leaf of the schema
  int64_t page = -1;    // in its chunk, the dictionary page included
  int64_t offset = -1;  // byte of the file
  bool operator==(const Place&) const = default;
};

struct Check;

// A check that found something, at one place.
struct Fault {
  const Check* check = nullptr;  // never null
  Severity severity{};           // for the target that was asked about
  RepairLevel repair{};          // at this place; of one column where `place` names one
  Place place;
  std::string detail;  // what exactly: "REPEATED", "distinct_count = 0"
};

// Collects what one check finds.
class Finder {
 public:
  Finder(const Check& check, const Target& target, std::vector<Fault>* faults);

  void Add(const Place& place, std::string detail);
  // For a place that needs more or less work than the check says.
  void Add(const Place& place, std::string detail, RepairLevel repair);
  // The writer is known for it: these bytes were not seen to have it, or readers know by the
  // signature what to do.  Never more than a warning.
  void Suspect(const Place& place, std::string detail);

 private:
  const Check& check_;
  const Severity severity_;
  std::vector<Fault>* faults_;
};

struct Check {
  std::string_view id = {};     // stable: "root-repeated"
  std::string_view title = {};  // one line, as a statement about the file
  LooksAt looks_at{};
  RepairLevel repair{};
  std::string_view mend = {};       // what the repair does; empty where there is none
  bool changed_by_convert_types{};  // the repair is repack's --convert-types
  std::string_view evidence = {};   // "owner/repo#number" or URLs, separated by spaces
  Severity (*severity)(const Target& target) = nullptr;
  // Null where the reading itself finds it (a footer that does not parse, ...).  Must
  // bear any footer that parses and whose schema is a tree, whatever it claims.
  void (*run)(const FileView& view, const Target& target, Finder* found) = nullptr;
};

// Every check, in the order of docs/checks.md.
std::span<const Check* const> AllChecks();

// Null: no check is called so.
const Check* FindCheck(std::string_view id);

// Runs all checks that look at no more than the view has; for the target's severity
// kNone they are left out.  A file keeps at most kMostFaults.
std::vector<Fault> RunChecks(const FileView& view, const Target& target);
inline constexpr size_t kMostFaults = 100'000;

// The repair that mends all faults of at least this severity.
RepairLevel LeastRepair(std::span<const Fault> faults, Severity from);
Severity Worst(std::span<const Fault> faults);

// "warn", "error", ...; "1", "2", "3", "x", "-"; "footer", "page indexes", ...
std::string_view ToString(Severity severity);
std::string_view ToString(RepairLevel level);
std::string_view ToString(LooksAt looks_at);

// Evidence as links: "apache/arrow-go#722" -> https://github.com/apache/arrow-go/issues/722.
std::vector<std::string> EvidenceLinks(std::string_view evidence);

}  // namespace pqpack

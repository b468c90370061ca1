// SPDX-License-Identifier: Apache-2.0
//
// What the diagnoses of many files say together: by check and by writer.  Bounded whatever
// comes.  Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cli/digest.h"
#include "diagnose/diagnose_file.h"

namespace pqpack::cli {

struct CheckCount {
  const Check* check = nullptr;
  Severity severity{};
  RepairLevel repair{};
  Names files;
};

struct WriterCount {
  std::string writer;
  Trust trust{};
  int64_t files = 0;
  std::map<Severity, int64_t> by_worst;
};

class DiagnoseDigest {
 public:
  void Add(const FileDiagnosis& diagnosis);

  // The worst first, then by the number of files.
  std::vector<CheckCount> Checks() const;
  // By the number of files.
  std::vector<WriterCount> Writers() const;
  int64_t other_writers() const { return other_writers_; }  // files of too many kinds to keep

  // Files by the least repair that mends what is an error or worse.
  const std::map<RepairLevel, int64_t>& repairs() const { return repairs_; }

  // Checks found that `repack --convert-types` would change.
  std::vector<const Check*> Convertible() const;
  bool Found(std::string_view id) const;

 private:
  using Key = std::tuple<const Check*, Severity, RepairLevel>;
  std::map<Key, Names> checks_;
  std::map<std::string, WriterCount> writers_;
  int64_t other_writers_ = 0;
  std::map<RepairLevel, int64_t> repairs_;
};

// Options of the target's load command that suit files of these findings; empty: none.
std::string LoadHint(const Target& target, const DiagnoseDigest& digest);

}  // namespace pqpack::cli

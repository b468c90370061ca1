// SPDX-License-Identifier: Apache-2.0
//
// What a report needs to know of a repack's files.  A run may have millions: of their sizes all are
// kept, of the files those that failed and the first others.  Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/events.h"
#include "cli/report/page.h"

namespace pqpack::cli {

class RepackLog {
 public:
  // `source`: what names of files begin with, and is left out.
  explicit RepackLog(std::string source) : source_(std::move(source)) {}

  void Add(const Event& event);

  const std::vector<int64_t>& sizes_before() const { return sizes_before_; }
  const std::vector<int64_t>& sizes_after() const { return sizes_after_; }
  // Bytes of the sources, by the level of their files.
  const std::array<int64_t, 4>& bytes_by_level() const { return bytes_by_level_; }
  ReportTable Table() const;

 private:
  std::string NameOf(const std::string& uri) const;
  void Keep(ReportRow row);
  void AddDone(const FileDone& done);

  const std::string source_;
  std::vector<int64_t> sizes_before_;
  std::vector<int64_t> sizes_after_;
  std::array<int64_t, 4> bytes_by_level_{};
  std::vector<ReportRow> failed_;
  std::vector<ReportRow> rows_;
  int64_t untold_ = 0;
};

}  // namespace pqpack::cli

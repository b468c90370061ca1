// SPDX-License-Identifier: Apache-2.0
//
// What the reports of several commands have.  Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/report/page.h"
#include "cli/run_end.h"
#include "format/types.h"
#include "run/repack.h"
#include "target/target.h"

namespace pqpack::cli {

// Rows of a table; of more the first ones, failed ones before all others.
inline constexpr size_t kMostReported = 10'000;

// Groups of one kind of notes; the table and --output json have the rest.
inline constexpr size_t kMostNotes = 50;

ReportCell CountCell(int64_t value);
ReportCell BytesCell(int64_t bytes);

// What it is, and what it was.
ReportTile ChangeTile(const std::string& label, const std::string& before,
                      const std::string& after);

// The same of bytes, with how many percent more or less that are.
ReportTile BytesTile(int64_t before, int64_t after);

// The most frequent first.  `noun`: "partition".
std::vector<ReportGroup> Groups(const std::map<std::string, int64_t>& counts,
                                const std::string& noun);

// A tile, where a store was asked.
void AddRequests(const std::map<std::string, RequestCount>& requests,
                 std::vector<ReportTile>* tiles);

// What ended the run early, ahead of all failures.
void AddEnd(const RunEnd& end, ReportPage* page);

void AddEngine(const Target& target, std::optional<Codec> compression, Engine engine,
               std::vector<std::pair<std::string, std::string>>* settings);

}  // namespace pqpack::cli

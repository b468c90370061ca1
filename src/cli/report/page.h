// SPDX-License-Identifier: Apache-2.0
//
// The page that --report writes: one file of HTML that loads nothing, made of plain values.  Its
// looks are in skeleton.html.  Pure: the same values give the same page.
//
// Texts may be anything; what a browser would take for markup is shown as it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pqpack::cli {

// One large number.
struct ReportTile {
  std::string label;
  std::string value;
  std::string note;  // below it, smaller
};

// Sizes of files, in bytes.
struct ReportSizes {
  std::vector<int64_t> before;
  std::vector<int64_t> after;
  int64_t aim = 0;  // the size that was wanted; 0: none was
};

// A whole and its parts, as one bar.
struct ReportShare {
  struct Part {
    std::string label;
    std::string amount;  // in words
    double value = 0;    // parts of 0 are left out
    int shade = 0;       // 0 to 3: the more, the more work
  };
  std::string title;
  std::vector<Part> parts;
};

// What is said of many things once, with some of their names.
struct ReportGroup {
  std::string what;
  std::string count;  // "12 files"
  std::vector<std::string> names;
};

struct ReportNotes {
  std::string title;
  bool bad = false;
  std::vector<ReportGroup> groups;  // none: the notes are left out
};

struct ReportCell {
  std::string text;
  int64_t number = 0;  // what a column of numbers is sorted by
};

struct ReportColumn {
  std::string name;
  bool numbers = false;
};

struct ReportRow {
  enum Kind { kDone, kSkipped, kFailed };
  Kind kind = kDone;
  // One for each column; the first is a name, the second tells the kind in words.
  std::vector<ReportCell> cells;
};

struct ReportTable {
  std::string title;
  std::vector<ReportColumn> columns;
  std::vector<ReportRow> rows;  // failed ones are shown first
  int64_t untold = 0;           // rows that are not here
};

struct ReportPage {
  std::string command;
  std::string title;  // what it was about
  std::string result;
  bool good = true;
  std::string when;
  std::vector<ReportNotes> failures;  // ahead of all else
  std::vector<ReportTile> tiles;
  ReportSizes sizes;
  std::vector<ReportShare> shares;
  std::vector<ReportNotes> notes;
  ReportTable table;
  std::vector<std::pair<std::string, std::string>> settings;
  std::string version;
};

std::string RenderPage(const ReportPage& page);

}  // namespace pqpack::cli

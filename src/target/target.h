// SPDX-License-Identifier: Apache-2.0
//
// What each reader accepts: one table (target.cc), used by execute (what to
// write), verify (what to insist on), diagnose (what to complain about) and by
// --dry-run, which prints it.  Pure values.
//
// Evidence for each entry: docs/targets.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// A set of small enumerators.
template <typename Enum>
struct EnumSet {
  uint64_t bits = 0;
  constexpr EnumSet() = default;
  template <typename... Values>
  constexpr explicit EnumSet(Values... values)
      : bits(((uint64_t{1} << static_cast<int>(values)) | ...)) {}
  constexpr bool Has(Enum value) const {
    const auto n = static_cast<int64_t>(value);
    return n >= 0 && n < 64 && ((bits >> n) & 1) != 0;
  }
};

struct Target {
  std::string_view name = {};
  std::string_view summary = {};  // one line for --help

  // Structure: what may stand in a file that was written for this target.
  EnumSet<PageType> pages = {};
  EnumSet<Encoding> encodings = {};  // of data pages and dictionary pages
  EnumSet<Codec> codecs = {};
  Codec replacement_codec = Codec::kSnappy;  // for a source codec that is not in `codecs`
  bool three_level_lists = false;            // list.element and key_value{key,value} names
  bool force_converted_types = false;        // TIMESTAMP carries a converted type as well
  bool page_index = false;                   // column and offset indexes are written
  bool size_statistics = false;
  int64_t max_row_group_rows = 0;  // 0: the source's row groups are kept

  // Types that the reader takes for something else: warned about, and changed to
  // the nearest one with --convert-types.
  bool nanos_to_micros = false;
  bool int96_to_micros = false;
  bool unsigned_to_signed = false;
  bool float16_to_float = false;
  bool time_to_utc = false;       // TIME that is not adjusted to UTC
  bool binary_to_string = false;  // bare BYTE_ARRAY, where every value is UTF-8

  // Warned about only: no other type holds every value, or it is no matter of the file.
  int max_decimal_precision = 0;  // 0: any
  bool warn_interval = false;
  bool warn_utc_time = false;     // TIME that is adjusted to UTC
  bool case_insensitive = false;  // names of columns
  bool wants_rows = false;        // a file without row groups is refused in places
  int64_t smallest_file = 0;      // advice on sizes of files, in bytes; 0: none
  int64_t largest_file = 0;

  // What more than warns: the reader fails, or loses rows.
  bool refuses_nanos = false;     // instead of taking them for something else
  bool refuses_float16 = false;   // whichever columns are asked for
  bool splits_by_offset = false;  // finds row groups by RowGroup.file_offset
  bool reads_page_index = false;  // and fails, or prunes wrongly, by one that is wrong

  std::string_view hint = {};  // printed after a run (COPY options), may be empty
};

std::span<const Target> Targets();

// kInvalid names those that exist.
Result<const Target*> FindTarget(std::string_view name);

}  // namespace pqpack

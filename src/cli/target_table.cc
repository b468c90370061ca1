// SPDX-License-Identifier: Apache-2.0
#include "cli/target_table.h"

#include <fmt/format.h>

namespace pqpack::cli {
namespace {

// The enumerators of `set` by their names in the specification.
template <typename Enum>
std::string NamesOf(const EnumSet<Enum>& set) {
  std::string names;
  for (int i = 0; i < 64; ++i) {
    const auto value = static_cast<Enum>(i);
    if (!set.Has(value)) continue;
    names += (names.empty() ? "" : ", ") + ToString(value);
  }
  return names;
}

}  // namespace

std::vector<TargetRow> StructureRows(const Target& target) {
  std::vector<TargetRow> rows = {
      {"root of the schema", "REQUIRED"},
      {"pages",
       NamesOf(target.pages) +
           (target.pages.Has(PageType::kDataV2) ? "; data pages are written as DATA_PAGE" : "")},
      {"encodings", NamesOf(target.encodings)},
      {"codecs", fmt::format("{}; any other becomes {}", NamesOf(target.codecs),
                             ToString(target.replacement_codec))},
      {"row groups",
       target.max_row_group_rows > 0
           ? fmt::format("without empty ones, {} rows at the most", target.max_row_group_rows)
           : "as in the source, without empty ones"},
      {"lists and maps",
       target.three_level_lists ? "list.element and key_value{key, value}" : "as in the source"},
      {"types' annotations",
       target.force_converted_types ? "logical type and converted type" : "as in the source"},
      {"statistics",
       target.size_statistics ? "min, max and null count, sizes" : "min, max and null count"},
      {"page index", target.page_index ? "written" : "not written"},
      {"Bloom filters",
       target.page_index ? "kept where pages are copied" : "dropped, with a warning"},
  };
  return rows;
}

std::vector<TargetRow> TypeRows(const Target& target) {
  std::vector<TargetRow> rows;
  const auto add = [&](bool changes, const char* what, const char* rule) {
    if (changes) rows.push_back({what, rule});
  };
  add(target.nanos_to_micros, "nanoseconds", "microseconds");
  add(target.int96_to_micros, "INT96", "TIMESTAMP in microseconds");
  add(target.unsigned_to_signed, "unsigned integers",
      "the next wider signed one, UINT64: DECIMAL(20, 0)");
  add(target.float16_to_float, "FLOAT16", "FLOAT");
  add(target.time_to_utc, "TIME", "in microseconds, adjusted to UTC");
  add(target.binary_to_string, "bare BYTE_ARRAY", "STRING, where every value is UTF-8");
  add(target.warn_interval, "INTERVAL", "stays; only warned about");
  if (target.max_decimal_precision > 0) {
    rows.push_back({fmt::format("DECIMAL beyond {} digits", target.max_decimal_precision),
                    "stays; only warned about"});
  }
  return rows;
}

}  // namespace pqpack::cli

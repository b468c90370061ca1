// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect_printer.h"

#include <fmt/format.h>

namespace pqpack::cli {

std::string Break::Where() const {
  std::string text;
  if (place.row_group) text += fmt::format("row group {}, ", *place.row_group);
  if (place.column) text += fmt::format("column {} ({}), ", *place.column, place.path);
  return text + place.part;
}

// Errors of parsing begin with what was parsed.
std::string Break::What() const {
  std::string_view message = problem.message();
  const std::string front = place.part + ": ";
  if (message.starts_with(front)) message.remove_prefix(front.size());
  return std::string(message);
}

std::string ToString(BoundaryOrder order) {
  switch (order) {
    case BoundaryOrder::kUnordered:
      return "UNORDERED";
    case BoundaryOrder::kAscending:
      return "ASCENDING";
    case BoundaryOrder::kDescending:
      return "DESCENDING";
  }
  return fmt::format("UNKNOWN({})", static_cast<int32_t>(order));
}

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "verify/compare_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace pqpack {
namespace {

using Columns = std::vector<TableColumn>;

Difference About(std::string what, std::string column, std::string a, std::string b) {
  Difference difference;
  difference.what = std::move(what);
  difference.column = std::move(column);
  difference.a.value = std::move(a);
  difference.b.value = std::move(b);
  return difference;
}

// `who` may lack a column.
std::optional<Difference> Compare(const Columns& a, const Columns& b, const std::string& who) {
  if (&a == &b) return std::nullopt;  // files of one schema share it
  if (std::ranges::equal(a, b, [](const auto& l, const auto& r) { return l.SameAs(r); })) {
    return std::nullopt;
  }
  std::multimap<std::string, const TableColumn*> others;
  for (const TableColumn& column : b) others.emplace(column.Path(), &column);
  for (const TableColumn& column : a) {
    const auto other = others.find(column.Path());
    if (other == others.end()) {
      return About(who + " lacks the column", column.Path(), Declaration(column), "no column");
    }
    if (!column.SameAs(*other->second)) {
      return About("the column is declared differently", column.Path(), Declaration(column),
                   Declaration(*other->second));
    }
    others.erase(other);
  }
  if (!others.empty()) {
    const TableColumn& column = *others.begin()->second;
    return About(who + " lacks the column", column.Path(), "no column", Declaration(column));
  }
  const auto place =
      std::ranges::mismatch(a, b, [](const auto& l, const auto& r) { return l.SameAs(r); });
  const std::string what =
      fmt::format("the columns have another order, from column {} on", place.in1 - a.begin());
  return About(what, place.in1->Path(), place.in1->Path(), place.in2->Path());
}

std::optional<Difference> CompareAll(const Table& first, const Table& table,
                                     const std::string& who) {
  for (int file = 0; file < table.files(); ++file) {
    auto difference = Compare(first.columns(0), table.columns(file), who);
    if (!difference) continue;
    difference->a.uri = first.object(0).uri.ToString();
    difference->b.uri = table.object(file).uri.ToString();
    return difference;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Difference> CompareSchemas(const Table& a, const Table& b) {
  if (a.files() == 0 || b.files() == 0) return std::nullopt;
  if (auto within = CompareAll(a, a, "one of them")) {
    within->what = "two files of one side differ: " + within->what;
    return within;
  }
  return CompareAll(a, b, "one side");
}

}  // namespace pqpack

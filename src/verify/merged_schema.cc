// SPDX-License-Identifier: Apache-2.0
#include "verify/merged_schema.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "verify/compare_schemas.h"
#include "verify/wider_values.h"

namespace pqpack {
namespace {

using Columns = std::vector<TableColumn>;
// Columns by their folded paths, in the order of the schema.
using ByPath = std::unordered_map<std::string, std::vector<size_t>>;

std::string Folded(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::string FoldedPath(const TableColumn& column) {
  std::string path;
  for (const Layer& layer : column.layers) path += Folded(layer.name) + '\0';
  return path;
}

ByPath PathsOf(const Columns& columns) {
  ByPath paths;
  for (size_t i = 0; i < columns.size(); ++i) paths[FoldedPath(columns[i])].push_back(i);
  return paths;
}

std::set<std::string> TopLevelNames(const Columns& columns) {
  std::set<std::string> names;
  for (const TableColumn& column : columns) names.insert(Folded(column.layers[0].name));
  return names;
}

bool SameColumns(const Columns& a, const Columns& b) {
  return std::ranges::equal(a, b, [](const auto& l, const auto& r) { return l.SameAs(r); });
}

// Apart from their names, which were compared.
bool SameLayers(const TableColumn& a, const TableColumn& b) {
  return std::ranges::equal(a.layers, b.layers, [&](const Layer& l, const Layer& r) {
    const bool is_leaf = &l == &a.layers.back();
    return l.repeated() == r.repeated() && (is_leaf || l.annotation == r.annotation);
  });
}

// The column of a file that has none of them.
TableColumn AbsentColumn(const TableColumn& column) {
  TableColumn absent = column;
  absent.number = TableColumn::kAbsent;
  return absent;
}

// The columns of one file, brought into the order of the result's.
class Alignment {
 public:
  Alignment(const Columns& file, const Columns& merged, const ByPath& paths)
      : file_(file), merged_(merged), paths_(paths), aligned_(merged.size()) {}

  std::optional<Difference> Run() {
    for (const auto& [path, columns] : InOrder(PathsOf(file_))) {
      const auto merged = paths_.find(path);
      if (merged == paths_.end()) {
        return About("a column is missing in the result", &file_[columns[0]], nullptr);
      }
      if (auto difference = Match(columns, merged->second)) return difference;
    }
    return AddAbsent();
  }

  Columns Take() {
    Columns columns;
    columns.reserve(aligned_.size());
    for (auto& column : aligned_) columns.push_back(*std::move(column));
    return columns;
  }

 private:
  // By their first columns, so that what is found first is always the same.
  static std::vector<std::pair<std::string, std::vector<size_t>>> InOrder(ByPath paths) {
    std::vector<std::pair<std::string, std::vector<size_t>>> ordered(
        std::make_move_iterator(paths.begin()), std::make_move_iterator(paths.end()));
    std::ranges::sort(ordered, {}, [](const auto& entry) { return entry.second[0]; });
    return ordered;
  }

  // Columns of the same folded path.
  std::optional<Difference> Match(const std::vector<size_t>& file,
                                  const std::vector<size_t>& merged) {
    for (size_t i = 0; i < std::max(file.size(), merged.size()); ++i) {
      const TableColumn* const a = i < file.size() ? &file_[file[i]] : nullptr;
      const TableColumn* const b = i < merged.size() ? &merged_[merged[i]] : nullptr;
      const bool alone = file.size() == 1 && merged.size() == 1;
      if (a == nullptr || b == nullptr || (!alone && a->Path() != b->Path())) {
        return About("names that differ only in case have no counterparts of the same case", a, b);
      }
      if (!SameLayers(*a, *b) || !HoldsValuesOf(*b, *a)) {
        return About("the result has no type for the values of the column", a, b);
      }
      aligned_[merged[i]] = *a;
    }
    return std::nullopt;
  }

  std::optional<Difference> AddAbsent() {
    const std::set<std::string> names = TopLevelNames(file_);
    for (size_t i = 0; i < merged_.size(); ++i) {
      if (aligned_[i]) continue;
      if (names.contains(Folded(merged_[i].layers[0].name))) {
        return About("a column has other fields in the result", nullptr, &merged_[i]);
      }
      aligned_[i] = AbsentColumn(merged_[i]);
    }
    return std::nullopt;
  }

  static Difference About(std::string what, const TableColumn* a, const TableColumn* b) {
    Difference difference;
    difference.what = std::move(what);
    difference.column = (a != nullptr ? a : b)->Path();
    difference.a.value = a != nullptr ? Declaration(*a) : "no column";
    difference.b.value = b != nullptr ? Declaration(*b) : "no column";
    return difference;
  }

  const Columns& file_;
  const Columns& merged_;
  const ByPath& paths_;
  std::vector<std::optional<TableColumn>> aligned_;
};

std::optional<Difference> ColumnOfNoFile(const Table& a, const Table& b) {
  const Columns& merged = b.columns(0);
  for (size_t i = 0; i < merged.size(); ++i) {
    bool there = false;
    for (int file = 0; file < a.files() && !there; ++file) there = !a.columns(file)[i].absent();
    if (there) continue;
    Difference difference;
    difference.what = "the result has a column that no file has";
    difference.column = merged[i].Path();
    difference.a.value = "no column";
    difference.b = {.uri = b.object(0).uri.ToString(), .value = Declaration(merged[i])};
    return difference;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Difference> TakeColumnsOf(const Table& b, Table* a) {
  if (auto within = CompareSchemas(b, b)) return within;
  const Columns& merged = b.columns(0);
  const ByPath paths = PathsOf(merged);
  std::shared_ptr<const Columns> last, aligned;  // of neighbours with one schema
  for (int file = 0; file < a->files(); ++file) {
    if (a->shared_columns(file) == last) {
      a->SetColumns(file, aligned);
      continue;
    }
    last = aligned = a->shared_columns(file);
    if (SameColumns(*last, merged)) continue;
    Alignment alignment(*last, merged, paths);
    if (auto difference = alignment.Run()) {
      difference->a.uri = a->object(file).uri.ToString();
      difference->b.uri = b.object(0).uri.ToString();
      return difference;
    }
    aligned = std::make_shared<const Columns>(alignment.Take());
    a->SetColumns(file, aligned);
  }
  return ColumnOfNoFile(*a, b);
}

}  // namespace pqpack

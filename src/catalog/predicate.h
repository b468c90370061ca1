// SPDX-License-Identifier: Apache-2.0
//
// Which partitions: a condition in SQL over the partition keys.
//
//   = == <> != < <= > >=    AND OR NOT    [NOT] IN (...)    [NOT] BETWEEN x AND y
//   [NOT] LIKE 'a%' [ESCAPE 'c']    IS [NOT] NULL    parentheses
//
// Values: 'text' ('' is a quote), numbers, DATE '2023-01-31', TIMESTAMP '...', TRUE,
// FALSE, NULL.  Columns by name, without regard to case; in "double quotes" or
// `backticks` where the name is not a word.  One side of a comparison is a column, the
// other one a value.
//
// Comparisons follow the column's type, so year = 2023 and year = '2023' are the same
// for a number; text that is not of the type is an error.  A string column against a
// number that is not in quotes is compared as a number, and is unknown where it is
// none.  LIKE looks at the text as folder or catalog have it, whatever the type.  NaN
// equals itself and is above all other numbers.  Logic is SQL's, with three values.
//
// A plain value; thread-safe once made.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "catalog/catalog.h"

namespace pqpack {

struct PredicateNode;

// In this order AND is the least of its parts, and OR the greatest.
enum class Truth { kFalse, kUnknown, kTrue };

class Predicate {
 public:
  // Of what users write; longer texts and deeper ones are refused.
  static constexpr size_t kMaxLength = 64 << 10;
  static constexpr int kMaxDepth = 100;

  // Selects everything; so does a text of spaces.
  Predicate() = default;

  // kInvalid for wrong syntax, unknown columns and values that are not of a column's
  // type: the message ends in two lines, the text and a caret under the place.
  static Result<Predicate> Parse(std::string_view text, const std::vector<Column>& keys);

  // `values` belong to the keys of Parse().
  // kConfig: a value that is not of its key's type.
  Result<Truth> Evaluate(const PartitionValues& values) const;

  bool selects_all() const { return root_ == nullptr; }
  // For who asks a catalog the same (predicate_tree.h).  Null where it selects everything.
  const PredicateNode* root() const { return root_.get(); }

 private:
  std::shared_ptr<const PredicateNode> root_;
};

// Whether it is true for the partition; false where it is false or unknown.
Result<bool> Selects(const Predicate& predicate, const Partition& partition);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A parsed predicate.  IN and BETWEEN are written out: x IN (1, 2) is x = 1 OR x = 2,
// which gives the same answers where NULL is about.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "catalog/catalog.h"
#include "catalog/like.h"
#include "catalog/value.h"

namespace pqpack {

struct PredicateNode {
  enum Kind { kAnd, kOr, kNot, kCompare, kLike, kIsNull };
  enum Operator { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

  Kind kind = kAnd;
  std::vector<PredicateNode> children;  // kAnd, kOr: two or more; kNot: one

  // The rest is of kCompare, kLike and kIsNull.
  size_t column = 0;  // index of the partition key
  Column key;
  Operator op = kEqual;
  ValueKind value_kind = ValueKind::kText;  // how the column's text is read here
  // A column's text that is not of `value_kind` is unknown, instead of an error.
  bool lenient = false;
  std::optional<Value> value;  // nullopt: NULL
  std::optional<LikePattern> pattern;
};

// Predicate::Parse() without the case of an empty text.
Result<PredicateNode> ParsePredicate(std::string_view text, const std::vector<Column>& keys);

}  // namespace pqpack

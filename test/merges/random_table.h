// SPDX-License-Identifier: Apache-2.0
//
// Tables of any types, as the files of one table have them: each file has its own nulls and its own
// part of the values, may lack columns, have them at other places, and say of a column or field
// without a null that it is REQUIRED.
#pragma once

#include <arrow/table.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/status.h"

namespace pqpack::merges {

using Random = std::mt19937;

inline uint32_t Below(Random& random, uint32_t limit) { return random() % limit; }
inline bool Chance(Random& random, uint32_t percent) { return Below(random, 100) < percent; }

template <typename T>
T OneOf(Random& random, std::initializer_list<T> values) {
  return values.begin()[Below(random, static_cast<uint32_t>(values.size()))];
}

// A column, or what is below one.
struct Field {
  enum class Kind : uint8_t { kLeaf, kList, kStruct, kMap };

  Kind kind = Kind::kLeaf;
  std::string name;
  std::shared_ptr<arrow::DataType> leaf;
  std::vector<Field> children;  // of a list its element, of a map key and value
  bool is_key = false;
  bool scattered = false;  // its values are far from each other

  // As one file has it.
  bool nullable = true;
  uint32_t nulls = 0;  // percent
  uint32_t first = 0;  // its values are those of the numbers from here on,
  uint32_t count = 1;  // so many
  uint32_t run = 1;    // and each of them comes so often, one behind the other

  // While it is filled.
  std::optional<uint32_t> drawn = std::nullopt;  // nothing: null
  uint32_t left = 0;
};

class RandomTable {
 public:
  // `files` is how many will be made: no column is in none of them.
  RandomTable(Random& random, uint32_t columns, uint32_t files);

  // That of the next one.
  Result<std::shared_ptr<arrow::Table>> NextFile(int64_t rows);

  // The rows of a table with all columns, in an order that is always the same, and each of them
  // OPTIONAL down to its leaves: what can be compared, however the table was written.
  Result<std::shared_ptr<arrow::Table>> Loose(const arrow::Table& table) const;

 private:
  Random& random_;
  const uint32_t files_;
  std::vector<Field> columns_;
  uint32_t next_ = 0;
};

}  // namespace pqpack::merges

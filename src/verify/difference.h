// SPDX-License-Identifier: Apache-2.0
//
// The first difference between two tables: a plain value, to be rendered.
#pragma once

#include <cstdint>
#include <string>

namespace pqpack {

// Where it is on one side.  Numbers count from 0; -1: not a place of that kind.
struct DifferencePlace {
  std::string uri;
  int64_t row_group = -1;
  int64_t row = -1;   // in the file
  std::string value;  // what stands there, readable and escaped; for schemas the declaration
};

struct Difference {
  std::string what;    // a sentence without its end: "the values differ"
  std::string column;  // dotted, empty where it is not about a column
  int64_t row = -1;    // in the sequence of all rows of a side
  DifferencePlace a, b;
};

}  // namespace pqpack

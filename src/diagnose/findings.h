// SPDX-License-Identifier: Apache-2.0
//
// Collects what is said about a file: the same sentence about many columns
// becomes one finding.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/events.h"

namespace pqpack {

class Findings {
 public:
  // `what` is the same for every file that it is said of; `where` names a column or a
  // number, and is empty where it concerns the whole file.
  void Add(std::string what, std::string_view where = {});

  // In the order of first mention.
  std::vector<Finding> List() const;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> findings_;
};

// One list behind the other.
std::vector<Finding> Joined(std::vector<Finding> first, const std::vector<Finding>& second);

// What was wrong and will not be any more, and what stays.
struct Diagnosis {
  Findings repairs, warnings;
};

}  // namespace pqpack

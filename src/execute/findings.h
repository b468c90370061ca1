// SPDX-License-Identifier: Apache-2.0
//
// Collects what is said about columns: the same sentence about many columns
// becomes one line.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pqpack {

class Findings {
 public:
  // `column` empty: it concerns the file.
  void Add(std::string sentence, std::string_view column = {});

  // In the order of first mention: "codec LZ4 -> SNAPPY: a, b, c and 4 more".
  std::vector<std::string> Lines() const;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> findings_;
};

// What was wrong and will not be any more, and what stays.
struct Diagnosis {
  Findings repairs, warnings;
};

}  // namespace pqpack

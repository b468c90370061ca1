// SPDX-License-Identifier: Apache-2.0
//
// SQL's LIKE: '%' stands for any text, '_' for one character (of UTF-8).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pqpack {

class LikePattern {
 public:
  // `escape`, one byte where given, takes its meaning from the '%', '_' or `escape` that
  // follows it.  nullopt: something else follows it, or nothing.
  static std::optional<LikePattern> Parse(std::string_view pattern, std::optional<char> escape);

  // Time: length of text times length of pattern at the worst.
  bool Matches(std::string_view text) const;

 private:
  struct Piece {
    enum Kind { kByte, kOne, kAny };
    Kind kind = kByte;
    char byte = 0;
  };
  std::vector<Piece> pieces_;
};

}  // namespace pqpack

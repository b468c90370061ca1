// SPDX-License-Identifier: Apache-2.0
//
// Integers and decimals of any length, compared exactly: 5 = 05 = 5.0, and no digit of a
// decimal(38,18) is lost.  There is no arithmetic.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace pqpack {

class ExactNumber {
 public:
  // [+-]digits[.digits] or [+-].digits; nullopt for all else, exponents too.
  static std::optional<ExactNumber> Parse(std::string_view text);

  std::strong_ordering operator<=>(const ExactNumber& other) const;
  bool operator==(const ExactNumber& other) const = default;

 private:
  bool negative_ = false;  // never of zero
  std::string whole_;      // digits without leading zeros
  std::string fraction_;   // digits without trailing zeros
};

}  // namespace pqpack

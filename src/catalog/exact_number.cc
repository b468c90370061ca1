// SPDX-License-Identifier: Apache-2.0
#include "catalog/exact_number.h"

#include <algorithm>

namespace pqpack {
namespace {

std::string_view TakeDigits(std::string_view& text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

}  // namespace

std::optional<ExactNumber> ExactNumber::Parse(std::string_view text) {
  ExactNumber number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative_ = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string_view whole = TakeDigits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = TakeDigits(text);
  }
  if (!text.empty() || (whole.empty() && fraction.empty())) return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  number.whole_ = whole;
  number.fraction_ = fraction.substr(0, fraction.find_last_not_of('0') + 1);  // npos + 1 is 0
  if (number.whole_.empty() && number.fraction_.empty()) number.negative_ = false;
  return number;
}

std::strong_ordering ExactNumber::operator<=>(const ExactNumber& other) const {
  if (negative_ != other.negative_) return other.negative_ <=> negative_;
  auto order = whole_.size() <=> other.whole_.size();
  if (order == 0) order = whole_.compare(other.whole_) <=> 0;
  if (order == 0) order = fraction_.compare(other.fraction_) <=> 0;
  return negative_ ? 0 <=> order : order;
}

}  // namespace pqpack

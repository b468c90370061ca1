// SPDX-License-Identifier: Apache-2.0
#include "catalog/predicate_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace pqpack {
namespace {

constexpr size_t kBefore = 50;  // bytes that are shown in front of the place
constexpr size_t kAfter = 20;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The start of the character of UTF-8 that byte `at` is in.
size_t CharacterAt(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && Continues(text[at])) --at;
  return at;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

Status PredicateError(std::string_view text, size_t at, std::string_view what) {
  at = CharacterAt(text, std::min(at, text.size()));
  const size_t begin = CharacterAt(text, at - std::min(at, kBefore));
  const size_t end = CharacterAt(text, at + std::min(text.size() - at, kAfter));
  const std::string_view before = begin > 0 ? "..." : "";
  const std::string_view after = end < text.size() ? "..." : "";
  std::string line(text.substr(begin, end - begin));
  std::ranges::replace_if(line, IsControl, ' ');
  const auto characters = static_cast<size_t>(
      std::ranges::count_if(text.substr(begin, at - begin), [](char c) { return !Continues(c); }));
  return Error(ErrorCode::kInvalid,
               fmt::format("the partition predicate: {}\n{}{}{}\n{:>{}}", what, before, line, after,
                           '^', before.size() + characters + 1),
               "Correct the place above the caret.");
}

}  // namespace pqpack

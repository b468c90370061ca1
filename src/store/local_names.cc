// SPDX-License-Identifier: Apache-2.0
#include "store/local_names.h"

#include <fmt/format.h>

#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr std::string_view kSuffix = ".pqpack-tmp";
// Ends names whose middle is a hash.  A name of this very form would be taken
// for a hashed one, and only by FinalName().
constexpr std::string_view kHashed = "~sha256";
constexpr size_t kLongestName = 255;

std::string Wrap(std::string_view middle) { return fmt::format(".{}{}", middle, kSuffix); }

}  // namespace

std::string TemporaryName(std::string_view name) {
  std::string temporary = Wrap(name);
  if (temporary.size() <= kLongestName) return temporary;
  return Wrap(Sha256Hex(AsBytes(name)) + std::string(kHashed));
}

bool IsTemporaryName(std::string_view name) {
  return name.size() > 1 + kSuffix.size() && name.starts_with('.') && name.ends_with(kSuffix);
}

std::string FinalName(std::string_view temporary) {
  const auto middle = temporary.substr(1, temporary.size() - 1 - kSuffix.size());
  return middle.ends_with(kHashed) ? std::string() : std::string(middle);
}

}  // namespace pqpack

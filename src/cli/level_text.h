// SPDX-License-Identifier: Apache-2.0
//
// The levels of work on bytes of a file, in words: of a column chunk that is merged, of a file that
// is repacked.
#pragma once

#include <array>
#include <string_view>

namespace pqpack::cli {

inline constexpr std::array<std::string_view, 4> kMergeLevels = {
    "copied by the store", "copied", "merged page by page", "decoded and encoded"};
inline constexpr std::array<std::string_view, 4> kRepackLevels = {
    "pages copied by the store", "pages copied", "pages framed or compressed anew",
    "values encoded anew"};

}  // namespace pqpack::cli

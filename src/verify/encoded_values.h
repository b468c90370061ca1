// SPDX-License-Identifier: Apache-2.0
//
// Whether values are the same, without decoding them: by the bytes that PLAIN writes for
// them, which a dictionary holds as well.  `width` as of PlainWidth().  Pure.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "verify/dictionary.h"

namespace pqpack {

// Whether the next `count` values of both are there and the same; takes them off the front.
// What is left is undefined where they are not.
bool SamePlain(Bytes& a, Bytes& b, int64_t count, int64_t width);

// The same for entries of a dictionary, which `indices` name, and values in PLAIN.
bool SameExpanded(const Dictionary& dictionary, std::span<const uint32_t> indices, Bytes& plain,
                  int64_t width);

// Whether the entries of two dictionaries of numbers are the same that `of_a` and `of_b` name.
// `width` is 4 or 8.
bool SameNumbers(const Dictionary& a, std::span<const uint32_t> of_a, const Dictionary& b,
                 std::span<const uint32_t> of_b, int64_t width);

}  // namespace pqpack

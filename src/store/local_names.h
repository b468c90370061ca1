// SPDX-License-Identifier: Apache-2.0
//
// Names of unfinished local writes: `.NAME.pqpack-tmp` beside NAME.  No reader
// takes them: they begin with '.' and do not end in .parquet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pqpack {

// The name under which the file `name` is written before it is published.  Names
// that would get longer than file systems allow (255 bytes) are replaced by a hash.
std::string TemporaryName(std::string_view name);

bool IsTemporaryName(std::string_view name);

// The name that `temporary` was made for; empty if that was hashed.
std::string FinalName(std::string_view temporary);

}  // namespace pqpack

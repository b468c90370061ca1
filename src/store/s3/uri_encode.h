// SPDX-License-Identifier: Apache-2.0
//
// Percent-encoding as SigV4 defines it: every byte but A-Z a-z 0-9 - . _ ~ becomes
// %XX in upper case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pqpack {

// `keep` is left as it is too: "/" for paths.
std::string UriEncode(std::string_view text, std::string_view keep = {});

// Also takes '+' for a space, which S3 writes in listings with encoding-type=url.
// Absent if a '%' is not followed by two hexadecimal digits.
std::optional<std::string> UriDecode(std::string_view text);

}  // namespace pqpack

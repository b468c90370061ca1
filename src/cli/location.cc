// SPDX-License-Identifier: Apache-2.0
#include "cli/location.h"

#include <string>

#include "store/real_place.h"

namespace pqpack::cli {

Result<Uri> ParseLocation(std::string_view flag, std::string_view text) {
  auto uri = Uri::Parse(text);
  if (!uri.ok()) return Within(flag, uri.status());
  if (uri->scheme == Scheme::kMemory) {
    return Error(ErrorCode::kInvalid, std::string(flag) + ": memory:// is for tests of the library",
                 "Give s3://bucket/prefix, file:///path or a path.");
  }
  return uri;
}

Result<Uri> ParseRealLocation(std::string_view flag, std::string_view text) {
  PQ_ASSIGN(const Uri uri, ParseLocation(flag, text));
  auto real = RealPlace(uri);
  return real.ok() ? real : Within(flag, real.status());
}

}  // namespace pqpack::cli

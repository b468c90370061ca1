// SPDX-License-Identifier: Apache-2.0
#include "store/real_place.h"

#include <filesystem>
#include <system_error>

#include "store/local_file.h"

namespace pqpack {

Result<Uri> RealPlace(const Uri& place) {
  if (place.scheme != Scheme::kLocal) return place;
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(place.key, error);
  if (error) return ErrnoError(error.value(), "follow the links of", place.key);
  Uri uri = place;
  uri.key = real.string();
  return place.key.ends_with('/') ? uri.AsFolder() : uri;
}

}  // namespace pqpack

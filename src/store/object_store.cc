// SPDX-License-Identifier: Apache-2.0
#include "store/object_store.h"

#include <utility>

namespace pqpack {

Result<std::optional<ObjectInfo>> LookUp(ObjectStore& store, const Uri& uri) {
  auto found = store.Find(uri);
  if (found.ok()) return std::move(found).ValueUnsafe();
  if (CodeOf(found.status()) == ErrorCode::kNotFound) return std::nullopt;
  return found.status();
}

}  // namespace pqpack

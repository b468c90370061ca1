// SPDX-License-Identifier: Apache-2.0
#include "store/open_store.h"

#include "store/local_store.h"
#include "store/s3/s3_store.h"

namespace pqpack {

Result<std::unique_ptr<ObjectStore>> OpenStore(const Uri& uri, const StoreConfig& config) {
  switch (uri.scheme) {
    case Scheme::kLocal:
      return MakeLocalStore(config.stop, config.stop_waiting);
    case Scheme::kS3:
      return MakeS3Store(config);
    case Scheme::kMemory:
      break;
  }
  return Error(ErrorCode::kInvalid, uri.ToString() + ": no store serves this kind of location",
               "Give s3://bucket/prefix, file:///path or a path.");
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "store/s3/s3_store.h"

namespace pqpack {

Result<std::unique_ptr<ObjectStore>> MakeS3Store(const StoreConfig&) {
  return Error(ErrorCode::kUnsupported, "S3 is not built in yet");
}

}  // namespace pqpack

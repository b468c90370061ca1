// SPDX-License-Identifier: Apache-2.0
//
// DeleteObject of one version.
#pragma once

#include "store/object_store.h"
#include "store/s3/client.h"

namespace pqpack {

// ObjectStore::Delete.  Pinned by If-Match; S3 has that since September 2025, and
// some stores ignore it (MinIO), which a caller that relies on it must find out first.
Status DeleteObject(S3Client* client, const ObjectId& id);

}  // namespace pqpack

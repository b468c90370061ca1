// SPDX-License-Identifier: Apache-2.0
//
// ObjectStore on Amazon S3 and stores that speak its protocol.
//
// One store serves every bucket of its configuration; its connections, its
// credentials and its retry governor are shared by all threads that call it, so
// make one per process and not one per bucket.  Arrow's S3 must have been started
// (arrow::fs::EnsureS3Initialized) before the first request: the credentials come
// from it.
#pragma once

#include <memory>

#include "store/open_store.h"

namespace pqpack {

// Makes no request.  kConfig: no CA bundle, or an endpoint that is no URL.
Result<std::unique_ptr<ObjectStore>> MakeS3Store(const StoreConfig& config);

}  // namespace pqpack

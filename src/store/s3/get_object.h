// SPDX-License-Identifier: Apache-2.0
//
// GetObject of one version, or a part of it.
#pragma once

#include <memory>

#include "store/object_store.h"
#include "store/s3/client.h"

namespace pqpack {

// ObjectStore::Read.  One request, unless the answer breaks off: then the rest is
// asked for from where it broke.  Memory is taken for what the server announces, at
// most `range.length`.
Result<std::shared_ptr<arrow::Buffer>> GetObject(S3Client* client, const ObjectId& id,
                                                 ByteRange range);

// "bytes 0-9/100": absent if it is anything else.
struct ContentRange {
  int64_t first = 0;
  int64_t last = 0;
  int64_t total = 0;
};
std::optional<ContentRange> ParseContentRange(std::string_view text);

}  // namespace pqpack

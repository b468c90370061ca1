// SPDX-License-Identifier: Apache-2.0
//
// Writes one object: with a single PUT if it fits into one part, otherwise as a
// multipart upload whose parts travel in the background while the caller goes on.
//
// Holds three parts at the most: the one being filled and two under way (AppendFrom()
// may hold 8 MiB more).  Append() blocks until one of those has arrived.  The background is
// StoreConfig::io, which must not be the executor that runs the caller; without it parts are sent
// in the foreground.
//
// AppendFrom() copies inside the store if the writer began with it or was told that it
// would come (WriteOptions::appends_from), apart from bytes below 5 MiB before it.  Else, once
// parts with a CRC32C have been sent, copied bytes pass through here like all others: few
// stores can mix the two (multipart.cc).
//
// An upload that is not finished is aborted: after an error, when stopped, and by the
// destructor, which therefore may take some seconds.  Should that fail, the upload is
// left for ObjectStore::Unfinished() and a Warning says so.
//
// A publishing request that is stopped, or that never gets an answer, neither at first
// nor when asked again, may have published the whole object nevertheless.
#pragma once

#include <memory>

#include "store/object_store.h"
#include "store/s3/client.h"

namespace pqpack {

std::unique_ptr<ObjectWriter> MakeS3Writer(S3Client* client, const Uri& uri,
                                           const WriteOptions& options);

// ObjectStore::WriterMemory.
int64_t S3WriterMemory(const S3Config& config, int64_t expected_size);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Writes a file beside its final name and publishes it in one step, after its
// bytes are on disk.
//
// Exactly one writer at a time may work on a name: it holds a lock on the
// temporary file, which the kernel releases with the process.  So the leftover
// of a dead run is told from the work of a live one, and is taken over.
#pragma once

#include <memory>

#include "store/local_sync.h"
#include "store/object_store.h"

namespace pqpack {

// Makes missing folders.  kAlreadyExists while another writer, of this or
// another process, works on the same name.  `sync` is borrowed.
Result<std::unique_ptr<ObjectWriter>> CreateLocal(const Uri& uri, const WriteOptions& options,
                                                  LocalSync* sync);

}  // namespace pqpack

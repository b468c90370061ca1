// SPDX-License-Identifier: Apache-2.0
//
// Writes a file beside its final name and publishes it in one step, after its
// bytes are on disk; the name is on disk, too, when Finish() returns.
//
// One writer at a time may work on a name: it holds a lock on the temporary file,
// which the kernel releases with the process.  So the leftover of a dead run is
// told from the work of a live one, and is replaced.
#pragma once

#include <memory>
#include <stop_token>

#include "store/local_folder.h"
#include "store/object_store.h"

namespace pqpack {

// Bytes that a writer holds back, since pages come in small pieces: a file of 1,000 columns in
// 2,000 and more, each of which was a call of write(2), and the headers beside them.
inline constexpr int64_t kLocalWriteBuffer = 64 * kKiB;

// Makes missing folders; a writer that publishes nothing removes those that it made
// and that are empty then.  kAlreadyExists while another writer, of this or another
// process, works on the same name.  kConfig: the file system has no locks.
// kCancelled from AppendFrom() soon after `stop` is requested.  Finish() waits for others as `wait`
// says.
Result<std::unique_ptr<ObjectWriter>> CreateLocal(const Uri& uri, const WriteOptions& options,
                                                  std::stop_token stop, LockWait wait);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A range of a file as a stream that can be looked into.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// Ends with the range, or with the file where that is shorter.  Holds `buffer` bytes of `pool`,
// or what Peek() asks for, if that is more.  One thread.
std::shared_ptr<arrow::io::InputStream> OpenRange(std::shared_ptr<arrow::io::RandomAccessFile> file,
                                                  ByteRange range, int64_t buffer,
                                                  arrow::MemoryPool* pool);

}  // namespace pqpack

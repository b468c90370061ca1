// SPDX-License-Identifier: Apache-2.0
//
// --deep: every page of a file is read, unpacked and decoded, and held against what its own
// header, the statistics, the page index and the footer say.
//
// Memory is that of a page or two and of the chunk's dictionary, from a pool that refuses
// more.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <stop_token>
#include <vector>

#include "diagnose/check.h"

namespace pqpack {

// What DeepCheck() needs.  Borrowed.
struct DeepInput {
  const FileView& view;
  const Target& target;
  arrow::io::RandomAccessFile& file;
  int64_t data_end = 0;  // where the footer begins
  arrow::MemoryPool* pool = nullptr;
  std::stop_token stop;
};

// Adds to `faults`.  Fails for errors of reading, for kTooLarge (a page needs more than the
// pool gives) and kCancelled; whatever is wrong with the bytes is a fault.
Status DeepCheck(const DeepInput& input, std::vector<Fault>* faults);

}  // namespace pqpack

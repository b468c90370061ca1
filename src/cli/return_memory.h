// SPDX-License-Identifier: Apache-2.0
//
// For commands that merge: what glibc does with memory that was freed.
#pragma once

#include <malloc.h>

namespace pqpack::cli {

// Row groups are held for long while buffers come and go between them.  Once glibc has seen a large
// one freed it takes the next ones from its heap, which is full of holes then: merging 200 files of
// 1,000 columns had 1.4 GiB resident where 190 MiB were in use, and has 0.5 GiB with this.
inline void ReturnMemory() { (void)mallopt(M_MMAP_THRESHOLD, 4 << 20); }

}  // namespace pqpack::cli

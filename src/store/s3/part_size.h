// SPDX-License-Identifier: Apache-2.0
//
// How large each part of a multipart upload is.
#pragma once

#include <cstdint>

namespace pqpack {

// The size of part `number` (1, 2, ...) of an object that begins with parts of `first`
// bytes.  Grows slowly, so that 10,000 parts hold any object S3 takes through memory
// (5 TiB) while a small object needs no large buffers.
int64_t PartSize(int64_t first, int number);

// The first part's size: `configured`, at least S3's 5 MiB, and more if
// `expected_size` (-1: unknown) would need more parts than are comfortable.
int64_t FirstPartSize(int64_t configured, int64_t expected_size);

}  // namespace pqpack

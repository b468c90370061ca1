// SPDX-License-Identifier: Apache-2.0
//
// How large each part of a multipart upload is: all of one size as far as the object
// was expected to go, then growing, so that 10,000 parts always suffice.
#pragma once

#include <cstdint>

namespace pqpack {

class PartSizes {
 public:
  // Parts of `configured` bytes, at least S3's 5 MiB, and larger ones for an object whose
  // `expected_size` (-1: unknown) would need more than 5,000 of them.
  PartSizes(int64_t configured, int64_t expected_size);

  int64_t first() const { return first_; }

  // The size of part `number` (1, 2, ...): first() for the expected size and some hundred
  // parts more, then it doubles now and then.  10,000 parts hold any object that S3 takes
  // (5 TiB), whatever was expected.
  int64_t Of(int number) const;

 private:
  int64_t first_;
  int expected_parts_;
};

}  // namespace pqpack

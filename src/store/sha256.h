// SPDX-License-Identifier: Apache-2.0
//
// SHA-256, for signatures, for names that would get too long, for scripts of a page, and for files
// that are looked at again later.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

namespace pqpack {

// 64 hexadecimal digits.
std::string Sha256Hex(Bytes data);

// As a Content-Security-Policy has it.
std::string Sha256Base64(Bytes data);

// Of bytes that come piece by piece.  One thread.
class Sha256Sum {
 public:
  Sha256Sum();
  ~Sha256Sum();
  Sha256Sum(const Sha256Sum&) = delete;
  void Append(Bytes data);
  // 64 hexadecimal digits; once, at the end.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pqpack

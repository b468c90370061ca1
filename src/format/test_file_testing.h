// SPDX-License-Identifier: Apache-2.0
//
// For tests: files of test/data and the parts they consist of.  Tests run in the
// root of the checkout.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "format/footer.h"

namespace pqpack::testing {

inline std::string ReadTestFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) ADD_FAILURE() << "cannot read " << path << "; tests run in the root of the checkout";
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string FooterBytes(const std::string& file) {
  const ByteRange range =
      LocateFooter(AsBytes(file), static_cast<int64_t>(file.size())).ValueOrDie().footer;
  return file.substr(static_cast<size_t>(range.offset), static_cast<size_t>(range.length));
}

// The file with another footer behind the same bytes.
inline std::string WithFooter(const std::string& file, const std::string& footer) {
  std::string result = file.substr(0, file.size() - 8 - FooterBytes(file).size()) + footer;
  for (int shift = 0; shift < 32; shift += 8) {
    result += static_cast<char>(footer.size() >> shift & 0xff);
  }
  return result + "PAR1";
}

}  // namespace pqpack::testing

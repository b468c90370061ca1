// SPDX-License-Identifier: Apache-2.0
//
// The last look at an output whose pages the store has copied: they did not pass through
// here, so they can't be looked at.  What is proven instead is that the output says of its
// bytes what the source says of the same bytes, at the same places.
//
//   StoreCopyCheck check(data_end);
//   while (...) PQ_RETURN_NOT_OK(check.Append(bytes));   // what follows the copied bytes
//   PQ_RETURN_NOT_OK(check.Finish(target, expected, source));
//   ... publish ...
//
// What it insists on:
//   - the footer parses, holds together and fills its place; what lies between the copied
//     bytes and the footer is what the footer names there, without a gap;
//   - rows, row groups, columns and keys are the expected ones, and the levels of each column
//     are those of the source;
//   - each row group with rows is there, in order, and each of its column chunks has the
//     source's place, size, codec, number of values and encodings; statistics are the source's
//     or left out;
//   - the chunks fill the copied bytes behind the magic, each byte once;
//   - each chunk's first pages, as their headers tell, are what the footer and the target want
//     (chunk_check.h); page indexes name pages that fill their chunk (index_check.h), Bloom
//     filters are those of the source's chunks (filter_check.h).
// Nothing is known of pages behind the first ones: they are the source's.
//
// Shares no code with what makes the output.  Memory: what is appended.  One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"
#include "target/target.h"
#include "verify/expected_output.h"
#include "verify/page_walk.h"

namespace pqpack {

// What was read of the file that the store copies from, all of one version.
struct CopiedSource {
  const FileMetaData& footer;
  Bytes magic;  // the file's first bytes
  // By row group and column; up to the first data page.
  std::vector<std::vector<std::vector<PageFact>>> first_pages;
};

class StoreCopyCheck {
 public:
  // The store has copied the bytes before `data_end`.
  explicit StoreCopyCheck(int64_t data_end) : data_end_(data_end) {}

  // The next bytes behind them.  kMismatch: more than a footer can be.
  Status Append(Bytes bytes);

  // The output is complete.  kMismatch names row group and column.  To be called once, last.
  Status Finish(const Target& target, const ExpectedOutput& expected, const CopiedSource& source);

  // What was appended, and how large the output is with it.
  Bytes end() const { return end_; }
  int64_t size() const { return data_end_ + static_cast<int64_t>(end_.size()); }

 private:
  const int64_t data_end_;
  std::vector<uint8_t> end_;
};

}  // namespace pqpack

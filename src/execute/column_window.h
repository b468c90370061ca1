// SPDX-License-Identifier: Apache-2.0
//
// How far columns that are copied in parallel may run ahead of the one whose
// bytes go out next: as far as the memory for what is held back allows.  So what a
// row group takes does not grow with its number of columns.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace pqpack {

// Thread-safe.  Columns are begun in order and go out in order.
class ColumnWindow {
 public:
  // `needs`: bytes of each column from its begin until it went out.  The columns
  // that are under way need no more than `limit`, or are a single one.
  ColumnWindow(std::vector<int64_t> needs, int64_t limit)
      : needs_(std::move(needs)), limit_(limit) {}

  // Blocks until column `i` may begin: all before it have begun, and it fits.
  // False after GiveUp().
  bool Begin(size_t i);

  // The first column that has not gone out did so.
  void WentOut();

  // A column failed, and nobody needs to wait for it any more.
  void GiveUp();

 private:
  const std::vector<int64_t> needs_;
  const int64_t limit_;

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t begun_ = 0;
  size_t out_ = 0;
  int64_t held_ = 0;  // by the columns from out_ to begun_
  bool given_up_ = false;
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Begun in order, so that the column that everybody waits for is never one that
// waits: when it is the first one, nothing is held, and it may begin.
#include "execute/column_window.h"

namespace pqpack {

bool ColumnWindow::Begin(size_t i) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return given_up_ || (i == begun_ && (out_ == begun_ || needs_[i] <= limit_ - held_));
  });
  if (given_up_) return false;
  ++begun_;
  held_ += needs_[i];
  changed_.notify_all();
  return true;
}

void ColumnWindow::WentOut() {
  std::lock_guard lock(mutex_);
  held_ -= needs_[out_++];
  changed_.notify_all();
}

void ColumnWindow::GiveUp() {
  std::lock_guard lock(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

}  // namespace pqpack

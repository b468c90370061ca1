// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/page_window.h"

#include <fmt/format.h>

#include <algorithm>

namespace pqpack {

Result<Bytes> PageWindow::Peek(int64_t want) {
  want = std::min(want, left());
  const int64_t window_end = window_offset_ + (window_ ? window_->size() : 0);
  if (window_end - position_ < want || position_ < window_offset_) {
    const int64_t size = std::min(std::max(want, kSize), left());
    PQ_ASSIGN(window_, file_.ReadAt(position_, size));
    window_offset_ = position_;
    if (window_->size() < size) {
      return Error(ErrorCode::kCorrupt,
                   fmt::format("the file ends at {}, inside of the column chunk",
                               position_ + window_->size()));
    }
  }
  const int64_t skipped = position_ - window_offset_;
  return Bytes(window_->data() + skipped, static_cast<size_t>(window_->size() - skipped));
}

}  // namespace pqpack

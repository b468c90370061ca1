// SPDX-License-Identifier: Apache-2.0
//
// In blocks, since nothing reads them but WriteTo(): a buffer that grows in one piece would
// hold twice as much whenever it does.
#include "execute/merge/held_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr int64_t kSmallest = 4 * kKiB;  // of thousands of columns many are shorter still
constexpr int64_t kLargest = kMiB;

}  // namespace

Status HeldBytes::Write(const void* data, int64_t bytes) {
  const auto* from = static_cast<const uint8_t*>(data);
  while (bytes > 0) {
    if (blocks_.empty() || blocks_.back().used == blocks_.back().bytes->size()) {
      auto block = arrow::AllocateBuffer(std::clamp(size_, kSmallest, kLargest), pool_);
      if (!block.ok()) return WithCode(block.status(), ErrorCode::kInternal);
      blocks_.push_back({*std::move(block), 0});
    }
    Block& block = blocks_.back();
    const int64_t piece = std::min(bytes, block.bytes->size() - block.used);
    std::memcpy(block.bytes->mutable_data() + block.used, from, static_cast<size_t>(piece));
    block.used += piece;
    size_ += piece;
    from += piece;
    bytes -= piece;
  }
  return Status::OK();
}

Status HeldBytes::WriteTo(arrow::io::OutputStream& sink) const {
  for (const Block& block : blocks_) {
    PQ_RETURN_NOT_OK(sink.Write(block.bytes->data(), block.used));
  }
  return Status::OK();
}

}  // namespace pqpack

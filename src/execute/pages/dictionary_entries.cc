// SPDX-License-Identifier: Apache-2.0
//
// Values of 4 and 8 bytes are loaded and stored as numbers.  Texts are mostly shorter than 32
// bytes with their length in front: then 32 are copied, whatever the length is, and the next text
// is written over the rest.
#include "execute/pages/dictionary_entries.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

namespace pqpack {
namespace {

constexpr int64_t kBlock = 32;  // what is copied at once of a short text

template <typename T>
void GatherNumbers(const uint8_t* entries, std::span<const uint32_t> indices, uint8_t* out) {
  for (const uint32_t index : indices) {
    T value;
    std::memcpy(&value, entries + size_t{index} * sizeof(T), sizeof(T));
    std::memcpy(out, &value, sizeof(T));
    out += sizeof(T);
  }
}

Status WrongSize(int64_t count, int64_t bytes) {
  return Error(ErrorCode::kCorrupt,
               fmt::format("a dictionary of {} values in {} bytes", count, bytes));
}

}  // namespace

Result<DictionaryEntries> DictionaryEntries::Make(std::shared_ptr<arrow::Buffer> body,
                                                  int64_t count, const ValueShape& shape,
                                                  arrow::MemoryPool* pool) {
  DictionaryEntries made;
  const int64_t bytes = body->size();
  made.bytes_ = body->data();
  made.body_ = std::move(body);
  made.size_ = count;
  made.width_ = shape.width;
  if (made.width_ > 0) {
    if (count != bytes / made.width_ || bytes % made.width_ != 0) return WrongSize(count, bytes);
    return made;
  }
  if (count > bytes / kLengthPrefix) return WrongSize(count, bytes);
  PQ_ASSIGN(std::shared_ptr<arrow::Buffer> memory,
            arrow::AllocateBuffer((count + 1) * int64_t{sizeof(uint32_t)}, pool));
  auto* const begins = reinterpret_cast<uint32_t*>(memory->mutable_data());
  const Bytes all(made.bytes_, static_cast<size_t>(bytes));
  int64_t at = 0;
  for (int64_t i = 0; i < count; ++i) {
    begins[i] = static_cast<uint32_t>(at);
    at = EndOfVarying(all, at);
    if (at < 0) return WrongSize(count, bytes);
  }
  if (at != bytes) return WrongSize(count, bytes);
  begins[count] = static_cast<uint32_t>(at);
  made.begins_ = begins;
  made.begins_memory_ = std::move(memory);
  return made;
}

Status DictionaryEntries::Gather(std::span<const uint32_t> indices,
                                 arrow::BufferBuilder* out) const {
  if (width_ == 0) return GatherVarying(indices, out);
  const auto bytes = static_cast<int64_t>(indices.size()) * width_;
  PQ_RETURN_NOT_OK(out->Reserve(bytes));
  uint8_t* to = out->mutable_data() + out->length();
  if (width_ == 4) {
    GatherNumbers<uint32_t>(bytes_, indices, to);
  } else if (width_ == 8) {
    GatherNumbers<uint64_t>(bytes_, indices, to);
  } else {
    for (const uint32_t index : indices) {
      std::memcpy(to, bytes_ + index * width_, static_cast<size_t>(width_));
      to += width_;
    }
  }
  out->UnsafeAdvance(bytes);
  return Status::OK();
}

Status DictionaryEntries::GatherVarying(std::span<const uint32_t> indices,
                                        arrow::BufferBuilder* out) const {
  int64_t bytes = 0;
  for (const uint32_t index : indices) bytes += int64_t{begins_[index + 1]} - begins_[index];
  PQ_RETURN_NOT_OK(out->Reserve(bytes + kBlock));
  uint8_t* to = out->mutable_data() + out->length();
  const int64_t end = body_->size();
  for (const uint32_t index : indices) {
    const int64_t begin = begins_[index];
    const int64_t length = begins_[index + 1] - begin;
    const int64_t copied = length <= kBlock && begin + kBlock <= end ? kBlock : length;
    std::memcpy(to, bytes_ + begin, static_cast<size_t>(copied));
    to += length;
  }
  out->UnsafeAdvance(bytes);
  return Status::OK();
}

}  // namespace pqpack

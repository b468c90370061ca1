// SPDX-License-Identifier: Apache-2.0
#include "verify/dictionary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "verify/library_call.h"

namespace pqpack {
namespace {

constexpr int64_t kPrefix = 4;
constexpr uint32_t kUnknown = UINT32_MAX;  // no index: dictionaries have less than 2^31 entries

Result<std::unique_ptr<arrow::Buffer>> Allocate(int64_t numbers, arrow::MemoryPool* pool) {
  auto memory = arrow::AllocateBuffer(numbers * int64_t{sizeof(uint32_t)}, pool);
  if (!memory.ok()) return ReadError(memory.status());
  return *std::move(memory);
}

Status TooShort(int64_t count, int64_t bytes) {
  return Error(ErrorCode::kCorrupt,
               fmt::format("a dictionary of {} values in {} bytes", count, bytes));
}

}  // namespace

int64_t PlainWidth(PhysicalType type, int64_t length) {
  switch (type) {
    case PhysicalType::kBoolean:
      return 1;
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return 8;
    case PhysicalType::kInt96:
      return 12;
    case PhysicalType::kFixedLenByteArray:
      return length;
    case PhysicalType::kByteArray:
      break;
  }
  return 0;
}

Result<std::unique_ptr<Dictionary>> Dictionary::Make(std::shared_ptr<arrow::Buffer> body,
                                                     int64_t count, int64_t width,
                                                     arrow::MemoryPool* pool) {
  std::unique_ptr<Dictionary> made(new Dictionary());
  const int64_t bytes = body->size();
  if (count > bytes / (width > 0 ? width : kPrefix)) return TooShort(count, bytes);
  made->bytes_ = body->data();
  made->body_ = std::move(body);
  made->size_ = count;
  made->width_ = width;
  if (width > 0) return made;
  PQ_ASSIGN(made->begins_memory_, Allocate(count + 1, pool));
  auto* begins = reinterpret_cast<uint32_t*>(made->begins_memory_->mutable_data());
  int64_t at = 0;
  for (int64_t i = 0; i < count; ++i) {
    begins[i] = static_cast<uint32_t>(at);
    if (bytes - at < kPrefix) return TooShort(count, bytes);
    uint32_t length = 0;
    std::memcpy(&length, made->bytes_ + at, sizeof(length));
    at += kPrefix + int64_t{length};
    if (at > bytes) return TooShort(count, bytes);
  }
  begins[count] = static_cast<uint32_t>(at);
  made->begins_ = begins;
  return made;
}

const Dictionary& Dictionary::Booleans() {
  static constexpr std::array<uint8_t, 2> kBytes = {0, 1};
  static const Dictionary kBooleans = [] {
    Dictionary dictionary;
    dictionary.bytes_ = kBytes.data();
    dictionary.size_ = 2;
    dictionary.width_ = 1;
    return dictionary;
  }();
  return kBooleans;
}

bool Dictionary::SameEntry(uint32_t entry, const Dictionary& other, uint32_t others) const {
  return std::ranges::equal(Entries(entry, 1), other.Entries(others, 1));
}

bool Dictionary::SameAs(const Dictionary& other) const {
  if (this == &other) return true;
  if (size_ != other.size_) return false;
  const Bytes mine = Entries(0, size_);
  const Bytes others = other.Entries(0, size_);
  return std::ranges::equal(mine, others);
}

Status DictionaryMap::Reset(const Dictionary& a, const Dictionary& b, arrow::MemoryPool* pool) {
  swapped_ = b.size() < a.size();
  from_ = swapped_ ? &b : &a;
  to_ = swapped_ ? &a : &b;
  const int64_t bytes = from_->size() * int64_t{sizeof(uint32_t)};
  if (memory_ == nullptr || memory_->size() < bytes) {
    memory_.reset();
    PQ_ASSIGN(memory_, Allocate(from_->size(), pool));
  }
  map_ = reinterpret_cast<uint32_t*>(memory_->mutable_data());
  std::fill_n(map_, from_->size(), kUnknown);
  return Status::OK();
}

bool DictionaryMap::Same(std::span<const uint32_t> of_a, std::span<const uint32_t> of_b) {
  const uint32_t* from = swapped_ ? of_b.data() : of_a.data();
  const uint32_t* to = swapped_ ? of_a.data() : of_b.data();
  constexpr size_t kStep = 32;  // looked at without a branch
  for (size_t at = 0; at < of_a.size(); at += kStep) {
    const size_t end = std::min(at + kStep, of_a.size());
    uint32_t other = 0;
    for (size_t i = at; i < end; ++i) other |= map_[from[i]] ^ to[i];
    if (other == 0) continue;
    for (size_t i = at; i < end; ++i) {
      if (map_[from[i]] != to[i] && !Learn(from[i], to[i])) return false;
    }
  }
  return true;
}

// A dictionary may hold a value twice, so another index is not yet another value.
bool DictionaryMap::Learn(uint32_t from, uint32_t to) {
  if (!from_->SameEntry(from, *to_, to)) return false;
  map_[from] = to;
  return true;
}

}  // namespace pqpack

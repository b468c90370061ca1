// SPDX-License-Identifier: Apache-2.0
//
// Open addressing with the hash beside the index, so that entries are compared only where all 32
// bits are equal.
#include "execute/pages/merged_dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "execute/pages/entry_words.h"

namespace pqpack {
namespace {

constexpr int64_t kAtOnce = 16'384;  // entries for which there is room before they are seen

const uint8_t* DataOf(const uint64_t& value) { return reinterpret_cast<const uint8_t*>(&value); }
const uint8_t* DataOf(const uint32_t& value) { return reinterpret_cast<const uint8_t*>(&value); }
const uint8_t* DataOf(const Bytes& value) { return value.data(); }
int64_t SizeOf(const uint64_t&) { return 8; }
int64_t SizeOf(const uint32_t&) { return 4; }
int64_t SizeOf(const Bytes& value) { return static_cast<int64_t>(value.size()); }

template <typename Value>
Value EntryOf(const DictionaryEntries& entries, int64_t i) {
  if constexpr (std::is_same_v<Value, Bytes>) {
    return entries.Entry(i);
  } else {
    return static_cast<Value>(
        LoadWord(entries.bytes().data() + i * int64_t{sizeof(Value)}, sizeof(Value)));
  }
}

}  // namespace

template <typename Value>
bool MergedDictionary::Holds(uint32_t index, const Value& value) const {
  if constexpr (!std::is_same_v<Value, Bytes>) {
    return LoadWord(entries_.data() + index * sizeof(Value), sizeof(Value)) == value;
  } else {
    const int64_t begin = width_ > 0 ? index * width_ : index > 0 ? ends_[index - 1] : 0;
    const int64_t end = width_ > 0 ? begin + width_ : ends_[index];
    const auto size = static_cast<int64_t>(value.size());
    return end - begin == size && SameBytes(value.data(), entries_.data() + begin, value.size());
  }
}

template <typename Value>
Status MergedDictionary::Append(const Value& value) {
  PQ_RETURN_NOT_OK(entries_.Append(DataOf(value), SizeOf(value)));
  if (width_ == 0) ends_.push_back(entries_.length());
  ++size_;
  return Status::OK();
}

// So that they would be half taken if all of `more` entries were new, and with room for as many.
void MergedDictionary::MakeRoom(size_t more) {
  constexpr size_t kFewest = 64;
  const size_t entries = size_ + more;
  if (slots_.size() >= 2 * entries) return;
  std::vector<Slot> old(std::max(kFewest, std::bit_ceil(4 * entries)));
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.index == kNone) continue;
    size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].index != kNone) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

template <typename Value>
Result<bool> MergedDictionary::AddAll(const DictionaryEntries& more, std::vector<uint32_t>* map) {
  const uint32_t size = size_;
  const int64_t bytes = entries_.length();
  map->resize(static_cast<size_t>(more.size()));
  MakeRoom(static_cast<size_t>(std::min(more.size(), kAtOnce)));
  for (int64_t i = 0; i < more.size(); ++i) {
    if (slots_.size() < 2 * (size_t{size_} + 1)) MakeRoom(1);
    const Value value = EntryOf<Value>(more, i);
    const uint32_t hash = HashOfEntry(value);
    size_t at = hash & (slots_.size() - 1);
    while (slots_[at].index != kNone &&
           (slots_[at].hash != hash || !Holds(slots_[at].index, value))) {
      at = (at + 1) & (slots_.size() - 1);
    }
    if (slots_[at].index == kNone) {
      if (entries_.length() + SizeOf(value) > limit_) {
        size_ = size;
        if (width_ == 0) ends_.resize(size);
        entries_.Rewind(bytes);
        return false;
      }
      slots_[at] = {hash, size_};
      PQ_RETURN_NOT_OK(Append(value));
    }
    (*map)[static_cast<size_t>(i)] = slots_[at].index;
  }
  return true;
}

Result<bool> MergedDictionary::Add(const DictionaryEntries& more, std::vector<uint32_t>* map) {
  if (width_ == 8) return AddAll<uint64_t>(more, map);
  if (width_ == 4) return AddAll<uint32_t>(more, map);
  return AddAll<Bytes>(more, map);
}

bool IsIdentity(const std::vector<uint32_t>& map) {
  for (size_t i = 0; i < map.size(); ++i) {
    if (map[i] != i) return false;
  }
  return true;
}

}  // namespace pqpack

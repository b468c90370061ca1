// SPDX-License-Identifier: Apache-2.0
//
// Level 2 or 3 for a column chunk of several sources, and what is done with their pages: the cost
// model.  It sees footers and page headers alone, so the same inputs give the same choice.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace pqpack {

// A page below both of these is joined with its neighbours.
constexpr int64_t kSmallPageBytes = 64 * kKiB;
constexpr int64_t kSmallPageSlots = 20'000;

// What the headers of all sources of a chunk add up to.  Sizes are uncompressed.
struct PageSums {
  int64_t pages = 0;
  int64_t whole_pages = 0;  // in encodings that are moved by whole pages only
  int64_t whole_bytes = 0;  // of those
  int64_t dictionaries = 0;
  int64_t entries = 0;  // of all dictionaries
  int64_t entry_bytes = 0;
  int64_t indexed_slots = 0;  // in pages of indices
  int64_t other_pages = 0;    // not of indices
  int64_t most_entries = 0;   // of one dictionary
  int64_t most_entry_bytes = 0;
};

enum class PageWork : uint8_t {
  kReencode,  // level 3
  kMove,      // no indices: bodies stay what they are
  kRemap,     // one dictionary; indices get those of its entries
  kExpand,    // no dictionary; indices become the values they stand for
};

struct PageChoice {
  PageWork work{};
  std::string reason;
};

// kRemap stands until the dictionaries are merged: they may turn out to share too little.
PageChoice ChoosePageWork(const PageSums& sums);

// What the entries of a merged dictionary may take.
int64_t DictionaryLimit(const PageSums& sums);

// Whether a dictionary of so many entries takes less than the values would in PLAIN.
bool DictionaryPays(const PageSums& sums, int64_t entries, int64_t entry_bytes);

// Whether it may, after `merged` entries of the sources have become `size`: false as soon as so
// few were equal that those to come will not change it.
bool DictionaryMayPay(const PageSums& sums, int64_t merged, int64_t size);

}  // namespace pqpack

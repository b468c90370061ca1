// SPDX-License-Identifier: Apache-2.0
//
// What a chunk takes as dictionary and indices and what it would take in PLAIN is compared before
// compression, which nobody knows without doing it.  The limit is that of Arrow's writer, so that
// a merged chunk has a dictionary where encoding the rows anew would have given it one; a source
// whose own dictionary is larger keeps it.
//
// A chunk has a dictionary for all of its values or for none.  The format lets pages of both kinds
// follow each other in any order, but Spark 3.5 gave wrong rows with chunks in which one without
// the dictionary was followed by one with it (test_spark_filters.py); writers end with those
// without.  Where sources have both, as of columns that outgrew their dictionary, the values of the
// indices are written out if that makes nothing larger, or else all are encoded anew.
#include "execute/merge/page_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace pqpack {
namespace {

constexpr int64_t kUsualLimit = kMiB;

}  // namespace

int64_t DictionaryLimit(const PageSums& sums) {
  return std::max(kUsualLimit, sums.most_entry_bytes);
}

bool DictionaryPays(const PageSums& sums, int64_t entries, int64_t entry_bytes) {
  if (sums.entries == 0) return true;
  const auto slots = static_cast<double>(sums.indexed_slots);
  const double value = static_cast<double>(sums.entry_bytes) / static_cast<double>(sums.entries);
  const int width = std::bit_width(static_cast<uint64_t>(std::max<int64_t>(entries, 1) - 1));
  return static_cast<double>(entry_bytes) + slots * width / 8 < slots * value;
}

// If n values are drawn out of U, about n^2 / 2U of them were drawn before, so the equal ones tell
// U, and that how many different ones all N draws will have.  Twice as many equal ones and some
// more are taken for it: to stop too late costs time, too early a dictionary.
bool DictionaryMayPay(const PageSums& sums, int64_t merged, int64_t size) {
  constexpr int64_t kEnough = 8;  // the part of all entries that has to be seen
  constexpr int64_t kByChance = 16;
  if (merged == 0 || merged < sums.entries / kEnough) return true;
  const auto seen = static_cast<double>(merged);
  const auto equal = static_cast<double>(2 * (merged - size) + kByChance);
  if (equal > seen / 4) return true;
  const double all = seen * seen / (2 * equal);
  const auto entries = static_cast<double>(sums.entries);
  const double different = all * (1 - std::exp(-entries / all));
  const double bytes = different / entries * static_cast<double>(sums.entry_bytes);
  return bytes <= static_cast<double>(DictionaryLimit(sums)) &&
         DictionaryPays(sums, static_cast<int64_t>(different), static_cast<int64_t>(bytes));
}

PageChoice ChoosePageWork(const PageSums& sums) {
  if (sums.whole_pages > 1 && sums.whole_bytes / sums.whole_pages < kSmallPageBytes) {
    return {PageWork::kReencode,
            fmt::format("pages of {} bytes on average in an encoding whose pages can't be joined",
                        sums.whole_bytes / sums.whole_pages)};
  }
  if (sums.dictionaries == 0) return {PageWork::kMove, "no dictionaries"};
  if (!DictionaryPays(sums, sums.most_entries, sums.most_entry_bytes)) {
    return {PageWork::kExpand,
            fmt::format("dictionaries of {} entries for {} values take more than the values",
                        sums.entries, sums.indexed_slots)};
  }
  if (sums.other_pages > 0 && !DictionaryPays(sums, sums.entries, sums.entry_bytes)) {
    return {PageWork::kExpand, "pages with and without a dictionary, which is of little use"};
  }
  if (sums.other_pages > 0) {
    return {PageWork::kReencode, "pages with and without a dictionary"};
  }
  return {PageWork::kRemap,
          fmt::format("{} dictionaries of {} entries become one", sums.dictionaries, sums.entries)};
}

}  // namespace pqpack

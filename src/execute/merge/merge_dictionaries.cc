// SPDX-License-Identifier: Apache-2.0
//
// The dictionary with the most entries goes first, so its indices stay what they are.  Where the
// limit is passed, what was merged so far is kept only if half of the indices are into that: few
// values would have it otherwise, and every reader would read it.
#include "execute/merge/merge_dictionaries.h"

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

int64_t EntriesOf(const SourcePages& source) {
  return source.chunk.dictionary ? source.chunk.dictionary->slots() : 0;
}

int64_t IndexedSlots(const SourcePages& source) {
  int64_t slots = 0;
  for (const SourcePage& page : source.chunk.pages) {
    if (IsDictionary(page.encoding())) slots += page.slots();
  }
  return slots;
}

// In the order in which they are merged.
std::vector<size_t> Order(std::span<const SourcePages> sources) {
  std::vector<size_t> order;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].chunk.dictionary) order.push_back(i);
  }
  const auto most =
      std::ranges::max_element(order, {}, [&](size_t i) { return EntriesOf(sources[i]); });
  if (most != order.end()) std::rotate(order.begin(), most, most + 1);
  return order;
}

}  // namespace

Result<DictionaryPlan> MergeDictionaries(std::span<const SourcePages> sources, const PageSums& sums,
                                         const ValueShape& shape, arrow::MemoryPool* pool,
                                         size_t* failed) {
  DictionaryPlan plan;
  plan.sources.resize(sources.size());
  plan.merged.emplace(shape, DictionaryLimit(sums), pool);
  PageSums covered = sums;
  covered.indexed_slots = 0;
  for (const size_t i : Order(sources)) {
    *failed = i;
    IndexPlan& source = plan.sources[i];
    PQ_ASSIGN(const DictionaryEntries entries, sources[i].Entries(shape, pool));
    PQ_ASSIGN(const bool fits, plan.merged->Add(entries, &source.map));
    if (!fits) {
      source.map.clear();
      break;
    }
    source.same = IsIdentity(source.map);
    covered.indexed_slots += IndexedSlots(sources[i]);
  }
  const bool worth = 2 * covered.indexed_slots >= sums.indexed_slots &&
                     DictionaryPays(covered, plan.merged->size(),
                                    static_cast<int64_t>(plan.merged->bytes().size()));
  if (worth && plan.merged->size() > 0) return plan;
  plan.merged.reset();
  for (IndexPlan& source : plan.sources) source = {};
  return plan;
}

}  // namespace pqpack

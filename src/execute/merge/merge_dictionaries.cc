// SPDX-License-Identifier: Apache-2.0
//
// The dictionary with the most entries goes first, so its indices stay what they are.
#include "execute/merge/merge_dictionaries.h"

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

int64_t EntriesOf(const SourcePages& source) {
  return source.chunk.dictionary ? source.chunk.dictionary->slots() : 0;
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
  bool worth = true;
  int64_t merged = 0;
  Decompressor unpack(pool);
  for (const size_t i : Order(sources)) {
    *failed = i;
    PQ_ASSIGN(const DictionaryEntries entries, sources[i].Entries(shape, &unpack));
    PQ_ASSIGN(worth, plan.merged->Add(entries, &plan.sources[i].map));
    merged += entries.size();
    worth = worth && DictionaryMayPay(sums, merged, plan.merged->size());
    if (!worth) break;
    plan.sources[i].same = IsIdentity(plan.sources[i].map);
  }
  worth =
      worth && plan.merged->size() > 0 &&
      DictionaryPays(sums, plan.merged->size(), static_cast<int64_t>(plan.merged->bytes().size()));
  if (worth) return plan;
  plan.merged.reset();
  for (IndexPlan& source : plan.sources) source = {};
  return plan;
}

}  // namespace pqpack

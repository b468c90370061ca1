// SPDX-License-Identifier: Apache-2.0
//
// What the structure proof asks of each batch: values a second of one core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "verify/batch_scan.h"

namespace pqpack {
namespace {

constexpr size_t kBatch = 4096;

void LevelsAbove(benchmark::State& state) {
  const std::vector<int16_t> levels(kBatch, 2);
  for (auto _ : state) benchmark::DoNotOptimize(AnyAbove(levels, 3));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}
BENCHMARK(LevelsAbove);

void LevelsCounted(benchmark::State& state) {
  const std::vector<int16_t> levels(kBatch, 2);
  for (auto _ : state) benchmark::DoNotOptimize(CountOf(levels, 2));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}
BENCHMARK(LevelsCounted);

void IndicesOutside(benchmark::State& state) {
  const std::vector<uint32_t> indices(kBatch, 5);
  for (auto _ : state) benchmark::DoNotOptimize(AnyOutside(indices, 6000));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}
BENCHMARK(IndicesOutside);

// What stood there before: a loop with std::max.
void IndicesOutsideByMaximum(benchmark::State& state) {
  const std::vector<uint32_t> indices(kBatch, 5);
  for (auto _ : state) {
    uint32_t largest = 0;
    for (const uint32_t index : indices) largest = std::max(largest, index);
    benchmark::DoNotOptimize(largest >= 6000);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}
BENCHMARK(IndicesOutsideByMaximum);

}  // namespace
}  // namespace pqpack

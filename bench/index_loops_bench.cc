// SPDX-License-Identifier: Apache-2.0
//
// What a merge does to each index: held against the dictionary, mapped to another dictionary, and a
// plain copy as what memory allows.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "execute/pages/index_loops.h"

namespace pqpack {
namespace {

constexpr size_t kValues = 20'000;  // a page's worth

std::vector<uint32_t> Below(uint32_t entries) {
  std::mt19937 random(1);
  std::vector<uint32_t> values(kValues);
  for (uint32_t& value : values) value = static_cast<uint32_t>(random()) % entries;
  return values;
}

void Count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kValues));
}

void Copy(benchmark::State& state) {
  const std::vector<uint32_t> from = Below(100);
  std::vector<uint32_t> to(kValues);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), kValues * sizeof(uint32_t));
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  Count(state);
}

void Checked(benchmark::State& state) {
  const std::vector<uint32_t> values = Below(100);
  for (auto _ : state) benchmark::DoNotOptimize(AllBelow(values, 100));
  Count(state);
}

void Map(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(0));
  const std::vector<uint32_t> map = Below(entries);
  std::vector<uint32_t> values = Below(std::min<uint32_t>(entries, kValues));
  for (auto _ : state) {
    MapIndices(map, values);
    benchmark::ClobberMemory();
  }
  Count(state);
}

BENCHMARK(Copy);
BENCHMARK(Checked);
BENCHMARK(Map)->Arg(100)->Arg(10'000);

}  // namespace
}  // namespace pqpack

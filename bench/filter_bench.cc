// SPDX-License-Identifier: Apache-2.0
//
// What a merge does to make a Bloom filter, by hashes of values that are all different: each one
// put in, and the whole folded to half; and a reader's question.  The argument: KiB of the filter.
// items_per_second counts hashes, bytes_per_second what is folded.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "format/split_block_filter.h"

namespace pqpack {
namespace {

constexpr size_t kValues = 20'000;  // a page's worth

std::vector<uint64_t> Hashes() {
  std::mt19937_64 random(1);
  std::vector<uint64_t> hashes(kValues);
  for (uint64_t& hash : hashes) hash = random();
  return hashes;
}

std::vector<uint8_t> Filter(const benchmark::State& state) {
  std::vector<uint8_t> bits(static_cast<size_t>(state.range(0) * kKiB));
  for (const uint64_t hash : Hashes()) PutHash(hash, bits);
  return bits;
}

void Count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kValues));
}

void Put(benchmark::State& state) {
  const std::vector<uint64_t> hashes = Hashes();
  std::vector<uint8_t> bits(static_cast<size_t>(state.range(0) * kKiB));
  for (auto _ : state) {
    for (const uint64_t hash : hashes) PutHash(hash, bits);
    benchmark::ClobberMemory();
  }
  Count(state);
}

void Ask(benchmark::State& state) {
  const std::vector<uint8_t> bits = Filter(state);
  const std::vector<uint64_t> hashes = Hashes();
  for (auto _ : state) {
    bool all = true;
    for (const uint64_t hash : hashes) all &= MayHold(bits, hash);
    if (!all) state.SkipWithError("a value is denied");
  }
  Count(state);
}

void Fold(benchmark::State& state) {
  const std::vector<uint8_t> bits = Filter(state);
  std::vector<uint8_t> half(bits.size() / 2);
  for (auto _ : state) {
    FoldFilter(bits, half);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bits.size()));
}

BENCHMARK(Put)->Arg(32)->Arg(8192);
BENCHMARK(Ask)->Arg(32)->Arg(8192);
BENCHMARK(Fold)->Arg(32)->Arg(8192);

}  // namespace
}  // namespace pqpack

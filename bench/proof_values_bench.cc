// SPDX-License-Identifier: Apache-2.0
//
// Values that the proof compares without decoding them, a page's worth at a time: entries of two
// dictionaries, numbers by their bytes and texts by a map that is learned or known, and a
// dictionary against PLAIN.  A comparison of PLAIN with PLAIN is what memory allows.
// items_per_second counts values of one side.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "verify/dictionary.h"
#include "verify/encoded_values.h"

namespace pqpack {
namespace {

constexpr size_t kValues = 4096;  // a batch

struct Side {
  std::unique_ptr<Dictionary> dictionary;
  std::vector<uint32_t> indices;
  std::string plain;
};

std::string Value(uint32_t n, int64_t width) {
  if (width > 0) {
    std::string bytes(static_cast<size_t>(width), '\0');
    std::memcpy(bytes.data(), &n, sizeof(n));
    return bytes;
  }
  const std::string text = "text " + std::to_string(n);
  const auto length = static_cast<uint32_t>(text.size());
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + text;
}

// The same values on each side; entry n is at place n, or at the place from the end.
Side MakeSide(uint32_t entries, int64_t width, bool reversed) {
  std::mt19937 random(1);
  Side side;
  std::string body;
  for (uint32_t i = 0; i < entries; ++i) body += Value(reversed ? entries - 1 - i : i, width);
  for (size_t i = 0; i < kValues; ++i) {
    const auto n = static_cast<uint32_t>(random() % entries);
    side.indices.push_back(reversed ? entries - 1 - n : n);
    side.plain += Value(n, width);
  }
  side.dictionary = Dictionary::Make(arrow::Buffer::FromString(body), entries, width,
                                     arrow::default_memory_pool())
                        .ValueOrDie();
  return side;
}

void Count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kValues));
}

void Expect(benchmark::State& state, bool same) {
  if (!same) state.SkipWithError("they are the same");
}

void PlainAgainstPlain(benchmark::State& state) {
  const Side a = MakeSide(1000, state.range(0), false), b = MakeSide(1000, state.range(0), true);
  for (auto _ : state) {
    Bytes left = AsBytes(a.plain), right = AsBytes(b.plain);
    Expect(state, SamePlain(left, right, kValues, state.range(0)));
  }
  Count(state);
}
BENCHMARK(PlainAgainstPlain)->Arg(8)->Arg(0);

void DictionaryAgainstPlain(benchmark::State& state) {
  const Side a = MakeSide(1000, state.range(0), false);
  for (auto _ : state) {
    Bytes plain = AsBytes(a.plain);
    Expect(state, SameExpanded(*a.dictionary, a.indices, plain, state.range(0)));
  }
  Count(state);
}
BENCHMARK(DictionaryAgainstPlain)->Arg(4)->Arg(8)->Arg(0);

void NumbersOfTwoDictionaries(benchmark::State& state) {
  const Side a = MakeSide(1000, state.range(0), false), b = MakeSide(1000, state.range(0), true);
  for (auto _ : state) {
    Expect(state, SameNumbers(*a.dictionary, a.indices, *b.dictionary, b.indices, state.range(0)));
  }
  Count(state);
}
BENCHMARK(NumbersOfTwoDictionaries)->Arg(4)->Arg(8);

// {width, entries}
void MapThatIsKnown(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(1));
  const Side a = MakeSide(entries, state.range(0), false),
             b = MakeSide(entries, state.range(0), true);
  DictionaryMap map;
  Expect(state, map.Reset(*a.dictionary, *b.dictionary, arrow::default_memory_pool()).ok());
  for (auto _ : state) Expect(state, map.Same(a.indices, b.indices));
  Count(state);
}
BENCHMARK(MapThatIsKnown)->Args({8, 1000})->Args({0, 1000})->Args({0, 50});

void MapThatIsLearned(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(1));
  const Side a = MakeSide(entries, state.range(0), false),
             b = MakeSide(entries, state.range(0), true);
  DictionaryMap map;
  for (auto _ : state) {
    Expect(state, map.Reset(*a.dictionary, *b.dictionary, arrow::default_memory_pool()).ok());
    Expect(state, map.Same(a.indices, b.indices));
  }
  Count(state);
}
BENCHMARK(MapThatIsLearned)->Args({8, 1000})->Args({0, 1000})->Args({0, 50});

}  // namespace
}  // namespace pqpack

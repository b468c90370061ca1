// SPDX-License-Identifier: Apache-2.0
//
// What a merge does to dictionaries and the values they stand for: entries hashed into one
// dictionary, values gathered out of it, indices packed anew; ours, Arrow's, and a plain copy of
// the values as what memory allows.  items_per_second counts entries or values, bytes_per_second
// what they take in PLAIN.
#include <arrow/buffer_builder.h>
#include <benchmark/benchmark.h>
#include <parquet/encoding.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "execute/pages/dictionary_entries.h"
#include "execute/pages/merged_dictionary.h"
#include "format/dictionary_indices.h"

namespace pqpack {
namespace {

constexpr size_t kValues = 20'000;  // a page's worth
constexpr int64_t kNoLimit = int64_t{1} << 40;

constexpr ValueShape ShapeOf(int64_t width) {
  return {width == 8 ? PhysicalType::kInt64 : PhysicalType::kByteArray, width};
}

// The numbers from `first` on, as such or as texts.
std::string Entries(uint32_t first, uint32_t count, int64_t width) {
  std::string body;
  for (uint32_t i = first; i < first + count; ++i) {
    const uint64_t number = i * uint64_t{2654435761};
    if (width == 8) {
      body.append(reinterpret_cast<const char*>(&number), sizeof(number));
    } else {
      const std::string text = "text " + std::to_string(number);
      const auto length = static_cast<uint32_t>(text.size());
      body.append(reinterpret_cast<const char*>(&length), sizeof(length));
      body += text;
    }
  }
  return body;
}

DictionaryEntries Dictionary(uint32_t first, uint32_t count, int64_t width) {
  return DictionaryEntries::Make(arrow::Buffer::FromString(Entries(first, count, width)), count,
                                 ShapeOf(width), arrow::default_memory_pool())
      .ValueOrDie();
}

std::vector<uint32_t> Below(uint32_t entries) {
  std::mt19937 random(1);
  std::vector<uint32_t> values(kValues);
  for (uint32_t& value : values) value = static_cast<uint32_t>(random()) % entries;
  return values;
}

void Count(benchmark::State& state, size_t items, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(items));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

// {width, entries of each of 10 dictionaries}: all of them others, or all the same.
void HashEntries(benchmark::State& state, bool others) {
  constexpr uint32_t kDictionaries = 10;
  const auto entries = static_cast<uint32_t>(state.range(1));
  std::vector<DictionaryEntries> dictionaries;
  size_t bytes = 0;
  for (uint32_t n = 0; n < kDictionaries; ++n) {
    dictionaries.push_back(Dictionary(others ? n * entries : 0, entries, state.range(0)));
    bytes += dictionaries.back().bytes().size();
  }
  std::vector<uint32_t> map;
  for (auto _ : state) {
    MergedDictionary merged(ShapeOf(state.range(0)), kNoLimit, arrow::default_memory_pool());
    for (const DictionaryEntries& one : dictionaries) {
      if (!merged.Add(one, &map).ValueOr(false)) state.SkipWithError("not added");
    }
    benchmark::DoNotOptimize(map.data());
  }
  Count(state, size_t{kDictionaries} * entries, bytes);
}
void HashOthers(benchmark::State& state) { HashEntries(state, true); }
void HashTheSame(benchmark::State& state) { HashEntries(state, false); }
BENCHMARK(HashOthers)->Args({8, 1000})->Args({8, 20'000})->Args({0, 1000})->Args({0, 20'000});
BENCHMARK(HashTheSame)->Args({8, 1000})->Args({8, 20'000})->Args({0, 1000})->Args({0, 20'000});

void CopyPlain(benchmark::State& state) {
  const std::string from(kValues * 8, 'x');
  std::string to = from;
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  Count(state, kValues, from.size());
}
BENCHMARK(CopyPlain);

// Texts in PLAIN of which only the lengths are looked at, as where a page is cut.
void FindTexts(benchmark::State& state) {
  const std::string body = Entries(0, kValues, 0);
  for (auto _ : state) {
    const auto size = SizeInPlain(ShapeOf(0), AsBytes(body), kValues);
    if (size.ValueOr(0) != static_cast<int64_t>(body.size())) state.SkipWithError("broken");
  }
  Count(state, kValues, body.size());
}
BENCHMARK(FindTexts);

// {width, entries}
void Gather(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(1));
  const DictionaryEntries dictionary = Dictionary(0, entries, state.range(0));
  const std::vector<uint32_t> indices = Below(entries);
  arrow::BufferBuilder out;
  for (auto _ : state) {
    out.Rewind(0);
    if (!dictionary.Gather(indices, &out).ok()) state.SkipWithError("no memory");
    benchmark::ClobberMemory();
  }
  Count(state, kValues, static_cast<size_t>(out.length()));
}
BENCHMARK(Gather)->Args({8, 1000})->Args({8, 20'000})->Args({0, 1000})->Args({0, 20'000});

// Indices unpacked as well, since it does not take others.
void GatherArrow(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(0));
  const std::string body = Entries(0, entries, 8);
  const std::string page = EncodeIndices(Below(entries), entries);
  const auto plain = parquet::MakeTypedDecoder<parquet::Int64Type>(parquet::Encoding::PLAIN);
  plain->SetData(static_cast<int>(entries), AsBytes(body).data(), static_cast<int>(body.size()));
  const auto decoder = parquet::MakeDictDecoder<parquet::Int64Type>();
  decoder->SetDict(plain.get());
  std::vector<int64_t> out(kValues);
  for (auto _ : state) {
    decoder->SetData(kValues, AsBytes(page).data(), static_cast<int>(page.size()));
    if (decoder->Decode(out.data(), kValues) != kValues) state.SkipWithError("broken");
    benchmark::ClobberMemory();
  }
  Count(state, kValues, kValues * 8);
}
BENCHMARK(GatherArrow)->Arg(1000)->Arg(20'000);

void UnpackAndGather(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(0));
  const DictionaryEntries dictionary = Dictionary(0, entries, 8);
  const std::string page = EncodeIndices(Below(entries), entries);
  std::vector<uint32_t> indices(kValues);
  arrow::BufferBuilder out;
  for (auto _ : state) {
    out.Rewind(0);
    if (!DecodeIndices(AsBytes(page), entries, indices).ok() ||
        !dictionary.Gather(indices, &out).ok()) {
      state.SkipWithError("broken");
    }
    benchmark::ClobberMemory();
  }
  Count(state, kValues, kValues * 8);
}
BENCHMARK(UnpackAndGather)->Arg(1000)->Arg(20'000);

void PackIndices(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(0));
  const std::vector<uint32_t> indices = Below(entries);
  for (auto _ : state) benchmark::DoNotOptimize(EncodeIndices(indices, entries).data());
  Count(state, kValues, kValues * sizeof(uint32_t));
}
BENCHMARK(PackIndices)->Arg(50)->Arg(1000)->Arg(20'000);

}  // namespace
}  // namespace pqpack

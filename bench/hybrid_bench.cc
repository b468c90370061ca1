// SPDX-License-Identifier: Apache-2.0
//
// Decoding and encoding of RLE/bit-packed runs: ours, Arrow's, and a plain copy of the decoded
// values as what memory allows.  bytes_per_second counts decoded values.
#include <benchmark/benchmark.h>
#include <parquet/column_reader.h>
#include <parquet/column_writer.h>
#include <parquet/encoding.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "format/hybrid_codec.h"
#include "format/hybrid_cursor.h"

namespace pqpack {
namespace {

constexpr size_t kValues = 1 << 20;  // a page's worth

// `stretch` equal values at a time on average; 1: all random, packed.
template <typename T>
std::vector<T> Values(int bit_width, int stretch) {
  std::mt19937 random(1);
  std::vector<T> values;
  while (values.size() < kValues) {
    const auto value = static_cast<T>(random() & ((uint64_t{1} << bit_width) - 1));
    const auto length = stretch == 1 ? 1 : 1 + random() % static_cast<uint32_t>(2 * stretch);
    values.insert(values.end(), length, value);
  }
  values.resize(kValues);
  return values;
}

template <typename T>
std::string Runs(int bit_width, int stretch) {
  const std::vector<T> values = Values<T>(bit_width, stretch);
  std::string runs;
  EncodeHybrid(std::span<const T>(values), bit_width, &runs);
  return runs;
}

void Count(benchmark::State& state, size_t width) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kValues));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kValues * width));
}

void Copy(benchmark::State& state) {
  const std::vector<uint32_t> from(kValues, 1);
  std::vector<uint32_t> to(kValues);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), kValues * sizeof(uint32_t));
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  Count(state, sizeof(uint32_t));
}

void Indices(benchmark::State& state) {
  const auto width = static_cast<int>(state.range(0));
  const std::string runs = Runs<uint32_t>(width, static_cast<int>(state.range(1)));
  std::vector<uint32_t> out(kValues);
  for (auto _ : state) {
    if (!DecodeHybrid(AsBytes(runs), width, std::span(out)).ok()) state.SkipWithError("broken");
    benchmark::ClobberMemory();
  }
  Count(state, sizeof(uint32_t));
}

// As a merge reads them, which holds a part of a page only.
void IndicesInSteps(benchmark::State& state) {
  constexpr size_t kStep = 1 << 14;
  const auto width = static_cast<int>(state.range(0));
  const std::string runs = Runs<uint32_t>(width, static_cast<int>(state.range(1)));
  std::vector<uint32_t> out(kStep);
  for (auto _ : state) {
    HybridCursor<uint32_t> cursor(AsBytes(runs), width, kValues);
    for (size_t at = 0; at < kValues; at += kStep) {
      if (!cursor.Read(out).ok()) state.SkipWithError("broken");
      benchmark::ClobberMemory();
    }
  }
  Count(state, sizeof(uint32_t));
}

void IndicesArrow(benchmark::State& state) {
  const std::string page =
      static_cast<char>(state.range(0)) +
      Runs<uint32_t>(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const auto decoder = parquet::MakeDictDecoder<parquet::Int32Type>();
  std::vector<int32_t> out(kValues);
  for (auto _ : state) {
    decoder->SetData(kValues, AsBytes(page).data(), static_cast<int>(page.size()));
    if (decoder->DecodeIndices(kValues, out.data()) != kValues) state.SkipWithError("broken");
    benchmark::ClobberMemory();
  }
  Count(state, sizeof(uint32_t));
}

void Levels(benchmark::State& state) {
  const auto width = static_cast<int>(state.range(0));
  const std::string runs = Runs<int16_t>(width, static_cast<int>(state.range(1)));
  std::vector<int16_t> out(kValues);
  for (auto _ : state) {
    if (!DecodeHybrid(AsBytes(runs), width, std::span(out)).ok()) state.SkipWithError("broken");
    benchmark::ClobberMemory();
  }
  Count(state, sizeof(int16_t));
}

void LevelsArrow(benchmark::State& state) {
  const auto width = static_cast<int>(state.range(0));
  const std::string runs = Runs<int16_t>(width, static_cast<int>(state.range(1)));
  std::vector<int16_t> out(kValues);
  parquet::LevelDecoder decoder;
  for (auto _ : state) {
    decoder.SetDataV2(static_cast<int32_t>(runs.size()), static_cast<int16_t>((1 << width) - 1),
                      kValues, AsBytes(runs).data());
    if (decoder.Decode(kValues, out.data()) != kValues) state.SkipWithError("broken");
    benchmark::ClobberMemory();
  }
  Count(state, sizeof(int16_t));
}

void EncodeLevelsOurs(benchmark::State& state) {
  const auto width = static_cast<int>(state.range(0));
  const auto values = Values<int16_t>(width, static_cast<int>(state.range(1)));
  for (auto _ : state) {
    std::string runs;
    EncodeHybrid(std::span<const int16_t>(values), width, &runs);
    benchmark::DoNotOptimize(runs.data());
  }
  Count(state, sizeof(int16_t));
}

void EncodeLevelsArrow(benchmark::State& state) {
  const auto width = static_cast<int>(state.range(0));
  const auto values = Values<int16_t>(width, static_cast<int>(state.range(1)));
  const auto max = static_cast<int16_t>((1 << width) - 1);
  std::vector<uint8_t> runs(static_cast<size_t>(
      parquet::LevelEncoder::MaxBufferSize(parquet::Encoding::RLE, max, kValues)));
  for (auto _ : state) {
    parquet::LevelEncoder encoder;
    encoder.Init(parquet::Encoding::RLE, max, kValues, runs.data(), static_cast<int>(runs.size()));
    if (encoder.Encode(kValues, values.data()) != kValues) state.SkipWithError("broken");
    benchmark::ClobberMemory();
  }
  Count(state, sizeof(int16_t));
}

// {bit width, length of a stretch}
void Shapes(benchmark::internal::Benchmark* bench, std::initializer_list<int> widths) {
  for (const int width : widths) {
    for (const int stretch : {1, 10, 100}) bench->Args({width, stretch});
  }
}
void OfIndices(benchmark::internal::Benchmark* bench) { Shapes(bench, {1, 4, 8, 10, 16, 20}); }
void OfLevels(benchmark::internal::Benchmark* bench) { Shapes(bench, {1, 2, 3}); }

BENCHMARK(Copy);
BENCHMARK(Indices)->Apply(OfIndices);
BENCHMARK(IndicesInSteps)->Apply(OfIndices);
BENCHMARK(IndicesArrow)->Apply(OfIndices);
BENCHMARK(Levels)->Apply(OfLevels);
BENCHMARK(LevelsArrow)->Apply(OfLevels);
BENCHMARK(EncodeLevelsOurs)->Apply(OfLevels);
BENCHMARK(EncodeLevelsArrow)->Apply(OfLevels);

}  // namespace
}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Snappy unpacked by us and by the library in Arrow's wheel: bytes that come out. /0: texts of a
// few words, /1: ascending numbers of 8 bytes, each some times, /2: random numbers of 8 bytes below
// 2^18, /3: what can't be packed.
#include <arrow/util/compression.h>
#include <benchmark/benchmark.h>

#include <random>
#include <span>
#include <string>
#include <vector>

#include "format/snappy.h"

namespace pqpack {
namespace {

constexpr size_t kBytes = 200'000;  // a page's worth

void AppendNumber(uint64_t number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

std::string Texts(std::mt19937_64& random) {
  std::string out;
  while (out.size() < kBytes) {
    std::string text;
    for (uint64_t words = 2 + random() % 6; words > 0; --words) {
      std::mt19937_64 word(random() % 500);
      for (uint64_t letters = 2 + word() % 8; letters > 0; --letters)
        text += static_cast<char>('a' + word() % 26);
      text += ' ';
    }
    out += {static_cast<char>(text.size()), '\0', '\0', '\0'};
    out += text;
  }
  return out;
}

std::string Values(int64_t kind) {
  std::mt19937_64 random(1);
  if (kind == 0) return Texts(random);
  std::string out;
  uint64_t last = 0;
  while (out.size() < kBytes) {
    last += random() % 4 == 0 ? 1 : 0;
    const uint64_t any = random();
    AppendNumber(kind == 1 ? last : kind == 2 ? any % (1 << 18) : any, &out);
  }
  return out;
}

struct Page {
  explicit Page(int64_t kind) : values(Values(kind)), out(values.size()) {
    const auto size = static_cast<int64_t>(values.size());
    const auto* const bytes = reinterpret_cast<const uint8_t*>(values.data());
    packed.resize(static_cast<size_t>(library->MaxCompressedLen(size, bytes)));
    packed.resize(static_cast<size_t>(
        library->Compress(size, bytes, static_cast<int64_t>(packed.size()), packed.data())
            .ValueOrDie()));
  }
  std::unique_ptr<arrow::util::Codec> library =
      arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  std::string values;
  std::vector<uint8_t> packed;
  std::vector<uint8_t> out;
};

void Count(benchmark::State& state, const Page& page) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(page.out.size()));
}

void Unpack(benchmark::State& state) {
  Page page(state.range(0));
  for (auto _ : state) {
    if (!UnpackSnappy(page.packed, page.out).ok()) state.SkipWithError("not unpacked");
  }
  Count(state, page);
}
BENCHMARK(Unpack)->DenseRange(0, 3);

void UnpackArrow(benchmark::State& state) {
  Page page(state.range(0));
  for (auto _ : state) {
    const auto done =
        page.library->Decompress(static_cast<int64_t>(page.packed.size()), page.packed.data(),
                                 static_cast<int64_t>(page.out.size()), page.out.data());
    if (!done.ok()) state.SkipWithError("not unpacked");
  }
  Count(state, page);
}
BENCHMARK(UnpackArrow)->DenseRange(0, 3);

}  // namespace
}  // namespace pqpack

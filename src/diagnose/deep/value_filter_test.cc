// SPDX-License-Identifier: Apache-2.0
//
// Bits that Arrow's library made hold the values that it put in, of every type, in PLAIN and
// with a dictionary; without one of them the scan says so.
#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/bloom_filter.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "diagnose/deep/value_scan.h"
#include "format/bloom_filter_header.h"
#include "format/split_block_filter.h"

namespace pqpack {
namespace {

constexpr uint32_t kBytes = 4096;

SchemaElement Leaf(PhysicalType type, int32_t length = 0) {
  SchemaElement leaf;
  leaf.name = "a";
  leaf.type = type;
  if (length > 0) leaf.type_length = length;
  return leaf;
}

// The bits as they are in a file.
std::string BitsOf(const parquet::BlockSplitBloomFilter& filter) {
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  filter.WriteTo(sink.get());
  const std::string bytes = sink->Finish().ValueOrDie()->ToString();
  const auto parsed = ParseBloomFilterHeader(AsBytes(bytes)).ValueOrDie();
  EXPECT_TRUE(CheckSplitBlock(parsed.header).ok());
  return bytes.substr(static_cast<size_t>(parsed.length));
}

// A filter with `values`, by Arrow.
template <typename T, typename HashOf>
std::string FilterWith(const std::vector<T>& values, const HashOf& hash) {
  parquet::BlockSplitBloomFilter filter;
  filter.Init(kBytes);
  for (const T& value : values) filter.InsertHash(hash(filter, value));
  return BitsOf(filter);
}

template <typename T>
std::string Plain(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// How many values of a page the filter denies.
int64_t Denied(const SchemaElement& leaf, const std::string& filter, const std::string& plain,
               size_t count) {
  const auto scan = ValueScan::Make(leaf, arrow::default_memory_pool()).ValueOrDie();
  EXPECT_TRUE(scan->SetFilter(AsBytes(filter)));
  const auto n = static_cast<int64_t>(count);
  EXPECT_TRUE(scan->Scan(Encoding::kPlain, AsBytes(plain), n, n).ok());
  return scan->denied();
}

template <typename T>
void ExpectNumbers(PhysicalType type) {
  std::vector<T> values(100);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(i * 37 + 1);
  const auto hash = [](const auto& filter, T value) { return filter.Hash(value); };
  const std::string all = FilterWith(values, hash);
  EXPECT_EQ(Denied(Leaf(type), all, Plain(values), values.size()), 0);
  const std::string lacking = FilterWith(std::vector<T>(values.begin() + 1, values.end()), hash);
  EXPECT_EQ(Denied(Leaf(type), lacking, Plain(values), values.size()), 1);
}

TEST(ValueFilter, Numbers) {
  ExpectNumbers<int32_t>(PhysicalType::kInt32);
  ExpectNumbers<int64_t>(PhysicalType::kInt64);
  ExpectNumbers<float>(PhysicalType::kFloat);
  ExpectNumbers<double>(PhysicalType::kDouble);
}

TEST(ValueFilter, Texts) {
  std::vector<std::string> texts;
  std::string plain, fixed;
  for (int i = 0; i < 100; ++i) {
    texts.push_back("text " + std::to_string(1000 + i));
    const auto size = static_cast<uint32_t>(texts.back().size());
    plain += std::string(reinterpret_cast<const char*>(&size), sizeof size) + texts.back();
    fixed += texts.back();
  }
  const auto hash = [](const auto& filter, const std::string& text) {
    const parquet::ByteArray bytes(text);
    return filter.Hash(&bytes);
  };
  const auto fixed_hash = [](const auto& filter, const std::string& text) {
    const parquet::FLBA bytes(reinterpret_cast<const uint8_t*>(text.data()));
    return filter.Hash(&bytes, 9);
  };
  const std::vector<std::string> some(texts.begin() + 3, texts.end());
  const SchemaElement leaf = Leaf(PhysicalType::kByteArray);
  EXPECT_EQ(Denied(leaf, FilterWith(texts, hash), plain, 100), 0);
  EXPECT_EQ(Denied(leaf, FilterWith(some, hash), plain, 100), 3);
  const SchemaElement fixed_leaf = Leaf(PhysicalType::kFixedLenByteArray, 9);
  EXPECT_EQ(Denied(fixed_leaf, FilterWith(texts, fixed_hash), fixed, 100), 0);
  EXPECT_EQ(Denied(fixed_leaf, FilterWith(some, fixed_hash), fixed, 100), 3);
}

TEST(ValueFilter, AnyNaNAndEitherZeroMayBeMissing) {
  const auto hash = [](const auto& filter, double value) { return filter.Hash(value); };
  const std::string zero = FilterWith<double>({0.0}, hash);
  const std::vector<double> values = {0.0, -0.0, std::numeric_limits<double>::quiet_NaN(),
                                      -std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(Denied(Leaf(PhysicalType::kDouble), zero, Plain(values), 4), 0);
  const std::string one = FilterWith<double>({1.0}, hash);
  EXPECT_EQ(Denied(Leaf(PhysicalType::kDouble), one, Plain(values), 4), 2);
}

TEST(ValueFilter, BooleansHaveNone) {
  const auto scan =
      ValueScan::Make(Leaf(PhysicalType::kBoolean), arrow::default_memory_pool()).ValueOrDie();
  const std::string bits(32, '\0');
  EXPECT_FALSE(scan->SetFilter(AsBytes(bits)));
  const std::string plain(1, '\x05');
  EXPECT_TRUE(scan->Scan(Encoding::kPlain, AsBytes(plain), 3, 3).ok());
  EXPECT_EQ(scan->denied(), 0);
}

// Of a dictionary the entries count that values use.
TEST(ValueFilter, EntriesOfADictionaryCountWhereTheyAreUsed) {
  const auto hash = [](const auto& filter, int64_t value) { return filter.Hash(value); };
  const std::string bits = FilterWith<int64_t>({10, 20}, hash);
  const auto scan =
      ValueScan::Make(Leaf(PhysicalType::kInt64), arrow::default_memory_pool()).ValueOrDie();
  ASSERT_TRUE(scan->SetFilter(AsBytes(bits)));
  const std::string dictionary = Plain<int64_t>({10, 20, 30});
  ASSERT_TRUE(scan->SetDictionary(AsBytes(dictionary), 3).ok());
  // Width 2, then runs of RLE: a length, and the index.
  const std::string good = std::string("\x02\x08\x00\x08\x01", 5);
  ASSERT_TRUE(scan->Scan(Encoding::kRleDictionary, AsBytes(good), 8, 8).ok());
  EXPECT_EQ(scan->denied(), 0);
  const std::string bad = std::string("\x02\x08\x00\x08\x02", 5);
  ASSERT_TRUE(scan->Scan(Encoding::kRleDictionary, AsBytes(bad), 8, 8).ok());
  EXPECT_EQ(scan->denied(), 4);
}

TEST(MayHold, IsWhatArrowSays) {
  parquet::BlockSplitBloomFilter filter;
  filter.Init(kBytes);
  uint64_t hash = 1;
  const auto next = [&hash] { return hash = hash * 0x9e3779b97f4a7c15 + 0x1234567; };
  for (int i = 0; i < 1500; ++i) filter.InsertHash(next());
  const std::string bits = BitsOf(filter);
  int held = 0;
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t asked = next();
    ASSERT_EQ(MayHold(AsBytes(bits), asked), filter.FindHash(asked));
    held += filter.FindHash(asked) ? 1 : 0;
  }
  EXPECT_GT(held, 0);
}

}  // namespace
}  // namespace pqpack

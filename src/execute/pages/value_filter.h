// SPDX-License-Identifier: Apache-2.0
//
// A Bloom filter of values that come one by one, nobody knows how many of them different: it
// begins as large as all of them would need, and is folded while few enough strangers pass for
// values.  So it is as large as different values need, a power of two, which every reader reads.
//
// Source: BloomFilter.md, "Technical Approach" and "Sizing an SBBF": 10.5 bits for each different
// value let 1 % of the others pass.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/status.h"
#include "format/split_block_filter.h"

namespace pqpack {

// Strangers that pass, of all: what a filter aims at, and what it is dropped beyond.
constexpr double kUsualFalsePositives = 0.01;
constexpr double kMostFalsePositives = 0.05;
// Of the bits of a filter: those of 6.4 million values by the aim.
constexpr int64_t kMostFilterBytes = 8 * kMiB;

// What the bits of that many different values take.
int64_t FilterBytesFor(int64_t values);

// One thread.
class ValueFilter {
 public:
  // For up to so many different values.  Errors of the pool.
  static Result<ValueFilter> Make(int64_t values, arrow::MemoryPool* pool);

  void Put(uint64_t hash) { PutHash(hash, {bits_->mutable_data(), size()}); }

  // Header and bits, as a file has them; null: too many different values were put in.
  Result<std::shared_ptr<arrow::Buffer>> Finish() &&;

 private:
  ValueFilter(std::unique_ptr<arrow::Buffer> bits, arrow::MemoryPool* pool)
      : bits_(std::move(bits)), pool_(pool) {}
  size_t size() const { return static_cast<size_t>(bits_->size()); }
  Bytes bits() const { return {bits_->data(), size()}; }

  std::unique_ptr<arrow::Buffer> bits_;
  arrow::MemoryPool* pool_;
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A data page made of slots of several: levels and indices are written in runs again, values in
// PLAIN stand as they came.
//
// A page goes out when it is long enough, and always where a row begins, as an offset index
// wants it.
//
// Source: README.md, "Data Pages"; Encodings.md; PageIndex.md.
#pragma once

#include <arrow/buffer_builder.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/pages/chunk_writer.h"
#include "execute/pages/page_slots.h"
#include "format/levels.h"

namespace pqpack {

// When a page is long enough: as Arrow's writer has it, so that readers find what they are used to.
constexpr int64_t kPageBytes = kMiB;
constexpr int64_t kPageSlots = 20'000;

// One thread.  After an error it can only be dropped.
class PageBuilder {
 public:
  // `max`: of the output.  `dictionary_size`: of the dictionary that indices are of.
  PageBuilder(MaxLevels max, int64_t dictionary_size, const FactRules& rules, ChunkWriter* out,
              arrow::MemoryPool* pool)
      : max_(max), dictionary_size_(dictionary_size), rules_(rules), out_(*out), plain_(pool) {}

  // What comes next has values of this form; the page ends if those before do not.
  Status Begin(SlotForm form);
  bool long_enough() const;

  // The slots from `first` on, `count` of them, of which so many have a value; those follow in one
  // of the two below.  `facts`: what is known of these slots, or of more; nulls are counted here.
  Status Add(const SlotSlice& slice, int64_t first, int64_t count, int64_t values,
             const ValueFacts& facts);
  std::vector<uint32_t>& indices() { return indices_; }  // of bits, too
  arrow::BufferBuilder& plain() { return plain_; }

  // The page at hand gets one.
  void NeedChecksum() { checksum_ = true; }

  // Ends the page, if it has slots.
  Status Flush();

 private:
  void KeepDefinition(const SlotSlice& slice, int64_t first, int64_t count);
  void KeepFacts(const ValueFacts& facts, int64_t slots, int64_t nulls);
  std::string LevelBytes() const;
  Result<Bytes> Body(const std::string& levels);
  Result<Bytes> PlainBody(const std::string& levels);

  // In front of values in PLAIN, for levels that are one run or two: what is compressed lies in one
  // piece then, and megabytes of values need not be copied behind a few bytes.
  static constexpr int64_t kRoom = 64;

  const MaxLevels max_;
  const int64_t dictionary_size_;
  const FactRules& rules_;
  ChunkWriter& out_;
  SlotForm form_ = SlotForm::kPlain;
  int64_t slots_ = 0;
  int64_t rows_ = 0;
  bool begins_row_ = true;
  bool checksum_ = false;
  // Empty as long as every slot has a value.
  std::vector<int16_t> definition_;
  std::vector<int16_t> repetition_;
  std::vector<uint32_t> indices_;
  arrow::BufferBuilder plain_;  // behind kRoom bytes
  std::string encoded_;         // levels, indices and bits
  ValueFacts facts_;
};

}  // namespace pqpack

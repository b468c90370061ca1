// SPDX-License-Identifier: Apache-2.0
//
// The structure proof of one column: two sequences of column chunks say the same levels and
// values in the same order, found without decoding a value, however the pages are cut,
// compressed, framed and numbered.
//
// Whatever a reader makes of the bytes of a value, it makes the same of both sides.  So it
// proves that they are equal, not that anybody can read either.  What it can't compare it
// does not call different: that is for the content proof.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "verify/encoded_cursor.h"

namespace pqpack {

// One thread.
class StructureProof {
 public:
  StructureProof(arrow::MemoryPool* pool, std::stop_token stop)
      : pool_(pool), stop_(std::move(stop)) {}

  // The next chunk of a side, behind the one that ended.
  void SetA(std::unique_ptr<EncodedCursor> cursor);
  void SetB(std::unique_ptr<EncodedCursor> cursor);

  // Which chunks have their last rows here.
  struct Ends {
    bool a = false;
    bool b = false;
  };
  // Compares up to the end of a chunk, at least one of which is in `ends`.  Nothing: all that
  // was passed is the same, and what goes on does so with a new row.  Else what is not the
  // same, or can't be compared.  Errors are those of reading, kCorrupt and kUnsupported among
  // them.
  Result<std::optional<std::string>> Run(Ends ends);

  // A chunk has ended.  Of a's: the bytes of its pages by how they were proven.
  std::array<int64_t, kPageProofs> EndA();
  void EndB() { b_.reset(); }

 private:
  using Reason = std::optional<std::string>;

  Result<bool> PassPages();
  Result<bool> PassOpened();
  Status PassBoth(PageProof proof);
  bool SameLevelsOnDisk() const;
  Result<bool> SameStoredBytes();
  Status CheckUnlikeChecksums(const ChunkPage& a, const ChunkPage& b) const;
  Result<bool> SameDictionary();
  Result<bool> CompareDictionaries();
  Result<Reason> CompareSlots();
  bool SameLevels(int64_t slots) const;
  Result<Reason> CompareValues(int64_t values);
  Result<bool> SameIndices(int64_t values);
  Result<Reason> AtEnd(bool more_a, bool more_b, Ends ends);
  std::string PagesText(const char* what) const;

  arrow::MemoryPool* const pool_;
  const std::stop_token stop_;
  std::unique_ptr<EncodedCursor> a_, b_;
  std::optional<bool> same_dictionary_;  // of these two chunks
  bool mapped_ = false;                  // map_ is that of these two
  DictionaryMap map_;
};

}  // namespace pqpack

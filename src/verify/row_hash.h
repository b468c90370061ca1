// SPDX-License-Identifier: Apache-2.0
//
// A hash of 128 bits for each row, made column by column, and the sum of them over rows: a
// hash of a multiset, which does not depend on the order of rows or of columns.
//
// Two different multisets have the same sum with a probability of about 2^-128 for a key
// that whoever made the files can't know.  That is no proof but a bet that nobody loses;
// docs/verify.md says so.
//
// Source: XXH3 (xxhash.com), 128 bits, with a secret; sums of row hashes as in Clarke et
// al., "Incremental Multiset Hash Functions" (ASIACRYPT 2003), MSet-Add-Hash.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "verify/slot_cursor.h"

namespace pqpack {

// Secret, and new for every run: from the system's random source.
using RowHashKey = std::array<uint8_t, 32>;

__extension__ using Hash128 = unsigned __int128;  // addition is modulo 2^128

// The hashes of one column.  Immutable, thread-safe.
class ColumnHash {
 public:
  // Columns of the same path have the same hash, those of other paths others; `occurrence`
  // tells apart columns of one path.
  ColumnHash(const RowHashKey& key, const TableColumn& column, int occurrence);

  // Adds the hash of each row of the chunk to that row's place in `rows`, which has one for
  // each, and to `sum`.
  Status AddTo(SlotCursor* cursor, std::span<Hash128> rows, Hash128* sum) const;

 private:
  struct NestedRow;
  Hash128 OfBytes(const void* data, size_t size) const;
  void AddFlat(const SlotCursor& cursor, std::span<Hash128> rows, Hash128* sum) const;

  static constexpr size_t kSecret = 192;
  std::array<uint8_t, kSecret> secret_{};
  std::vector<Hash128> absent_;  // of a flat column's null, by definition level
};

// Binds what the columns of a row have added up to, so that values can't change places
// between rows.
class RowHash {
 public:
  explicit RowHash(const RowHashKey& key);
  Hash128 Of(Hash128 columns) const;

 private:
  std::array<uint8_t, 192> secret_{};
};

}  // namespace pqpack

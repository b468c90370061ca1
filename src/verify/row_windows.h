// SPDX-License-Identifier: Apache-2.0
//
// The rows of two tables cut where a row group of either ends, and what of that is gone through at
// a time.  Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "verify/table.h"

namespace pqpack {

// Rows that belong to one row group on each side.
struct Window {
  const GroupPlace* a;
  const GroupPlace* b;
  bool a_begins, b_begins, a_ends, b_ends;

  bool whole() const { return a_begins && b_begins && a_ends && b_ends; }
  int64_t first_row() const { return std::max(a->first_row, b->first_row); }
};

// Up to the end of the shorter table, whose row groups these point to.
std::vector<Window> WindowsOf(const Table& a, const Table& b);

// Windows that each column goes through before all columns wait for each other.
using WindowBatch = std::span<const Window>;

// The windows in batches: those that are whole on both sides by themselves, in which columns are
// independent of each other; the others so that
//   - their files hold `most` bytes at a time, unless one window does;
//   - no column goes through two row groups of a file that is not held whole, and back again;
//   - they end with a row group of both sides where that is not far.
std::vector<WindowBatch> BatchesOf(std::span<const Window> windows, const Table& a, const Table& b,
                                   int64_t most);

// How files of a side are read that are not held whole.  Large blocks suit row groups that are read
// column by column to their end, by `width` threads; where many columns advance together through a
// row group, each has a small block of its own.
enum class Side : uint8_t { kA, kB };
ReadAheadOptions HowToRead(std::span<const WindowBatch> batches, const Table& table, Side side,
                           int width, ReadAheadOptions usual);

// Files of a side that begin in the batch and are held whole.
std::vector<int> HeldFiles(const WindowBatch& batch, const Table& table, Side side);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Goes through one column chunk page by page or slot by slot, and decodes no value: what it
// gives are levels, and for values indices into the dictionary or bytes in PLAIN.  Of a page
// that is passed as a whole nothing is decompressed.
//
// A slot is a value, a null or an empty list, as in chunk_reader.h.  What is not as the
// footer says (numbers of values, of rows), or not as the page headers say, is an error.
// Errors name file, row group, column and page.  kUnsupported: what can't be gone through in
// this way.  One thread.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "format/hybrid_cursor.h"
#include "verify/chunk_pages.h"
#include "verify/dictionary.h"
#include "verify/table.h"

namespace pqpack {

// How a page was found to be another one's equal, the cheapest way first.
enum class PageProof {
  kSameBytes,     // as it is stored
  kRecompressed,  // the same bytes, compressed or framed in another way
  kRearranged,    // the same levels and values in other pages or by another dictionary
};
constexpr size_t kPageProofs = 3;

// How values are at hand.
enum class ValueForm {
  kPlain,    // bytes
  kIndices,  // into a dictionary; booleans too
  kOpaque,   // in another encoding
};

// Of slots: those that have a value, and rows that begin there.
struct SlotCounts {
  int64_t slots = 0;
  int64_t values = 0;
  int64_t rows = 0;
};

class EncodedCursor {
 public:
  // All are borrowed.  `counts_rows`: the rows are as many as the footer says; it takes the
  // repetition levels of every page.
  static Result<std::unique_ptr<EncodedCursor>> Open(Table& table, const GroupPlace& place,
                                                     const TableColumn& column, bool counts_rows,
                                                     arrow::MemoryPool* pool);

  // Makes a page available of which slots are left; false behind the last one.
  Result<bool> More();

  // The page at hand.
  const ChunkPage& page() const { return *page_; }
  bool untouched() const { return passed_ == 0; }
  // Decompresses it.
  Result<const PageParts*> Parts();
  ValueForm form() const { return form_; }
  // How many rows begin in it; 0 where rows are not counted.  It must be passed then.
  Result<int64_t> RowsOfPage();
  // Passes the page as a whole.
  void PassPage(PageProof proof, int64_t rows);
  // Its values were found equal; only its levels need a look.
  void IgnoreValues();
  bool ignores_values() const { return ignores_values_; }
  // The page counts as proven in no cheaper way than this one.
  void Mark(PageProof proof) { proof_ = std::max(proof_, proof); }

  // Makes slots available where there are none at hand.  After More().
  Status Fill();
  int64_t slots() const { return counts_.slots - at_; }
  // Of the slots at hand; canonical (table_column.h), null where every slot has a value.
  const int16_t* definition() const { return all_present_ ? nullptr : definition_ + at_; }
  const int16_t* repetition() const { return repetition_ ? repetition_ + at_ : nullptr; }
  // Whether so many are what was decoded at once: their counts are known.
  bool counted(int64_t slots) const { return at_ == 0 && slots == counts_.slots; }
  SlotCounts Count(int64_t slots) const;
  // Of their values, unless they are ignored: these, or bytes from which whoever compares
  // takes what he compared.
  const uint32_t* indices() const { return indices_ + value_at_; }
  Bytes& plain() { return plain_; }
  void Advance(const SlotCounts& counts);
  Result<bool> BeginsRow();

  // The dictionary page as it is stored, null where there is none, and its entries.
  const ChunkPage* dictionary_page() const {
    return dictionary_page_ ? &*dictionary_page_ : nullptr;
  }
  Result<const Dictionary*> Entries();
  // The same for the dictionary page as Mark().
  void MarkDictionary(PageProof proof) { dictionary_proof_ = proof; }

  // Bytes of the pages that were passed, by how they were proven.
  std::array<int64_t, kPageProofs> bytes() const;

  const TableColumn& column() const { return column_; }
  const ChunkSource& source() const { return source_; }
  Status Within(const Status& status) const { return table_.Within(place_, column_, status); }

 private:
  EncodedCursor(Table& table, const GroupPlace& place, const TableColumn& column, bool counts_rows,
                arrow::MemoryPool* pool)
      : table_(table),
        place_(place),
        column_(column),
        counts_rows_(counts_rows),
        pool_(pool),
        width_(PlainWidth(column.type, column.length)) {}

  Result<bool> NextPage();
  Status AtEnd();
  Status TakeDictionary(ChunkPage page);
  Status OpenParts();
  Status OpenValues();
  Status OpenBooleans();
  Status OpenIndices();
  Status Decode();
  Status DecodeDefinition(int64_t slots);
  Status DecodeRepetition(int64_t slots);
  Status CheckPageEnd() const;
  Status Allocate();
  void LeavePage();
  // For errors within the page at hand.
  Status InPage(const Status& status) const { return Within(pqpack::Within(*page_, status)); }
  MaxLevels max() const { return {column_.max_repetition, column_.max_definition}; }
  int64_t page_slots() const { return page_->values(); }
  bool first_page() const { return seen_ == page_slots(); }

  Table& table_;
  const GroupPlace& place_;
  const TableColumn& column_;
  const bool counts_rows_;
  arrow::MemoryPool* const pool_;
  const int64_t width_;
  ChunkSource source_;
  std::optional<ChunkPages> pages_;
  int64_t seen_ = 0;        // slots of pages up to the one at hand
  int64_t rows_begun_ = 0;  // in pages and slots that were passed
  std::array<int64_t, kPageProofs> bytes_{};

  std::optional<ChunkPage> dictionary_page_;
  std::unique_ptr<Dictionary> dictionary_;
  PageProof dictionary_proof_ = PageProof::kRearranged;

  // The page at hand.
  std::optional<ChunkPage> page_;
  std::optional<OpenedPage> opened_;
  int64_t passed_ = 0;       // slots
  int64_t decoded_ = 0;      // slots
  int64_t page_values_ = 0;  // of those
  int64_t page_rows_ = 0;
  PageProof proof_ = PageProof::kSameBytes;
  bool ignores_values_ = false;
  ValueForm form_ = ValueForm::kOpaque;
  HybridCursor<int16_t> definition_levels_, repetition_levels_;
  HybridCursor<uint32_t> index_runs_;
  int64_t entries_ = 0;  // that an index may name

  // Slots at hand.
  std::unique_ptr<arrow::Buffer> memory_;
  int16_t* definition_ = nullptr;
  int16_t* repetition_ = nullptr;
  uint32_t* indices_ = nullptr;
  bool all_present_ = true;
  Bytes plain_;
  SlotCounts counts_;
  int64_t at_ = 0;
  int64_t value_at_ = 0;
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// One column chunk, page by page, and then as a whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/deep/chunk_decoder.h"
#include "diagnose/deep/level_counts.h"
#include "diagnose/deep/page_bodies.h"
#include "diagnose/deep/read_pages.h"
#include "diagnose/deep/value_scan.h"
#include "diagnose/value_order.h"

namespace pqpack {

class ChunkExam {
 public:
  // `pages`: where the chunk's pages are, no byte of another one's among them.  `filter`: where
  // the bits of its Bloom filter are; empty: it has none.
  ChunkExam(const DeepInput& input, const Place& place, ByteRange pages, ByteRange filter,
            std::vector<Fault>* faults);

  // As DeepCheck().
  Status Run();

  // After Run(): every page was read, and its values decoded.  Where they were not, nothing that
  // is said of them was held against them, and an encoding that the library does not read for
  // the type is no fault.
  bool whole() const { return whole_ && !ended_early_; }

  // After Run(): every value was held against the filter, and it denied none.
  bool filter_holds() const;

 private:
  // What is known of a data page after it was read.
  struct PageSeen {
    int64_t offset = 0;
    int64_t size = 0;  // with its header
    int64_t values = 0;
    int64_t first_row = 0;  // of the chunk
    int64_t nulls = 0;
    int64_t leaf_nulls = 0;  // without those that stand for a list or group that is null or empty
    ValueBounds bounds;
    bool decoded = false;  // nulls and bounds are known
  };

  void Add(const Check& check, int64_t page, int64_t offset, std::string detail);
  void Add(const Check& check, int64_t page, int64_t offset, std::string detail,
           RepairLevel repair);
  Status ReadFilter();
  Status Page(const StoredPage& page);
  Status Dictionary(const StoredPage& page);
  Status Data(const StoredPage& page);
  Status Levels(const StoredPage& page, const OpenPage& open, PageSeen* seen, int64_t* present);
  Status Values(const StoredPage& page, const OpenPage& open, int64_t present, PageSeen* seen);
  void HeldAgainstHeader(const StoredPage& page, const PageSeen& seen);
  void Undecodable(const StoredPage& page, Encoding encoding, const Status& error, Bytes values);
  // Empty where the statistics hold.
  std::string Wrong(const Statistics& said, const PageSeen& seen) const;
  void AsAWhole();
  void WatchSorting();
  void HeldAgainstStatistics();
  void HeldAgainstHistograms();
  void HeldAgainstIndexes();
  std::string WrongPlace(const OffsetIndex& index) const;
  std::string WrongBounds(const ColumnIndex& index) const;
  void Merge(const PageSeen& seen);

  const DeepInput& input_;
  const Place place_;
  const RowGroup& group_;
  const ColumnChunk& chunk_;
  const ColumnMetaData& meta_;
  const SchemaElement& leaf_;
  const MaxLevels max_;
  const ValueOrder order_;
  ChunkDecoder reader_;
  const ByteRange filter_place_;
  std::shared_ptr<arrow::Buffer> filter_;  // null: none that values can be held against
  std::vector<Fault>* faults_;
  std::unique_ptr<ValueScan> scan_;

  std::vector<PageSeen> pages_;
  std::vector<int64_t> repetition_counts_, definition_counts_;
  int64_t values_ = 0;
  int64_t rows_ = 0;
  PageSeen all_;              // nulls and bounds of all pages
  bool whole_ = true;         // every page's values were decoded
  bool rows_known_ = true;    // every page's levels were
  bool aligned_ = true;       // every page begins with a row
  bool wide_ = false;         // told once a chunk
  bool ended_early_ = false;  // not all pages could be read
};

}  // namespace pqpack

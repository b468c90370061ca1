// SPDX-License-Identifier: Apache-2.0
//
// It is what `diagnose --deep` does: checksums, sizes, counts, levels, and every value decoded by
// Parquet's library and held against the bounds.  Only statistics may be wrong and the pages good.
#include "execute/copy/examined_chunk.h"

#include <vector>

#include "diagnose/deep/check_chunk.h"
#include "diagnose/found_by_reading.h"
#include "format/footer.h"

namespace pqpack {
namespace {

// Bounds of the whole chunk and how many are null are what the exam compares.
std::optional<Statistics> Compared(const std::optional<Statistics>& said) {
  if (!said) return std::nullopt;
  Statistics kept;
  kept.null_count = said->null_count;
  kept.min_value = said->min_value;
  kept.max_value = said->max_value;
  return kept;
}

}  // namespace

Result<ExaminedChunk> ExamineChunk(const DeepInput& input, const Place& place, ByteRange filter) {
  const RowGroup& group = input.view.footer.row_groups[static_cast<size_t>(place.row_group)];
  const ColumnChunk& said = group.columns[static_cast<size_t>(place.column)];
  ExaminedChunk examined;
  const ByteRange pages = said.meta_data->pages();
  if (pages.offset < kMagicSize || pages.end() > input.data_end) {
    examined.problem = "its pages lie outside of the data";
    return examined;
  }
  std::vector<Fault> faults;
  ChunkExam exam(input, place, pages, filter, &faults);
  PQ_RETURN_NOT_OK(exam.Run());
  examined.filter_holds = exam.filter_holds();

  examined.chunk.meta_data = *said.meta_data;
  ColumnMetaData& meta = *examined.chunk.meta_data;
  meta.statistics = Compared(meta.statistics);
  meta.size_statistics.reset();
  meta.unknown.clear();
  for (const Fault& fault : faults) {
    if (fault.check == &kStatisticsWrong) {
      if (fault.place.page < 0) meta.statistics.reset();
    } else if (fault.check == &kNanOutsideBounds && meta.statistics) {
      meta.statistics->min_value.reset();
      meta.statistics->max_value.reset();
    } else if (fault.check == &kRowsNotSorted) {
      examined.sorted = false;
    } else if (fault.repair != RepairLevel::kFooter || fault.check == &kPageCounts) {
      examined.problem = std::string(fault.check->title);
      return examined;
    }
  }
  if (!exam.whole()) examined.problem = "not all of its values could be decoded";
  // Others may have been found, and not kept.
  if (faults.size() >= kMostFaults) examined.problem = "too many faults to tell them all";
  return examined;
}

}  // namespace pqpack

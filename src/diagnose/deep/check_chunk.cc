// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/check_chunk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnose/found_by_reading.h"

namespace pqpack {
namespace {

bool IsOfTheBytes(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return code == ErrorCode::kCorrupt || code == ErrorCode::kUnsupported;
}

const std::optional<Statistics>& StatisticsOf(const PageHeader& header) {
  return header.type == PageType::kData ? header.data->statistics : header.data_v2->statistics;
}

void Sum(const std::vector<int64_t>& counts, std::vector<int64_t>* sums) {
  sums->resize(std::max(sums->size(), counts.size()));
  for (size_t i = 0; i < counts.size(); ++i) (*sums)[i] += counts[i];
}

}  // namespace

ChunkExam::ChunkExam(const DeepInput& input, const Place& place, ByteRange pages, ByteRange filter,
                     std::vector<Fault>* faults)
    : input_(input),
      place_(place),
      group_(input.view.footer.row_groups[static_cast<size_t>(place.row_group)]),
      chunk_(group_.columns[static_cast<size_t>(place.column)]),
      meta_(*chunk_.meta_data),
      leaf_(input.view.tree.element(input.view.LeafNode(place.column))),
      max_{input.view.tree.node(input.view.LeafNode(place.column)).max_repetition_level,
           input.view.tree.node(input.view.LeafNode(place.column)).max_definition_level},
      order_(ValueOrder::Of(leaf_)),
      reader_(input.file, pages, input.pool),
      filter_place_(filter),
      faults_(faults) {}

void ChunkExam::Add(const Check& check, int64_t page, int64_t offset, std::string detail) {
  Add(check, page, offset, std::move(detail), check.repair);
}

void ChunkExam::Add(const Check& check, int64_t page, int64_t offset, std::string detail,
                    RepairLevel repair) {
  Place place = place_;
  place.page = page;
  place.offset = offset;
  Finder(check, input_.target, faults_).Add(place, std::move(detail), repair);
}

Status ChunkExam::Run() {
  PQ_ASSIGN(scan_, ValueScan::Make(leaf_, input_.pool));
  WatchSorting();
  PQ_RETURN_NOT_OK(ReadFilter());
  while (true) {
    if (input_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    const int64_t offset = reader_.offset();
    auto page = reader_.Next();
    if (!page.ok()) {
      if (!IsOfTheBytes(page.status())) return page.status();
      Add(kPageUnreadable, -1, offset, page.status().message());
      ended_early_ = true;
      break;
    }
    if (!*page) break;
    PQ_RETURN_NOT_OK(Page(**page));
  }
  AsAWhole();
  return Status::OK();
}

// Rows whose first keys are equal are sorted by others, which one column does not show; nor does
// it show by its values alone where nulls are.
void ChunkExam::WatchSorting() {
  const auto& sorting = group_.sorting_columns;
  if (!sorting || sorting->empty() || max_.repetition > 0) return;
  const SortingColumn& first = sorting->front();
  if (first.column_idx == place_.column) scan_->WatchOrder(first.descending);
}

Status ChunkExam::ReadFilter() {
  constexpr int64_t kPiece = kMiB;
  if (filter_place_.length == 0) return Status::OK();
  PQ_ASSIGN(std::shared_ptr<arrow::Buffer> bits,
            arrow::AllocateBuffer(filter_place_.length, input_.pool));
  uint8_t* out = bits->mutable_data();
  for (int64_t at = filter_place_.offset; at < filter_place_.end(); at += kPiece) {
    PQ_ASSIGN(const auto piece, input_.file.ReadAt(at, std::min(kPiece, filter_place_.end() - at)));
    out = std::copy_n(piece->data(), piece->size(), out);
  }
  if (scan_->SetFilter(View(*bits))) filter_ = std::move(bits);
  return Status::OK();
}

bool ChunkExam::filter_holds() const {
  return filter_ != nullptr && whole_ && !ended_early_ && scan_->denied() == 0;
}

Status ChunkExam::Page(const StoredPage& page) {
  if (!HasItsChecksum(page.header, View(*page.body))) {
    Add(kPageChecksum, page.number, page.offset,
        fmt::format("crc {:08x} in the header", static_cast<uint32_t>(*page.header.crc)));
  }
  switch (page.header.type) {
    case PageType::kDictionary:
      return Dictionary(page);
    case PageType::kData:
    case PageType::kDataV2:
      return Data(page);
    default:
      return Status::OK();  // readers pass over them
  }
}

Status ChunkExam::Dictionary(const StoredPage& page) {
  auto open = OpenBody(page.header, page.body, meta_.codec, {}, input_.pool);
  Status status = open.status();
  if (status.ok()) {
    status = scan_->SetDictionary(open->parts.values, page.header.dictionary->num_values);
  }
  if (status.ok() || CodeOf(status) == ErrorCode::kUnsupported) return Status::OK();
  if (!IsOfTheBytes(status)) return status;
  Add(kValuesUnreadable, page.number, page.offset, "dictionary: " + status.message());
  return Status::OK();
}

Status ChunkExam::Data(const StoredPage& page) {
  PageSeen seen;
  seen.offset = page.offset;
  seen.size = page.end() - page.offset;
  seen.values = *page.header.num_values();
  seen.first_row = rows_;
  values_ += seen.values;
  auto open = OpenBody(page.header, page.body, meta_.codec, max_, input_.pool);
  if (!open.ok()) {
    whole_ = rows_known_ = false;
    const Status& status = open.status();
    pages_.push_back(std::move(seen));
    if (CodeOf(status) == ErrorCode::kUnsupported) return Status::OK();
    if (!IsOfTheBytes(status)) return status;
    // Pages that say they are not compressed, and are: unpacked by the codec they are right.
    if (page.header.says_uncompressed()) {
      Add(kPageSize, page.number, page.offset, status.message());
    } else {
      Add(kPageUnreadable, page.number, page.offset, status.message());
    }
    return Status::OK();
  }
  int64_t present = 0;
  PQ_RETURN_NOT_OK(Levels(page, *open, &seen, &present));
  if (present >= 0) PQ_RETURN_NOT_OK(Values(page, *open, present, &seen));
  whole_ &= seen.decoded;
  HeldAgainstHeader(page, seen);
  Merge(seen);
  pages_.push_back(std::move(seen));
  return Status::OK();
}

// `present` is -1 where values can't be told from nulls.
Status ChunkExam::Levels(const StoredPage& page, const OpenPage& open, PageSeen* seen,
                         int64_t* present) {
  *present = -1;
  auto repetition = CountLevels(open.parts.repetition, max_.repetition, seen->values);
  auto definition = CountLevels(open.parts.definition, max_.definition, seen->values);
  for (const auto* counts : {&repetition, &definition}) {
    const char* what = counts == &repetition ? "repetition" : "definition";
    if (!counts->ok()) {
      Add(kPageUnreadable, page.number, page.offset,
          fmt::format("{} levels: {}", what, counts->status().message()));
    } else if ((*counts)->above > 0) {
      Add(kLevelsAboveMax, page.number, page.offset,
          fmt::format("{} {} levels", (*counts)->above, what));
    }
  }
  const bool good =
      repetition.ok() && definition.ok() && repetition->above == 0 && definition->above == 0;
  if (!good) {
    rows_known_ = false;
    return Status::OK();
  }
  Sum(repetition->of, &repetition_counts_);
  Sum(definition->of, &definition_counts_);
  *present = definition->of.back();
  seen->nulls = seen->values - *present;
  const bool optional = leaf_.repetition == Repetition::kOptional;
  seen->leaf_nulls = optional ? definition->of[definition->of.size() - 2] : 0;
  aligned_ &= repetition->first == 0;
  const bool must_begin = page.header.type == PageType::kDataV2 || chunk_.offset_index_offset;
  if (must_begin && repetition->first != 0) {
    const bool second = page.header.type == PageType::kDataV2;
    Add(kPagesNotRowAligned, page.number, page.offset, "",
        second ? RepairLevel::kReencode : RepairLevel::kFooter);
  }
  const int64_t rows = repetition->of.front();
  rows_ += rows;
  if (const auto& v2 = page.header.data_v2; v2) {
    if (v2->num_nulls != seen->nulls) {
      Add(kPageCounts, page.number, page.offset,
          fmt::format("num_nulls = {}, {} are null", v2->num_nulls, seen->nulls),
          RepairLevel::kFooter);
    }
    if (v2->num_rows != rows) {
      Add(kPageCounts, page.number, page.offset,
          fmt::format("num_rows = {}, {} begin", v2->num_rows, rows), RepairLevel::kFooter);
    }
  }
  return Status::OK();
}

Status ChunkExam::Values(const StoredPage& page, const OpenPage& open, int64_t present,
                         PageSeen* seen) {
  const Encoding encoding = *page.header.encoding();
  const int64_t denied = scan_->denied();
  auto bounds = scan_->Scan(encoding, open.parts.values, seen->values, present);
  if (denied == 0 && scan_->denied() > 0) {  // told once a chunk
    Add(kBloomFilterWrong, page.number, page.offset,
        fmt::format("{} values of the page are not in the filter whose bits are at {}",
                    scan_->denied(), filter_place_.offset));
  }
  if (bounds.ok()) {
    seen->bounds = *std::move(bounds);
    seen->decoded = true;
    return Status::OK();
  }
  if (CodeOf(bounds.status()) == ErrorCode::kUnsupported) return Status::OK();
  if (!IsOfTheBytes(bounds.status())) return bounds.status();
  Undecodable(page, encoding, bounds.status(), open.parts.values);
  return Status::OK();
}

void ChunkExam::Undecodable(const StoredPage& page, Encoding encoding, const Status& error,
                            Bytes values) {
  const bool delta = encoding == Encoding::kDeltaBinaryPacked && meta_.type == PhysicalType::kInt32;
  if (delta && HasWideMiniblocks(values)) {
    if (!wide_) Add(kWideDelta, page.number, page.offset, "miniblocks of more than 32 bits");
    wide_ = true;
    return;
  }
  Add(kValuesUnreadable, page.number, page.offset, error.message());
}

void ChunkExam::HeldAgainstHeader(const StoredPage& page, const PageSeen& seen) {
  const auto& statistics = StatisticsOf(page.header);
  if (!statistics || !seen.decoded) return;
  const std::string wrong = Wrong(*statistics, seen);
  if (!wrong.empty()) Add(kStatisticsWrong, page.number, page.offset, "page header: " + wrong);
}

// Writers do not agree whether a list that is null or empty is a null of its elements.
std::string ChunkExam::Wrong(const Statistics& said, const PageSeen& seen) const {
  if (said.null_count && (*said.null_count < seen.leaf_nulls || *said.null_count > seen.nulls)) {
    return fmt::format("null_count = {}, {} are null", *said.null_count, seen.nulls);
  }
  const auto usable = [&](const std::optional<std::string>& bound) {
    return bound && order_.IsValue(*bound) && !order_.IsNaN(*bound);
  };
  const ValueBounds& bounds = seen.bounds;
  if (usable(said.min_value) && bounds.min && order_.Less(*bounds.min, *said.min_value)) {
    return "a value is below min_value";
  }
  if (usable(said.max_value) && bounds.max && order_.Less(*said.max_value, *bounds.max)) {
    return "a value is above max_value";
  }
  // Readers take these where the others are not.
  if (said.min_value || said.max_value || !order_.is_legacy()) return "";
  if (usable(said.min) && bounds.min && order_.Less(*bounds.min, *said.min)) {
    return "a value is below min";
  }
  if (usable(said.max) && bounds.max && order_.Less(*said.max, *bounds.max)) {
    return "a value is above max";
  }
  return "";
}

void ChunkExam::Merge(const PageSeen& seen) {
  all_.nulls += seen.nulls;
  all_.leaf_nulls += seen.leaf_nulls;
  ValueBounds& all = all_.bounds;
  const ValueBounds& page = seen.bounds;
  if (page.min && (!all.min || order_.Less(*page.min, *all.min))) all.min = page.min;
  if (page.max && (!all.max || order_.Less(*all.max, *page.max))) all.max = page.max;
  all.nan |= page.nan;
}

void ChunkExam::AsAWhole() {
  if (ended_early_) return;
  if (values_ != meta_.num_values) {
    Add(kPageCounts, -1, -1,
        fmt::format("{} values in the pages, the footer says {}", values_, meta_.num_values));
  } else if (rows_known_ && rows_ != group_.num_rows) {
    Add(kPageCounts, -1, -1,
        fmt::format("{} rows in the pages, the footer says {}", rows_, group_.num_rows));
  }
  if (whole_ && meta_.statistics) HeldAgainstStatistics();
  if (scan_->out_of_order()) Add(kRowsNotSorted, -1, -1, "");
  HeldAgainstHistograms();
  HeldAgainstIndexes();
}

void ChunkExam::HeldAgainstStatistics() {
  const Statistics& said = *meta_.statistics;
  const std::string wrong = Wrong(said, all_);
  if (!wrong.empty()) return Add(kStatisticsWrong, -1, -1, wrong);
  const auto misses = [this](const auto& bound, const std::optional<bool>& exact,
                             const auto& value) {
    return exact == true && bound && value && order_.IsValue(*bound) && !order_.IsNaN(*bound) &&
           (order_.Less(*bound, *value) || order_.Less(*value, *bound));
  };
  const ValueBounds& bounds = all_.bounds;
  if (misses(said.min_value, said.is_min_value_exact, bounds.min)) {
    Add(kExactBoundsWrong, -1, -1, "no value is min_value");
  } else if (misses(said.max_value, said.is_max_value_exact, bounds.max)) {
    Add(kExactBoundsWrong, -1, -1, "no value is max_value");
  }
  if (bounds.nan && said.HasBounds() && said.nan_count.value_or(0) <= 0) {
    Add(kNanOutsideBounds, -1, -1, "");
  }
}

void ChunkExam::HeldAgainstHistograms() {
  if (!rows_known_ || !meta_.size_statistics) return;
  const SizeStatistics& sizes = *meta_.size_statistics;
  const auto check = [&](const char* what, const auto& said, const std::vector<int64_t>& counted) {
    if (!said || said->size() != counted.size() || *said == counted) return;
    Add(kStatisticsWrong, -1, -1, fmt::format("the histogram of {} levels", what));
  };
  check("repetition", sizes.repetition_level_histogram, repetition_counts_);
  check("definition", sizes.definition_level_histogram, definition_counts_);
}

void ChunkExam::HeldAgainstIndexes() {
  const ChunkDetails* details = input_.view.Details(place_.row_group, place_.column);
  if (details == nullptr) return;
  std::string wrong;
  if (details->offset_index) wrong = WrongPlace(*details->offset_index);
  if (wrong.empty() && details->column_index) wrong = WrongBounds(*details->column_index);
  if (!wrong.empty()) Add(kPageIndexWrong, -1, -1, wrong);
}

std::string ChunkExam::WrongPlace(const OffsetIndex& index) const {
  const auto& places = index.page_locations;
  // Pages without values may be left out.
  std::vector<const PageSeen*> with_values;
  for (const PageSeen& page : pages_) {
    if (page.values > 0) with_values.push_back(&page);
  }
  if (places.size() != with_values.size() && places.size() != pages_.size()) {
    return fmt::format("{} pages in the offset index, {} in the chunk", places.size(),
                       pages_.size());
  }
  const bool all = places.size() == pages_.size();
  for (size_t i = 0; i < places.size(); ++i) {
    const PageSeen& page = all ? pages_[i] : *with_values[i];
    if (places[i].offset != page.offset || places[i].compressed_page_size != page.size) {
      return fmt::format("page {} is at {} with {} bytes, the offset index says {} and {}", i,
                         page.offset, page.size, places[i].offset, places[i].compressed_page_size);
    }
    if (rows_known_ && aligned_ && places[i].first_row_index != page.first_row) {
      return fmt::format("page {} begins at row {}, the offset index says {}", i, page.first_row,
                         places[i].first_row_index);
    }
  }
  return "";
}

std::string ChunkExam::WrongBounds(const ColumnIndex& index) const {
  const size_t pages = index.null_pages.size();
  const bool lists = index.min_values.size() == pages && index.max_values.size() == pages &&
                     (!index.null_counts || index.null_counts->size() == pages);
  if (pages != pages_.size() || !lists) return "";  // told by other checks
  for (size_t i = 0; i < pages; ++i) {
    const PageSeen& page = pages_[i];
    if (!page.decoded) continue;
    const bool all_null = page.nulls == page.values;
    if (index.null_pages[i] != all_null) {
      return fmt::format("page {} is {}", i, all_null ? "all null" : "not all null");
    }
    Statistics said;
    if (index.null_counts && (*index.null_counts)[i] >= 0)
      said.null_count = (*index.null_counts)[i];
    if (!all_null) {
      said.min_value = index.min_values[i];
      said.max_value = index.max_values[i];
    }
    const std::string wrong = Wrong(said, page);
    if (!wrong.empty()) return fmt::format("page {}: {}", i, wrong);
  }
  return "";
}

}  // namespace pqpack

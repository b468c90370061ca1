// SPDX-License-Identifier: Apache-2.0
#include "verify/filter_proof.h"

#include <fmt/format.h>
#include <parquet/bloom_filter.h>
#include <parquet/types.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "format/bloom_filter_header.h"
#include "format/schema_tree.h"
#include "format/split_block_filter.h"
#include "inspect/read_footer.h"
#include "verify/chunk_pages.h"
#include "verify/chunk_reader.h"
#include "verify/dictionary.h"
#include "verify/library_call.h"
#include "verify/mismatch.h"
#include "verify/table_column.h"

namespace pqpack {
namespace {

// A filter, twice while it is taken over, and pages and buffers of a reader.
constexpr int64_t kPerThread = 32 * kMiB;

std::string_view TextOf(const void* bytes, size_t size) {
  return {static_cast<const char*>(bytes), size};
}

// The filter of a chunk, and the values that it is asked for.
class AskedFilter {
 public:
  AskedFilter(const TableColumn& column, const parquet::BlockSplitBloomFilter& filter)
      : type_(column.type),
        halves_(!column.layers.empty() && column.layers.back().annotation &&
                column.layers.back().annotation->kind == LogicalKind::kFloat16),
        length_(static_cast<size_t>(column.length)),
        filter_(filter) {}

  bool HoldsAll(const SlotBatch& batch) const {
    const auto size = static_cast<size_t>(ValueSize(type_));
    for (int64_t i = 0; i < batch.values; ++i) {
      if (!HoldsSlot(batch.data + static_cast<size_t>(i) * size, size)) return false;
    }
    return true;
  }

  bool HoldsAll(const Dictionary& dictionary) const {
    for (int64_t i = 0; i < dictionary.size(); ++i) {
      Bytes entry = dictionary.Entries(static_cast<uint32_t>(i), 1);
      if (type_ == PhysicalType::kByteArray) entry = entry.subspan(sizeof(uint32_t));
      if (!Holds(TextOf(entry.data(), entry.size()))) return false;
    }
    return true;
  }

 private:
  bool HoldsSlot(const uint8_t* slot, size_t size) const {
    if (type_ == PhysicalType::kByteArray) {
      parquet::ByteArray value;
      std::memcpy(&value, slot, sizeof(value));
      return Holds(TextOf(value.ptr, value.len));
    }
    if (type_ == PhysicalType::kFixedLenByteArray) {
      parquet::FixedLenByteArray value;
      std::memcpy(&value, slot, sizeof(value));
      return Holds(TextOf(value.ptr, length_));
    }
    return Holds(TextOf(slot, size));
  }

  bool Has(std::string_view value) const { return filter_.FindHash(filter_.Hash(value)); }

  bool Holds(std::string_view value) const {
    if (!Has(value)) return false;
    if (type_ == PhysicalType::kFloat) return HoldsEqualsOf<float>(value);
    if (type_ == PhysicalType::kDouble) return HoldsEqualsOf<double>(value);
    if (!halves_ || value[0] != 0 || (value[1] & 0x7f) != 0) return true;
    return Has({"\0\0", 2}) && Has({"\0\x80", 2});
  }

  template <typename Real>
  bool HoldsEqualsOf(std::string_view value) const {
    const auto has = [this](Real real) { return Has(TextOf(&real, sizeof(real))); };
    Real real = 0;
    value.copy(reinterpret_cast<char*>(&real), sizeof(real));
    if (real == 0) return has(Real(0.0)) && has(Real(-0.0));
    return !std::isnan(real) || has(std::numeric_limits<Real>::quiet_NaN());
  }

  const PhysicalType type_;
  const bool halves_;
  const size_t length_;
  const parquet::BlockSplitBloomFilter& filter_;
};

// The dictionary of a chunk of which every page is made of its indices; null: others are.
Result<std::unique_ptr<Dictionary>> DictionaryOfAll(const ChunkSource& source,
                                                    const TableColumn& column,
                                                    arrow::MemoryPool* pool) {
  PQ_ASSIGN(ChunkPages pages, ChunkPages::Open(source, pool));
  std::optional<ChunkPage> dictionary;
  for (int64_t seen = 0; seen < source.chunk.num_values;) {
    PQ_ASSIGN(ChunkPage page, pages.Next());
    if (!page.is_data()) {
      if (dictionary) return nullptr;
      dictionary = std::move(page);
      continue;
    }
    if (page.values() > 0 && !IsDictionary(page.encoding())) return nullptr;
    seen += page.values();
  }
  if (!dictionary) return nullptr;
  PQ_ASSIGN(auto body, OpenDictionaryPage(*dictionary, source, pool));
  return Dictionary::Make(std::move(body), dictionary->values(),
                          PlainWidth(column.type, column.length), pool);
}

class FilterProof {
 public:
  FilterProof(std::shared_ptr<ReadAheadFile> file, const FileMetaData& footer,
              const std::vector<TableColumn>& columns, arrow::MemoryPool* pool,
              const std::stop_token& stop)
      : file_(std::move(file)),
        footer_(footer),
        columns_(columns),
        quirks_(QuirksOfWriter(footer)),
        pool_(pool),
        stop_(stop) {}

  Status Prove(size_t group, size_t leaf) const {
    const RowGroup& rows = footer_.row_groups[group];
    const ColumnMetaData& meta = *rows.columns[leaf].meta_data;
    const TableColumn& column = columns_[leaf];
    const auto within = [&](const Status& status) {
      return Within(fmt::format("row group {}, column {} ({})", group, leaf, column.Path()),
                    status);
    };
    parquet::BlockSplitBloomFilter filter;
    PQ_RETURN_NOT_OK(within(Read(meta, &filter)));
    const ChunkSource source{
        file_, {meta.pages(), meta.num_values, meta.codec}, rows.num_rows, quirks_};
    const auto held = HoldsAll(source, column, AskedFilter(column, filter));
    if (!held.ok()) return within(held.status());
    if (*held) return Status::OK();
    return within(Mismatch("its Bloom filter denies a value that is there"));
  }

 private:
  Status Read(const ColumnMetaData& meta, parquet::BlockSplitBloomFilter* filter) const {
    const int64_t length = meta.bloom_filter_length.value_or(0);
    if (length <= 0 || length > kMaxFilter + kKiB || columns_.empty()) {
      return Mismatch("a Bloom filter of {} bytes", length);
    }
    PQ_ASSIGN(const auto bytes, file_->ReadAt(*meta.bloom_filter_offset, length));
    const Bytes all(bytes->data(), static_cast<size_t>(bytes->size()));
    PQ_ASSIGN(const auto parsed, ParseBloomFilterHeader(all));
    PQ_RETURN_NOT_OK(CheckSplitBlock(parsed.header));
    const Bytes bits = all.subspan(static_cast<size_t>(parsed.length));
    if (static_cast<int64_t>(bits.size()) != parsed.header.num_bytes) {
      return Mismatch("a Bloom filter of {} bytes", bits.size());
    }
    return LibraryRead([&] { filter->Init(bits.data(), static_cast<uint32_t>(bits.size())); });
  }

  Result<bool> HoldsAll(const ChunkSource& source, const TableColumn& column,
                        const AskedFilter& filter) const {
    if (column.type == PhysicalType::kBoolean) return Mismatch("a Bloom filter of booleans");
    PQ_ASSIGN(const auto dictionary, DictionaryOfAll(source, column, pool_));
    // Entries that no value has need not be held.
    if (dictionary != nullptr && filter.HoldsAll(*dictionary)) return true;
    PQ_ASSIGN(const auto reader, ChunkReader::Open(source, column, pool_));
    while (true) {
      if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      PQ_ASSIGN(const SlotBatch batch, reader->Next());
      if (batch.slots == 0) return true;
      if (!filter.HoldsAll(batch)) return false;
    }
  }

  const std::shared_ptr<ReadAheadFile> file_;
  const FileMetaData& footer_;
  const std::vector<TableColumn>& columns_;
  const ReadQuirks quirks_;
  arrow::MemoryPool* const pool_;
  const std::stop_token& stop_;
};

struct ChunkPlace {
  size_t group = 0;
  size_t leaf = 0;
};

std::vector<ChunkPlace> FiltersOf(const FileMetaData& footer, const FilterDigests& copied) {
  std::vector<ChunkPlace> places;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const auto& columns = footer.row_groups[g].columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      const bool is_copy = g < copied.size() && c < copied[g].size() && copied[g][c].has_value();
      if (columns[c].meta_data->bloom_filter_offset && !is_copy) places.push_back({g, c});
    }
  }
  return places;
}

Status ProveOnce(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                 const FilterDigests& copied, const FilterProofOptions& options, bool alone) {
  ReadAheadOptions reading = options.reading;
  const int64_t window = ReadAheadFile::MemoryFor(object.size, reading);
  const int64_t usual = window + kPerThread * options.width;
  PQ_ASSIGN(const auto reservation, budget.Acquire(alone ? budget.limit() : usual, options.stop));
  if (reservation.bytes() < usual) reading.max_bytes = std::min(window, reservation.bytes() / 4);
  const int64_t of_file = reading.max_bytes >= 0 ? reading.max_bytes : window;
  CappedPool pool(arrow::system_memory_pool(), reservation.bytes() - of_file);
  PQ_ASSIGN(auto file, ReadAheadFile::Open(store, object, reading));
  PQ_ASSIGN(const FileMetaData footer, ReadFooter(*file, object.uri.ToString()));
  const std::vector<ChunkPlace> places = FiltersOf(footer, copied);
  if (places.empty()) return Status::OK();
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  const std::vector<TableColumn> columns = TableColumnsOf(tree);
  const FilterProof proof(std::move(file), footer, columns, &pool, options.stop);
  return options.executor->ForEach(static_cast<int64_t>(places.size()), options.width,
                                   [&](int64_t i) {
                                     const ChunkPlace& place = places[static_cast<size_t>(i)];
                                     return proof.Prove(place.group, place.leaf);
                                   });
}

}  // namespace

Status ProveFilters(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                    const FilterDigests& copied, const FilterProofOptions& options) {
  Status status = ProveOnce(budget, store, object, copied, options, /*alone=*/false);
  if (!status.ok() && CodeOf(status) == ErrorCode::kTooLarge) {
    FilterProofOptions slower = options;
    slower.width = 1;
    status = ProveOnce(budget, store, object, copied, slower, /*alone=*/true);
  }
  return Within(object.uri.ToString(), status);
}

}  // namespace pqpack

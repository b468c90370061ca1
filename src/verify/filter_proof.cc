// SPDX-License-Identifier: Apache-2.0
#include "verify/filter_proof.h"

#include <fmt/format.h>
#include <parquet/bloom_filter.h>
#include <parquet/types.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "format/bloom_filter_header.h"
#include "format/split_block_filter.h"
#include "verify/chunk_pages.h"
#include "verify/chunk_reader.h"
#include "verify/dictionary.h"
#include "verify/library_call.h"
#include "verify/mismatch.h"
#include "verify/table_column.h"
#include "verify/value_text.h"

namespace pqpack {
namespace {

std::string_view TextOf(const void* bytes, size_t size) {
  return {static_cast<const char*>(bytes), size};
}

// The filter of a chunk, and the values that it is asked for.
class AskedFilter {
 public:
  AskedFilter(const TableColumn& column, const parquet::BlockSplitBloomFilter& filter)
      : column_(column),
        halves_(!column.layers.empty() && column.layers.back().annotation &&
                column.layers.back().annotation->kind == LogicalKind::kFloat16),
        filter_(filter) {}

  bool HoldsAll(const SlotBatch& batch) const {
    const uint8_t* slot = batch.data;
    for (int64_t i = 0; i < batch.values; ++i, slot += ValueSize(column_.type)) {
      if (!Holds(BytesOf(column_, slot))) return false;
    }
    return true;
  }

  bool HoldsAll(const Dictionary& dictionary) const {
    for (int64_t i = 0; i < dictionary.size(); ++i) {
      Bytes entry = dictionary.Entries(static_cast<uint32_t>(i), 1);
      if (column_.type == PhysicalType::kByteArray) entry = entry.subspan(sizeof(uint32_t));
      if (!Holds(TextOf(entry.data(), entry.size()))) return false;
    }
    return true;
  }

 private:
  bool Has(std::string_view value) const { return filter_.FindHash(filter_.Hash(value)); }

  bool Holds(std::string_view value) const {
    if (!Has(value)) return false;
    if (column_.type == PhysicalType::kFloat) return HoldsEqualsOf<float>(value);
    if (column_.type == PhysicalType::kDouble) return HoldsEqualsOf<double>(value);
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

  const TableColumn& column_;
  const bool halves_;
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
  explicit FilterProof(const OutputToProve& output) : output_(output) {}

  Status Prove(const ProofPlace& place) const {
    const TableColumn& column = output_.columns[place.column];
    const auto held = Holds(place, column);
    Status status = held.status();
    if (held.ok() && !*held) status = Mismatch("its Bloom filter denies a value that is there");
    if (status.ok()) return status;
    return Within(
        fmt::format("row group {}, column {} ({})", place.group, place.column, column.Path()),
        status);
  }

 private:
  Result<bool> Holds(const ProofPlace& place, const TableColumn& column) const {
    parquet::BlockSplitBloomFilter filter;
    PQ_RETURN_NOT_OK(Read(output_.Meta(place), &filter));
    return HoldsAll(output_.Chunk(place), column, AskedFilter(column, filter));
  }

  Status Read(const ColumnMetaData& meta, parquet::BlockSplitBloomFilter* filter) const {
    const int64_t length = meta.bloom_filter_length.value_or(0);
    if (length <= 0 || length > kMaxFilter + kKiB) {
      return Mismatch("a Bloom filter of {} bytes", length);
    }
    PQ_ASSIGN(const auto bytes, output_.file->ReadAt(*meta.bloom_filter_offset, length));
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
    PQ_ASSIGN(const auto dictionary, DictionaryOfAll(source, column, output_.pool));
    // Entries that no value has need not be held.
    if (dictionary != nullptr && filter.HoldsAll(*dictionary)) return true;
    PQ_ASSIGN(const auto reader, ChunkReader::Open(source, column, output_.pool));
    while (true) {
      if (output_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      PQ_ASSIGN(const SlotBatch batch, reader->Next());
      if (batch.slots == 0) return true;
      if (!filter.HoldsAll(batch)) return false;
    }
  }

  const OutputToProve& output_;
};

std::vector<ProofPlace> FiltersOf(const FileMetaData& footer, const FilterDigests& copied) {
  std::vector<ProofPlace> places;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const auto& columns = footer.row_groups[g].columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      const bool is_copy = g < copied.size() && c < copied[g].size() && copied[g][c].has_value();
      if (columns[c].meta_data->bloom_filter_offset && !is_copy) places.push_back({g, c});
    }
  }
  return places;
}

}  // namespace

Status ProveFilters(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                    const FilterDigests& copied, const OutputProofOptions& options) {
  OutputProof proof;
  proof.places = [&copied](const FileMetaData& footer) { return FiltersOf(footer, copied); };
  proof.prove = [](const OutputToProve& output, const ProofPlace& place) {
    return FilterProof(output).Prove(place);
  };
  return ProveOutput(budget, store, object, proof, options);
}

}  // namespace pqpack

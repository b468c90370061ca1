// SPDX-License-Identifier: Apache-2.0
//
// A filter holds bytes, readers ask for values, and some values are several bytes: 0 and -0, and
// the many NaNs.  The format does not say which of them a writer puts in.  So where there is one
// zero both are put in, and for a NaN the usual one beside itself: whatever a reader asks for, no
// row is denied.
#include "execute/merge/made_filter.h"

#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/encoding.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "execute/column_source.h"
#include "execute/nan_values.h"
#include "execute/pages/value_filter.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr int64_t kBatch = 4096;

int64_t ValuesOf(const ColumnMetaData& chunk) {
  const int64_t nulls = chunk.statistics ? chunk.statistics->null_count.value_or(0) : 0;
  return std::clamp(chunk.num_values - std::max(nulls, int64_t{0}), int64_t{0},
                    std::max(chunk.num_values, int64_t{0}));
}

// By what was counted while the pages were written.
bool InDictionaryAlone(const ColumnMetaData& chunk) {
  if (!chunk.encoding_stats || chunk.dictionary_page_offset.value_or(0) <= 0) return false;
  return std::ranges::all_of(*chunk.encoding_stats, [](const PageEncodingStats& pages) {
    return pages.page_type == PageType::kDictionary || IsDictionary(pages.encoding);
  });
}

uint64_t HashOf(const void* bytes, size_t size) { return XXH64(bytes, size, /*seed=*/0); }

template <typename Type>
class ChunkFilter {
 public:
  using Value = typename Type::c_type;

  ChunkFilter(const parquet::ColumnDescriptor& column, ValueFilter* filter)
      : length_(static_cast<size_t>(std::max(0, column.type_length()))),
        halves_(IsFloat16(column)),
        filter_(*filter) {}

  void Put(const Value* values, int64_t count) {
    for (const Value& value : std::span(values, static_cast<size_t>(count))) Put(value);
  }

 private:
  void Put(const Value& value) {
    if constexpr (std::is_floating_point_v<Value>) {
      PutReal(value);
    } else if constexpr (std::is_same_v<Value, parquet::ByteArray>) {
      filter_.Put(HashOf(value.ptr, value.len));
    } else if constexpr (std::is_same_v<Value, parquet::FixedLenByteArray>) {
      filter_.Put(HashOf(value.ptr, length_));
      if (halves_) PutZeros(value.ptr);
    } else {
      filter_.Put(HashOf(&value, sizeof(Value)));
    }
  }

  void PutReal(Value value) {
    filter_.Put(HashOf(&value, sizeof(Value)));
    if (value != 0 && !std::isnan(value)) return;
    const Value other = value == 0 ? -value : std::numeric_limits<Value>::quiet_NaN();
    filter_.Put(HashOf(&other, sizeof(Value)));
  }

  // Of FLOAT16.
  void PutZeros(const uint8_t* half) {
    if (half[0] != 0 || (half[1] & 0x7f) != 0) return;
    const uint8_t other[] = {0, static_cast<uint8_t>(half[1] ^ 0x80)};
    filter_.Put(HashOf(other, sizeof(other)));
  }

  const size_t length_;
  const bool halves_;
  ValueFilter& filter_;
};

// Entries of a dictionary page, which are in PLAIN.
template <typename Type>
void PutEntries(const parquet::DictionaryPage& page, const parquet::ColumnDescriptor* column,
                ChunkFilter<Type>* filter) {
  const auto decoder = parquet::MakeTypedDecoder<Type>(parquet::Encoding::PLAIN, column);
  decoder->SetData(page.num_values(), page.data(), page.size());
  std::vector<typename Type::c_type> values(kBatch);
  for (int64_t left = page.num_values(); left > 0;) {
    const int count = decoder->Decode(values.data(), static_cast<int>(std::min(left, kBatch)));
    if (count == 0) throw parquet::ParquetException("the dictionary ends early");
    filter->Put(values.data(), count);
    left -= count;
  }
}

template <typename Type>
void PutAll(parquet::ColumnReader* reader, ChunkFilter<Type>* filter) {
  auto* const typed = static_cast<parquet::TypedColumnReader<Type>*>(reader);
  std::vector<typename Type::c_type> values(kBatch);
  std::vector<int16_t> definition(kBatch), repetition(kBatch);
  while (typed->HasNext()) {
    int64_t count = 0;
    typed->ReadBatch(kBatch, definition.data(), repetition.data(), values.data(), &count);
    filter->Put(values.data(), count);
  }
}

template <typename Type>
Result<std::shared_ptr<arrow::Buffer>> MakeTyped(ColumnSource& source, const ColumnMetaData& chunk,
                                                 const parquet::ColumnDescriptor* column) {
  if (InDictionaryAlone(chunk)) {
    PQ_ASSIGN(const auto pages, OpenPages(source, chunk, column));
    std::shared_ptr<parquet::Page> page;
    PQ_RETURN_NOT_OK(ReadCall([&] { page = pages->NextPage(); }));
    if (page == nullptr || page->type() != parquet::PageType::DICTIONARY_PAGE) {
      return Error(ErrorCode::kInternal, "a chunk without the dictionary that it was given");
    }
    const auto& dictionary = static_cast<const parquet::DictionaryPage&>(*page);
    PQ_ASSIGN(ValueFilter filter, ValueFilter::Make(dictionary.num_values(), source.pool));
    ChunkFilter<Type> values(*column, &filter);
    PQ_RETURN_NOT_OK(ReadCall([&] { PutEntries(dictionary, column, &values); }));
    return std::move(filter).Finish();
  }
  PQ_ASSIGN(const auto reader, OpenColumn(source, chunk, column));
  PQ_ASSIGN(ValueFilter filter, ValueFilter::Make(chunk.num_values, source.pool));
  ChunkFilter<Type> values(*column, &filter);
  PQ_RETURN_NOT_OK(ReadCall([&] { PutAll(reader.get(), &values); }));
  return std::move(filter).Finish();
}

}  // namespace

void FilterSums::Add(const ColumnMetaData& chunk) {
  const bool has = chunk.bloom_filter_offset.has_value();
  (has ? with_ : without_) += static_cast<double>(ValuesOf(chunk));
  any_ = any_ || has;
}

FilterChoice FilterSums::Choose(const MergeSetup& setup, size_t leaf) const {
  if (!any_) return {};
  if (!setup.encode().target->page_index) {
    return {.made = false, .dropped = "the target has no use for them"};
  }
  if (setup.set().leaves[leaf].type == PhysicalType::kBoolean) {
    return {.made = false, .dropped = "of booleans"};
  }
  if (with_ < without_) return {.made = false, .dropped = "most values had none"};
  return {.made = true, .dropped = ""};
}

FilterChoice ChooseFilter(const MergeSetup& setup, size_t leaf,
                          std::span<const OpenSource> sources) {
  FilterSums sums;
  for (const OpenSource& source : sources) {
    const int at = (*setup.ShapeOf(source.place).column_of)[leaf];
    if (at >= 0) sums.Add(*source.group->columns[static_cast<size_t>(at)].meta_data);
  }
  return sums.Choose(setup, leaf);
}

Result<std::shared_ptr<arrow::Buffer>> MakeFilter(const MergeSetup& setup, size_t leaf,
                                                  const HeldColumn& column) {
  const ColumnMetaData& chunk = *column.chunk.meta_data;
  const parquet::ColumnDescriptor* const descriptor = setup.column(leaf);
  ColumnSource source;
  source.file = OpenHeld(column.bytes, setup.pool());
  source.pool = setup.pool();
  switch (descriptor->physical_type()) {
    case parquet::Type::INT32:
      return MakeTyped<parquet::Int32Type>(source, chunk, descriptor);
    case parquet::Type::INT64:
      return MakeTyped<parquet::Int64Type>(source, chunk, descriptor);
    case parquet::Type::INT96:
      return MakeTyped<parquet::Int96Type>(source, chunk, descriptor);
    case parquet::Type::FLOAT:
      return MakeTyped<parquet::FloatType>(source, chunk, descriptor);
    case parquet::Type::DOUBLE:
      return MakeTyped<parquet::DoubleType>(source, chunk, descriptor);
    case parquet::Type::BYTE_ARRAY:
      return MakeTyped<parquet::ByteArrayType>(source, chunk, descriptor);
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return MakeTyped<parquet::FLBAType>(source, chunk, descriptor);
    default:
      return Error(ErrorCode::kInternal, "a filter of booleans");
  }
}

Status AddFilter(const MergeSetup& setup, size_t leaf, std::span<const OpenSource> sources,
                 HeldColumn* column) {
  FilterChoice choice = ChooseFilter(setup, leaf, sources);
  column->filter_dropped = std::move(choice.dropped);
  if (!choice.made) return Status::OK();
  auto filter = MakeFilter(setup, leaf, *column);
  if (filter.ok()) {
    column->filter = *std::move(filter);
    if (column->filter == nullptr) column->filter_dropped = "too many different values";
    return Status::OK();
  }
  if (CodeOf(filter.status()) != ErrorCode::kTooLarge) {
    return Within("Bloom filter of column " + setup.PathOf(leaf), filter.status());
  }
  column->filter_dropped = "there is not enough memory";
  return Status::OK();
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Why: with ColumnWriter a third of all CPU time went into hash tables, their growth
// and the page faults of it (docs/benchmarks.md).
#include "execute/page_copy.h"

#include <arrow/buffer.h>
#include <parquet/column_page.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "execute/batch.h"
#include "execute/nan_values.h"
#include "execute/parquet_call.h"
#include "execute/pool_array.h"

namespace pqpack {
namespace {

using parquet::ByteArray;
using parquet::FixedLenByteArray;
using parquet::ParquetException;

constexpr size_t kLongestBound = 4096;  // of a minimum or maximum; the library's own limit

// Levels and values of one column's pages, batch after batch.
template <typename DType>
class PageCopy {
 public:
  using T = typename DType::c_type;

  PageCopy(std::unique_ptr<parquet::PageReader> pages, const parquet::ColumnDescriptor* column,
           const CursorOptions& options, PageEncoder* out)
      : pages_(std::move(pages)),
        column_(column),
        options_(options),
        out_(out),
        max_definition_(column->max_definition_level()),
        max_repetition_(column->max_repetition_level()),
        batch_size_(std::clamp<int64_t>(std::min(options.batch_size, options.values), 1,
                                        std::is_same_v<T, FixedLenByteArray>
                                            ? std::max<int64_t>(kBytesPerWrite / Length(), 1)
                                            : kMaxBatch)) {}

  Status Run() {
    if (max_definition_ > 0) PQ_RETURN_NOT_OK(definition_.Allocate(batch_size_, options_.pool));
    if (max_repetition_ > 0) PQ_RETURN_NOT_OK(repetition_.Allocate(batch_size_, options_.pool));
    PQ_RETURN_NOT_OK(MakeStatistics());
    while (true) {
      PQ_RETURN_NOT_OK(CheckStop());
      std::shared_ptr<parquet::Page> page;
      PQ_RETURN_NOT_OK(ReadCall([&] { page = pages_->NextPage(); }));
      if (page == nullptr) break;
      PQ_RETURN_NOT_OK(Copy(*page));
    }
    if (rows_ != options_.rows) return WrongRows(options_.rows, rows_);
    if (levels_ != options_.values) return WrongValues(options_.values, levels_);
    std::optional<parquet::EncodedStatistics> statistics;
    PQ_RETURN_NOT_OK(EncodeStatistics(&statistics));
    return out_->Finish(std::move(statistics));
  }

 private:
  Status CheckStop() const {
    if (!options_.stop.stop_requested()) return Status::OK();
    return Error(ErrorCode::kCancelled, "stopped");
  }

  Status MakeStatistics() {
    if (out_->column()->sort_order() == parquet::SortOrder::UNKNOWN) return Status::OK();
    return WriteCall(
        [&] { statistics_ = parquet::MakeStatistics<DType>(out_->column(), options_.pool); });
  }

  Status Copy(const parquet::Page& page) {
    switch (page.type()) {
      case parquet::PageType::DICTIONARY_PAGE:
        return TakeDictionary(static_cast<const parquet::DictionaryPage&>(page));
      case parquet::PageType::DATA_PAGE:
      case parquet::PageType::DATA_PAGE_V2:
        return CopyValues(static_cast<const parquet::DataPage&>(page));
      default:
        return Status::OK();
    }
  }

  // The page's bytes last until the next page: what is kept of it is a copy.
  Status TakeDictionary(const parquet::DictionaryPage& page) {
    if (entries_ >= 0) return Corrupt("the column has more than one dictionary");
    if (page.encoding() != parquet::Encoding::PLAIN &&
        page.encoding() != parquet::Encoding::PLAIN_DICTIONARY) {
      return Error(ErrorCode::kUnsupported, "a dictionary page that is not PLAIN");
    }
    if (page.num_values() < 0 || page.num_values() > page.size()) {
      return Corrupt("the dictionary page is too short for its values");
    }
    entries_ = page.num_values();
    auto bytes = arrow::AllocateBuffer(page.size(), options_.pool);
    if (!bytes.ok()) return WithCode(bytes.status(), ErrorCode::kInternal);
    const std::shared_ptr<arrow::Buffer> copy = *std::move(bytes);
    if (page.size() > 0) {
      std::memcpy(copy->mutable_data(), page.data(), static_cast<size_t>(page.size()));
    }
    PQ_RETURN_NOT_OK(dictionary_.Allocate(entries_, options_.pool));
    PQ_RETURN_NOT_OK(ReadCall([&] {
      const auto decoder = parquet::MakeTypedDecoder<DType>(parquet::Encoding::PLAIN, column_);
      decoder->SetData(entries_, copy->data(), static_cast<int>(copy->size()));
      if (decoder->Decode(dictionary_.data(), entries_) != entries_) {
        throw ParquetException("the dictionary page is too short for its values");
      }
    }));
    PQ_RETURN_NOT_OK(indices_.Allocate(batch_size_, options_.pool));
    PQ_RETURN_NOT_OK(used_.Allocate(entries_, options_.pool));
    std::fill_n(used_.data(), entries_, uint8_t{0});
    dictionary_bytes_ = arrow::SliceBuffer(copy, 0, PlainSize(copy->data()));
    return Status::OK();
  }

  // Of the dictionary, which begins at `begin`; writers may leave something behind it.
  int64_t PlainSize(const uint8_t* begin) const {
    if constexpr (std::is_same_v<T, ByteArray>) {
      if (entries_ == 0) return 0;
      const ByteArray& last = dictionary_.data()[entries_ - 1];
      return last.ptr + last.len - begin;
    } else {
      return entries_ * Length();
    }
  }

  Status CopyValues(const parquet::DataPage& page) {
    PQ_RETURN_NOT_OK(ReadCall([&] { StartPage(page); }));
    // Nearly always a dictionary page is there because pages use it.  One that only
    // pages behind others use is not worth to look ahead for it.
    if (by_index_ && levels_ == 0) {
      PQ_RETURN_NOT_OK(out_->WriteDictionary(dictionary_bytes_, entries_));
      keeps_indices_ = true;
    }
    for (int64_t left = page.num_values(); left > 0;) {
      PQ_RETURN_NOT_OK(CheckStop());
      const int64_t levels = std::min(left, batch_size_);
      int64_t values = 0;
      PQ_RETURN_NOT_OK(ReadCall([&] { values = ReadLevels(levels); }));
      if (levels_ == 0 && max_repetition_ > 0 && repetition()[0] != 0) return NoFirstRow();
      levels_ += levels;
      rows_ += CountRows(repetition(), levels);
      nulls_ += levels - values;
      PQ_RETURN_NOT_OK(by_index_ ? CopyIndices(levels, values) : CopyPlain(levels, values));
      left -= levels;
    }
    return Status::OK();
  }

  void StartPage(const parquet::DataPage& page) {
    const int64_t levels_size = page.type() == parquet::PageType::DATA_PAGE
                                    ? StartLevels(static_cast<const parquet::DataPageV1&>(page))
                                    : StartLevels(static_cast<const parquet::DataPageV2&>(page));
    const uint8_t* data = page.data() + levels_size;
    const auto size = static_cast<int>(page.size() - levels_size);
    by_index_ = parquet::IsDictionaryIndexEncoding(page.encoding());
    if (!by_index_) {
      plain_decoder_ = parquet::MakeTypedDecoder<DType>(page.encoding(), column_, options_.pool);
      plain_decoder_->SetData(page.num_values(), data, size);
      return;
    }
    if (entries_ < 0) throw ParquetException("a data page needs a dictionary that is not there");
    // Whatever the values are: indices are the same.
    if (index_decoder_ == nullptr) {
      index_decoder_ = parquet::MakeDictDecoder<parquet::Int32Type>(nullptr, options_.pool);
    }
    index_decoder_->SetData(page.num_values(), data, size);
  }

  int64_t StartLevels(const parquet::DataPageV1& page) {
    int32_t at = 0;
    if (max_repetition_ > 0) {
      at += repetition_decoder_.SetData(page.repetition_level_encoding(), max_repetition_,
                                        page.num_values(), page.data(), page.size());
    }
    if (max_definition_ > 0) {
      at += definition_decoder_.SetData(page.definition_level_encoding(), max_definition_,
                                        page.num_values(), page.data() + at, page.size() - at);
    }
    return at;
  }

  // Lengths of levels may be given although the column has none (ARROW-17453).
  int64_t StartLevels(const parquet::DataPageV2& page) {
    const int64_t repetition = page.repetition_levels_byte_length();
    const int64_t definition = page.definition_levels_byte_length();
    if (repetition < 0 || definition < 0 || repetition + definition > page.size()) {
      throw ParquetException("the data page is too short for its levels");
    }
    if (max_repetition_ > 0) {
      repetition_decoder_.SetDataV2(page.repetition_levels_byte_length(), max_repetition_,
                                    page.num_values(), page.data());
    }
    if (max_definition_ > 0) {
      definition_decoder_.SetDataV2(page.definition_levels_byte_length(), max_definition_,
                                    page.num_values(), page.data() + repetition);
    }
    return repetition + definition;
  }

  // Returns how many of the levels have a value.
  int64_t ReadLevels(int64_t count) {
    const auto read = [count](parquet::LevelDecoder& decoder, int16_t* levels) {
      if (decoder.Decode(static_cast<int>(count), levels) != count) {
        throw ParquetException("a page holds fewer levels than its header says");
      }
    };
    if (max_repetition_ > 0) read(repetition_decoder_, repetition_.data());
    if (max_definition_ > 0) read(definition_decoder_, definition_.data());
    return CountValues(definition(), count, max_definition_);
  }

  Status CopyIndices(int64_t levels, int64_t count) {
    int32_t* indices = indices_.data();
    PQ_RETURN_NOT_OK(
        ReadCall([&] { CheckRead(count, index_decoder_->DecodeIndices(Int(count), indices)); }));
    uint32_t largest = 0;  // negative ones are larger still
    for (int64_t i = 0; i < count; ++i) {
      largest = std::max(largest, static_cast<uint32_t>(indices[i]));
    }
    if (count > 0 && largest >= static_cast<uint32_t>(entries_)) {
      return Corrupt("an index points behind the dictionary");
    }
    if (!keeps_indices_) {
      PQ_RETURN_NOT_OK(AllocateValues());
      for (int64_t i = 0; i < count; ++i) values_.data()[i] = dictionary_.data()[indices[i]];
      return WritePlain(levels, count);
    }
    uint8_t* used = used_.data();
    for (int64_t i = 0; i < count; ++i) used[indices[i]] = 1;
    PQ_RETURN_NOT_OK(
        out_->Begin(PageEncoder::Values::kIndices, definition(), repetition(), levels));
    PQ_RETURN_NOT_OK(out_->PutIndices(indices, count));
    return out_->End();
  }

  Status CopyPlain(int64_t levels, int64_t count) {
    PQ_RETURN_NOT_OK(AllocateValues());
    PQ_RETURN_NOT_OK(
        ReadCall([&] { CheckRead(count, plain_decoder_->Decode(values_.data(), Int(count))); }));
    return WritePlain(levels, count);
  }

  static void CheckRead(int64_t count, int read) {
    if (read != count) throw ParquetException("a page holds fewer values than its levels say");
  }

  Status WritePlain(int64_t levels, int64_t count) {
    PQ_RETURN_NOT_OK(UpdateStatistics(values_.data(), count));
    const T* values = values_.data();
    for (int64_t at = 0; at < levels;) {
      PQ_RETURN_NOT_OK(CheckStop());
      const int64_t piece = PieceOf(at, levels, values);
      const int16_t* definition = max_definition_ > 0 ? definition_.data() + at : nullptr;
      const int16_t* repetition = max_repetition_ > 0 ? repetition_.data() + at : nullptr;
      const int64_t there = CountValues(definition, piece, max_definition_);
      PQ_RETURN_NOT_OK(out_->Begin(PageEncoder::Values::kPlain, definition, repetition, piece));
      PQ_RETURN_NOT_OK(Append(values, there));
      PQ_RETURN_NOT_OK(out_->End());
      values += there;
      at += piece;
    }
    return Status::OK();
  }

  int64_t PieceOf(int64_t at, int64_t levels, const T* values) const {
    if constexpr (std::is_same_v<T, ByteArray>) {
      return LevelsPerWrite(max_definition_ > 0 ? definition_.data() + at : nullptr, levels - at,
                            max_definition_, values);
    } else {
      return levels - at;
    }
  }

  // In PLAIN.
  Status Append(const T* values, int64_t count) {
    arrow::BufferBuilder& plain = out_->plain();
    if constexpr (std::is_same_v<T, ByteArray>) {
      int64_t bytes = 0;
      for (int64_t i = 0; i < count; ++i) bytes += int64_t{sizeof(uint32_t)} + values[i].len;
      PQ_RETURN_NOT_OK(plain.Reserve(bytes));
      for (int64_t i = 0; i < count; ++i) {
        plain.UnsafeAppend(&values[i].len, sizeof(uint32_t));
        plain.UnsafeAppend(values[i].ptr, values[i].len);
      }
      return Status::OK();
    } else if constexpr (std::is_same_v<T, FixedLenByteArray>) {
      PQ_RETURN_NOT_OK(plain.Reserve(count * Length()));
      for (int64_t i = 0; i < count; ++i) plain.UnsafeAppend(values[i].ptr, Length());
      return Status::OK();
    } else {
      return plain.Append(values, count * Length());
    }
  }

  // Bytes of a value in PLAIN, where all have the same.
  int64_t Length() const {
    if constexpr (std::is_same_v<T, FixedLenByteArray>) {
      return column_->type_length();
    } else {
      return sizeof(T);
    }
  }

  Status AllocateValues() {
    return values_.allocated() ? Status::OK() : values_.Allocate(batch_size_, options_.pool);
  }

  Status UpdateStatistics(const T* values, int64_t count) {
    if (statistics_ == nullptr) return Status::OK();
    has_nan_ |= HasNaN(values, count, IsFloat16(*out_->column()));
    return WriteCall([&] { statistics_->Update(values, count, /*null_count=*/0); });
  }

  // Of a dictionary only what occurs counts.
  Status AddUsedEntries() {
    if (!keeps_indices_) return Status::OK();
    std::array<T, 256> batch{};
    size_t count = 0;
    for (int32_t i = 0; i < entries_; ++i) {
      if (used_.data()[i] == 0) continue;
      batch[count++] = dictionary_.data()[i];
      if (count < batch.size()) continue;
      PQ_RETURN_NOT_OK(UpdateStatistics(batch.data(), batch.size()));
      count = 0;
    }
    return UpdateStatistics(batch.data(), static_cast<int64_t>(count));
  }

  // Nulls and empty lists count as one, as everywhere in the library.
  Status EncodeStatistics(std::optional<parquet::EncodedStatistics>* encoded) {
    if (statistics_ == nullptr) return Status::OK();
    PQ_RETURN_NOT_OK(AddUsedEntries());
    return WriteCall([&] {
      statistics_->IncrementNullCount(nulls_);
      *encoded = statistics_->Encode();
      if (has_nan_) (*encoded)->ClearMinMax();
      (*encoded)->ApplyStatSizeLimits(kLongestBound);
      (*encoded)->set_is_signed(out_->column()->sort_order() == parquet::SortOrder::SIGNED);
    });
  }

  static Status Corrupt(const char* what) { return Error(ErrorCode::kCorrupt, what); }
  static int Int(int64_t count) { return static_cast<int>(count); }  // of a batch

  const int16_t* definition() const { return max_definition_ > 0 ? definition_.data() : nullptr; }
  const int16_t* repetition() const { return max_repetition_ > 0 ? repetition_.data() : nullptr; }

  const std::unique_ptr<parquet::PageReader> pages_;
  const parquet::ColumnDescriptor* const column_;
  const CursorOptions& options_;
  PageEncoder* const out_;
  const int16_t max_definition_;
  const int16_t max_repetition_;
  const int64_t batch_size_;

  parquet::LevelDecoder definition_decoder_, repetition_decoder_;
  std::unique_ptr<parquet::DictDecoder<parquet::Int32Type>> index_decoder_;
  std::unique_ptr<typename parquet::EncodingTraits<DType>::Decoder> plain_decoder_;
  bool by_index_ = false;       // the page
  bool keeps_indices_ = false;  // the output has the dictionary

  int32_t entries_ = -1;  // of the dictionary; -1: there is none
  std::shared_ptr<arrow::Buffer> dictionary_bytes_;
  PoolArray<T> dictionary_;
  PoolArray<uint8_t> used_;

  PoolArray<int16_t> definition_, repetition_;
  PoolArray<int32_t> indices_;
  PoolArray<T> values_;

  std::shared_ptr<parquet::TypedStatistics<DType>> statistics_;  // null: no order is defined
  bool has_nan_ = false;
  int64_t rows_ = 0;
  int64_t levels_ = 0;
  int64_t nulls_ = 0;
};

bool IsPlainOrIndex(Encoding encoding) {
  return encoding == Encoding::kPlain || IsDictionary(encoding);
}

// Lists of encodings mix in those of the levels.
bool OnlyPlainOrIndices(const ColumnMetaData& chunk) {
  const auto& list = chunk.encodings;
  return std::all_of(list.begin(), list.end(), [](Encoding encoding) {
    return IsPlainOrIndex(encoding) || encoding == Encoding::kRle ||
           encoding == Encoding::kBitPacked;
  });
}

}  // namespace

bool KeepsDictionary(const ColumnMetaData& chunk, const SchemaNode& leaf,
                     const ColumnLayout& layout, const Target& target) {
  const bool asks_for_more = target.page_index || target.size_statistics;
  const bool changes = leaf.conversion != Conversion::kNone || !leaf.level_map.empty();
  const bool fits = chunk.type != PhysicalType::kBoolean &&
                    (chunk.type != PhysicalType::kFixedLenByteArray || leaf.type_length > 0);
  const bool geometry = leaf.annotation != nullptr && leaf.annotation->is_geometry();
  return !asks_for_more && !changes && fits && !geometry && layout.encoding == Encoding::kPlain &&
         OnlyPlainOrIndices(chunk);
}

Status CopyPages(std::unique_ptr<parquet::PageReader> pages,
                 const parquet::ColumnDescriptor* column, const CursorOptions& options,
                 PageEncoder* out) {
  const auto run = [&]<typename DType>() {
    return PageCopy<DType>(std::move(pages), column, options, out).Run();
  };
  switch (column->physical_type()) {
    case parquet::Type::INT32:
      return run.template operator()<parquet::Int32Type>();
    case parquet::Type::INT64:
      return run.template operator()<parquet::Int64Type>();
    case parquet::Type::INT96:
      return run.template operator()<parquet::Int96Type>();
    case parquet::Type::FLOAT:
      return run.template operator()<parquet::FloatType>();
    case parquet::Type::DOUBLE:
      return run.template operator()<parquet::DoubleType>();
    case parquet::Type::BYTE_ARRAY:
      return run.template operator()<parquet::ByteArrayType>();
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return run.template operator()<parquet::FLBAType>();
    default:
      return Error(ErrorCode::kInternal, "pages of a type that has no dictionary");
  }
}

}  // namespace pqpack

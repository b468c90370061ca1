// SPDX-License-Identifier: Apache-2.0
//
// One loop for all types: fill (decode a batch of levels and values), take the
// levels that belong to the records wanted, write them.  Virtual calls, checks
// and allocations are per batch, never per value.
//
// Values that are byte arrays point into the page that is being read, which
// stays until the next fill.
#include "execute/column_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "execute/batch.h"
#include "execute/convert_values.h"
#include "execute/nan_values.h"
#include "execute/parquet_call.h"
#include "execute/pool_array.h"

namespace pqpack {
namespace {

// What a conversion has beside its values.
struct Converting {
  uint8_t* bytes = nullptr;  // for values that are byte arrays of a fixed length
  int32_t in_length = 0;     // of such values, on either side
  int32_t out_length = 0;
  bool lossy = false;
};

template <typename Source, typename Sink>
class Cursor : public ColumnCursor {
 public:
  using In = typename Source::c_type;
  using Out = typename Sink::c_type;
  // See convert_values.h.
  using Converter = int64_t (*)(const In* in, int64_t count, Out* out, const Converting& how);

  Cursor(std::shared_ptr<parquet::ColumnReader> reader, const SchemaNode& leaf, Converter converter,
         const CursorOptions& options)
      : reader_(std::static_pointer_cast<parquet::TypedColumnReader<Source>>(std::move(reader))),
        leaf_(leaf),
        converter_(converter),
        options_(options),
        max_definition_(reader_->descr()->max_definition_level()),
        written_definition_(leaf.level_map.empty() ? max_definition_
                                                   : leaf.level_map[max_definition_]),
        levels_(max_definition_ > 0 || written_definition_ > 0),
        repeated_(reader_->descr()->max_repetition_level() > 0),
        batch_size_(BatchSize()) {}

  Status Allocate() {
    const int64_t size = batch_size_;
    if (levels_) PQ_RETURN_NOT_OK(definition_.Allocate(size, options_.pool));
    if (repeated_) PQ_RETURN_NOT_OK(repetition_.Allocate(size, options_.pool));
    PQ_RETURN_NOT_OK(values_.Allocate(size, options_.pool));
    if constexpr (!std::is_same_v<In, Out>) {
      PQ_RETURN_NOT_OK(converted_.Allocate(size, options_.pool));
    }
    if (std::is_same_v<Out, parquet::FixedLenByteArray> && converter_ != nullptr) {
      return bytes_.Allocate(size * leaf_.type_length, options_.pool);
    }
    return Status::OK();
  }

  Status Copy(int64_t rows, parquet::ColumnWriter* writer) override {
    auto* out = static_cast<parquet::TypedColumnWriter<Sink>*>(writer);
    int64_t wanted = rows;
    moved_nan_ = false;
    halves_ = IsFloat16(*out->descr());
    // Whether a record of a repeated column has ended shows only where the next begins.
    while (wanted > 0 || repeated_) {
      if (at_ == filled_) {
        PQ_RETURN_NOT_OK(Fill());
        if (filled_ == 0) break;
      }
      const int64_t levels = Take(&wanted);
      if (levels == 0) break;
      PQ_RETURN_NOT_OK(Write(levels, out));
    }
    rows_copied_ += rows - wanted;
    return wanted == 0 ? Status::OK() : WrongRows(options_.rows, rows_copied_);
  }

  bool moved_nan() const override { return moved_nan_; }

  Status Finish() override {
    int64_t more = 0;
    do {
      int64_t wanted = std::numeric_limits<int64_t>::max();
      at_ += Take(&wanted);
      more += std::numeric_limits<int64_t>::max() - wanted;
      PQ_RETURN_NOT_OK(Fill());
    } while (filled_ > 0);
    if (more > 0) return WrongRows(options_.rows, rows_copied_ + more);
    return values_read_ == options_.values ? Status::OK()
                                           : WrongValues(options_.values, values_read_);
  }

 private:
  int64_t BatchSize() const {
    // No more than there are: what is allocated here is what the estimate of memory counts.
    const int64_t most = std::min(options_.batch_size, options_.values);
    const int64_t size = std::clamp<int64_t>(most, 1, kMaxBatch);
    if constexpr (!std::is_same_v<In, parquet::FixedLenByteArray>) return size;
    const int64_t length = std::max({reader_->descr()->type_length(), leaf_.type_length, 1});
    return std::clamp<int64_t>(kBytesPerWrite / length, 1, size);
  }

  Status CheckStop() const {
    if (!options_.stop.stop_requested()) return Status::OK();
    return Error(ErrorCode::kCancelled, "stopped");
  }

  // Decodes the next batch; filled_ is 0 at the end.
  Status Fill() {
    PQ_RETURN_NOT_OK(CheckStop());
    batch_row_ += RowsIn(0, filled_);
    at_ = filled_ = 0;
    int64_t values = 0;
    PQ_RETURN_NOT_OK(ReadCall([&] {
      filled_ =
          reader_->ReadBatch(batch_size_, definition(0), repetition(0), values_.data(), &values);
    }));
    if (filled_ == 0) return Status::OK();
    // Every value is there; what stands for that is what level_map says of level 0.
    if (levels_ && max_definition_ == 0) std::fill_n(definition(0), filled_, int16_t{0});
    if (values != Defined(0, filled_, max_definition_)) {
      return Error(ErrorCode::kCorrupt, "a page holds fewer values than its levels say");
    }
    if (values_read_ == 0 && repeated_ && *repetition(0) != 0) return NoFirstRow();
    values_read_ += filled_;
    next_value_ = 0;
    PQ_RETURN_NOT_OK(Convert(values));
    return leaf_.level_map.empty() ? Status::OK() : MapLevels();
  }

  Status Convert(int64_t values) {
    if (converter_ == nullptr) return Status::OK();
    Converting how{nullptr, reader_->descr()->type_length(), leaf_.type_length,
                   options_.allow_lossy};
    if (bytes_.allocated()) how.bytes = bytes_.data();
    const int64_t done = converter_(values_.data(), values, output(), how);
    if (done == values) return Status::OK();
    how.lossy = true;
    const bool lossy = converter_(values_.data() + done, 1, output(), how) == 1;
    return NotConverted(RowOfValue(done), lossy);
  }

  // `lossy`: it would with less precision.
  static Status NotConverted(int64_t row, bool lossy) {
    return Error(ErrorCode::kUnsupported,
                 fmt::format("the value of row {} is {}", row,
                             lossy ? "not a whole number of microseconds"
                                   : "outside of the range of TIMESTAMP(MICROS)"),
                 lossy ? "Repack without --convert-types, or with --allow-lossy."
                       : "Repack without --convert-types.");
  }

  Status MapLevels() {
    int16_t* levels = definition(0);
    for (int64_t i = 0; i < filled_; ++i) {
      const int16_t level = leaf_.level_map[levels[i]];
      if (level < 0) {
        return Error(
            ErrorCode::kUnsupported,
            fmt::format("row {} has a map key that is null, which the target does not take",
                        options_.first_row + batch_row_ + RowsIn(0, i + 1) - 1),
            "Repack with --target generic, which keeps the map as it is.");
      }
      levels[i] = level;
    }
    return Status::OK();
  }

  // How many levels from at_ on belong to the next *wanted records, which is
  // reduced by those that begin there.
  int64_t Take(int64_t* wanted) const {
    const int64_t there = filled_ - at_;
    const int64_t begun = RowsIn(at_, filled_);
    if (begun <= *wanted) {
      *wanted -= begun;
      return there;
    }
    if (!repeated_) return std::exchange(*wanted, 0);
    int64_t levels = 0;
    for (const int16_t* level = repetition(at_); *level != 0 || (*wanted)-- > 0; ++level) ++levels;
    *wanted = 0;
    return levels;
  }

  Status Write(int64_t levels, parquet::TypedColumnWriter<Sink>* out) {
    while (levels > 0) {
      PQ_RETURN_NOT_OK(CheckStop());
      const int64_t piece = PieceOf(levels);
      const int64_t values = Defined(at_, at_ + piece, written_definition_);
      moved_nan_ |= HasNaN(output() + next_value_, values, halves_);
      PQ_RETURN_NOT_OK(WriteCall([&] {
        out->WriteBatch(piece, written_definition_ > 0 ? definition(at_) : nullptr, repetition(at_),
                        output() + next_value_);
      }));
      at_ += piece;
      next_value_ += values;
      levels -= piece;
    }
    return Status::OK();
  }

  // The first levels of `levels` whose values are about kBytesPerWrite.
  int64_t PieceOf(int64_t levels) {
    if constexpr (!std::is_same_v<Out, parquet::ByteArray>) {
      return levels;
    } else {
      return LevelsPerWrite(definition(at_), levels, written_definition_, output() + next_value_);
    }
  }

  int64_t Defined(int64_t begin, int64_t end, int16_t level) {
    return CountValues(definition(begin), end - begin, level);
  }

  int64_t RowsIn(int64_t begin, int64_t end) const {
    return CountRows(repetition(begin), end - begin);
  }

  // Of the value with that number in this batch, counted from the file's first row.
  int64_t RowOfValue(int64_t value) {
    int64_t level = 0;
    for (; max_definition_ > 0 && level < filled_; ++level) {
      if (*definition(level) == max_definition_ && value-- == 0) break;
    }
    if (max_definition_ == 0) level = value;
    return options_.first_row + batch_row_ + RowsIn(0, level + 1) - 1;
  }

  int16_t* definition(int64_t i) { return levels_ ? definition_.data() + i : nullptr; }
  int16_t* repetition(int64_t i) const { return repeated_ ? repetition_.data() + i : nullptr; }

  Out* output() {
    if constexpr (std::is_same_v<In, Out>) {
      return values_.data();
    } else {
      return converted_.data();
    }
  }

  const std::shared_ptr<parquet::TypedColumnReader<Source>> reader_;
  const SchemaNode& leaf_;
  const Converter converter_;
  const CursorOptions options_;
  const int16_t max_definition_;      // on disk
  const int16_t written_definition_;  // the same after leaf_.level_map
  const bool levels_;                 // on either side
  const bool repeated_;
  const int64_t batch_size_;

  PoolArray<int16_t> definition_, repetition_;
  PoolArray<In> values_;
  PoolArray<Out> converted_;
  PoolArray<uint8_t> bytes_;

  bool moved_nan_ = false;
  bool halves_ = false;     // what is written is FLOAT16
  int64_t filled_ = 0;      // levels in the batch
  int64_t at_ = 0;          // the next level to write
  int64_t next_value_ = 0;  // and its value
  int64_t batch_row_ = 0;   // rows that began before this batch
  int64_t values_read_ = 0;
  int64_t rows_copied_ = 0;
};

template <typename Source, typename Sink = Source>
Result<std::unique_ptr<ColumnCursor>> Make(
    std::shared_ptr<parquet::ColumnReader> reader, const SchemaNode& leaf,
    const CursorOptions& options, typename Cursor<Source, Sink>::Converter converter = nullptr) {
  auto cursor = std::make_unique<Cursor<Source, Sink>>(std::move(reader), leaf, converter, options);
  PQ_RETURN_NOT_OK(cursor->Allocate());
  return cursor;
}

Result<std::unique_ptr<ColumnCursor>> MakeCopying(std::shared_ptr<parquet::ColumnReader> reader,
                                                  const SchemaNode& leaf,
                                                  const CursorOptions& options) {
  switch (reader->type()) {
    case parquet::Type::BOOLEAN:
      return Make<parquet::BooleanType>(std::move(reader), leaf, options);
    case parquet::Type::INT32:
      return Make<parquet::Int32Type>(std::move(reader), leaf, options);
    case parquet::Type::INT64:
      return Make<parquet::Int64Type>(std::move(reader), leaf, options);
    case parquet::Type::INT96:
      return Make<parquet::Int96Type>(std::move(reader), leaf, options);
    case parquet::Type::FLOAT:
      return Make<parquet::FloatType>(std::move(reader), leaf, options);
    case parquet::Type::DOUBLE:
      return Make<parquet::DoubleType>(std::move(reader), leaf, options);
    case parquet::Type::BYTE_ARRAY:
      return Make<parquet::ByteArrayType>(std::move(reader), leaf, options);
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return Make<parquet::FLBAType>(std::move(reader), leaf, options);
    default:
      return Error(ErrorCode::kUnsupported, "the column has no physical type that is known");
  }
}

}  // namespace

Result<std::unique_ptr<ColumnCursor>> MakeCursor(std::shared_ptr<parquet::ColumnReader> reader,
                                                 const SchemaNode& leaf,
                                                 const CursorOptions& options) {
  using parquet::FixedLenByteArray;
  using parquet::Int96;
  switch (leaf.conversion) {
    case Conversion::kNone:
      return MakeCopying(std::move(reader), leaf, options);
    case Conversion::kNanosToMicros:
      return Make<parquet::Int64Type>(
          std::move(reader), leaf, options,
          [](const int64_t* in, int64_t count, int64_t* out, const Converting& how) {
            return NanosToMicros(in, count, out, how.lossy);
          });
    case Conversion::kMillisToMicros:
      return Make<parquet::Int32Type, parquet::Int64Type>(
          std::move(reader), leaf, options,
          [](const int32_t* in, int64_t count, int64_t* out, const Converting&) {
            return MillisToMicros(in, count, out);
          });
    case Conversion::kInt96ToMicros:
      return Make<parquet::Int96Type, parquet::Int64Type>(
          std::move(reader), leaf, options,
          [](const Int96* in, int64_t count, int64_t* out, const Converting& how) {
            return Int96ToMicros(in, count, out, how.lossy);
          });
    case Conversion::kUint32ToInt64:
      return Make<parquet::Int32Type, parquet::Int64Type>(
          std::move(reader), leaf, options,
          [](const int32_t* in, int64_t count, int64_t* out, const Converting&) {
            return Uint32ToInt64(in, count, out);
          });
    case Conversion::kUint64ToDecimal:
      return Make<parquet::Int64Type, parquet::FLBAType>(
          std::move(reader), leaf, options,
          [](const int64_t* in, int64_t count, FixedLenByteArray* out, const Converting& how) {
            return Uint64ToDecimal(in, count, out, how.bytes);
          });
    case Conversion::kFloat16ToFloat:
      return Make<parquet::FLBAType, parquet::FloatType>(
          std::move(reader), leaf, options,
          [](const FixedLenByteArray* in, int64_t count, float* out, const Converting&) {
            return Float16ToFloat(in, count, out);
          });
    case Conversion::kInt32ToInt64:
      return Make<parquet::Int32Type, parquet::Int64Type>(
          std::move(reader), leaf, options,
          [](const int32_t* in, int64_t count, int64_t* out, const Converting&) {
            return Int32ToInt64(in, count, out);
          });
    case Conversion::kFloatToDouble:
      return Make<parquet::FloatType, parquet::DoubleType>(
          std::move(reader), leaf, options,
          [](const float* in, int64_t count, double* out, const Converting&) {
            return FloatToDouble(in, count, out);
          });
    case Conversion::kInt32ToFixed:
      return Make<parquet::Int32Type, parquet::FLBAType>(
          std::move(reader), leaf, options,
          [](const int32_t* in, int64_t count, FixedLenByteArray* out, const Converting& how) {
            return IntToFixed(in, count, how.out_length, out, how.bytes);
          });
    case Conversion::kInt64ToFixed:
      return Make<parquet::Int64Type, parquet::FLBAType>(
          std::move(reader), leaf, options,
          [](const int64_t* in, int64_t count, FixedLenByteArray* out, const Converting& how) {
            return IntToFixed(in, count, how.out_length, out, how.bytes);
          });
    case Conversion::kFixedToFixed:
      return Make<parquet::FLBAType>(std::move(reader), leaf, options,
                                     [](const FixedLenByteArray* in, int64_t count,
                                        FixedLenByteArray* out, const Converting& how) {
                                       return FixedToFixed(in, how.in_length, count, how.out_length,
                                                           out, how.bytes);
                                     });
  }
  return Error(ErrorCode::kInternal, "a conversion that is not known");
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Column by column: of the first one each row is held against the row before, of the next one
// those that are equal in all columns before, and so on.  What a column leaves is a bit for each
// row that is not equal to the one before it.
#include "execute/merge/row_order.h"

#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>
#include <parquet/column_reader.h>

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "diagnose/value_order.h"
#include "execute/column_source.h"
#include "execute/merge/held_bytes.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr int64_t kBatch = 4096;
// Beyond that only the first column is looked at: the bits of a row group of nulls, which takes no
// bytes, might not fit into memory.
constexpr int64_t kMostTies = int64_t{1} << 26;

constexpr char kNotSorted[] = "the merged rows are not in that order";
constexpr char kInList[] = "a column is inside of a list";
constexpr char kNoOrder[] = "values of that type have no order";
constexpr char kNaN[] = "a value is NaN";
constexpr char kTooMany[] = "there are too many rows in a row group";

// Rows that are not equal to the one before in the columns so far.
class Ties {
 public:
  // `rows` < 0: nobody will ask.
  static Result<Ties> Make(int64_t rows, arrow::MemoryPool* pool) {
    Ties ties;
    if (rows < 0) return ties;
    PQ_ASSIGN(ties.bits_, arrow::AllocateEmptyBitmap(rows, pool));
    return ties;
  }
  bool broken(int64_t row) const {
    return bits_ != nullptr && arrow::bit_util::GetBit(bits_->data(), row);
  }
  void Break(int64_t row) {
    if (bits_ != nullptr) arrow::bit_util::SetBit(bits_->mutable_data(), row);
  }

 private:
  std::shared_ptr<arrow::Buffer> bits_;
};

// One column, its rows in their order.
class ColumnOrderCheck {
 public:
  ColumnOrderCheck(const SortingColumn& by, const ValueOrder& order, Ties* ties)
      : by_(by), order_(order), ties_(*ties) {}

  // What is wrong; empty: nothing so far.
  std::string_view why() const { return why_; }
  int64_t rows() const { return row_; }

  void Null() {
    if (Compared()) {
      if (!last_null_) by_.nulls_first ? Wrong(kNotSorted) : ties_.Break(row_);
    }
    last_null_ = true;
    ++row_;
  }

  void Value(std::string_view value) {
    if (order_.IsNaN(value)) Wrong(kNaN);
    if (Compared()) {
      if (last_null_) {
        by_.nulls_first ? ties_.Break(row_) : Wrong(kNotSorted);
      } else if (value != last_) {
        Compare(value);
      }
    }
    last_null_ = false;
    last_ = value;
    ++row_;
  }

  // What the last value is a view of goes away.
  void Keep() {
    kept_ = last_;
    last_ = kept_;
  }

 private:
  bool Compared() const { return why_.empty() && row_ > 0 && !ties_.broken(row_); }

  void Compare(std::string_view value) {
    const std::string_view low = by_.descending ? value : last_;
    const std::string_view high = by_.descending ? last_ : value;
    if (order_.Less(high, low)) return Wrong(kNotSorted);
    if (order_.Less(low, high)) ties_.Break(row_);
  }

  void Wrong(std::string_view why) {
    if (why_.empty()) why_ = why;
  }

  const SortingColumn& by_;
  const ValueOrder& order_;
  Ties& ties_;
  std::string_view why_;
  int64_t row_ = 0;
  bool last_null_ = false;
  std::string_view last_;
  std::string kept_;
};

template <typename Value>
std::string_view BytesOf(const Value& value, size_t length) {
  if constexpr (std::is_same_v<Value, parquet::ByteArray>) {
    return {reinterpret_cast<const char*>(value.ptr), value.len};
  } else if constexpr (std::is_same_v<Value, parquet::FixedLenByteArray>) {
    return {reinterpret_cast<const char*>(value.ptr), length};
  } else {
    return {reinterpret_cast<const char*>(&value), sizeof(Value)};
  }
}

template <typename Type>
Status Walk(parquet::ColumnReader* reader, const std::stop_token& stop, ColumnOrderCheck* check) {
  using Value = typename Type::c_type;
  auto* const typed = static_cast<parquet::TypedColumnReader<Type>*>(reader);
  const int16_t present = reader->descr()->max_definition_level();
  const auto length = static_cast<size_t>(std::max(0, reader->descr()->type_length()));
  // Not a vector, of which that of bool has no data().
  const auto values = std::make_unique<Value[]>(kBatch);
  std::vector<int16_t> definition(kBatch, present);
  while (check->why().empty()) {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    int64_t levels = 0, count = 0;
    PQ_RETURN_NOT_OK(ReadCall([&] {
      if (!typed->HasNext()) return;
      levels = typed->ReadBatch(kBatch, definition.data(), nullptr, values.get(), &count);
    }));
    if (levels == 0) return Status::OK();
    int64_t next = 0;
    for (int64_t i = 0; i < levels; ++i) {
      if (definition[static_cast<size_t>(i)] < present) {
        check->Null();
      } else {
        check->Value(BytesOf(values[static_cast<size_t>(next++)], length));
      }
    }
    check->Keep();
  }
  return Status::OK();
}

Status Walk(parquet::ColumnReader* reader, const std::stop_token& stop, ColumnOrderCheck* check) {
  switch (reader->type()) {
    case parquet::Type::BOOLEAN:
      return Walk<parquet::BooleanType>(reader, stop, check);
    case parquet::Type::INT32:
      return Walk<parquet::Int32Type>(reader, stop, check);
    case parquet::Type::INT64:
      return Walk<parquet::Int64Type>(reader, stop, check);
    case parquet::Type::FLOAT:
      return Walk<parquet::FloatType>(reader, stop, check);
    case parquet::Type::DOUBLE:
      return Walk<parquet::DoubleType>(reader, stop, check);
    case parquet::Type::BYTE_ARRAY:
      return Walk<parquet::ByteArrayType>(reader, stop, check);
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return Walk<parquet::FLBAType>(reader, stop, check);
    default:
      return Error(ErrorCode::kInternal, "a type that has no order");
  }
}

// Why the rows, as far as they are equal in the columns before, are not in the order of this one;
// empty: they are.
Result<std::string_view> HeldAgainst(const MergeSetup& setup, const SortingColumn& by, int64_t rows,
                                     const HeldColumn& held, Ties* ties) {
  const auto leaf = static_cast<size_t>(by.column_idx);
  const parquet::ColumnDescriptor* const column = setup.column(leaf);
  if (column->max_repetition_level() > 0) return kInList;
  const ValueOrder order = ValueOrder::Of(setup.element(leaf));
  if (!order.defined()) return kNoOrder;
  ColumnSource source;
  source.file = OpenHeld(held.bytes, setup.pool());
  source.pool = setup.pool();
  PQ_ASSIGN(const auto reader, OpenColumn(source, *held.chunk.meta_data, column));
  ColumnOrderCheck check(by, order, ties);
  PQ_RETURN_NOT_OK(Walk(reader.get(), setup.encode().stop, &check));
  if (check.why().empty() && check.rows() != rows) {
    return Error(ErrorCode::kInternal, "a merged column has other rows than its row group");
  }
  return check.why();
}

}  // namespace

RowOrder OrderSaid(const MergeSetup& setup, size_t place, const RowGroup& group) {
  if (!group.sorting_columns) return {};
  RowOrder said = *group.sorting_columns;
  const std::vector<int>& column_of = *setup.ShapeOf(place).column_of;
  for (SortingColumn& by : said) {
    const auto leaf = std::ranges::find(column_of, std::max(by.column_idx, 0));
    if (by.column_idx < 0 || leaf == column_of.end()) return {};
    by.column_idx = static_cast<int32_t>(leaf - column_of.begin());
  }
  return said;
}

RowOrder CommonOrder(std::span<const RowOrder> said) {
  if (said.empty()) return {};
  RowOrder common = said.front();
  for (const RowOrder& other : said) {
    common.erase(std::ranges::mismatch(common, other).in1, common.end());
  }
  return common;
}

Result<ProvenOrder> ProveOrder(const MergeSetup& setup, RowOrder by, int64_t rows,
                               std::span<const HeldColumn> columns) {
  ProvenOrder proven;
  const bool several = by.size() > 1 && rows <= kMostTies;
  if (by.size() > 1 && !several) {
    by.resize(1);
    proven.why = kTooMany;
  }
  PQ_ASSIGN(Ties ties, Ties::Make(several ? rows : -1, setup.pool()));
  for (SortingColumn& column : by) {
    const auto leaf = static_cast<size_t>(column.column_idx);
    auto why = HeldAgainst(setup, column, rows, columns[leaf], &ties);
    if (!why.ok()) {
      return Within("order of column " + setup.PathOf(leaf), why.status());
    }
    if (!why->empty()) {
      proven.why = *why;
      break;
    }
    proven.by.push_back(std::move(column));
  }
  return proven;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "verify/order_proof.h"

#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <memory>
#include <string>
#include <string_view>

#include "verify/chunk_reader.h"
#include "verify/mismatch.h"
#include "verify/value_text.h"

namespace pqpack {
namespace {

enum class Comparison { kNone, kSigned, kUnsigned, kReal, kHalf, kBytes, kDecimal };

// LogicalTypes.md: an annotation that says nothing of the order leaves that of the physical type.
Comparison ComparisonOf(const TableColumn& column) {
  const Layer& leaf = column.layers.back();
  const LogicalKind kind = leaf.annotation ? leaf.annotation->kind : LogicalKind::kNone;
  switch (column.type) {
    case PhysicalType::kBoolean:
      return Comparison::kUnsigned;
    case PhysicalType::kInt32:
    case PhysicalType::kInt64:
      return kind == LogicalKind::kInteger && !leaf.annotation->is_signed ? Comparison::kUnsigned
                                                                          : Comparison::kSigned;
    case PhysicalType::kFloat:
    case PhysicalType::kDouble:
      return Comparison::kReal;
    case PhysicalType::kInt96:
      return Comparison::kNone;
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
      break;
  }
  if (leaf.interval) return Comparison::kNone;
  switch (kind) {
    case LogicalKind::kDecimal:
      return Comparison::kDecimal;
    case LogicalKind::kFloat16:
      return Comparison::kHalf;
    case LogicalKind::kUnknown:
    case LogicalKind::kVariant:
    case LogicalKind::kGeometry:
    case LogicalKind::kGeography:
    case LogicalKind::kFile:
      return Comparison::kNone;
    default:
      return leaf.annotation && !leaf.annotation->known() ? Comparison::kNone : Comparison::kBytes;
  }
}

template <typename T>
T As(std::string_view bytes) {
  T value{};
  bytes.copy(reinterpret_cast<char*>(&value), sizeof(value));
  return value;
}

template <typename Narrow, typename Wide>
std::partial_ordering Numbers(std::string_view a, std::string_view b) {
  return a.size() == sizeof(Narrow) ? As<Narrow>(a) <=> As<Narrow>(b) : As<Wide>(a) <=> As<Wide>(b);
}

// 16 bits of IEEE 754: sign, 5 of exponent, 10 of mantissa.
double HalfOf(std::string_view bytes) {
  const auto bits = As<uint16_t>(bytes);
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  double value = 0;
  if (exponent == 31) {
    value = mantissa == 0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else {
    value = std::ldexp(mantissa + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

// Two's complement, most significant byte first, without bytes that only repeat the sign.
std::string_view Shortened(std::string_view decimal) {
  const auto sign = [](char byte) { return (byte & 0x80) != 0; };
  while (decimal.size() > 1 && decimal[0] == (sign(decimal[0]) ? '\xff' : '\0') &&
         sign(decimal[0]) == sign(decimal[1])) {
    decimal.remove_prefix(1);
  }
  return decimal;
}

std::strong_ordering Decimals(std::string_view a, std::string_view b) {
  a = Shortened(a);
  b = Shortened(b);
  const bool a_negative = !a.empty() && (a[0] & 0x80) != 0;
  const bool b_negative = !b.empty() && (b[0] & 0x80) != 0;
  if (a_negative != b_negative) return b_negative <=> a_negative;
  // Of negative numbers the longer one is the smaller.
  if (a.size() != b.size()) {
    return a_negative ? b.size() <=> a.size() : a.size() <=> b.size();
  }
  return a.compare(b) <=> 0;
}

std::partial_ordering Compare(Comparison how, std::string_view a, std::string_view b) {
  switch (how) {
    case Comparison::kSigned:
      return Numbers<int32_t, int64_t>(a, b);
    case Comparison::kUnsigned:
      return a.size() == 1 ? As<uint8_t>(a) <=> As<uint8_t>(b) : Numbers<uint32_t, uint64_t>(a, b);
    case Comparison::kReal:
      return Numbers<float, double>(a, b);
    case Comparison::kHalf:
      return HalfOf(a) <=> HalfOf(b);
    case Comparison::kBytes:
      return a.compare(b) <=> 0;  // of std::string_view, which compares bytes without a sign
    case Comparison::kDecimal:
      return Decimals(a, b);
    case Comparison::kNone:
      break;
  }
  return std::partial_ordering::unordered;
}

// A row group, of which each column is held against the rows that are equal in those before.
class GroupOrder {
 public:
  GroupOrder(const OutputToProve& output, size_t group)
      : output_(output), group_(group), rows_(output.footer.row_groups[group].num_rows) {}

  Status Prove(const std::vector<SortingColumn>& by) {
    if (by.size() > 1) {
      PQ_ASSIGN(apart_, arrow::AllocateEmptyBitmap(rows_, output_.pool));
    }
    for (const SortingColumn& column : by) {
      const auto at = static_cast<size_t>(column.column_idx);
      if (column.column_idx < 0 || at >= output_.columns.size()) {
        return Mismatch("row group {} is sorted by column {}, which is not there", group_,
                        column.column_idx);
      }
      const Status status = ProveColumn(column, at);
      if (!status.ok()) {
        return Within(
            fmt::format("row group {}, column {} ({})", group_, at, output_.columns[at].Path()),
            status);
      }
    }
    return Status::OK();
  }

 private:
  Status ProveColumn(const SortingColumn& by, size_t at) {
    const TableColumn& column = output_.columns[at];
    const Comparison how = ComparisonOf(column);
    if (column.max_repetition > 0 || how == Comparison::kNone) {
      return Mismatch("rows are said to be sorted by values that have no order");
    }
    PQ_ASSIGN(const auto reader,
              ChunkReader::Open(output_.Chunk({group_, at}), column, output_.pool));
    std::optional<std::string> last;  // absent: null
    int64_t row = 0;
    while (true) {
      if (output_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      PQ_ASSIGN(const SlotBatch batch, reader->Next());
      if (batch.slots == 0) return Status::OK();
      const uint8_t* slot = batch.data;
      std::optional<std::string_view> before = last;
      for (int64_t i = 0; i < batch.slots; ++i, ++row) {
        std::optional<std::string_view> value;
        if (batch.definition == nullptr || batch.definition[i] == column.present()) {
          value = BytesOf(column, slot);
          slot += ValueSize(column.type);
          // One that is not equal to itself.
          if (Compare(how, *value, *value) != 0) return NotSorted(row);
        }
        if (row > 0 && !IsApart(row)) {
          const std::partial_ordering order = InOrder(by, how, before, value);
          if (order > 0) return NotSorted(row);
          if (order < 0) SetApart(row);
        }
        before = value;
      }
      last = before ? std::optional<std::string>(*before) : std::nullopt;
    }
  }

  // Less: `a` is to stand before `b`.
  static std::partial_ordering InOrder(const SortingColumn& by, Comparison how,
                                       const std::optional<std::string_view>& a,
                                       const std::optional<std::string_view>& b) {
    if (!a && !b) return std::partial_ordering::equivalent;
    if (!a || !b) {
      return !a == by.nulls_first ? std::partial_ordering::less : std::partial_ordering::greater;
    }
    return by.descending ? Compare(how, *b, *a) : Compare(how, *a, *b);
  }

  static Status NotSorted(int64_t row) {
    return Mismatch("rows are said to be sorted by it, and row {} is not", row);
  }

  bool IsApart(int64_t row) const {
    return apart_ != nullptr && arrow::bit_util::GetBit(apart_->data(), row);
  }
  void SetApart(int64_t row) {
    if (apart_ != nullptr) arrow::bit_util::SetBit(apart_->mutable_data(), row);
  }

  const OutputToProve& output_;
  const size_t group_;
  const int64_t rows_;
  std::shared_ptr<arrow::Buffer> apart_;  // from the row before, in a column that was looked at
};

// No more than its source says.
bool IsOfTheSource(const RowGroup& group, size_t g, const SourceOrders& sources) {
  if (g >= sources.size() || !sources[g]) return false;
  const auto& said = *group.sorting_columns;
  return std::ranges::mismatch(said, *sources[g]).in1 == said.end();
}

}  // namespace

Status ProveOrders(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                   const SourceOrders& sources, const OutputProofOptions& options) {
  OutputProof proof;
  proof.places = [&](const FileMetaData& footer) {
    std::vector<ProofPlace> places;
    for (size_t g = 0; g < footer.row_groups.size(); ++g) {
      const RowGroup& group = footer.row_groups[g];
      if (!group.sorting_columns || IsOfTheSource(group, g, sources)) continue;
      places.push_back({g, 0});
    }
    return places;
  };
  proof.prove = [](const OutputToProve& output, const ProofPlace& place) {
    const RowGroup& group = output.footer.row_groups[place.group];
    return GroupOrder(output, place.group).Prove(*group.sorting_columns);
  };
  return ProveOutput(budget, store, object, proof, options);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// A template over the physical type, behind one interface.  Values are decoded a batch at a
// time, so that memory does not depend on what a header claims.
//
// The library throws; nothing gets past Call().
#include "diagnose/deep/value_scan.h"

#include <fmt/format.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>
#include <parquet/schema.h>
#include <parquet/xxhasher.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/value_order.h"
#include "format/split_block_filter.h"

namespace pqpack {
namespace {

constexpr int64_t kBatch = int64_t{16} * 1024;

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

template <typename Fn>
Status Call(Fn&& fn) {
  try {
    std::forward<Fn>(fn)();
    return Status::OK();
  } catch (const parquet::ParquetStatusException& error) {
    const bool memory =
        error.status().IsOutOfMemory() || CodeOf(error.status()) == ErrorCode::kTooLarge;
    return Error(memory ? ErrorCode::kTooLarge : ErrorCode::kCorrupt, error.status().message());
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kTooLarge, "out of memory");
  } catch (const std::exception& error) {
    const std::string_view what = error.what();
    const bool unknown = what.starts_with("Not yet implemented") ||
                         what.find("not supported") != what.npos ||
                         what.find("only supports") != what.npos;
    return Error(unknown ? ErrorCode::kUnsupported : ErrorCode::kCorrupt, std::string(what));
  }
}

// A page's header may have any number here; the library's enumeration takes its own only.
Result<parquet::Encoding::type> LibraryEncoding(Encoding encoding) {
  const auto number = static_cast<int32_t>(encoding);
  if (number < 0 || number >= parquet::Encoding::UNDEFINED) {
    return Corrupt("no encoding has the number " + std::to_string(number));
  }
  return static_cast<parquet::Encoding::type>(number);
}

std::string_view BytesOf(const parquet::ByteArray& value, size_t) {
  return {reinterpret_cast<const char*>(value.ptr), value.len};
}
std::string_view BytesOf(const parquet::FixedLenByteArray& value, size_t length) {
  return {reinterpret_cast<const char*>(value.ptr), length};
}
template <typename T>
std::string_view BytesOf(const T& value, size_t) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

template <typename Type>
class TypedScan : public ValueScan {
 public:
  using T = typename Type::c_type;
  using Decoder = typename parquet::EncodingTraits<Type>::Decoder;

  TypedScan(const SchemaElement& leaf, parquet::schema::NodePtr node, arrow::MemoryPool* pool)
      : order_(ValueOrder::Of(leaf)),
        length_(static_cast<size_t>(std::max(0, leaf.type_length.value_or(0)))),
        column_(std::move(node), 0, 0),
        pool_(pool),
        batch_(std::make_unique<T[]>(kBatch)) {}

  bool SetFilter(Bytes bits) override {
    if constexpr (std::is_same_v<Type, parquet::BooleanType>) return false;
    filter_ = bits;
    return true;
  }

  int64_t denied() const override { return denied_; }

  void WatchOrder(bool descending) override {
    if (order_.defined()) watched_ = descending ? Watched::kDescending : Watched::kAscending;
  }

  bool out_of_order() const override { return out_of_order_; }

  Status SetDictionary(Bytes values, int64_t count) override {
    if constexpr (std::is_same_v<Type, parquet::BooleanType>) {
      return Corrupt("a dictionary of booleans");
    } else {
      dictionary_ = nullptr;
      return Call([&] {
        auto plain = parquet::MakeTypedDecoder<Type>(parquet::Encoding::PLAIN, &column_, pool_);
        plain->SetData(static_cast<int>(count), values.data(), static_cast<int>(values.size()));
        auto decoder = parquet::MakeDictDecoder<Type>(&column_, pool_);
        decoder->SetDict(plain.get());
        dictionary_ = std::move(decoder);
        const T* entries = nullptr;
        int32_t size = 0;
        dictionary_->GetDictionary(&entries, &size);
        dictionary_held_ = std::all_of(entries, entries + size,
                                       [this](const T& entry) { return MayBeThere(entry); });
      });
    }
  }

  Result<ValueBounds> Scan(Encoding encoding, Bytes values, int64_t num_values,
                           int64_t present) override {
    if (present == 0) return ValueBounds();
    if (IsDictionary(encoding) && dictionary_ == nullptr) return Corrupt("it has no dictionary");
    if (static_cast<int64_t>(values.size()) > std::numeric_limits<int>::max()) {
      return Corrupt("more than 2 GiB of values");
    }
    bounds_ = {};
    Status missing;
    const Status status = Call([&] { missing = Decode(encoding, values, num_values, present); });
    PQ_RETURN_NOT_OK(status);
    PQ_RETURN_NOT_OK(missing);
    return bounds_;
  }

 private:
  Status Decode(Encoding encoding, Bytes values, int64_t num_values, int64_t present) {
    std::unique_ptr<Decoder> other;
    if (!IsDictionary(encoding)) {
      PQ_ASSIGN(const auto library, LibraryEncoding(encoding));
      other = parquet::MakeTypedDecoder<Type>(library, &column_, pool_);
      other->SetData(static_cast<int>(num_values), values.data(), static_cast<int>(values.size()));
    } else {
      dictionary_->SetData(static_cast<int>(num_values), values.data(),
                           static_cast<int>(values.size()));
    }
    for (int64_t done = 0; done < present;) {
      const int wanted = static_cast<int>(std::min(kBatch, present - done));
      const int got = other != nullptr ? other->Decode(batch_.get(), wanted)
                                       : dictionary_->Decode(batch_.get(), wanted);
      if (got <= 0) return Corrupt(fmt::format("{} values, {} should be there", done, present));
      if (order_.defined()) Keep(got);
      // Entries that the filter denies may be used by no value.
      if (!IsDictionary(encoding) || !dictionary_held_) HoldAgainstFilter(got);
      done += got;
    }
    return Status::OK();
  }

  void Keep(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string_view value = BytesOf(batch_[static_cast<size_t>(i)], length_);
      if (order_.IsNaN(value)) {
        bounds_.nan = true;
        continue;
      }
      if (watched_ != Watched::kNot) Follow(value);
      if (!bounds_.min || order_.Less(value, *bounds_.min)) bounds_.min = std::string(value);
      if (!bounds_.max || order_.Less(*bounds_.max, value)) bounds_.max = std::string(value);
    }
  }

  void Follow(std::string_view value) {
    const bool wrong = watched_ == Watched::kDescending
                           ? previous_ && order_.Less(*previous_, value)
                           : previous_ && order_.Less(value, *previous_);
    out_of_order_ |= wrong;
    previous_ = value;
  }

  void HoldAgainstFilter(int count) {
    denied_ += std::count_if(batch_.get(), batch_.get() + count,
                             [this](const T& value) { return !MayBeThere(value); });
  }

  bool MayBeThere(const T& value) const {
    const auto holds = [this](const T& one) {
      return MayHold(filter_, hasher_.Hash(BytesOf(one, length_)));
    };
    if (filter_.empty() || holds(value)) return true;
    if constexpr (std::is_floating_point_v<T>) {
      return std::isnan(value) || (value == 0 && holds(-value));
    }
    return false;
  }

  const ValueOrder order_;
  const size_t length_;
  const parquet::ColumnDescriptor column_;
  arrow::MemoryPool* const pool_;
  std::unique_ptr<T[]> batch_;
  std::unique_ptr<parquet::DictDecoder<Type>> dictionary_;
  ValueBounds bounds_;
  enum class Watched { kNot, kAscending, kDescending } watched_ = Watched::kNot;
  std::optional<std::string> previous_;
  bool out_of_order_ = false;
  parquet::XxHasher hasher_;
  Bytes filter_;  // empty: none
  bool dictionary_held_ = true;
  int64_t denied_ = 0;
};

template <typename Type>
std::unique_ptr<ValueScan> New(const SchemaElement& leaf, const parquet::schema::NodePtr& node,
                               arrow::MemoryPool* pool) {
  return std::make_unique<TypedScan<Type>>(leaf, node, pool);
}

std::optional<uint64_t> Varint(Bytes* bytes) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes->empty()) return std::nullopt;
    const uint8_t byte = bytes->front();
    *bytes = bytes->subspan(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<ValueScan>> ValueScan::Make(const SchemaElement& leaf,
                                                   arrow::MemoryPool* pool) {
  parquet::schema::NodePtr node;
  PQ_RETURN_NOT_OK(Call([&] {
    node = parquet::schema::PrimitiveNode::Make(
        "values", parquet::Repetition::REQUIRED, nullptr,
        static_cast<parquet::Type::type>(static_cast<int>(*leaf.type)),
        leaf.type_length.value_or(-1));
  }));
  switch (*leaf.type) {
    case PhysicalType::kBoolean:
      return New<parquet::BooleanType>(leaf, node, pool);
    case PhysicalType::kInt32:
      return New<parquet::Int32Type>(leaf, node, pool);
    case PhysicalType::kInt64:
      return New<parquet::Int64Type>(leaf, node, pool);
    case PhysicalType::kInt96:
      return New<parquet::Int96Type>(leaf, node, pool);
    case PhysicalType::kFloat:
      return New<parquet::FloatType>(leaf, node, pool);
    case PhysicalType::kDouble:
      return New<parquet::DoubleType>(leaf, node, pool);
    case PhysicalType::kByteArray:
      return New<parquet::ByteArrayType>(leaf, node, pool);
    case PhysicalType::kFixedLenByteArray:
      return New<parquet::FLBAType>(leaf, node, pool);
  }
  return Error(ErrorCode::kUnsupported, "a physical type that is not known");
}

// Source: Encodings.md, "Delta encoding".
bool HasWideMiniblocks(Bytes values) {
  const auto block = Varint(&values);
  const auto miniblocks = Varint(&values);
  const auto count = Varint(&values);
  if (!Varint(&values) || !block || !miniblocks || !count) return false;
  if (*miniblocks == 0 || *miniblocks > 256 || *block > (1U << 20)) return false;
  const uint64_t each = *block / *miniblocks;
  for (uint64_t left = *count; left > 1;) {
    if (!Varint(&values) || values.size() < *miniblocks) return false;
    const Bytes widths = values.first(*miniblocks);
    values = values.subspan(*miniblocks);
    for (const uint8_t width : widths) {
      if (left <= 1) break;
      if (width > 32) return true;
      const uint64_t size = each * width / 8;
      if (size > values.size()) return false;
      values = values.subspan(size);
      left -= std::min<uint64_t>(left - 1, each);
    }
    if (each == 0) return false;
  }
  return false;
}

}  // namespace pqpack

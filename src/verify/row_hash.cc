// SPDX-License-Identifier: Apache-2.0
//
// A row's hash is F(h1(v1) + h2(v2) + ...): each column has a hash function of its own, so that
// values can't move between columns, and F is not linear, so that they can't move between
// rows.  Without F the sum over rows would be the sum over columns, and a column that was
// shuffled by itself would go unseen.
//
// Nested rows are hashed as a text of slots: levels, length, bytes.  It does not depend on
// where batches end.
#include "verify/row_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>
//
#include <parquet/types.h>

#include <cstring>
#include <string>

namespace pqpack {
namespace {

constexpr size_t kPiece = 16384;

Hash128 Join(XXH128_hash_t hash) { return (Hash128{hash.high64} << 64) | hash.low64; }

// A secret for one purpose.
void Derive(const RowHashKey& key, const std::string& purpose, std::span<uint8_t> secret) {
  std::string seed(key.begin(), key.end());
  seed += purpose;
  XXH3_generateSecret(secret.data(), secret.size(), seed.data(), seed.size());
}

std::string NameOf(const TableColumn& column, int occurrence) {
  std::string name = "column " + std::to_string(occurrence);
  for (const Layer& layer : column.layers) {
    name += '\0' + std::to_string(layer.name.size()) + ' ' + layer.name;
  }
  return name;
}

struct Value {
  const void* data;
  size_t size;
};

Value ValueOf(const TableColumn& column, const uint8_t* at) {
  if (column.type == PhysicalType::kByteArray) {
    const auto* array = reinterpret_cast<const parquet::ByteArray*>(at);
    return {array->ptr, array->len};
  }
  if (column.type == PhysicalType::kFixedLenByteArray) {
    const auto* array = reinterpret_cast<const parquet::FixedLenByteArray*>(at);
    return {array->ptr, static_cast<size_t>(column.length)};
  }
  return {at, static_cast<size_t>(ValueSize(column.type))};
}

}  // namespace

// The text of a row of a repeated column, as far as it is known.
struct ColumnHash::NestedRow {
  // `state` is reset before it is used: zeros for each row would be waste.
  explicit NestedRow(const ColumnHash& of)  // NOLINT(cppcoreguidelines-pro-type-member-init)
      : hash(of) {}

  void Append(const void* data, size_t size) {
    if (size == 0) return;
    if (size >= kPiece) {
      Flush();
      XXH3_128bits_update(&state, data, size);
      return;
    }
    text.append(static_cast<const char*>(data), size);
    if (text.size() >= kPiece) Flush();
  }

  void Flush() {
    if (!streaming) XXH3_128bits_reset_withSecret(&state, hash.secret_.data(), kSecret);
    streaming = true;
    XXH3_128bits_update(&state, text.data(), text.size());
    text.clear();
  }

  Hash128 Take() {
    Hash128 result;
    if (streaming) {
      Flush();
      result = Join(XXH3_128bits_digest(&state));
    } else {
      result = hash.OfBytes(text.data(), text.size());
    }
    text.clear();
    streaming = false;
    return result;
  }

  const ColumnHash& hash;
  std::string text;
  bool streaming = false;
  alignas(64) XXH3_state_t state;
};

ColumnHash::ColumnHash(const RowHashKey& key, const TableColumn& column, int occurrence) {
  const std::string name = NameOf(column, occurrence);
  Derive(key, name, secret_);
  std::array<uint8_t, kSecret> null_secret{};
  Derive(key, "null in " + name, null_secret);
  for (int16_t level = 0; level < column.present(); ++level) {
    absent_.push_back(
        Join(XXH3_128bits_withSecret(&level, sizeof(level), null_secret.data(), kSecret)));
  }
}

Hash128 ColumnHash::OfBytes(const void* data, size_t size) const {
  return Join(XXH3_128bits_withSecret(data, size, secret_.data(), kSecret));
}

void ColumnHash::AddFlat(const SlotCursor& cursor, std::span<Hash128> rows, Hash128* sum) const {
  const TableColumn& column = cursor.column();
  const int64_t size = ValueSize(column.type);
  const uint8_t* at = cursor.data();
  const auto first = static_cast<size_t>(cursor.rows_begun());
  for (int64_t slot = 0; slot < cursor.slots(); ++slot) {
    Hash128 hash;
    if (cursor.HasValue(slot)) {
      const Value value = ValueOf(column, at);
      hash = OfBytes(value.data, value.size);
      at += size;
    } else {
      hash = absent_[static_cast<size_t>(cursor.definition()[slot])];
    }
    rows[first + static_cast<size_t>(slot)] += hash;
    *sum += hash;
  }
}

Status ColumnHash::AddTo(SlotCursor* cursor, std::span<Hash128> rows, Hash128* sum) const {
  const TableColumn& column = cursor->column();
  const int64_t size = ValueSize(column.type);
  NestedRow row(*this);
  int64_t open = -1;  // the row whose text is being gathered
  const auto close = [&] {
    if (open < 0) return;
    const Hash128 hash = row.Take();
    rows[static_cast<size_t>(open)] += hash;
    *sum += hash;
  };
  while (true) {
    PQ_ASSIGN(const bool more, cursor->Fill());
    if (!more) break;
    if (cursor->repetition() == nullptr) {
      AddFlat(*cursor, rows, sum);
      cursor->Advance(cursor->slots());
      continue;
    }
    const uint8_t* at = cursor->data();
    for (int64_t slot = 0; slot < cursor->slots(); ++slot) {
      if (cursor->BeginsRow(slot)) {
        close();
        ++open;
      }
      const std::array<int16_t, 2> levels = {cursor->definition()[slot],
                                             cursor->repetition()[slot]};
      row.Append(levels.data(), sizeof(levels));
      if (!cursor->HasValue(slot)) continue;
      const Value value = ValueOf(column, at);
      const auto length = static_cast<uint64_t>(value.size);
      row.Append(&length, sizeof(length));
      row.Append(value.data, value.size);
      at += size;
    }
    cursor->Advance(cursor->slots());
  }
  close();
  return Status::OK();
}

RowHash::RowHash(const RowHashKey& key) { Derive(key, "row", secret_); }

Hash128 RowHash::Of(Hash128 columns) const {
  return Join(XXH3_128bits_withSecret(&columns, sizeof(columns), secret_.data(), secret_.size()));
}

}  // namespace pqpack

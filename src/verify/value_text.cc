// SPDX-License-Identifier: Apache-2.0
#include "verify/value_text.h"

#include <arrow/util/utf8.h>
#include <fmt/format.h>
#include <parquet/types.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/hex.h"
#include "inspect/value_text.h"
#include "verify/chunk_reader.h"

namespace pqpack {
namespace {

constexpr size_t kMostBytes = 60;  // of a long value, around the difference
constexpr size_t kBefore = 20;

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

std::string Escaped(std::string_view text, bool utf8) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      escaped += {'\\', c};
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) {
      escaped += fmt::format("\\x{:02x}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// The part of a long value that is worth showing.
struct Part {
  size_t begin = 0;
  size_t length = 0;
};

Part PartToShow(std::string_view bytes, std::string_view other) {
  if (bytes.size() <= kMostBytes) return {0, bytes.size()};
  const size_t shared =
      static_cast<size_t>(std::ranges::mismatch(bytes, other).in1 - bytes.begin());
  const size_t begin = shared > kBefore ? shared - kBefore : 0;
  return {begin, std::min(kMostBytes, bytes.size() - begin)};
}

std::string BytesText(std::string_view bytes, std::string_view other) {
  Part part = PartToShow(bytes, other);
  const bool utf8 = arrow::util::ValidateUTF8(bytes);
  const auto continues = [&](size_t at) {
    return at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0xc0) == 0x80;
  };
  while (utf8 && part.begin > 0 && continues(part.begin)) --part.begin, ++part.length;
  while (utf8 && continues(part.begin + part.length)) ++part.length;
  const std::string_view shown = bytes.substr(part.begin, part.length);
  const bool printable = utf8 && std::ranges::none_of(shown, [](char c) { return c == '\0'; });
  std::string text = printable ? "'" + Escaped(shown, utf8) + "'" : "0x" + ToHex(shown);
  if (shown.size() < bytes.size()) {
    text += fmt::format(" (from byte {} of {} on)", part.begin, bytes.size());
  }
  return text;
}

// Texts, and bytes without a meaning, may be long.
bool IsLong(const TableColumn& column, LogicalKind kind) {
  const bool bytes =
      column.type == PhysicalType::kByteArray || column.type == PhysicalType::kFixedLenByteArray;
  return bytes && kind != LogicalKind::kDecimal && kind != LogicalKind::kUuid &&
         kind != LogicalKind::kFloat16;
}

std::string_view BytesOf(const ValueOf& value) { return BytesOf(value.column, value.at); }

std::string Readable(const ValueOf& value, std::string_view other) {
  const LogicalType none;
  const auto& annotated = value.column.layers.back().annotation;
  const LogicalType& annotation = annotated ? *annotated : none;
  if (IsLong(value.column, annotation.kind)) return BytesText(BytesOf(value), other);
  return ValueText(BytesOf(value), value.column.type, annotation);
}

}  // namespace

std::string_view BytesOf(const TableColumn& column, const uint8_t* value) {
  if (column.type == PhysicalType::kByteArray) {
    const auto array = Load<parquet::ByteArray>(value);
    return {reinterpret_cast<const char*>(array.ptr), array.len};
  }
  if (column.type == PhysicalType::kFixedLenByteArray) {
    const auto array = Load<parquet::FixedLenByteArray>(value);
    return {reinterpret_cast<const char*>(array.ptr), static_cast<size_t>(column.length)};
  }
  return {reinterpret_cast<const char*>(value), static_cast<size_t>(ValueSize(column.type))};
}

std::string ValueText(const ValueOf& value) { return Readable(value, {}); }

std::string ValueText(const ValueOf& value, const ValueOf& other) {
  std::string text = Readable(value, BytesOf(other));
  if (text != Readable(other, BytesOf(value))) return text;
  return text + " [0x" + ToHex(BytesOf(value).substr(0, kMostBytes)) + "]";
}

bool SameValue(const TableColumn& column, const uint8_t* a, const uint8_t* b) {
  return BytesOf(column, a) == BytesOf(column, b);
}

int64_t FirstDifferentValue(const TableColumn& column, const uint8_t* a, const uint8_t* b,
                            int64_t count) {
  const int64_t size = ValueSize(column.type);
  const bool inside =
      column.type != PhysicalType::kByteArray && column.type != PhysicalType::kFixedLenByteArray;
  if (inside && std::memcmp(a, b, static_cast<size_t>(count * size)) == 0) return count;
  if (column.type == PhysicalType::kByteArray) {
    const auto* left = reinterpret_cast<const parquet::ByteArray*>(a);
    const auto* right = reinterpret_cast<const parquet::ByteArray*>(b);
    int64_t i = 0;
    while (i < count && left[i] == right[i]) ++i;
    return i;
  }
  for (int64_t i = 0; i < count; ++i) {
    if (!SameValue(column, a + i * size, b + i * size)) return i;
  }
  return count;
}

}  // namespace pqpack

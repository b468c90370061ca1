// SPDX-License-Identifier: Apache-2.0
//
// The footer of a Parquet file: where it is, and everything it says.  Fields
// that we have no name for are kept as bytes beside the known ones.
//
// A parsed footer may still lie: ValidateFooter (validate.h) holds it against
// itself and the file.  Pure functions.
//
// Source: parquet.thrift, FileMetaData; README.md, "File format".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/compact_reader.h"
#include "format/key_value.h"
#include "format/row_group.h"
#include "format/schema_element.h"

namespace pqpack {

// Field ids of the union; kNone: empty.
enum class ColumnOrderKind : int16_t {
  kNone = 0,
  kTypeDefined = 1,
  kIeee754Total = 2,
  kInt96Timestamp = 3,
};

struct ColumnOrder {
  ColumnOrderKind kind = ColumnOrderKind::kNone;
  UnknownFields unknown;
  bool operator==(const ColumnOrder&) const = default;
};

struct FileMetaData {
  int32_t version = 0;
  std::vector<SchemaElement> schema;
  int64_t num_rows = 0;
  std::vector<RowGroup> row_groups;
  std::optional<std::vector<KeyValue>> key_value_metadata;
  std::optional<std::string> created_by;
  std::optional<std::vector<ColumnOrder>> column_orders;
  bool has_encryption_algorithm = false;  // columns are encrypted, or the footer is signed
  UnknownFields unknown;                  // 8 and 9, on encryption, are kept here, as bytes

  // Bytes of the footer that the structure takes.  A signature may follow.
  int64_t serialized_size = 0;

  bool operator==(const FileMetaData&) const = default;
};

void ReadStruct(CompactReader& in, ColumnOrder* out);
void ReadStruct(CompactReader& in, FileMetaData* out);

// Parses a footer, which is what LocateFooter points at.
// kCorrupt, kTooLarge (`memory` bounds what the result may take).
Result<FileMetaData> ParseFooter(Bytes footer, int64_t memory = CompactLimits{}.memory);

constexpr std::string_view kMagic = "PAR1";  // first and last in the file
constexpr int64_t kMagicSize = 4;
constexpr int64_t kFooterTailSize = 8;  // length of the footer, magic

struct FooterPlace {
  ByteRange footer;
};

// kUnsupported: `what` is encrypted.
Status EncryptedError(std::string_view what);

// Finds the footer from the end of the file: `tail` is its last 8 bytes or more
// (all of it where it is shorter).  kCorrupt when this is no Parquet file or not
// a whole one; kUnsupported when the footer is encrypted.
Result<FooterPlace> LocateFooter(Bytes tail, int64_t file_size);

}  // namespace pqpack

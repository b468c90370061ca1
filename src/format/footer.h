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
#include "format/compact_writer.h"
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

  // Bytes of the footer that the structure took.  A signature may follow.
  int64_t serialized_size = 0;
  std::string as_written;  // see CompactReader::KeepForm; mostly empty

  bool operator==(const FileMetaData&) const = default;
};

void ReadStruct(CompactReader& in, ColumnOrder* out);
void WriteStruct(CompactWriter& out, const ColumnOrder& value);
void ReadStruct(CompactReader& in, FileMetaData* out);
void WriteStruct(CompactWriter& out, const FileMetaData& value);

// Parses a footer, which is what LocateFooter points at.
// kCorrupt, kTooLarge (`memory` bounds what the result may take).
Result<FileMetaData> ParseFooter(Bytes footer, int64_t memory = CompactLimits{}.memory);

// The end of a file: the footer, its length and the magic.  The bytes of the footer
// are those that were read where nothing was changed, see compact_writer.h.  A signature
// (FileMetaData::serialized_size) is left out: it holds for its old footer only.
// Offsets and sizes inside are written as they are; ValidateFooter tells whether they
// hold together.  kTooLarge: longer than 2 GiB.
Result<std::string> SerializeFooter(const FileMetaData& footer);

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

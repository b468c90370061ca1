// SPDX-License-Identifier: Apache-2.0
#include "format/footer.h"

#include <fmt/format.h>

#include <string_view>

namespace pqpack {
namespace {

constexpr std::string_view kEncryptedMagic = "PARE";
// Magic at both ends and the length; a footer takes a few bytes more.
constexpr int64_t kSmallestFile = kMagicSize + kFooterTailSize;

Status NotWhole(const std::string& problem) {
  return Error(ErrorCode::kCorrupt, problem,
               "Check that this is a Parquet file and that it was written and copied to its end.");
}

// Bytes that may hold anything, for a message.
std::string Printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f && c != '\\') {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    }
  }
  return result;
}

}  // namespace

void ReadStruct(CompactReader& in, ColumnOrder* out) {
  StructReader member(in, "ColumnOrder", &out->unknown);
  while (member.Next()) {
    if (out->kind != ColumnOrderKind::kNone) {
      in.Fail(ErrorCode::kCorrupt, "a union with two members");
    }
    out->kind = static_cast<ColumnOrderKind>(member.id());
    EmptyStruct empty{&out->unknown};
    member.Read(&empty);
  }
}

void ReadStruct(CompactReader& in, FileMetaData* out) {
  StructReader field(in, "FileMetaData", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->version);
        break;
      case 2:
        field.Read(&out->schema);
        break;
      case 3:
        field.Read(&out->num_rows);
        break;
      case 4:
        field.Read(&out->row_groups);
        break;
      case 5:
        field.Read(&out->key_value_metadata);
        break;
      case 6:
        field.Read(&out->created_by);
        break;
      case 7:
        field.Read(&out->column_orders);
        break;
      case 8:
        out->has_encryption_algorithm = true;
        field.Keep();
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3, 4});
}

Result<FileMetaData> ParseFooter(Bytes footer, int64_t memory) {
  CompactLimits limits;
  limits.memory = memory;
  CompactReader in(footer, "footer", limits);
  FileMetaData result;
  ReadStruct(in, &result);
  PQ_RETURN_NOT_OK(in.status());
  result.serialized_size = in.position();
  return result;
}

Status EncryptedError(std::string_view what) {
  return Error(ErrorCode::kUnsupported, std::string(what) + " is encrypted",
               "Decrypt the file with the tool that wrote it; pqpack does not read encryption.");
}

Result<FooterPlace> LocateFooter(Bytes tail, int64_t file_size) {
  if (file_size == 0) return NotWhole("the file is empty (0 bytes)");
  if (file_size < kSmallestFile) {
    return NotWhole(fmt::format("a Parquet file has more than {} bytes", file_size));
  }
  if (static_cast<int64_t>(tail.size()) < kFooterTailSize) {
    return Error(ErrorCode::kInternal, "LocateFooter needs the last 8 bytes of the file");
  }
  const Bytes end = tail.last(kFooterTailSize);
  const std::string_view magic = AsText(end.last(kMagicSize));
  if (magic == kEncryptedMagic) {
    return EncryptedError("the footer (the file ends in PARE)");
  }
  if (magic != kMagic) {
    return NotWhole(fmt::format("not a Parquet file, or cut off: it ends in '{}' instead of 'PAR1'",
                                Printable(magic)));
  }
  const int64_t length = static_cast<int64_t>(end[0]) | static_cast<int64_t>(end[1]) << 8 |
                         static_cast<int64_t>(end[2]) << 16 | static_cast<int64_t>(end[3]) << 24;
  if (length == 0) return NotWhole("the footer's length is given as 0");
  if (length > file_size - kSmallestFile) {
    return NotWhole(fmt::format("the footer's length is given as {} bytes, the file has {}", length,
                                file_size));
  }
  return FooterPlace{{file_size - kFooterTailSize - length, length}};
}

}  // namespace pqpack

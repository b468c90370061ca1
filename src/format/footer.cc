// SPDX-License-Identifier: Apache-2.0
#include "format/footer.h"

#include <fmt/format.h>

#include <string_view>

#include "format/struct_fields.h"
#include "format/union_view.h"

namespace pqpack {
namespace {

constexpr auto kFileMetaData = StructFields<FileMetaData>(
    "FileMetaData", Field(1, &FileMetaData::version), Field(2, &FileMetaData::schema),
    Field(3, &FileMetaData::num_rows), Field(4, &FileMetaData::row_groups),
    Field(5, &FileMetaData::key_value_metadata), Field(6, &FileMetaData::created_by),
    Field(7, &FileMetaData::column_orders));

}  // namespace
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
  UnionView member{out->kind, out->unknown};
  ReadStruct(in, &member);
}
void WriteStruct(CompactWriter& out, const ColumnOrder& value) {
  WriteStruct(out, UnionView{value.kind, value.unknown});
}

void ReadStruct(CompactReader& in, FileMetaData* out) {
  const int64_t start = in.position();
  kFileMetaData.Read(in, out);
  out->has_encryption_algorithm = HasField(out->unknown, 8);
  out->serialized_size = in.position() - start;
}
void WriteStruct(CompactWriter& out, const FileMetaData& value) { kFileMetaData.Write(out, value); }

Result<FileMetaData> ParseFooter(Bytes footer, int64_t memory) {
  CompactLimits limits;
  limits.memory = memory;
  CompactReader in(footer, "footer", limits);
  FileMetaData result;
  ReadStruct(in, &result);
  in.KeepForm(&result.as_written);
  PQ_RETURN_NOT_OK(in.status());
  return result;
}

Result<std::string> SerializeFooter(const FileMetaData& footer) {
  std::string result = Serialize(footer);
  const auto length = static_cast<int64_t>(result.size());
  if (length > INT32_MAX) {
    return Error(ErrorCode::kTooLarge, fmt::format("a footer of {} bytes", length));
  }
  for (int shift = 0; shift < 32; shift += 8) result += static_cast<char>(length >> shift & 0xff);
  result += kMagic;
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

// SPDX-License-Identifier: Apache-2.0
//
// The pages of a column chunk as their own headers tell them, whatever the footer
// says: each header gives the length of its body, and the next header follows.
//
// Bodies are read only for what the headers don't tell: whether a checksum is right,
// and how many values of a page of version 1 are null.
//
// The work is bounded by the bytes that are walked and by `max_decoded`; memory by
// a page header (kMaxPageHeader) and one page body (kMaxDecodedPage).
//
// Source: README.md, "File format", "Data Pages" and "Checksumming"; parquet.thrift,
// PageHeader.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"
#include "format/levels.h"
#include "format/page_header.h"
#include "format/types.h"

namespace pqpack {

enum class CrcState { kAbsent, kNotChecked, kOk, kWrong };

// Where a count of nulls comes from, the best evidence first.  kSchema: the column has none.
enum class NullSource { kSchema, kHeader, kLevels, kStatistics, kUnknown };

// "ok", "levels", ...: stable, used in JSON output.
std::string_view ToString(CrcState state);
std::string_view ToString(NullSource source);

struct WalkedPage {
  int64_t offset = 0;  // of the header, in the file
  int64_t header_size = 0;
  PageHeader header;
  CrcState crc = CrcState::kAbsent;
  std::optional<int64_t> nulls;  // of data pages
  NullSource nulls_from = NullSource::kUnknown;

  int64_t end() const { return offset + header_size + header.compressed_page_size; }
  bool is_data() const { return header.is_data(); }
  // Of data and dictionary pages.
  std::optional<int64_t> num_values() const { return header.num_values(); }
  std::optional<Encoding> encoding() const { return header.encoding(); }
  // Of DATA_PAGE_V2.
  std::optional<int64_t> num_rows() const;
  // Null where the page has none.
  const Statistics* statistics() const;
};

// What must be known of a chunk to read the levels in its pages.
struct LevelLayout {
  MaxLevels max;
  Codec codec{};
};

// How a walk ended.
struct WalkEnd {
  int64_t offset = 0;  // behind the last page, or where the trouble begins
  Status problem;      // why it went no further, with the offset; OK: all bytes are pages
};

// Pages whose bodies are larger than this are not decoded.
inline constexpr int64_t kMaxDecodedPage = 64 * kMiB;

class PageWalker {
 public:
  struct Options {
    bool read_bodies = true;
    // Decompressed bytes of all pages together; what comes later keeps what its header says.
    int64_t max_decoded = kGiB;
  };
  using Visit = std::function<Status(const WalkedPage&)>;

  // `file` is borrowed.
  PageWalker(arrow::io::RandomAccessFile& file, Options options)
      : file_(file), options_(options), decodable_(options.max_decoded) {}

  // Calls `visit` for each page of `range`, which lies inside of the file.  Without a
  // `layout` no levels are read.  Fails where reading or `visit` does.
  Result<WalkEnd> Walk(ByteRange range, const std::optional<LevelLayout>& layout,
                       const Visit& visit);

 private:
  Result<std::optional<ParsedPageHeader>> ReadHeader(ByteRange range, Status* problem);
  Status ReadBody(const std::optional<LevelLayout>& layout, WalkedPage* page);
  Result<uint32_t> Checksum(ByteRange body);
  Result<std::optional<int64_t>> Nulls(const LevelLayout& layout, const WalkedPage& page);

  arrow::io::RandomAccessFile& file_;
  const Options options_;
  int64_t decodable_;
};

}  // namespace pqpack

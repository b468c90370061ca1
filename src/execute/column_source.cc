// SPDX-License-Identifier: Apache-2.0
//
// A chunk is opened from our own footer, not through the library's file reader:
// that one refuses whole files for faults in fields that decoding does not need
// (apache/arrow#45283), and it ends silently at the number of values that the
// footer names, whatever the pages hold.
#include "execute/column_source.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <parquet/column_page.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "execute/parquet_call.h"
#include "execute/wide_delta_page.h"
#include "format/page_codec.h"
#include "format/page_header.h"
#include "store/range_stream.h"

namespace pqpack {
namespace {

// What old writers may have left out of a chunk's size (PARQUET-816).
constexpr int64_t kDictionaryHeaderSize = 100;
// How arrow-go signs; github.com/parquet-go/parquet-go signs with its full path.
constexpr const char* kArrowGo = "parquet-go version ";
constexpr const char* kDuckDb = "DuckDB";

class WatchedPages : public parquet::PageReader {
 public:
  WatchedPages(std::unique_ptr<parquet::PageReader> pages,
               std::shared_ptr<arrow::io::InputStream> stream, int64_t values,
               const parquet::ColumnDescriptor& column, ColumnSource& source)
      : pages_(std::move(pages)),
        stream_(std::move(stream)),
        values_left_(values),
        column_(column),
        source_(source) {}

  std::shared_ptr<parquet::Page> NextPage() override {
    while (true) {
      auto page = pages_->NextPage();
      if (page == nullptr) {
        if (!source_.quirks.dictionary_header_uncounted) CheckNothingFollows();
        return nullptr;
      }
      if (page->type() == parquet::PageType::DICTIONARY_PAGE) return page;
      // The column reader takes a page without values for the end.
      const auto& data = static_cast<const parquet::DataPage&>(*page);
      if (data.num_values() == 0) continue;
      values_left_ -= data.num_values();
      if (values_left_ < 0) {
        throw parquet::ParquetException("pages hold ", -values_left_,
                                        " values more than the footer says");
      }
      if (page->type() == parquet::PageType::DATA_PAGE_V2) source_.saw_v2_pages = true;
      if (page->type() == parquet::PageType::DATA_PAGE) CheckLevelEncodings(data);
      return IsWideDelta(data) ? WithPlainValues(data, column_, source_.pool) : page;
    }
  }

  void set_max_page_header_size(uint32_t size) override { pages_->set_max_page_header_size(size); }

 private:
  bool IsWideDelta(const parquet::DataPage& page) const {
    return source_.quirks.wide_deltas && column_.physical_type() == parquet::Type::INT32 &&
           page.encoding() == parquet::Encoding::DELTA_BINARY_PACKED;
  }

  // Encodings.md packs these bits from the most significant one; the library takes them
  // from the least significant one, and values would become null.
  void CheckLevelEncodings(const parquet::DataPage& data) const {
    const auto& page = static_cast<const parquet::DataPageV1&>(data);
    const auto packed = [](int16_t max_level, parquet::Encoding::type encoding) {
      return max_level > 0 && encoding == parquet::Encoding::BIT_PACKED;
    };
    if (packed(column_.max_definition_level(), page.definition_level_encoding()) ||
        packed(column_.max_repetition_level(), page.repetition_level_encoding())) {
      parquet::ParquetException::NYI("levels in the deprecated encoding BIT_PACKED");
    }
  }

  // The library stops at the number of values in the footer.  What follows may
  // be padding, or pages without values; it may not be a page with values.
  void CheckNothingFollows() {
    while (const auto next = NextHeader()) {
      if (next->header.is_data() && *next->header.num_values() > 0) {
        throw parquet::ParquetException(
            "a data page follows after the last value that the footer names");
      }
      if (!Skip(next->length + next->header.compressed_page_size)) return;
    }
  }

  // Piece by piece: a page may claim more than there is, and a stream makes room for all of it.
  bool Skip(int64_t bytes) {
    while (bytes > 0) {
      PARQUET_ASSIGN_OR_THROW(const std::string_view piece, stream_->Peek(std::min(bytes, kKiB)));
      if (piece.empty()) return false;
      PARQUET_THROW_NOT_OK(stream_->Advance(static_cast<int64_t>(piece.size())));
      bytes -= static_cast<int64_t>(piece.size());
    }
    return true;
  }

  // Nothing where no page follows.
  std::optional<ParsedPageHeader> NextHeader() {
    for (int64_t window = kKiB; window <= kMaxPageHeader; window *= 16) {
      PARQUET_ASSIGN_OR_THROW(const std::string_view rest, stream_->Peek(window));
      auto parsed = ParsePageHeader(AsBytes(rest));
      if (!parsed.ok()) return std::nullopt;
      if (*parsed) return *std::move(parsed);
      if (static_cast<int64_t>(rest.size()) < window) return std::nullopt;
    }
    return std::nullopt;
  }

  std::unique_ptr<parquet::PageReader> pages_;
  std::shared_ptr<arrow::io::InputStream> stream_;
  int64_t values_left_;
  const parquet::ColumnDescriptor& column_;
  ColumnSource& source_;
};

Result<std::shared_ptr<arrow::io::InputStream>> OpenChunk(ColumnSource& source, ByteRange range) {
  if (range.length > kWholeChunk) return OpenRange(source.file, range, kStreamBuffer, source.pool);
  PQ_ASSIGN(auto bytes, source.file->ReadAt(range.offset, range.length));
  if (bytes->size() != range.length) {
    return Error(ErrorCode::kCorrupt, "the file ends inside of the column chunk");
  }
  return std::make_shared<arrow::io::BufferReader>(std::move(bytes));
}

}  // namespace

WriterQuirks QuirksOf(const FileMetaData& footer) {
  using parquet::ApplicationVersion;
  const std::string created_by = footer.created_by.value_or("");
  const ApplicationVersion writer(created_by);
  WriterQuirks quirks;
  quirks.dictionary_header_uncounted =
      writer.VersionLt(ApplicationVersion::PARQUET_816_FIXED_VERSION());
  quirks.v2_compressed_despite_header =
      writer.VersionLt(ApplicationVersion::PARQUET_CPP_10353_FIXED_VERSION());
  quirks.wide_deltas = created_by.starts_with(kArrowGo) || created_by.starts_with(kDuckDb);
  return quirks;
}

Result<std::unique_ptr<parquet::PageReader>> OpenPages(ColumnSource& source,
                                                       const ColumnMetaData& chunk,
                                                       const parquet::ColumnDescriptor* column) {
  PQ_ASSIGN(const int64_t size, source.file->GetSize());
  ByteRange range = chunk.pages();
  if (range.offset < 0 || range.length < 0 || range.offset > size - range.length) {
    return Error(ErrorCode::kCorrupt, "the column chunk lies outside of the file");
  }
  if (source.quirks.dictionary_header_uncounted) {
    range.length += std::min(kDictionaryHeaderSize, size - range.end());
  }
  PQ_ASSIGN(const auto codec, LibraryCodec(chunk.codec));

  auto opened = OpenChunk(source, range);
  if (!opened.ok()) return WithCode(opened.status(), ErrorCode::kCorrupt);
  auto stream = *std::move(opened);
  parquet::ReaderProperties properties(source.pool);
  properties.set_page_checksum_verification(true);

  std::unique_ptr<parquet::PageReader> watched;
  PQ_RETURN_NOT_OK(ReadCall([&] {
    auto pages = parquet::PageReader::Open(stream, chunk.num_values, codec, properties, *column,
                                           source.quirks.v2_compressed_despite_header);
    watched = std::make_unique<WatchedPages>(std::move(pages), std::move(stream), chunk.num_values,
                                             *column, source);
  }));
  return watched;
}

Result<std::shared_ptr<parquet::ColumnReader>> OpenColumn(ColumnSource& source,
                                                          const ColumnMetaData& chunk,
                                                          const parquet::ColumnDescriptor* column) {
  PQ_ASSIGN(auto pages, OpenPages(source, chunk, column));
  std::shared_ptr<parquet::ColumnReader> reader;
  PQ_RETURN_NOT_OK(ReadCall(
      [&] { reader = parquet::ColumnReader::Make(column, std::move(pages), source.pool); }));
  return reader;
}

}  // namespace pqpack

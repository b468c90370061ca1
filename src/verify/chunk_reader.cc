// SPDX-License-Identifier: Apache-2.0
//
// Batches never span two pages, so values are not copied: byte arrays point into the page
// that was decoded last.  A batch is small enough for two of them, with levels, to stay in the
// second-level cache.
#include "verify/chunk_reader.h"

#include <arrow/buffer.h>
#include <fmt/format.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "format/page_codec.h"
#include "format/page_header.h"
#include "verify/library_call.h"
#include "verify/wide_delta_values.h"

namespace pqpack {
namespace {

constexpr int64_t kBatch = 8192;

Status Corrupt(std::string what) { return Error(ErrorCode::kCorrupt, std::move(what)); }

// Parquet's pages, held against the footer.
class CountedPages : public parquet::PageReader {
 public:
  CountedPages(std::unique_ptr<parquet::PageReader> pages,
               std::shared_ptr<arrow::io::InputStream> rest, const ChunkSource& source,
               const TableColumn& column, arrow::MemoryPool* pool)
      : pages_(std::move(pages)),
        rest_(std::move(rest)),
        short_size_(source.quirks.short_size),
        wide_deltas_(source.quirks.wide_deltas),
        column_(column),
        pool_(pool),
        expected_(source.chunk.num_values) {}

  std::shared_ptr<parquet::Page> NextPage() override {
    for (auto page = pages_->NextPage(); page != nullptr; page = pages_->NextPage()) {
      if (page->type() == parquet::PageType::DICTIONARY_PAGE) return page;
      const auto& data = static_cast<const parquet::DataPage&>(*page);
      if (data.num_values() == 0) continue;  // the column reader would take it for the end
      seen_ += data.num_values();
      if (seen_ > expected_) throw parquet::ParquetException(WrongCount("at least "));
      CheckLevels(data);
      return HasWideDeltas(data) ? WidePageAsPlain(data, column_, pool_) : page;
    }
    if (seen_ != expected_) throw parquet::ParquetException(WrongCount(""));
    if (!short_size_) CheckEnd();
    return nullptr;
  }

  void set_max_page_header_size(uint32_t size) override { pages_->set_max_page_header_size(size); }

 private:
  std::string WrongCount(const char* about) const {
    return fmt::format("the footer says {} values, the pages hold {}{}", expected_, about, seen_);
  }

  bool HasWideDeltas(const parquet::DataPage& page) const {
    return wide_deltas_ && column_.type == PhysicalType::kInt32 &&
           page.encoding() == parquet::Encoding::DELTA_BINARY_PACKED;
  }

  // The library takes these bits from the wrong end, and null would become a value.
  void CheckLevels(const parquet::DataPage& data) const {
    if (data.type() != parquet::PageType::DATA_PAGE) return;
    const auto& page = static_cast<const parquet::DataPageV1&>(data);
    const auto packed = parquet::Encoding::BIT_PACKED;
    if ((column_.max_definition > 0 && page.definition_level_encoding() == packed) ||
        (column_.max_repetition > 0 && page.repetition_level_encoding() == packed)) {
      parquet::ParquetException::NYI("levels in the deprecated encoding BIT_PACKED");
    }
  }

  // The library stops once it has as many values as the footer names.  Padding may follow, a
  // page with values may not.
  void CheckEnd() {
    PARQUET_ASSIGN_OR_THROW(const std::string_view bytes, rest_->Peek(4 * kKiB));
    const auto parsed = ParsePageHeader(AsBytes(bytes));
    if (!parsed.ok() || !parsed->has_value()) return;
    const PageHeader& header = (*parsed)->header;
    const int32_t values = header.data      ? header.data->num_values
                           : header.data_v2 ? header.data_v2->num_values
                                            : 0;
    if (values > 0) throw parquet::ParquetException("a page follows behind the last value");
  }

  std::unique_ptr<parquet::PageReader> pages_;
  std::shared_ptr<arrow::io::InputStream> rest_;
  const bool short_size_;
  const bool wide_deltas_;
  const TableColumn& column_;
  arrow::MemoryPool* pool_;
  const int64_t expected_;
  int64_t seen_ = 0;
};

template <typename Type>
class TypedChunkReader : public ChunkReader {
 public:
  using Value = typename Type::c_type;

  TypedChunkReader(const ChunkSource& source, const TableColumn& column)
      : rows_(source.rows), column_(column) {}

  Status Prepare(std::shared_ptr<parquet::ColumnDescriptor> descriptor,
                 std::shared_ptr<parquet::ColumnReader> reader, arrow::MemoryPool* pool) {
    descriptor_ = std::move(descriptor);
    reader_ = std::static_pointer_cast<parquet::TypedColumnReader<Type>>(std::move(reader));
    const auto level = static_cast<int64_t>(sizeof(int16_t));
    const int64_t bytes = kBatch * (static_cast<int64_t>(sizeof(Value)) + 2 * level);
    auto memory = arrow::AllocateBuffer(bytes, pool);
    if (!memory.ok()) return ReadError(memory.status());
    memory_ = *std::move(memory);
    values_ = reinterpret_cast<Value*>(memory_->mutable_data());
    definition_ = reinterpret_cast<int16_t*>(values_ + kBatch);
    repetition_ = definition_ + kBatch;
    return Status::OK();
  }

  Result<SlotBatch> Next() override {
    SlotBatch batch;
    PQ_RETURN_NOT_OK(LibraryRead([&] {
      batch.slots = reader_->ReadBatch(kBatch, definition_, repetition_, values_, &batch.values);
    }));
    if (batch.slots == 0) {
      PQ_RETURN_NOT_OK(CheckRows());
      return batch;
    }
    batch.data = reinterpret_cast<const uint8_t*>(values_);
    PQ_RETURN_NOT_OK(TakeLevels(&batch));
    return batch;
  }

 private:
  Status TakeLevels(SlotBatch* batch) {
    int64_t defined = batch->slots;
    if (column_.max_definition > 0) {
      int16_t* const end = definition_ + batch->slots;
      defined = std::count(definition_, end, column_.max_definition);
      if (!column_.level_map.empty()) {
        std::transform(definition_, end, definition_,
                       [this](int16_t level) { return column_.Canonical(level); });
      }
      batch->definition = definition_;
    }
    if (defined != batch->values) return Corrupt("a page holds fewer values than its levels say");
    int64_t rows = batch->slots;
    if (column_.max_repetition > 0) {
      rows = std::count(repetition_, repetition_ + batch->slots, int16_t{0});
      if (rows_seen_ == 0 && repetition_[0] != 0) {
        return Corrupt("the first value continues a row that is not there");
      }
      batch->repetition = repetition_;
    }
    rows_seen_ += rows;
    return rows_seen_ > rows_ ? CheckRows() : Status::OK();
  }

  Status CheckRows() const {
    if (rows_seen_ == rows_) return Status::OK();
    return Corrupt(fmt::format("the footer says {} rows, the pages hold {}{}", rows_,
                               rows_seen_ > rows_ ? "at least " : "", rows_seen_));
  }

  const int64_t rows_;
  const TableColumn& column_;
  std::shared_ptr<parquet::ColumnDescriptor> descriptor_;  // outlives the reader
  std::shared_ptr<parquet::TypedColumnReader<Type>> reader_;
  std::unique_ptr<arrow::Buffer> memory_;
  Value* values_ = nullptr;
  int16_t* definition_ = nullptr;
  int16_t* repetition_ = nullptr;
  int64_t rows_seen_ = 0;
};

template <typename Type>
Result<std::unique_ptr<ChunkReader>> OpenTyped(const ChunkSource& source, const TableColumn& column,
                                               arrow::MemoryPool* pool) {
  PQ_ASSIGN(const auto codec, LibraryCodec(source.chunk.codec));
  auto opened = OpenChunk(source, pool);
  if (!opened.ok()) return ReadError(opened.status());
  auto stream = *std::move(opened);

  auto typed = std::make_unique<TypedChunkReader<Type>>(source, column);
  Status prepared;
  PQ_RETURN_NOT_OK(LibraryRead([&] {
    const auto leaf = parquet::schema::PrimitiveNode::Make(
        "column", parquet::Repetition::OPTIONAL, Type::type_num, parquet::ConvertedType::NONE,
        column.length);
    auto descriptor = std::make_shared<parquet::ColumnDescriptor>(leaf, column.max_definition,
                                                                  column.max_repetition);
    parquet::ReaderProperties properties(pool);
    properties.set_page_checksum_verification(true);
    auto pages = parquet::PageReader::Open(stream, source.chunk.num_values, codec, properties,
                                           *descriptor, source.quirks.wrong_v2_flag);
    auto reader = parquet::ColumnReader::Make(
        descriptor.get(),
        std::make_unique<CountedPages>(std::move(pages), std::move(stream), source, column, pool),
        pool);
    prepared = typed->Prepare(std::move(descriptor), std::move(reader), pool);
  }));
  PQ_RETURN_NOT_OK(prepared);
  return typed;
}

}  // namespace

ReadQuirks QuirksOfWriter(const FileMetaData& footer) {
  using parquet::ApplicationVersion;
  const std::string created_by = footer.created_by.value_or("");
  const ApplicationVersion version(created_by);
  ReadQuirks quirks;
  quirks.short_size = version.VersionLt(ApplicationVersion::PARQUET_816_FIXED_VERSION());
  quirks.wrong_v2_flag = version.VersionLt(ApplicationVersion::PARQUET_CPP_10353_FIXED_VERSION());
  // arrow-go; github.com/parquet-go/parquet-go signs with its whole path.
  quirks.wide_deltas =
      created_by.starts_with("parquet-go version ") || created_by.starts_with("DuckDB");
  return quirks;
}

int64_t ValueSize(PhysicalType type) {
  switch (type) {
    case PhysicalType::kBoolean:
      return sizeof(bool);
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return 8;
    case PhysicalType::kInt96:
      return sizeof(parquet::Int96);
    case PhysicalType::kByteArray:
      return sizeof(parquet::ByteArray);
    default:
      return sizeof(parquet::FixedLenByteArray);
  }
}

Result<std::unique_ptr<ChunkReader>> ChunkReader::Open(const ChunkSource& source,
                                                       const TableColumn& column,
                                                       arrow::MemoryPool* pool) {
  switch (column.type) {
    case PhysicalType::kBoolean:
      return OpenTyped<parquet::BooleanType>(source, column, pool);
    case PhysicalType::kInt32:
      return OpenTyped<parquet::Int32Type>(source, column, pool);
    case PhysicalType::kInt64:
      return OpenTyped<parquet::Int64Type>(source, column, pool);
    case PhysicalType::kInt96:
      return OpenTyped<parquet::Int96Type>(source, column, pool);
    case PhysicalType::kFloat:
      return OpenTyped<parquet::FloatType>(source, column, pool);
    case PhysicalType::kDouble:
      return OpenTyped<parquet::DoubleType>(source, column, pool);
    case PhysicalType::kByteArray:
      return OpenTyped<parquet::ByteArrayType>(source, column, pool);
    case PhysicalType::kFixedLenByteArray:
      return OpenTyped<parquet::FLBAType>(source, column, pool);
  }
  return Error(ErrorCode::kUnsupported, "the column has no physical type that is known");
}

}  // namespace pqpack

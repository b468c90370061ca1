// SPDX-License-Identifier: Apache-2.0
#include "execute/page_encoder.h"

#include <parquet/column_page.h>
#include <parquet/schema.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/bytes.h"
#include "execute/batch.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr int64_t kPageBytes = kMiB;
// Runs may make a page of any number of levels; readers hold them all.
constexpr int64_t kPageLevels = int64_t{1} << 20;

int WidthFor(uint32_t largest) { return std::max(static_cast<int>(std::bit_width(largest)), 1); }

}  // namespace

PageEncoder::PageEncoder(std::unique_ptr<parquet::PageWriter> pages,
                         parquet::ColumnChunkMetaDataBuilder* chunk, arrow::MemoryPool* pool)
    : pages_(std::move(pages)),
      chunk_(chunk),
      column_(chunk->descr()),
      pool_(pool),
      plain_(pool),
      body_(pool) {
  const auto width = [](int16_t max_level) { return WidthFor(static_cast<uint32_t>(max_level)); };
  const int16_t definition = column_->max_definition_level();
  const int16_t repetition = column_->max_repetition_level();
  if (definition > 0) definition_.emplace(width(definition), pool);
  if (repetition > 0) repetition_.emplace(width(repetition), pool);
}

Status PageEncoder::WriteDictionary(std::shared_ptr<arrow::Buffer> values, int32_t count) {
  indices_.emplace(WidthFor(static_cast<uint32_t>(std::max(count - 1, 0))), pool_);
  dictionary_ = true;
  return WriteCall([&] {
    const parquet::DictionaryPage page(values, count, parquet::Encoding::PLAIN);
    plain_bytes_ += pages_->WriteDictionaryPage(page);
  });
}

Status PageEncoder::Begin(Values values, const int16_t* definition, const int16_t* repetition,
                          int64_t levels) {
  if (levels_ > 0 && values != values_) PQ_RETURN_NOT_OK(WritePage());
  values_ = values;
  levels_ += levels;
  rows_ += CountRows(repetition_ ? repetition : nullptr, levels);
  if (definition_) PQ_RETURN_NOT_OK(definition_->Put(definition, levels));
  if (repetition_) PQ_RETURN_NOT_OK(repetition_->Put(repetition, levels));
  return Status::OK();
}

Status PageEncoder::PutIndices(const int32_t* indices, int64_t count) {
  return indices_->Put(indices, count);
}

Status PageEncoder::End() {
  const int64_t bytes = (values_ == Values::kPlain ? plain_.length() : indices_->size()) +
                        (definition_ ? definition_->size() : 0) +
                        (repetition_ ? repetition_->size() : 0);
  return bytes >= kPageBytes || levels_ >= kPageLevels ? WritePage() : Status::OK();
}

// With their length in front, as pages of version 1 have them.
Status PageEncoder::AppendLevels(std::optional<HybridEncoder>& levels, arrow::BufferBuilder* body) {
  if (!levels) return Status::OK();
  PQ_ASSIGN(const Bytes bytes, levels->Finish());
  const auto length = static_cast<uint32_t>(bytes.size());
  PQ_RETURN_NOT_OK(body->Append(&length, sizeof(length)));
  PQ_RETURN_NOT_OK(body->Append(bytes.data(), static_cast<int64_t>(bytes.size())));
  levels->Clear();
  return Status::OK();
}

Status PageEncoder::WritePage() {
  const bool indices = values_ == Values::kIndices;
  PQ_RETURN_NOT_OK(AppendLevels(repetition_, &body_));
  PQ_RETURN_NOT_OK(AppendLevels(definition_, &body_));
  if (indices) {
    PQ_ASSIGN(const Bytes bytes, indices_->Finish());
    const auto width = static_cast<uint8_t>(indices_->width());
    PQ_RETURN_NOT_OK(body_.Append(&width, sizeof(width)));
    PQ_RETURN_NOT_OK(body_.Append(bytes.data(), static_cast<int64_t>(bytes.size())));
    indices_->Clear();
  } else {
    PQ_RETURN_NOT_OK(body_.Append(plain_.data(), plain_.length()));
    plain_.Rewind(0);
    fallback_ = true;
  }
  PQ_RETURN_NOT_OK(WriteCall([&] {
    const auto body = std::make_shared<arrow::Buffer>(body_.data(), body_.length());
    std::shared_ptr<arrow::Buffer> stored = body;
    if (pages_->has_compressor()) {
      if (compressed_ == nullptr) compressed_ = parquet::AllocateBuffer(pool_, 0);
      pages_->Compress(*body, compressed_.get());
      stored = compressed_;
    }
    const parquet::DataPageV1 page(
        stored, static_cast<int32_t>(levels_),
        indices ? parquet::Encoding::RLE_DICTIONARY : parquet::Encoding::PLAIN,
        parquet::Encoding::RLE, parquet::Encoding::RLE, body->size());
    plain_bytes_ += pages_->WriteDataPage(page);
  }));
  body_.Rewind(0);
  levels_ = 0;
  return Status::OK();
}

Status PageEncoder::Finish(std::optional<parquet::EncodedStatistics> statistics) {
  if (levels_ > 0) PQ_RETURN_NOT_OK(WritePage());
  definition_.reset();
  repetition_.reset();
  indices_.reset();
  plain_.Reset();
  body_.Reset();
  compressed_.reset();
  if (!statistics) return Status::OK();
  return WriteCall([&] { chunk_->SetStatistics(*statistics); });
}

int64_t PageEncoder::Close() {
  pages_->Close(dictionary_, fallback_);
  return plain_bytes_;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/remade_page.h"

#include <arrow/util/crc32.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "diagnose/deep/page_bodies.h"

namespace pqpack {
namespace {

// Levels that are not there, as some writers have it where none is null, have no place in
// version 1: its readers expect runs.
Status CheckLevelsAreThere(const PageParts& parts, MaxLevels max, int32_t values) {
  const bool lacks_definition = max.definition > 0 && parts.definition.bytes.empty();
  const bool lacks_repetition = max.repetition > 0 && parts.repetition.bytes.empty();
  if (values == 0 || (!lacks_definition && !lacks_repetition)) return Status::OK();
  return Error(ErrorCode::kUnsupported, "it has no levels");
}

// What is told of the page of version 1 that a page of version 2 becomes.
void BecomeVersion1(PageHeader* header) {
  DataPageHeaderV2& old = *header->data_v2;
  DataPageHeader data;
  data.num_values = old.num_values;
  data.encoding = old.encoding;
  data.definition_level_encoding = data.repetition_level_encoding = Encoding::kRle;
  data.statistics = std::move(old.statistics);
  header->data = std::move(data);
  header->data_v2.reset();
  header->type = PageType::kData;
}

Status CheckSize(int64_t size) {
  if (size <= std::numeric_limits<int32_t>::max()) return Status::OK();
  return Error(ErrorCode::kTooLarge, "the page takes more than 2 GiB");
}

}  // namespace

bool PageRemaker::Concerns(const PageHeader& header) const {
  if (Reframes(header)) return true;
  // A page that its writer left uncompressed stays so.
  return form_.from != form_.to &&
         !(header.says_uncompressed() && form_.from != Codec::kUncompressed);
}

// Without levels both versions have the same bytes.
bool PageRemaker::KeepsBody(const PageHeader& header) const {
  if (!Reframes(header) || form_.from != form_.to) return false;
  // What writers call compressed where there is no codec differs; it is not.
  const bool compressed = form_.from == Codec::kUncompressed || !header.says_uncompressed();
  return compressed && header.data_v2->definition_levels_byte_length == 0 &&
         header.data_v2->repetition_levels_byte_length == 0 && form_.max.definition == 0 &&
         form_.max.repetition == 0;
}

Result<std::shared_ptr<arrow::Buffer>> PageRemaker::Remake(std::shared_ptr<arrow::Buffer> stored,
                                                           PageHeader* header) {
  header->as_written.clear();
  if (KeepsBody(*header)) {
    BecomeVersion1(header);
    return stored;
  }
  PQ_ASSIGN(OpenPage open, OpenBody(*header, std::move(stored), form_.from, form_.max, pool_));
  std::shared_ptr<arrow::Buffer> body = std::move(open.bytes);
  int64_t levels = 0;  // in front of what is compressed
  if (Reframes(*header)) {
    PQ_RETURN_NOT_OK(CheckLevelsAreThere(open.parts, form_.max, header->data_v2->num_values));
    PQ_ASSIGN(std::shared_ptr<arrow::Buffer> joined,
              arrow::AllocateBuffer(SizeOfPageV1(open.parts, form_.max), pool_));
    JoinPageV1(open.parts, form_.max, joined->mutable_data());
    body = std::move(joined);
    BecomeVersion1(header);
  } else if (header->type == PageType::kDataV2) {
    DataPageHeaderV2& data = *header->data_v2;
    levels = int64_t{data.definition_levels_byte_length} + data.repetition_levels_byte_length;
    data.is_compressed = form_.to != Codec::kUncompressed && body->size() > levels;
  }
  const int64_t plain = body->size();
  if (form_.to != Codec::kUncompressed && (plain > levels || header->type != PageType::kDataV2)) {
    PQ_ASSIGN(body, Compressed(*body, levels));
  }
  PQ_RETURN_NOT_OK(CheckSize(std::max(plain, body->size())));
  header->uncompressed_page_size = static_cast<int32_t>(plain);
  header->compressed_page_size = static_cast<int32_t>(body->size());
  if (header->crc) {
    header->crc = static_cast<int32_t>(
        arrow::internal::crc32(0, body->data(), static_cast<size_t>(body->size())));
  }
  return body;
}

Result<std::shared_ptr<arrow::Buffer>> PageRemaker::Compressed(const arrow::Buffer& plain,
                                                               int64_t levels) {
  PQ_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> out,
            arrow::AllocateResizableBuffer(levels, pool_));
  std::copy_n(plain.data(), levels, out->mutable_data());
  PQ_RETURN_NOT_OK(compressor_.Append(View(plain).subspan(static_cast<size_t>(levels)), out.get()));
  return out;
}

}  // namespace pqpack

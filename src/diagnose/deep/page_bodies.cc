// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/page_bodies.h"

#include <arrow/util/crc32.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "format/page_codec.h"

namespace pqpack {
namespace {

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

// Of version 2 the levels are not compressed, and the values need not be.
Result<OpenPage> OpenV2(const PageHeader& header, const std::shared_ptr<arrow::Buffer>& stored,
                        Codec codec, MaxLevels max, arrow::MemoryPool* pool) {
  const DataPageHeaderV2& page = *header.data_v2;
  OpenPage open;
  PQ_ASSIGN(open.parts, SplitPage(page, View(*stored), max));
  open.bytes = stored;
  const int64_t levels =
      int64_t{page.definition_levels_byte_length} + page.repetition_levels_byte_length;
  const int64_t size = header.uncompressed_page_size - levels;
  const bool packed = codec != Codec::kUncompressed && page.is_compressed.value_or(true);
  if (size < 0) return Corrupt("its levels are larger than the page");
  if (!packed || open.parts.values.empty()) {
    if (!packed && static_cast<int64_t>(open.parts.values.size()) != size) {
      return Corrupt(
          fmt::format("{} bytes of values, its header says {}", open.parts.values.size(), size));
    }
    return open;
  }
  PQ_ASSIGN(const auto values, Decompress(codec, open.parts.values, size, pool));
  // Both must live as long as the parts.
  PQ_ASSIGN(auto all, arrow::AllocateBuffer(levels + size, pool));
  std::copy_n(stored->data(), levels, all->mutable_data());
  std::copy_n(values->data(), size, all->mutable_data() + levels);
  open.bytes = std::move(all);
  PQ_ASSIGN(open.parts, SplitPage(page, View(*open.bytes), max));
  return open;
}

}  // namespace

bool HasItsChecksum(const PageHeader& header, Bytes stored) {
  if (!header.crc) return true;
  return arrow::internal::crc32(0, stored.data(), stored.size()) ==
         static_cast<uint32_t>(*header.crc);
}

Result<OpenPage> OpenBody(const PageHeader& header, std::shared_ptr<arrow::Buffer> stored,
                          Codec codec, MaxLevels max, arrow::MemoryPool* pool) {
  if (header.type == PageType::kDataV2) return OpenV2(header, stored, codec, max, pool);
  OpenPage open;
  if (codec == Codec::kUncompressed) {
    if (stored->size() != header.uncompressed_page_size) {
      return Corrupt(fmt::format("{} bytes, its header says {}", stored->size(),
                                 header.uncompressed_page_size));
    }
    open.bytes = std::move(stored);
  } else {
    PQ_ASSIGN(open.bytes, Decompress(codec, View(*stored), header.uncompressed_page_size, pool));
  }
  if (header.type == PageType::kData) {
    PQ_ASSIGN(open.parts, SplitPage(*header.data, View(*open.bytes), max));
  } else {
    open.parts.values = View(*open.bytes);
  }
  return open;
}

}  // namespace pqpack

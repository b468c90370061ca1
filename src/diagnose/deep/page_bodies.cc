// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/page_bodies.h"

#include <arrow/util/crc32.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

// Of version 2 the levels are not compressed, and the values need not be.
Result<OpenPage> OpenV2(const PageHeader& header, Bytes stored, Codec codec, MaxLevels max,
                        Decompressor* unpack) {
  const DataPageHeaderV2& page = *header.data_v2;
  OpenPage open;
  PQ_ASSIGN(open.parts, SplitPage(LevelsOf(page), stored, max));
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
  PQ_ASSIGN(const auto values, unpack->Run(codec, open.parts.values, size));
  // Both must live as long as the parts.
  PQ_ASSIGN(auto all, arrow::AllocateBuffer(levels + size, unpack->pool()));
  std::copy_n(stored.data(), levels, all->mutable_data());
  std::copy_n(values->data(), size, all->mutable_data() + levels);
  open.bytes = std::move(all);
  PQ_ASSIGN(open.parts, SplitPage(LevelsOf(page), View(*open.bytes), max));
  return open;
}

}  // namespace

bool HasItsChecksum(const PageHeader& header, Bytes stored) {
  if (!header.crc) return true;
  return arrow::internal::crc32(0, stored.data(), stored.size()) ==
         static_cast<uint32_t>(*header.crc);
}

Result<OpenPage> OpenBody(const PageHeader& header, Bytes stored, Codec codec, MaxLevels max,
                          Decompressor* unpack) {
  if (header.type == PageType::kDataV2) return OpenV2(header, stored, codec, max, unpack);
  OpenPage open;
  Bytes body = stored;
  if (codec == Codec::kUncompressed) {
    if (static_cast<int64_t>(stored.size()) != header.uncompressed_page_size) {
      return Corrupt(fmt::format("{} bytes, its header says {}", stored.size(),
                                 header.uncompressed_page_size));
    }
  } else {
    PQ_ASSIGN(open.bytes, unpack->Run(codec, stored, header.uncompressed_page_size));
    body = View(*open.bytes);
  }
  if (header.type == PageType::kData) {
    PQ_ASSIGN(open.parts, SplitPage(LevelsOf(*header.data), body, max));
  } else {
    open.parts.values = body;
  }
  return open;
}

Result<OpenPage> OpenBody(const PageHeader& header, std::shared_ptr<arrow::Buffer> stored,
                          Codec codec, MaxLevels max, arrow::MemoryPool* pool) {
  Decompressor unpack(pool);
  PQ_ASSIGN(OpenPage open, OpenBody(header, View(*stored), codec, max, &unpack));
  if (open.bytes == nullptr) open.bytes = std::move(stored);
  return open;
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// The bodies of pages: held against the checksum of their header, unpacked, and taken apart
// into levels and values.
//
// Source: README.md, "Data Pages" and "Checksumming"; Compression.md.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <memory>

#include "base/bytes.h"
#include "base/status.h"
#include "format/levels.h"
#include "format/page_codec.h"
#include "format/page_header.h"

namespace pqpack {

inline Bytes View(const arrow::Buffer& buffer) {
  return {buffer.data(), static_cast<size_t>(buffer.size())};
}

// True where the header has no checksum.
bool HasItsChecksum(const PageHeader& header, Bytes stored);

// A page's body, unpacked.
struct OpenPage {
  std::shared_ptr<arrow::Buffer> bytes;  // what the parts are views of; null: of the page as stored
  PageParts parts;                       // of a dictionary page: values only
};

// kCorrupt: it does not unpack, or not to the size that its header says, or its levels do
// not fit into it; kUnsupported: a codec or an encoding of levels that we do not read;
// kTooLarge: more than `pool` gives.
Result<OpenPage> OpenBody(const PageHeader& header, std::shared_ptr<arrow::Buffer> stored,
                          Codec codec, MaxLevels max, arrow::MemoryPool* pool);
// The same in memory of `unpack`, whose pool is asked, or in none where nothing is compressed.
Result<OpenPage> OpenBody(const PageHeader& header, Bytes stored, Codec codec, MaxLevels max,
                          Decompressor* unpack);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// What of a page header can be made right without a look at the page's body.  Pure.
//
// Source: parquet.thrift, PageHeader; Encodings.md on PLAIN_DICTIONARY and BIT_PACKED.
#pragma once

#include <arrow/memory_pool.h>

#include <cstdint>

#include "base/status.h"
#include "format/page_header.h"
#include "format/schema_tree.h"
#include "format/types.h"
#include "target/target.h"

namespace pqpack {

struct ChunkRules {
  const Target& target;
  const SchemaTree::Node& leaf;       // of the source
  int64_t rows = 0;                   // of the row group
  bool keep_statistics = true;        // in page headers; false: the writer's are not to be trusted
  Codec codec{};                      // of the output
  arrow::MemoryPool* pool = nullptr;  // for pages that do not stay as they are
  bool only_listed = false;           // data pages in encodings that the footer does not list are
                                      // kUnsupported
};

// Of the same chunk.
struct PagesBefore {
  bool dictionary = false;
  bool data = false;
};

// True if something in the header was changed.  That the target reads pages of this kind is not
// asked.
//   kUnsupported  the target does not read the page's encoding
//   kCorrupt      no such page can be at this place
Result<bool> MendHeader(const ChunkRules& rules, PagesBefore before, PageHeader* header);

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Level 2: a page in another frame or codec, its values still encoded as they were.  Pages of
// version 2 become such of version 1: their levels get their lengths in front and are
// compressed together with the values.
//
// Source: README.md, "Data Pages"; parquet.thrift, DataPageHeader and DataPageHeaderV2.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <memory>

#include "base/status.h"
#include "execute/codec.h"
#include "format/levels.h"
#include "format/page_header.h"
#include "format/types.h"

namespace pqpack {

// How the pages of a chunk are to be.
struct PageForm {
  Codec from{}, to{};
  bool version_1 = false;  // those of version 2 become such
  MaxLevels max;
};

// One thread.  Memory is that of a page: as stored, uncompressed, joined and compressed.
class PageRemaker {
 public:
  PageRemaker(const PageForm& form, arrow::MemoryPool* pool)
      : form_(form), pool_(pool), compressor_(form.to) {}

  // Whether the page is not in that form.
  bool Concerns(const PageHeader& header) const;

  // Whether its body stays as it is all the same.
  bool KeepsBody(const PageHeader& header) const;

  // Changes sizes, kind and, where there is one, the checksum of `header` to those of the
  // body that is returned.  `stored` is the body as the source has it, its checksum seen.
  //   kCorrupt      it is not what its header says
  //   kUnsupported  a codec that can't be read, or a page that version 1 can't hold
  //   kTooLarge     the pool refuses
  Result<std::shared_ptr<arrow::Buffer>> Remake(std::shared_ptr<arrow::Buffer> stored,
                                                PageHeader* header);

 private:
  bool Reframes(const PageHeader& header) const {
    return form_.version_1 && header.type == PageType::kDataV2;
  }
  // `levels` bytes stay as they are in front.
  Result<std::shared_ptr<arrow::Buffer>> Compressed(const arrow::Buffer& plain, int64_t levels);

  const PageForm form_;
  arrow::MemoryPool* const pool_;
  Compressor compressor_;
};

}  // namespace pqpack

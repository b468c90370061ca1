// SPDX-License-Identifier: Apache-2.0
//
// Decides, chunk by chunk, whether the Bloom filter that the plan would keep is one and fits,
// and says why not.
//
// One thread.
#pragma once

#include <arrow/io/interfaces.h>

#include <optional>
#include <string>

#include "base/status.h"
#include "diagnose/findings.h"
#include "execute/copy/copy_file.h"
#include "format/footer.h"
#include "inspect/find_bloom_filters.h"

namespace pqpack {

class KeptFilters {
 public:
  // Borrows all of it.
  KeptFilters(arrow::io::RandomAccessFile& source, const FileMetaData& footer, const CopyPlan& copy,
              Findings* repairs)
      : source_(source), footer_(footer), copy_(copy), repairs_(repairs) {}

  // Where the filter of the chunk of column `i` is; nothing where it has none or it is left out.
  // Each chunk once.  Errors of reading are passed on.
  Result<FoundFilter> Find(const ColumnChunk& chunk, size_t i);

  // That of column `i` is left out, since its values are not known to be in it.
  void Disproved(size_t i);

 private:
  arrow::io::RandomAccessFile& source_;
  const FileMetaData& footer_;
  const CopyPlan& copy_;
  Findings* const repairs_;
  std::optional<BloomFilterFinder> finder_;  // made when it is needed
  int64_t bytes_ = 0;
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// For tests of copies: bytes in, bytes out, and the pages in them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "execute/copy/copy_file.h"
#include "execute/rewrite_testing.h"
#include "format/page_header.h"

namespace pqpack::testing {

// 300 rows in row groups of 200 and 100; a dictionary, an index, version 1.
BufferPtr GoodFile();

// The file with a changed footer; pages and indexes stay where they are.
BufferPtr WithFooter(const BufferPtr& file, const std::function<void(FileMetaData&)>& change);

ColumnMetaData& Meta(FileMetaData& footer, size_t group = 0, size_t column = 0);

struct Copied {
  BufferPtr file;
  RewritePlan plan;
  CopyPlan copy;
  RewriteReceipt receipt;
  FileMetaData footer;
};

// Validation is left out: PlanCopy and CopyFile are asked what they make of a lying footer.
Result<Copied> CopyBytes(const BufferPtr& file, const RewriteOptions& options);

struct PageBytes {
  int64_t offset = 0;
  PageHeader header;
  std::string body;
};
// Those of a column chunk, as the headers lead to them.
std::vector<PageBytes> PagesOf(const BufferPtr& file, const ColumnMetaData& chunk);

// The bodies of all pages of row groups with rows, by chunk in order; of one column or of all.
std::vector<std::string> Bodies(const BufferPtr& file, int column = -1);

}  // namespace pqpack::testing

// SPDX-License-Identifier: Apache-2.0
//
// Tables in files of Arrow's writer, and as Arrow's reader has them.
#pragma once

#include <arrow/buffer.h>
#include <arrow/table.h>

#include <memory>

#include "base/status.h"
#include "random_table.h"

namespace pqpack::merges {

using BufferPtr = std::shared_ptr<arrow::Buffer>;

// Any codecs, encodings, sizes of pages and row groups, versions of pages, with dictionaries and
// without, bounds, page indexes, checksums and Bloom filters.
Result<BufferPtr> WriteFile(Random& random, const arrow::Table& table);

Result<std::shared_ptr<arrow::Table>> ReadFile(const BufferPtr& file);

}  // namespace pqpack::merges

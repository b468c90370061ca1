// SPDX-License-Identifier: Apache-2.0
//
// For tests of merges: bytes in, bytes out.
#pragma once

#include <arrow/table.h>

#include <memory>
#include <string>
#include <vector>

#include "execute/merge/group_inputs.h"
#include "execute/merge/merge_files.h"
#include "execute/rewrite_testing.h"

namespace pqpack::testing {

using Files = std::vector<BufferPtr>;

// Their footers, validated.
Result<std::vector<FileMetaData>> FootersOf(const Files& files);

Result<std::vector<MergeSet>> GroupFiles(const Files& files, const TableColumns& columns = {},
                                         std::string_view target = "generic");

MergeOptions MergeFor(std::string_view target);

struct MergedFiles {
  std::vector<MergeSet> sets;
  Files outputs;  // of all sets, one set behind the other
  std::vector<MergeReceipt> receipts;
  std::vector<FileMetaData> footers;     // of the outputs
  std::vector<RowGroupSource> appended;  // what a store would have copied
};
Result<MergedFiles> MergeBuffers(const Files& files, const MergeOptions& options,
                                 const TableColumns& columns = {});

// One behind the other, as Arrow's own reader sees them; columns that not all have are null.
Result<std::shared_ptr<arrow::Table>> TableOfAll(const Files& files);

// The rows of the inputs, which have the same columns, bit by bit and as Arrow's reader has them.
void ExpectSameRows(const Files& inputs, const MergedFiles& merged);
// As Arrow's reader has them.
void ExpectSameTable(const Files& inputs, const MergedFiles& merged);

// Rows of `table` as a file of Arrow's writer, `keys` in its metadata.
BufferPtr FileOf(const std::shared_ptr<arrow::Table>& table, int64_t row_group_rows = 1 << 20,
                 const std::shared_ptr<parquet::WriterProperties>& properties =
                     parquet::default_writer_properties());

// A table of columns in JSON: {{"a", arrow::int32(), "[1, null]"}, ...}.
struct JsonColumn {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string values;
  bool nullable = true;
};
std::shared_ptr<arrow::Table> TableFrom(const std::vector<JsonColumn>& columns);

}  // namespace pqpack::testing

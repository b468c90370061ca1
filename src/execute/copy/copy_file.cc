// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copy_file.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_footer.h"
#include "execute/empty_row_group.h"
#include "format/footer.h"

namespace pqpack {
namespace {

class FileCopy {
 public:
  FileCopy(arrow::io::RandomAccessFile& source, const CopyPlan& copy, arrow::io::OutputStream& sink,
           const RewriteOptions& options, CopiedFooter footer)
      : source_(source), copy_(copy), sink_(sink), options_(options), new_(std::move(footer)) {}

  Result<RewriteReceipt> Run(const FileMetaData& old) {
    PQ_RETURN_NOT_OK(sink_.Write(kMagic.data(), kMagicSize));
    for (size_t g = 0; g < old.row_groups.size(); ++g) {
      const RowGroup& group = old.row_groups[g];
      const Status status = group.num_rows == 0 ? CheckEmptyRowGroup(group) : CopyRowGroup(group);
      if (!status.ok()) return Within(fmt::format("row group {}", g), status);
    }
    PQ_RETURN_NOT_OK(new_.Write(sink_));
    return new_.Receipt();
  }

 private:
  Status CopyRowGroup(const RowGroup& group) {
    new_.BeginRowGroup(group);
    for (size_t i = 0; i < group.columns.size(); ++i) {
      if (options_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      const int leaf = new_.tree().leaves()[i];
      const Status status = CopyColumn(group.columns[i], new_.tree().node(leaf), group.num_rows);
      if (!status.ok()) return Within("column " + new_.tree().DottedPath(leaf), status);
    }
    new_.EndRowGroup();
    return Status::OK();
  }

  Status CopyColumn(const ColumnChunk& chunk, const SchemaTree::Node& leaf, int64_t rows) {
    const ChunkRules rules{*options_.target, leaf, rows, copy_.keep_page_statistics};
    PQ_ASSIGN(CopiedChunk copied, CopyChunk(*chunk.meta_data, rules, source_, sink_));
    return new_.AddChunk(chunk, std::move(copied), source_);
  }

  arrow::io::RandomAccessFile& source_;
  const CopyPlan& copy_;
  arrow::io::OutputStream& sink_;
  const RewriteOptions& options_;
  CopiedFooter new_;
};

}  // namespace

Result<RewriteReceipt> CopyFile(arrow::io::RandomAccessFile& source, const FileMetaData& footer,
                                const RewritePlan& plan, const CopyPlan& copy,
                                arrow::io::OutputStream& sink, const RewriteOptions& options) {
  PQ_ASSIGN(auto end, CopiedFooter::Begin(footer, plan, copy, *options.target));
  return FileCopy(source, copy, sink, options, std::move(end)).Run(footer);
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/rewrite.h"

#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnose/findings.h"
#include "execute/copy_row_group.h"
#include "execute/empty_row_group.h"
#include "execute/output_file.h"
#include "execute/output_layout.h"
#include "execute/sure_small_pool.h"
#include "execute/text_scan.h"
#include "format/footer.h"

namespace pqpack {
namespace {

constexpr const char* kV2Repair = "data page V2 -> V1";

RewriteOptions WithPool(RewriteOptions options, arrow::MemoryPool* pool) {
  options.pool = pool;
  return options;
}

class Rewriter {
 public:
  Rewriter(std::shared_ptr<arrow::io::RandomAccessFile> file, const FileMetaData& footer,
           const RewritePlan& plan, std::shared_ptr<arrow::io::OutputStream> sink,
           const RewriteOptions& options)
      : footer_(footer),
        plan_(plan),
        layout_(*plan.layout),
        pool_(options.pool),
        options_(WithPool(options, &pool_)),
        source_{std::move(file), layout_.quirks, &pool_},
        tree_(layout_.tree),
        leaves_(LeavesOf(tree_)),
        sink_(std::move(sink)) {
    source_columns_.Init(layout_.source_schema);
  }

  Result<RewriteReceipt> Run() {
    PQ_RETURN_NOT_OK(AnnotateTexts());
    PQ_ASSIGN(const auto schema, ToParquetSchema(tree_, /*annotated=*/true));
    PQ_ASSIGN(auto properties, PropertiesOf(layout_, schema, *options_.target, options_.pool));
    PQ_ASSIGN(const auto output, OutputFile::Start(sink_, schema, std::move(properties)));
    const CopyContext context{source_, source_columns_, leaves_, layout_.columns, options_};
    for (size_t i = 0; i < footer_.row_groups.size(); ++i) {
      const Status status = CopyRows(context, footer_.row_groups[i], output.get());
      if (!status.ok()) return Within(fmt::format("row group {}", i), status);
    }
    PQ_RETURN_NOT_OK(output->Finish(KeyValues()));
    if (source_.saw_v2_pages) AddRepair(kV2Repair);
    receipt_.repairs = Joined(plan_.repairs, found_.repairs.List());
    receipt_.warnings = Joined(plan_.warnings, found_.warnings.List());
    return std::move(receipt_);
  }

 private:
  Status AnnotateTexts() {
    for (size_t i = 0; i < leaves_.size(); ++i) {
      if (!leaves_[i]->string_if_utf8) continue;
      const auto* column = source_columns_.Column(static_cast<int>(i));
      const std::string path = column->path()->ToDotString();
      const auto utf8 = IsUtf8(source_, footer_, i, column, options_.stop);
      if (!utf8.ok()) return Within("column " + path, utf8.status());
      if (*utf8) {
        leaves_[i]->annotation = parquet::LogicalType::String();
        annotated_ = true;
        found_.repairs.Add("BYTE_ARRAY -> STRING, every value is UTF-8", path);
      } else {
        found_.warnings.Add("BYTE_ARRAY stays as it is, not every value is UTF-8", path);
      }
    }
    return Status::OK();
  }

  std::shared_ptr<const arrow::KeyValueMetadata> KeyValues() {
    if (!layout_.key_values) return nullptr;
    auto result = std::make_shared<arrow::KeyValueMetadata>();
    for (const auto& [key, value] : *layout_.key_values) {
      if (annotated_ && key == kArrowSchemaKey) {
        AddRepair("metadata ARROW:schema dropped, it describes the former types");
        continue;
      }
      result->Append(key, value);
      receipt_.keys.push_back(key);
    }
    return result;
  }

  Status CopyRows(const CopyContext& context, const RowGroup& group, OutputFile* output) {
    if (group.num_rows == 0) return CheckEmptyRowGroup(group);
    PQ_ASSIGN(const auto pieces, CopyRowGroup(context, group, receipt_.rows, output));
    receipt_.rows += group.num_rows;
    receipt_.row_group_rows.insert(receipt_.row_group_rows.end(), pieces.begin(), pieces.end());
    return Status::OK();
  }

  // Unless the plan has it already.
  void AddRepair(const std::string& what) {
    const auto& planned = plan_.repairs;
    const bool known = std::any_of(planned.begin(), planned.end(),
                                   [&](const Finding& finding) { return finding.what == what; });
    if (!known) found_.repairs.Add(what);
  }

  const FileMetaData& footer_;
  const RewritePlan& plan_;
  const OutputLayout& layout_;
  SureSmallPool pool_;
  const RewriteOptions options_;
  ColumnSource source_;
  parquet::SchemaDescriptor source_columns_;
  SchemaNode tree_;
  const std::vector<SchemaNode*> leaves_;
  const std::shared_ptr<arrow::io::OutputStream> sink_;
  bool annotated_ = false;  // a column became STRING
  Diagnosis found_;         // what only the pages told
  RewriteReceipt receipt_;
};

}  // namespace

Result<RewriteReceipt> Rewrite(std::shared_ptr<arrow::io::RandomAccessFile> source,
                               const FileMetaData& footer, const RewritePlan& plan,
                               std::shared_ptr<arrow::io::OutputStream> sink,
                               const RewriteOptions& options) {
  return Rewriter(std::move(source), footer, plan, std::move(sink), options).Run();
}

}  // namespace pqpack

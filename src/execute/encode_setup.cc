// SPDX-License-Identifier: Apache-2.0
#include "execute/encode_setup.h"

#include <string>
#include <utility>

#include "execute/text_scan.h"
#include "format/footer.h"

namespace pqpack {
namespace {

RewriteOptions WithPool(RewriteOptions options, arrow::MemoryPool* pool) {
  options.pool = pool;
  return options;
}

}  // namespace

EncodeSetup::EncodeSetup(std::shared_ptr<arrow::io::RandomAccessFile> file, const RewritePlan& plan,
                         const RewriteOptions& options)
    : layout_(*plan.layout),
      pool_(options.pool),
      options_(WithPool(options, &pool_)),
      source_{std::move(file), layout_.quirks, &pool_},
      tree_(layout_.tree),
      leaves_(LeavesOf(tree_)),
      context_{source_, source_columns_, leaves_, layout_.columns, options_} {
  source_columns_.Init(layout_.source_schema);
}

Status EncodeSetup::Prepare(const FileMetaData& footer, Diagnosis* found) {
  PQ_RETURN_NOT_OK(AnnotateTexts(footer, found));
  PQ_ASSIGN(schema_, ToParquetSchema(tree_, /*annotated=*/true));
  columns_.Init(schema_);
  PQ_ASSIGN(properties_, PropertiesOf(layout_, schema_, *options_.target, options_.pool));
  return Status::OK();
}

Status EncodeSetup::AnnotateTexts(const FileMetaData& footer, Diagnosis* found) {
  for (size_t i = 0; i < leaves_.size(); ++i) {
    if (!leaves_[i]->string_if_utf8) continue;
    const auto* column = source_columns_.Column(static_cast<int>(i));
    const std::string path = column->path()->ToDotString();
    const auto utf8 = IsUtf8(source_, footer, i, column, options_.stop);
    if (!utf8.ok()) return Within("column " + path, utf8.status());
    if (*utf8) {
      leaves_[i]->annotation = parquet::LogicalType::String();
      annotated_ = true;
      found->repairs.Add("BYTE_ARRAY -> STRING, every value is UTF-8", path);
    } else {
      found->warnings.Add("BYTE_ARRAY stays as it is, not every value is UTF-8", path);
    }
  }
  return Status::OK();
}

}  // namespace pqpack

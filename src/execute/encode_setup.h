// SPDX-License-Identifier: Apache-2.0
//
// What encoding chunks of one file anew shares: source, schemas, settings, in the order in
// which they become known.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>
#include <vector>

#include "base/status.h"
#include "diagnose/findings.h"
#include "execute/encode_column.h"
#include "execute/output_layout.h"
#include "execute/rewrite.h"
#include "execute/schema_node.h"
#include "execute/sure_small_pool.h"

namespace pqpack {

// Borrows the plan, and of the options what they borrow.
class EncodeSetup {
 public:
  EncodeSetup(std::shared_ptr<arrow::io::RandomAccessFile> file, const RewritePlan& plan,
              const RewriteOptions& options);
  EncodeSetup(const EncodeSetup&) = delete;

  // Reads the columns that become texts if every value is one, and settles schema and
  // settings.  To be called once, first; `found` gets what the values told.
  Status Prepare(const FileMetaData& footer, Diagnosis* found);

  const RewriteOptions& options() const { return options_; }
  const EncodeContext& context() const { return context_; }
  bool saw_v2_pages() const { return source_.saw_v2_pages; }

  // Of the output.
  const SchemaNode& tree() const { return tree_; }
  const std::shared_ptr<parquet::schema::GroupNode>& schema() const { return schema_; }
  const parquet::SchemaDescriptor& columns() const { return columns_; }
  const std::shared_ptr<parquet::WriterProperties>& properties() const { return properties_; }
  // A column became a text, so that Arrow's own schema holds no more.
  bool annotated() const { return annotated_; }

 private:
  Status AnnotateTexts(const FileMetaData& footer, Diagnosis* found);

  const OutputLayout& layout_;
  SureSmallPool pool_;
  const RewriteOptions options_;
  ColumnSource source_;
  parquet::SchemaDescriptor source_columns_;
  SchemaNode tree_;
  const std::vector<SchemaNode*> leaves_;
  const EncodeContext context_;
  bool annotated_ = false;
  std::shared_ptr<parquet::schema::GroupNode> schema_;
  parquet::SchemaDescriptor columns_;
  std::shared_ptr<parquet::WriterProperties> properties_;
};

}  // namespace pqpack

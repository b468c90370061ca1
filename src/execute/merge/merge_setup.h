// SPDX-License-Identifier: Apache-2.0
//
// What all outputs of a set share: schemas of both sides, and how each column is encoded.
#pragma once

#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/column_layout.h"
#include "execute/encode_column.h"
#include "execute/merge/group_inputs.h"
#include "execute/merge/merge_files.h"
#include "execute/sure_small_pool.h"
#include "format/schema_element.h"

namespace pqpack {

// Inputs of one schema, ready to be decoded.
struct SourceShape {
  parquet::SchemaDescriptor columns;
  std::vector<SchemaNode> nodes;
  std::vector<SchemaNode*> leaves;  // in `nodes`
  const std::vector<int>* column_of = nullptr;
};

// Borrows the set, and of the options what they borrow.
class MergeSetup {
 public:
  MergeSetup(std::span<const MergeInput> inputs, const MergeSet& set, const MergeOptions& options);
  MergeSetup(const MergeSetup&) = delete;

  // Once, first.
  Status Prepare();

  const MergeSet& set() const { return set_; }
  const RewriteOptions& encode() const { return encode_; }
  int num_columns() const { return columns_.num_columns(); }
  const parquet::ColumnDescriptor* column(size_t leaf) const {
    return columns_.Column(static_cast<int>(leaf));
  }
  std::string PathOf(size_t leaf) const { return column(leaf)->path()->ToDotString(); }
  const std::shared_ptr<parquet::WriterProperties>& properties() const { return properties_; }
  const std::vector<SchemaElement>& schema() const { return schema_; }  // as footers have it
  const SchemaElement& element(size_t leaf) const { return schema_[elements_[leaf]]; }
  Codec codec(size_t leaf) const { return layout_.columns[leaf].codec; }

  // Of an input, by its place in the set.
  const SourceShape& ShapeOf(size_t place) const {
    return *shapes_[static_cast<size_t>(set_.shape_of[place])];
  }
  const MergeInput& input(size_t place) const {
    return inputs_[static_cast<size_t>(set_.inputs[place])];
  }
  EncodeContext ContextOf(size_t place, ColumnSource& source) const;
  arrow::MemoryPool* pool() const { return encode_.pool; }

 private:
  // Of the leaves from `begin` to `end`.
  Status LayOut(size_t begin, size_t end);

  const std::span<const MergeInput> inputs_;
  const MergeSet& set_;
  SureSmallPool pool_;
  RewriteOptions encode_;
  SchemaNode tree_;
  std::vector<std::unique_ptr<SourceShape>> shapes_;
  OutputLayout layout_;
  parquet::SchemaDescriptor columns_;
  std::shared_ptr<parquet::WriterProperties> properties_;
  std::vector<SchemaElement> schema_;
  std::vector<size_t> elements_;  // of the leaves, in schema_
};

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_setup.h"

#include <algorithm>
#include <utility>

#include "execute/copy/copied_schema.h"

namespace pqpack {
namespace {

constexpr size_t kLeavesAtATime = 1024;  // a sample of each is held

// What of a chunk decides how its column is encoded.
ColumnMetaData TraitsOf(const ColumnMetaData& chunk) {
  ColumnMetaData traits;
  traits.path_in_schema = chunk.path_in_schema;
  traits.codec = chunk.codec;
  traits.total_compressed_size = chunk.total_compressed_size;
  traits.encodings = chunk.encodings;
  traits.encoding_stats = chunk.encoding_stats;
  if (traits.encoding_stats) {
    for (PageEncodingStats& pages : *traits.encoding_stats) pages.count = 1;
  }
  if (chunk.dictionary_page_offset.value_or(0) > 0) traits.dictionary_page_offset = 1;
  return traits;
}

bool HasTraits(const ColumnMetaData& chunk, const ColumnMetaData& traits) {
  const auto same = [](const PageEncodingStats& a, const PageEncodingStats& b) {
    return a.page_type == b.page_type && a.encoding == b.encoding;
  };
  const auto& stats = chunk.encoding_stats;
  const bool dictionary = chunk.dictionary_page_offset.value_or(0) > 0;
  return chunk.codec == traits.codec && chunk.encodings == traits.encodings &&
         dictionary == traits.dictionary_page_offset.has_value() &&
         stats.has_value() == traits.encoding_stats.has_value() &&
         (!stats || std::ranges::equal(*stats, *traits.encoding_stats, same));
}

// A few of them stand for all chunks of a column.
void AddTraits(const ColumnMetaData& chunk, FileMetaData* sample) {
  constexpr size_t kMost = 64;  // beyond that the rest counts as the first one
  for (RowGroup& known : sample->row_groups) {
    ColumnMetaData& meta = *known.columns[0].meta_data;
    if (!HasTraits(chunk, meta) && sample->row_groups.size() < kMost) continue;
    meta.total_compressed_size += chunk.total_compressed_size;
    return;
  }
  RowGroup& group = sample->row_groups.emplace_back();
  group.num_rows = 1;
  group.columns.emplace_back().meta_data.emplace(TraitsOf(chunk));
}

}  // namespace

MergeSetup::MergeSetup(std::span<const MergeInput> inputs, const MergeSet& set,
                       const MergeOptions& options)
    : inputs_(inputs),
      set_(set),
      pool_(options.encode.pool),
      encode_(options.encode),
      tree_(set.schema) {
  encode_.pool = &pool_;
}

Status MergeSetup::Prepare() {
  for (const InputShape& shape : set_.shapes) {
    auto& source = *shapes_.emplace_back(std::make_unique<SourceShape>());
    source.columns.Init(shape.source);
    source.nodes = shape.leaves;
    for (SchemaNode& leaf : source.nodes) source.leaves.push_back(&leaf);
    source.column_of = &shape.column_of;
  }
  PQ_ASSIGN(const auto schema, ToParquetSchema(tree_, /*annotated=*/true));
  columns_.Init(schema);
  for (size_t begin = 0; begin < set_.leaves.size(); begin += kLeavesAtATime) {
    PQ_RETURN_NOT_OK(LayOut(begin, std::min(begin + kLeavesAtATime, set_.leaves.size())));
  }
  PQ_ASSIGN(properties_, PropertiesOf(layout_, schema, *encode_.target, encode_.pool));
  PQ_ASSIGN(schema_, CopiedSchema(tree_, {}));
  for (size_t i = 0; i < schema_.size(); ++i) {
    if (schema_[i].type) elements_.push_back(i);
  }
  return Status::OK();
}

// File by file: that is how the chunks lie in memory.
Status MergeSetup::LayOut(size_t begin, size_t end) {
  std::vector<FileMetaData> samples(end - begin);
  for (size_t place = 0; place < set_.inputs.size(); ++place) {
    const std::vector<int>& column_of = *ShapeOf(place).column_of;
    for (const RowGroup& group : input(place).footer->row_groups) {
      if (group.num_rows == 0) continue;
      for (size_t leaf = begin; leaf < end; ++leaf) {
        const int column = column_of[leaf];
        if (column < 0) continue;
        AddTraits(*group.columns[static_cast<size_t>(column)].meta_data, &samples[leaf - begin]);
      }
    }
  }
  for (size_t leaf = begin; leaf < end; ++leaf) {
    SchemaNode node;  // all that is asked of it is the type
    node.type = set_.leaves[leaf].type;
    Diagnosis ignored;
    PQ_ASSIGN(const ColumnLayout layout,
              LayOutColumn(samples[leaf - begin], 0, node, *encode_.target, encode_.compression,
                           &ignored));
    layout_.columns.push_back(layout);
  }
  return Status::OK();
}

EncodeContext MergeSetup::ContextOf(size_t place, ColumnSource& source) const {
  const SourceShape& shape = ShapeOf(place);
  return {source, shape.columns, shape.leaves, layout_.columns, encode_};
}

}  // namespace pqpack

// SPDX-License-Identifier: Apache-2.0
//
// Columns of writers that are not known, which a repair reads whole before it copies them, are
// encoded anew: that reads them whole, too.
#include "execute/merge/copyable.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pqpack {
namespace {

RewriteOptions WithoutConversions(RewriteOptions options) {
  options.convert_types = false;
  return options;
}

}  // namespace

std::string DroppedInCopy(const ColumnPlan& plan, const Target& target) {
  return target.page_index ? plan.filters_dropped : "the target has no use for them";
}

Result<Copyable> Copyable::Make(const MergeSetup& setup, size_t place) {
  const FileMetaData& footer = *setup.input(place).footer;
  const RewriteOptions options = WithoutConversions(setup.encode());
  PQ_ASSIGN(SchemaTree tree, SchemaTree::Make(footer.schema));
  PQ_ASSIGN(const RewritePlan rewrite, PlanRewrite(footer, options));
  Copyable copyable(setup, place, std::move(tree));
  PQ_ASSIGN(copyable.plan_, PlanCopy(footer, rewrite, options));
  return copyable;
}

int Copyable::ColumnFor(size_t leaf) const {
  if (!plan_.obstacles.empty()) return -1;
  const SourceShape& shape = setup_.ShapeOf(place_);
  const int column = (*shape.column_of)[leaf];
  if (column < 0) return -1;
  const auto at = static_cast<size_t>(column);
  const SchemaNode& node = *shape.leaves[at];
  const bool same = node.conversion == Conversion::kNone && node.level_map.empty();
  const ColumnPlan& plan = plan_.columns[at];
  return same && plan.level < 3 && !plan.looked_into() ? column : -1;
}

bool Copyable::AnyColumn() const {
  for (size_t leaf = 0; leaf < setup_.set().leaves.size(); ++leaf) {
    if (ColumnFor(leaf) >= 0) return true;
  }
  return false;
}

Result<bool> Copyable::Copy(size_t leaf, const OpenSource& source, IndexReader* indexes,
                            KeptFilters* filters, MergedFile* file, Findings* warnings) const {
  const int column = ColumnFor(leaf);
  if (column < 0) return false;
  const auto at = static_cast<size_t>(column);
  const RewriteOptions& options = setup_.encode();
  const ColumnChunk& chunk = source.group->columns[at];
  const int node = tree_.leaves()[at];
  const ChunkRules rules{*options.target,
                         tree_.node(node),
                         source.group->num_rows,
                         plan_.keep_page_statistics,
                         CodecOf(*chunk.meta_data, options),
                         options.pool,
                         plan_.only_listed_encodings};
  const auto within = [&](const Status& status) {
    return WithinSource(setup_, source, Within("column " + plan_.columns[at].path, status));
  };
  PQ_ASSIGN(const int64_t before, file->size());
  auto copied = CopyChunk(*chunk.meta_data, rules, *source.file->file, file->sink());
  if (!copied.ok()) {
    PQ_ASSIGN(const int64_t after, file->size());
    if (CodeOf(copied.status()) == ErrorCode::kUnsupported && before == after) return false;
    return within(copied.status());
  }
  const bool wanted = options.target->page_index && plan_.keep_page_index;
  const CopiedFrom from{chunk, plan_.columns[at], tree_, node, wanted ? indexes : nullptr};
  const auto read = file->Add(from, *std::move(copied));
  if (!read.ok()) return within(read.status());
  if (!*read)
    warnings->Add("page index left out, too large alone or with the others", setup_.PathOf(leaf));
  PQ_RETURN_NOT_OK(within(CopyFilter(at, source, filters, file, warnings)));
  return true;
}

// Byte for byte: its values stay.
Status Copyable::CopyFilter(size_t column, const OpenSource& source, KeptFilters* filters,
                            MergedFile* file, Findings* warnings) const {
  const ColumnChunk& chunk = source.group->columns[column];
  if (!chunk.meta_data->bloom_filter_offset) return Status::OK();
  const ColumnPlan& plan = plan_.columns[column];
  std::string dropped = DroppedInCopy(plan, *setup_.encode().target);
  if (dropped.empty()) {
    PQ_ASSIGN(const FoundFilter found, filters->Find(chunk, column));
    if (found.place.length == 0) return Status::OK();  // told
    if (file->HasRoomForFilter(found.place.length)) {
      PQ_ASSIGN(auto bytes, source.file->file->ReadAt(found.place.offset, found.place.length));
      file->KeepFilter(std::move(bytes));
      return Status::OK();
    }
    dropped = "the file has too many";
  }
  warnings->Add("Bloom filters dropped: " + dropped, plan.path);
  return Status::OK();
}

}  // namespace pqpack

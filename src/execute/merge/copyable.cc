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
  PQ_ASSIGN(RewritePlan rewrite, PlanRewrite(footer, options));
  Copyable copyable(setup, place, std::move(tree), std::move(rewrite));
  PQ_ASSIGN(copyable.plan_, PlanCopy(footer, copyable.rewrite_, options));
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

// The store moves whole row groups, so each column has to be there, where it was.  With Bloom
// filters they are copied here, which is told, and held against them.
std::optional<StoreCopyPlan> Copyable::ByStore(const RowGroup& group) const {
  const size_t leaves = setup_.set().leaves.size();
  if (leaves != group.columns.size()) return std::nullopt;
  for (size_t leaf = 0; leaf < leaves; ++leaf) {
    if (ColumnFor(leaf) != static_cast<int>(leaf)) return std::nullopt;
    if (group.columns[leaf].meta_data->bloom_filter_offset) return std::nullopt;
  }
  StoreCopyPlan plan =
      PlanRowGroupCopy(group, tree_, rewrite_, plan_, WithoutConversions(setup_.encode()));
  if (!plan.obstacles.empty()) return std::nullopt;
  return plan;
}

ChunkRules Copyable::RulesOf(size_t column, const RowGroup& group) const {
  const RewriteOptions& options = setup_.encode();
  return {*options.target,
          tree_.node(tree_.leaves()[column]),
          group.num_rows,
          plan_.keep_page_statistics,
          CodecOf(*group.columns[column].meta_data, options),
          options.pool,
          plan_.only_listed_encodings};
}

CopiedFrom Copyable::From(size_t column, const RowGroup& group, IndexReader* indexes) const {
  return {group.columns[column], plan_.columns[column], tree_, tree_.leaves()[column],
          wants_indexes() ? indexes : nullptr};
}

Result<bool> Copyable::Copy(size_t leaf, const OpenSource& source, IndexReader* indexes,
                            KeptFilters* filters, MergedFile* file, Findings* warnings) const {
  const int column = ColumnFor(leaf);
  if (column < 0) return false;
  const auto at = static_cast<size_t>(column);
  const ColumnMetaData& chunk = *source.group->columns[at].meta_data;
  const auto within = [&](const Status& status) {
    return WithinSource(setup_, source, Within("column " + plan_.columns[at].path, status));
  };
  PQ_ASSIGN(const int64_t before, file->size());
  auto copied = CopyChunk(chunk, RulesOf(at, *source.group), *source.file->file, file->sink());
  if (!copied.ok()) {
    PQ_ASSIGN(const int64_t after, file->size());
    if (CodeOf(copied.status()) == ErrorCode::kUnsupported && before == after) return false;
    return within(copied.status());
  }
  const auto read = file->Add(From(at, *source.group, indexes), *std::move(copied));
  if (!read.ok()) return within(read.status());
  if (!*read) warnings->Add(kIndexLeftOut, setup_.PathOf(leaf));
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

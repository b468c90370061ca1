// SPDX-License-Identifier: Apache-2.0
//
// Columns of writers that are not known, which a repair reads whole before it copies them, are
// encoded anew: that reads them whole, too.
#include "execute/merge/copyable.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "execute/merge/merge_memory.h"

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

void AddObstacles(const std::vector<Finding>& obstacles, const MergeInput& input, int row_group,
                  Findings* not_by_store) {
  for (const auto& [what, where] : obstacles) {
    const std::string columns = where.empty() ? "" : " (" + where + ")";
    not_by_store->Add(what, fmt::format("{}: row group {}{}", input.name, row_group, columns));
  }
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
  const ColumnPlan& plan = plan_.columns[at];
  return !Changes(at) && plan.level < 3 && !plan.looked_into() ? column : -1;
}

bool Copyable::Changes(size_t column) const {
  const SchemaNode& node = *setup_.ShapeOf(place_).leaves[column];
  return node.conversion != Conversion::kNone || !node.level_map.empty();
}

bool Copyable::AnyColumn() const {
  for (size_t leaf = 0; leaf < setup_.set().leaves.size(); ++leaf) {
    if (ColumnFor(leaf) >= 0) return true;
  }
  return false;
}

// The store moves whole row groups, so each column has to be there, where it was.  With Bloom
// filters they are copied here, which is told, and held against them.
StoreCopyPlan Copyable::ByStore(const RowGroup& group, int64_t least) const {
  if (!plan_.obstacles.empty()) return {.obstacles = plan_.obstacles, .data = {}, .looks = 0};
  Findings found;
  if (CompressedBytes(group) < least) {
    found.Add(fmt::format("row groups of less than {:.4g} MiB are read at once",
                          static_cast<double>(least) / static_cast<double>(kMiB)));
  }
  const std::vector<int>& column_of = *setup_.ShapeOf(place_).column_of;
  bool same = column_of.size() == group.columns.size();
  for (size_t leaf = 0; same && leaf < column_of.size(); ++leaf) {
    same = column_of[leaf] == static_cast<int>(leaf);
  }
  if (!same) found.Add("the output has other columns, or in another order");
  for (size_t i = 0; i < group.columns.size(); ++i) {
    if (Changes(i)) found.Add("values of another type, or other levels", plan_.columns[i].path);
    if (group.columns[i].meta_data->bloom_filter_offset) {
      found.Add("Bloom filters go along with pages that are copied here", plan_.columns[i].path);
    }
  }
  StoreCopyPlan plan =
      PlanRowGroupCopy(group, tree_, rewrite_, plan_, WithoutConversions(setup_.encode()));
  plan.obstacles = Joined(found.List(), plan.obstacles);
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

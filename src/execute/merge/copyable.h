// SPDX-License-Identifier: Apache-2.0
//
// Level 1 of a merge: which columns of an input can be copied as they are, and the copy.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/copy/copy_file.h"
#include "execute/copy/kept_filters.h"
#include "execute/copy/mend_header.h"
#include "execute/copy/store_copy.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/merge_setup.h"
#include "execute/merge/merged_file.h"
#include "format/schema_tree.h"

namespace pqpack {

// Why the Bloom filters of a copied column are left out, by the plan; empty: they are not.
std::string DroppedInCopy(const ColumnPlan& plan, const Target& target);

// Why the store does not append a row group of the input, said of that one.
void AddObstacles(const std::vector<Finding>& obstacles, const MergeInput& input, int row_group,
                  Findings* not_by_store);

// A warning, with the column.
inline constexpr char kIndexLeftOut[] = "page index left out, too large alone or with the others";

class Copyable {
 public:
  // Of the input at `place`.  Errors as PlanRewrite() and PlanCopy().
  static Result<Copyable> Make(const MergeSetup& setup, size_t place);

  size_t place() const { return place_; }
  const MergeSetup& setup() const { return setup_; }
  bool AnyColumn() const;
  bool Copies(size_t leaf) const { return ColumnFor(leaf) >= 0; }
  const CopyPlan& plan() const { return plan_; }

  // What the store would copy of the row group, which has rows (unseen_row_group.h), where it has
  // `least` compressed bytes; obstacles: why its pages have to pass through here.
  StoreCopyPlan ByStore(const RowGroup& group, int64_t least) const;

  // How the input's column gets into the output, and where.
  ChunkRules RulesOf(size_t column, const RowGroup& group) const;
  CopiedFrom From(size_t column, const RowGroup& group, IndexReader* indexes) const;
  bool wants_indexes() const { return setup_.encode().target->page_index && plan_.keep_page_index; }

  // Copies the chunk of that leaf of the output into the file; false: it has to be encoded.
  // `indexes` reads those of the source, `filters` by plan(); `warnings` gets what is left out.
  Result<bool> Copy(size_t leaf, const OpenSource& source, IndexReader* indexes,
                    KeptFilters* filters, MergedFile* file, Findings* warnings) const;

 private:
  Copyable(const MergeSetup& setup, size_t place, SchemaTree tree, RewritePlan rewrite)
      : setup_(setup), place_(place), tree_(std::move(tree)), rewrite_(std::move(rewrite)) {}

  // Its values or levels become others.
  bool Changes(size_t column) const;
  // The input's column; -1: it can't be copied.
  int ColumnFor(size_t leaf) const;
  // Of the chunk of that column, which was just copied.
  Status CopyFilter(size_t column, const OpenSource& source, KeptFilters* filters, MergedFile* file,
                    Findings* warnings) const;

  const MergeSetup& setup_;
  const size_t place_;
  SchemaTree tree_;
  RewritePlan rewrite_;
  CopyPlan plan_;
};

}  // namespace pqpack

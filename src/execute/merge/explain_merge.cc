// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/explain_merge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "execute/merge/copyable.h"
#include "execute/merge/made_filter.h"
#include "execute/merge/merge_memory.h"
#include "execute/merge/merge_setup.h"
#include "execute/merge/page_trusts.h"
#include "execute/merge/source_pages.h"

namespace pqpack {
namespace {

class Explanation {
 public:
  Explanation(std::span<const MergeInput> inputs, const MergeSet& set, const MergeOptions& options)
      : options_(options), aim_(AimOf(inputs, set, options)), setup_(inputs, set, options) {}

  Result<MergeOutlook> Run() {
    PQ_RETURN_NOT_OK(setup_.Prepare());
    PQ_ASSIGN(const PageTrusts trusts, PageTrusts::Make(setup_));
    columns_.resize(static_cast<size_t>(setup_.num_columns()));
    for (size_t leaf = 0; leaf < columns_.size(); ++leaf) columns_[leaf].path = setup_.PathOf(leaf);
    filters_.resize(columns_.size());
    for (size_t place = 0; place < setup_.set().inputs.size(); ++place) {
      PQ_RETURN_NOT_OK(Input(place, trusts));
    }
    for (size_t leaf = 0; leaf < columns_.size(); ++leaf) {
      const FilterChoice choice = filters_[leaf].Choose(setup_, leaf);
      if (choice.made) AddOnce("made anew", &columns_[leaf].filters);
      if (!choice.dropped.empty()) AddOnce("dropped: " + choice.dropped, &columns_[leaf].filters);
    }
    return MergeOutlook{std::move(columns_), not_by_store_.List()};
  }

 private:
  Status Input(size_t place, const PageTrusts& trusts) {
    std::optional<Copyable> copyable;
    const std::vector<RowGroup>& groups = setup_.input(place).footer->row_groups;
    for (size_t g = 0; g < groups.size(); ++g) {
      const RowGroup& group = groups[g];
      if (group.num_rows == 0) continue;
      const int64_t bytes = CompressedBytes(group);
      const bool large = options_.copy && StandsAlone(group, bytes, aim_);
      if (large && !copyable) {
        auto made = Copyable::Make(setup_, place);
        if (!made.ok()) return Within(setup_.input(place).name, made.status());
        copyable.emplace(*std::move(made));
      }
      const bool by_store = large && ByStore(*copyable, place, static_cast<int>(g));
      for (size_t leaf = 0; leaf < columns_.size(); ++leaf) {
        const int at = (*setup_.ShapeOf(place).column_of)[leaf];
        if (at < 0) continue;
        const auto number = static_cast<size_t>(at);
        const ColumnMetaData& chunk = *group.columns[number].meta_data;
        ColumnOutlook& column = columns_[leaf];
        ++column.chunks;
        if (by_store) {
          ++column.by_store;
        } else if (large && copyable->Copies(leaf)) {
          ++column.copied;
          if (chunk.bloom_filter_offset) CopiedFilter(copyable->plan().columns[number], &column);
        } else {
          Chunk(place, leaf, chunk, trusts, &column);
          filters_[leaf].Add(chunk);
        }
      }
    }
    return Status::OK();
  }

  bool ByStore(const Copyable& copyable, size_t place, int row_group) {
    if (options_.by_store_from == 0) return false;
    const MergeInput& input = setup_.input(place);
    const auto plan = copyable.ByStore(input.footer->row_groups[static_cast<size_t>(row_group)],
                                       options_.by_store_from);
    AddObstacles(plan.obstacles, input, row_group, &not_by_store_);
    return plan.obstacles.empty();
  }

  void Chunk(size_t place, size_t leaf, const ColumnMetaData& chunk, const PageTrusts& trusts,
             ColumnOutlook* column) const {
    const std::string obstacle = !options_.copy || !options_.pages
                                     ? "every value is to be decoded"
                                     : ObstacleToMoving(setup_, trusts, leaf, place, chunk);
    if (obstacle.empty()) {
      ++column->moved;
      return;
    }
    ++column->encoded;
    AddOnce(obstacle, &column->reasons);
  }

  void CopiedFilter(const ColumnPlan& plan, ColumnOutlook* column) const {
    const std::string dropped = DroppedInCopy(plan, *setup_.encode().target);
    AddOnce(dropped.empty() ? "copied" : "dropped: " + dropped, &column->filters);
  }

  static void AddOnce(const std::string& text, std::vector<std::string>* list) {
    if (std::ranges::find(*list, text) == list->end()) list->push_back(text);
  }

  const MergeOptions& options_;
  const RowGroupAim aim_;
  MergeSetup setup_;
  std::vector<ColumnOutlook> columns_;
  Findings not_by_store_;
  std::vector<FilterSums> filters_;  // of each column's chunks that are not copied
};

}  // namespace

Result<MergeOutlook> ExplainMerge(std::span<const MergeInput> inputs, const MergeSet& set,
                                  const MergeOptions& options) {
  return Explanation(inputs, set, options).Run();
}

}  // namespace pqpack

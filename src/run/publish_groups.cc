// SPDX-License-Identifier: Apache-2.0
#include "run/publish_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "run/catalog_changes.h"

namespace pqpack {
namespace {

// The groups of one partition.  In place each task is a group of its own, so that rows are double
// for a short time only.
class PartitionGroups {
 public:
  PartitionGroups(const CompactPlan& plan, const PartitionPlan& of, const CompactOptions& options,
                  PartitionDone* done)
      : plan_(of),
        options_(options),
        change_(ChangeOfPartition(plan, options, of.partition)),
        done_(*done) {}

  // `first`: the number of the partition's first task.
  std::vector<PublishGroup> Make(size_t first, const TaskOutcomes& outcomes) {
    if (options_.elsewhere()) {
      groups_.emplace_back();
      if (options_.leads()) {
        groups_.back().change = change_;
      }
      for (const KeptFile& kept : plan_.kept) Carry(kept.object);
    }
    done_.files_after = static_cast<int64_t>(plan_.kept.size());
    done_.bytes_after = plan_.bytes() - plan_.bytes_to_merge();
    done_.sizes_after.clear();
    for (const KeptFile& kept : plan_.kept) done_.sizes_after.push_back(kept.object.size);
    for (size_t i = 0; i < plan_.tasks.size(); ++i) {
      const CompactTask& task = plan_.tasks[i];
      const TaskReceipt& receipt = (*outcomes[first + i])->receipt();
      // What the plan could not know: row groups that are copied whole, or schemas that do not go
      // together.  Files that are replaced by as many would be so by each run.
      if (receipt.staged.size() >= task.inputs.size()) {
        Keep(task);
        continue;
      }
      if (!options_.elsewhere()) groups_.emplace_back().counters = change_;
      Add(first + i, task, receipt);
    }
    return std::move(groups_);
  }

 private:
  void Keep(const CompactTask& task) {
    done_.files_after += static_cast<int64_t>(task.inputs.size());
    done_.bytes_after += task.bytes;
    for (const ObjectInfo& input : task.inputs) done_.sizes_after.push_back(input.size);
    AddOnce({"merging did not give fewer files, so some are left as they are", ""},
            &done_.warnings);
    if (!options_.elsewhere()) return;
    for (const ObjectInfo& input : task.inputs) Carry(input);
  }

  void Carry(const ObjectInfo& object) {
    PublishGroup& group = groups_.back();
    group.carried.push_back({object.id(), object.size, CopyOf(object)});
    if (options_.deletes()) group.remove.push_back(object.id());
  }

  Uri CopyOf(const ObjectInfo& object) const {
    const Partition& partition = plan_.partition;
    return options_.destination.Child(partition.folder)
        .Child(object.uri.key.substr(partition.location.key.size()));
  }

  void Add(size_t number, const CompactTask& task, const TaskReceipt& receipt) {
    PublishGroup& group = groups_.back();
    for (size_t n = 0; n < receipt.staged.size(); ++n) {
      const Uri output = OutputName(options_, plan_.partition, number, n);
      const ObjectInfo& staged = receipt.staged[n].object;
      group.files.push_back({staged, output});
      done_.outputs.push_back(output.ToString());
      done_.bytes_after += staged.size;
      done_.bytes_out += staged.size;
      done_.sizes_after.push_back(staged.size);
    }
    for (const ObjectInfo& input : task.inputs) {
      if (options_.deletes()) group.remove.push_back(input.id());
      if (options_.publish == PublishMode::kSwap) group.keep.push_back(input.id());
    }
    done_.files_after += static_cast<int64_t>(receipt.staged.size());
    done_.rows += receipt.rows;
    done_.bytes_decoded += receipt.bytes_decoded;
    for (const Finding& warning : receipt.warnings) AddOnce(warning, &done_.warnings);
    done_.bytes_in += task.bytes;
    done_.proof += receipt.proof;
    for (size_t level = 0; level < receipt.bytes_by_level.size(); ++level) {
      done_.bytes_by_level[level] += receipt.bytes_by_level[level];
    }
    done_.merge_seconds += receipt.merge_seconds;
    done_.proof_seconds += receipt.proof_seconds;
  }

  const PartitionPlan& plan_;
  const CompactOptions& options_;
  const std::optional<LocationChange> change_;
  PartitionDone& done_;
  std::vector<PublishGroup> groups_;
};

// Of the first of a partition's tasks that failed.
Status FirstError(const TaskOutcomes& outcomes, size_t begin, size_t end) {
  for (size_t number = begin; number < end; ++number) {
    PQ_RETURN_NOT_OK(outcomes[number]->status());
  }
  return Status::OK();
}

// A swap that would lead to nothing but copies of what is there would do so again by each run.
void LeaveUnmerged(std::vector<PartitionDone>* partitions, PublishGroups* made) {
  const auto& groups = made->list.groups;
  if (std::ranges::any_of(groups, [](const auto& group) { return !group.files.empty(); })) return;
  for (const size_t i : made->partition_of) {
    (*partitions)[i].skip_reason = "merging did not give fewer files";
  }
  *made = {};
}

// Nothing of the plan stays where it was.
bool AllAreDone(const CompactPlan& plan, const CompactOptions& options,
                const std::vector<PartitionDone>& partitions) {
  for (size_t i = 0; i < partitions.size(); ++i) {
    const PartitionPlan& of = plan.partitions[i];
    if (partitions[i].status.ok() && partitions[i].skip_reason.empty()) continue;
    if (of.files() > 0 && !LiesAtDestination(options, of.partition)) return false;
  }
  return true;
}

// Behind its partitions.  Should one of these not be led by then, the table is not either, and only
// its counters are corrected.
void AddTable(const CompactPlan& plan, const CompactOptions& options,
              const std::vector<PartitionDone>& partitions, PublishGroups* made) {
  PublishList& list = made->list;
  if (list.groups.empty()) return;
  PublishGroup table;
  const auto change = ChangeOfTable(plan, options, AllAreDone(plan, options, partitions));
  const bool led = change && change->to != change->from;
  if (led) table.change = change;
  table.counters = led ? ChangeOfTable(plan, options, /*all=*/false) : change;
  if (table.change || table.counters) list.groups.push_back(std::move(table));
  if (std::ranges::none_of(list.groups, [](const auto& one) { return one.counters.has_value(); })) {
    return;
  }
  list.table = plan.table.name;
  list.catalog_id = plan.table.catalog_id;
}

}  // namespace

Uri OutputName(const CompactOptions& options, const Partition& partition, size_t task, size_t n) {
  const Uri folder =
      options.elsewhere() ? options.destination.Child(partition.folder) : partition.location;
  return folder.Child(fmt::format("part-{:05}-{:03}-{}.parquet", task, n, options.run));
}

PublishGroups MakePublishGroups(const CompactPlan& plan, const CompactOptions& options,
                                const TaskOutcomes& outcomes,
                                std::vector<PartitionDone>* partitions) {
  PublishGroups made;
  size_t next = 0;  // task
  for (size_t i = 0; i < plan.partitions.size(); ++i) {
    const size_t first = next;
    next += plan.partitions[i].tasks.size();
    PartitionDone& done = (*partitions)[i];
    if (!done.status.ok() || !done.skip_reason.empty()) continue;
    done.status = FirstError(outcomes, first, next);
    if (!done.status.ok()) continue;
    auto groups = PartitionGroups(plan, plan.partitions[i], options, &done).Make(first, outcomes);
    if (groups.empty()) done.skip_reason = "merging did not give fewer files";
    for (PublishGroup& group : groups) {
      made.list.groups.push_back(std::move(group));
      made.partition_of.push_back(i);
    }
  }
  if (options.publish == PublishMode::kSwap) LeaveUnmerged(partitions, &made);
  AddTable(plan, options, *partitions, &made);
  return made;
}

void MarkChanged(const CompactPlan& plan, const ObjectId& original,
                 std::vector<PartitionDone>* partitions) {
  for (size_t i = 0; i < plan.partitions.size(); ++i) {
    if (!Contains(plan.partitions[i].partition.location, original.uri)) continue;
    (*partitions)[i].status =
        Error(ErrorCode::kSourceChanged,
              original.uri.ToString() +
                  " was replaced while its earlier version was merged; it was not deleted",
              "The merged file has the rows of that earlier version: see which are right.");
  }
}

}  // namespace pqpack

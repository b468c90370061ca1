// SPDX-License-Identifier: Apache-2.0
//
// Small files of a partition go together in the order of their keys, so that rows that were
// written together stay together.  One task is a few outputs large: it rolls to the next output
// by real size, which only the task knows, and merged files are smaller than their inputs were,
// since dictionaries and footers are shared.  Tasks of one output each would leave every one of
// them below the target.
#include "plan/compact_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "plan/cut_evenly.h"

namespace pqpack {
namespace {

constexpr int64_t kOutputsPerTask = 8;

int64_t BytesOf(std::span<const ObjectInfo> objects) {
  int64_t bytes = 0;
  for (const ObjectInfo& object : objects) bytes += object.size;
  return bytes;
}

int64_t Quotient(int64_t bytes, int64_t size) { return (bytes + size - 1) / size; }

CompactTask TaskOf(std::span<ObjectInfo> inputs, int64_t target_size) {
  CompactTask task;
  task.bytes = BytesOf(inputs);
  task.outputs = std::max<int64_t>(1, Quotient(task.bytes, target_size));
  task.inputs.assign(std::make_move_iterator(inputs.begin()),
                     std::make_move_iterator(inputs.end()));
  return task;
}

// Those that fewer files can take the place of.
std::vector<CompactTask> TasksOf(std::vector<ObjectInfo> small, int64_t target_size,
                                 std::vector<KeptFile>* kept) {
  std::vector<int64_t> sizes;
  sizes.reserve(small.size());
  for (const ObjectInfo& object : small) sizes.push_back(object.size);
  std::vector<CompactTask> tasks;
  size_t begin = 0;
  for (const size_t end : CutEvenly(sizes, kOutputsPerTask * target_size, kMostInputs)) {
    const auto inputs = std::span(small).subspan(begin, end - begin);
    begin = end;
    CompactTask task = TaskOf(inputs, target_size);
    if (task.outputs < static_cast<int64_t>(task.inputs.size())) {
      tasks.push_back(std::move(task));
      continue;
    }
    for (ObjectInfo& object : task.inputs) {
      kept->push_back({std::move(object), "merging would not give fewer files"});
    }
  }
  return tasks;
}

class Planner {
 public:
  explicit Planner(const CompactPolicy& policy)
      : target_size_(policy.target_file_size),
        threshold_(std::llround(policy.small_file_threshold *
                                static_cast<double>(policy.target_file_size))) {}

  PartitionPlan Plan(PartitionFiles files) const {
    PartitionPlan plan;
    plan.partition = std::move(files.partition);
    std::vector<ObjectInfo> small;
    for (ObjectInfo& object : files.objects) {
      if (object.size < threshold_) {
        small.push_back(std::move(object));
      } else {
        plan.kept.push_back({std::move(object), "large enough"});
      }
    }
    plan.tasks = TasksOf(std::move(small), target_size_, &plan.kept);
    std::ranges::sort(plan.kept, {}, [](const KeptFile& file) -> const std::string& {
      return file.object.uri.key;
    });
    if (plan.tasks.empty()) plan.skip_reason = SkipReason(plan);
    return plan;
  }

 private:
  std::string SkipReason(const PartitionPlan& plan) const {
    if (plan.kept.empty()) return "no files";
    int64_t small = 0;
    for (const KeptFile& file : plan.kept) small += file.object.size < threshold_ ? 1 : 0;
    if (small == 0) return "all files are large enough";
    if (small == 1) return "there is one small file only";
    return "merging would not give fewer files";
  }

  const int64_t target_size_;
  const int64_t threshold_;
};

}  // namespace

int64_t PartitionPlan::files() const {
  auto count = static_cast<int64_t>(kept.size());
  for (const CompactTask& task : tasks) count += static_cast<int64_t>(task.inputs.size());
  return count;
}

int64_t PartitionPlan::files_after() const {
  auto count = static_cast<int64_t>(kept.size());
  for (const CompactTask& task : tasks) count += task.outputs;
  return count;
}

int64_t PartitionPlan::bytes() const {
  int64_t bytes = bytes_to_merge();
  for (const KeptFile& file : kept) bytes += file.object.size;
  return bytes;
}

int64_t PartitionPlan::bytes_to_merge() const {
  int64_t bytes = 0;
  for (const CompactTask& task : tasks) bytes += task.bytes;
  return bytes;
}

CompactPlan MakeCompactPlan(Inventory inventory, const CompactPolicy& policy) {
  const Planner planner(policy);
  CompactPlan plan;
  plan.table = std::move(inventory.table);
  plan.partitions.reserve(inventory.partitions.size());
  for (PartitionFiles& files : inventory.partitions) {
    plan.partitions.push_back(planner.Plan(std::move(files)));
  }
  return plan;
}

}  // namespace pqpack

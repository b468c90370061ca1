// SPDX-License-Identifier: Apache-2.0
#include "cli/render_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "cli/add_line.h"
#include "cli/human.h"
#include "cli/json_line.h"

namespace pqpack::cli {
namespace {

constexpr size_t kMostShown = 50;

constexpr std::array kEvents = {
    JsonEvent{"partition_planned",
              "folder, values, files, files_after, bytes, bytes_to_merge, tasks, kept, skip_reason",
              "what would be done with a partition; `tasks` and `kept` name every file"},
    JsonEvent{"catalog_change_planned", "folder, location, location_after, counters",
              "what would be changed in the catalog: where a partition lies, or with an empty "
              "`folder` the table, and which of its parameters would be set or dropped"},
    JsonEvent{
        "task_explained",
        "folder, task, files, bytes, apart, columns, not_by_store, error, action, code",
        "with --explain: how files of a task would be merged; of each column its chunks, and "
        "how many are copied by the store (`by_store`, level 0), copied (1), moved (2) and "
        "encoded (3), with the reasons of level 3, and what becomes of its Bloom filters; "
        "`not_by_store`: why row groups that stay as they are would not be appended by the store; "
        "`apart`: why they are not merged with the task's other files; `error`: why not at "
        "all"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, table, "
              "partitions, files, files_after, bytes, bytes_to_merge, tasks, least_requests, out, "
              "requests",
              "always the last line; `least_requests`: what carrying it out will ask of S3, for "
              "its originals alone; `out`: where the plan was written; `requests`: of the plan, "
              "with --stat"},
};

struct Totals {
  int64_t partitions = 0;
  int64_t files = 0;
  int64_t files_after = 0;
  int64_t bytes = 0;
  int64_t bytes_to_merge = 0;
  int64_t tasks = 0;
  std::map<std::string, int64_t> skipped;  // partitions by reason

  int64_t skipped_partitions() const {
    int64_t count = 0;
    for (const auto& [reason, of_it] : skipped) count += of_it;
    return count;
  }

  void Add(const PartitionPlan& plan) {
    ++partitions;
    files += plan.files();
    files_after += plan.files_after();
    bytes += plan.bytes();
    bytes_to_merge += plan.bytes_to_merge();
    tasks += static_cast<int64_t>(plan.tasks.size());
    if (!plan.skip_reason.empty()) ++skipped[plan.skip_reason];
  }
};

Totals TotalsOf(const CompactPlan& plan) {
  Totals totals;
  for (const PartitionPlan& partition : plan.partitions) totals.Add(partition);
  return totals;
}

std::string FolderText(const PartitionPlan& plan) {
  return plan.partition.folder.empty() ? "(no partitions)" : OneLine(plan.partition.folder);
}

void AddPartitions(std::string& text, const CompactPlan& plan) {
  const size_t shown = std::min(plan.partitions.size(), kMostShown);
  if (shown > 0)
    AddLine(text, "{:>9}  {:>9}  {:>10}  {:>10}  partition", "files", "after", "bytes", "to merge");
  for (const PartitionPlan& partition : std::span(plan.partitions).first(shown)) {
    AddLine(text, "{:>9}  {:>9}  {:>10}  {:>10}  {}{}", HumanCount(partition.files()),
            HumanCount(partition.files_after()), HumanBytes(partition.bytes()),
            HumanBytes(partition.bytes_to_merge()), FolderText(partition),
            partition.skip_reason.empty() ? "" : ": " + partition.skip_reason);
  }
  if (plan.partitions.size() > shown) {
    AddLine(text, "and {} more; --output json names them all",
            HumanCount(static_cast<int64_t>(plan.partitions.size() - shown), "partition"));
  }
}

std::string ChangeText(const CatalogChange& change) {
  std::string text = change.folder.empty() ? "the table" : change.folder;
  if (change.to != change.from) {
    text += ": Location " + change.from.ToString() + " becomes " + change.to.ToString();
  }
  for (size_t i = 0; i < change.counters.size(); ++i) {
    text += (i > 0                      ? ", "
             : change.to != change.from ? "; set or dropped: "
                                        : ": set or dropped: ") +
            change.counters[i];
  }
  return OneLine(text);
}

void AddChanges(std::string& text, const std::vector<CatalogChange>& changes) {
  const size_t shown = std::min(changes.size(), kMostShown);
  for (const CatalogChange& change : std::span(changes).first(shown)) {
    AddLine(text, "In the catalog: {}", ChangeText(change));
  }
  if (changes.size() > shown) {
    AddLine(text, "and {} more in the catalog; --output json names them all",
            HumanCount(static_cast<int64_t>(changes.size() - shown), "change"));
  }
}

std::string ChangeJson(const CatalogChange& change) {
  Json line = Line("catalog_change_planned");
  line["folder"] = change.folder;
  line["location"] = change.from.ToString();
  line["location_after"] = change.to.ToString();
  line["counters"] = change.counters;
  return Dump(line);
}

Json TaskJson(const CompactTask& task) {
  Json object;
  object["bytes"] = task.bytes;
  object["outputs"] = task.outputs;
  object["inputs"] = Json::array();
  for (const ObjectInfo& input : task.inputs) {
    object["inputs"].push_back(
        {{"uri", input.uri.ToString()}, {"etag", input.etag}, {"size", input.size}});
  }
  return object;
}

Json ValuesJson(const CatalogTable& table, const Partition& partition) {
  Json object = Json::object();
  for (size_t i = 0; i < partition.values.size(); ++i) {
    const auto& value = partition.values[i];
    object[table.partition_keys[i].name] = value ? Json(*value) : Json();
  }
  return object;
}

std::string PartitionJson(const CatalogTable& table, const PartitionPlan& plan) {
  Json line = Line("partition_planned");
  line["folder"] = plan.partition.folder;
  line["values"] = ValuesJson(table, plan.partition);
  line["files"] = plan.files();
  line["files_after"] = plan.files_after();
  line["bytes"] = plan.bytes();
  line["bytes_to_merge"] = plan.bytes_to_merge();
  line["tasks"] = Json::array();
  for (const CompactTask& task : plan.tasks) line["tasks"].push_back(TaskJson(task));
  line["kept"] = Json::array();
  for (const KeptFile& file : plan.kept) {
    line["kept"].push_back({{"uri", file.object.uri.ToString()},
                            {"etag", file.object.etag},
                            {"size", file.object.size},
                            {"reason", file.reason}});
  }
  line["skip_reason"] = plan.skip_reason;
  return Dump(line);
}

}  // namespace

std::string PlanText(const PlanOutcome& outcome, bool brief) {
  const CompactPlan& plan = *outcome.plan;
  const Totals totals = TotalsOf(plan);
  std::string text;
  if (!brief) {
    AddPartitions(text, plan);
    AddChanges(text, outcome.changes);
    text += RequestsText(outcome);
  }
  for (const auto& [reason, count] : totals.skipped) {
    AddLine(text, "Left as {}: {}, {}", count == 1 ? "it is" : "they are",
            HumanCount(count, "partition"), reason);
  }
  AddLine(text, "{}: {} in {}, {}", OneLine(plan.table.name), HumanCount(totals.files, "file"),
          HumanCount(totals.partitions, "partition"), HumanBytes(totals.bytes));
  if (totals.partitions == 0) {
    AddLine(text, "There is no partition, or none that --partition-predicate selects, {}",
            HumanSeconds(outcome.seconds));
  } else if (totals.tasks == 0) {
    AddLine(text, "Nothing to merge, {}", HumanSeconds(outcome.seconds));
  } else {
    AddLine(text, "To merge: {} in {}; {} after that, {}", HumanBytes(totals.bytes_to_merge),
            HumanCount(totals.tasks, "task"), HumanCount(totals.files_after, "file"),
            HumanSeconds(outcome.seconds));
    if (outcome.least_requests > 0) {
      AddLine(text, "That takes {} to S3 at the least",
              HumanCount(outcome.least_requests, "request"));
    }
  }
  if (!outcome.out.empty()) AddLine(text, "Written: {}", OneLine(outcome.out));
  return text;
}

std::string PlanJson(const PlanOutcome& outcome) {
  std::string text;
  Totals totals;
  if (outcome.plan) {
    totals = TotalsOf(*outcome.plan);
    for (const PartitionPlan& partition : outcome.plan->partitions) {
      text += PartitionJson(outcome.plan->table, partition) + "\n";
    }
  }
  for (const CatalogChange& change : outcome.changes) text += ChangeJson(change) + "\n";
  // A plan completes partitions and reads no file.
  Json line = SummaryLine({.completed = totals.partitions - totals.skipped_partitions(),
                           .skipped = totals.skipped_partitions(),
                           .failed = outcome.explained.failed},
                          outcome.seconds, outcome.exit_code);
  line["table"] = outcome.plan ? outcome.plan->table.name : "";
  line["partitions"] = totals.partitions;
  line["files"] = totals.files;
  line["files_after"] = totals.files_after;
  line["bytes"] = totals.bytes;
  line["bytes_to_merge"] = totals.bytes_to_merge;
  line["tasks"] = totals.tasks;
  line["least_requests"] = outcome.least_requests;
  line["out"] = outcome.out;
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return text + Dump(line);
}

std::span<const JsonEvent> PlanEvents() { return kEvents; }

}  // namespace pqpack::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/render_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "cli/human.h"
#include "cli/target_table.h"

namespace pqpack::cli {
namespace {

std::string Joined(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) {
    text += (text.empty() ? "" : "; ") + OneLine(finding.ToString());
  }
  return text;
}

// By level.
std::map<int, int64_t> CountLevels(const std::vector<ColumnLevel>& columns) {
  std::map<int, int64_t> counts;
  for (const ColumnLevel& column : columns) ++counts[column.level];
  return counts;
}

std::string FailureText(const FileFailed& failed) {
  return Sentence(failed.uri + ": " + ErrorWithoutName(failed), ActionOf(failed.error));
}

std::string_view DoneAtLevel(int level) {
  if (level == 0) return ", pages copied by the store";
  if (level == 1) return ", pages copied";
  return level == 2 ? ", pages framed or compressed anew" : ", encoded anew";
}

std::string_view PlannedAtLevel(int level) {
  if (level == 0) return "level 0: pages copied by the store, the footer written anew";
  if (level == 1) return "level 1: pages copied, the footer written anew";
  if (level == 2) return "level 2: pages framed or compressed anew, values stay encoded";
  return "level 3: values decoded and encoded";
}

struct ToLog {
  std::string operator()(const FilesFound&) const { return {}; }
  std::string operator()(const FileQueued& event) const {
    return fmt::format("start {} ({})", OneLine(event.uri), HumanBytes(event.bytes));
  }
  std::string operator()(const FileDone& event) const {
    std::string text =
        fmt::format("done {} -> {} ({} -> {}, {}, {})", OneLine(event.uri), OneLine(event.output),
                    HumanBytes(event.bytes_in), HumanBytes(event.bytes_out),
                    HumanCount(event.rows, "row"), HumanSeconds(event.seconds));
    text += DoneAtLevel(event.level);
    for (const auto& [level, columns] : CountLevels(event.columns)) {
      text += fmt::format(", {} at level {}", HumanCount(columns, "column"), level);
    }
    if (!event.repairs.empty()) text += ": " + Joined(event.repairs);
    if (!event.warnings.empty()) text += "; warning: " + Joined(event.warnings);
    return text;
  }
  std::string operator()(const FileSkipped& event) const {
    return fmt::format("{} {}: {} {}", event.stale ? "stale" : "skipped", OneLine(event.uri),
                       OneLine(event.output), OneLine(event.reason));
  }
  std::string operator()(const FileFailed& event) const { return "error: " + FailureText(event); }
  std::string operator()(const FilePlanned&) const { return {}; }
  std::string operator()(const Warning& event) const {
    return "warning: " + OneLine(event.message);
  }
  std::string operator()(const Retrying& event) const {
    return fmt::format("retry {} of {} {} in {}: {}", event.attempt, event.operation,
                       OneLine(event.uri), HumanSeconds(event.delay_seconds),
                       OneLine(event.reason));
  }
  std::string operator()(const ListingDone& event) const {
    return fmt::format("listing complete, {} to do, {}", HumanCount(event.files, "file"),
                       HumanBytes(event.bytes));
  }
  std::string operator()(const Advanced&) const { return {}; }
  std::string operator()(const PublishingBegan&) const { return {}; }
};

class Lines {
 public:
  template <typename... Args>
  void Add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  void Append(std::string_view text) { text_ += text; }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

void AddCounts(Lines& out, std::string_view heading, const Counts& counts) {
  const auto lines = counts.Lines();
  if (lines.empty()) return;
  out.Add("{}", heading);
  const size_t shown = std::min(lines.size(), kMostNamed);
  size_t width = 0;
  for (size_t i = 0; i < shown; ++i) {
    width = std::max(width, HumanCount(lines[i].files, "file").size());
  }
  for (size_t i = 0; i < shown; ++i) {
    out.Add("  {:>{}}: {}", HumanCount(lines[i].files, "file"), width,
            OneLine(lines[i].finding.ToString()));
  }
  if (lines.size() > shown || counts.more() > 0) {
    out.Add("  and more kinds; --output json names them file by file");
  }
}

void AddNames(Lines& out, std::string_view heading, const Names& names) {
  if (names.count == 0) return;
  out.Add("{}", heading);
  for (const auto& name : names.first) out.Add("  {}", OneLine(name));
  const int64_t more = names.count - static_cast<int64_t>(names.first.size());
  if (more > 0) out.Add("  and {} more", HumanCount(more));
}

void AddFailures(Lines& out, const Digest& digest) {
  if (digest.failures.empty()) return;
  out.Add("Failed, nothing of these was published:");
  size_t named = 0;
  int64_t unnamed = digest.other_failures;
  for (const auto& group : digest.failures) {
    if (named == kMostNamed) {
      unnamed += group.files.count;
      continue;
    }
    out.Add("  {}: {}", HumanCount(group.files.count, "file"), Sentence(group.error, group.action));
    for (const auto& name : group.files.first) {
      if (named == kMostNamed) break;
      out.Add("    {}", OneLine(name));
      ++named;
    }
    const size_t shown = std::min(group.files.first.size(), kMostNamed);
    if (const auto more = group.files.count - static_cast<int64_t>(shown); more > 0) {
      out.Add("    and {} more", HumanCount(more));
    }
  }
  if (unnamed > 0) {
    out.Add("  and {} more; the log on stderr and --output json name them all",
            HumanCount(unnamed, "file"));
  }
}

std::string CountsText(const Outcome& outcome) {
  const auto& summary = outcome.summary;
  const bool dry = outcome.options != nullptr && outcome.options->dry_run;
  Lines out;
  if (CodeOf(outcome.status) == ErrorCode::kCancelled) {
    out.Add("Interrupted; a rerun does the rest.");
  }
  if (const auto* options = outcome.options; options != nullptr) {
    out.Add("{} -> {}", OneLine(options->source.ToString()),
            OneLine(options->destination.ToString()));
  }
  const std::string files = HumanCount(dry ? outcome.digest.planned : summary.completed, "file");
  out.Add("{} {}, skipped {}, stale {}, failed {}", dry ? "Would repack" : "Completed", files,
          HumanCount(summary.skipped), HumanCount(summary.stale), HumanCount(summary.failed));
  if (dry) {
    out.Add("Dry run: {} to read, nothing was written, {}", HumanBytes(summary.bytes_in),
            HumanSeconds(outcome.seconds));
  } else {
    out.Add("Read {}, wrote {}, {}, {}", HumanBytes(summary.bytes_in),
            HumanBytes(summary.bytes_out), HumanCount(summary.rows, "row"),
            HumanSeconds(outcome.seconds));
  }
  if (summary.copied > 0) {
    out.Add("{} with pages copied, {} not decoded", HumanCount(summary.copied, "file"),
            HumanBytes(summary.bytes_copied));
  }
  if (summary.by_store > 0) {
    out.Add("{} of these copied by the store, {} did not pass through here",
            HumanCount(summary.by_store), HumanBytes(summary.bytes_by_store));
  }
  return out.Take();
}

}  // namespace

std::string Sentence(std::string message, const std::string& action) {
  message = OneLine(message);
  if (action.empty()) return message;
  if (!message.ends_with('.') && !message.ends_with('?')) message += '.';
  return message + " " + OneLine(action);
}

std::string ErrorText(const Status& status) {
  const std::string& message = status.message();
  // What is wrong with the user's own words may be shown below, with a caret under the place.
  const size_t shown =
      CodeOf(status) == ErrorCode::kInvalid ? message.find('\n') : std::string::npos;
  std::string text = "error: " + Sentence(message.substr(0, shown), ActionOf(status));
  for (size_t at = shown; at != std::string::npos;) {
    const size_t next = message.find('\n', at + 1);
    text += "\n  " + OneLine(message.substr(at + 1, next - at - 1));
    at = next;
  }
  return text;
}

std::string ErrorSentence(const Status& status) {
  return Sentence(status.message(), ActionOf(status));
}

std::string LogText(const Event& event) { return std::visit(ToLog{}, event); }

std::string PlanText(const Event& event) {
  Lines out;
  if (const auto* plan = std::get_if<FilePlanned>(&event)) {
    out.Add("{} -> {} ({})", OneLine(plan->uri), OneLine(plan->output), HumanBytes(plan->bytes_in));
    out.Add("  {}", PlannedAtLevel(plan->level));
    for (const auto& [level, columns] : CountLevels(plan->columns)) {
      out.Add("  level {}: {} of them", level, HumanCount(columns, "column"));
    }
    for (const auto& reason : plan->reasons) out.Add("    for: {}", OneLine(reason.ToString()));
    for (const auto& reason : plan->not_by_store) {
      out.Add("    not by the store: {}", OneLine(reason.ToString()));
    }
    if (plan->repairs.empty()) out.Add("  the footer shows nothing to repair");
    for (const auto& repair : plan->repairs) out.Add("  repair: {}", OneLine(repair.ToString()));
    for (const auto& warning : plan->warnings)
      out.Add("  warning: {}", OneLine(warning.ToString()));
  } else if (const auto* skipped = std::get_if<FileSkipped>(&event)) {
    out.Add("{}: skipped, {} {}", OneLine(skipped->uri), OneLine(skipped->output),
            OneLine(skipped->reason));
  } else if (const auto* failed = std::get_if<FileFailed>(&event)) {
    out.Add("{}: cannot be repacked: {}", OneLine(failed->uri), OneLine(ErrorWithoutName(*failed)));
  }
  return out.Take();
}

std::string TargetText(const Target& target) {
  Lines out;
  out.Add("Target {}: {}", target.name, target.summary);
  for (const auto& row : StructureRows(target)) out.Add("  {:<20} {}", row.what, row.rule);
  const auto types = TypeRows(target);
  if (!types.empty()) out.Add("  changed only with --convert-types, else warned about:");
  for (const auto& row : types) out.Add("    {:<24} -> {}", row.what, row.rule);
  return out.Take();
}

std::string NothingToDoText(const Outcome& outcome) {
  const auto& summary = outcome.summary;
  const bool nothing = summary.completed + summary.skipped + summary.failed == 0;
  if (!nothing || !outcome.status.ok() || outcome.options == nullptr) return {};
  const auto& options = *outcome.options;
  const std::string from = OneLine(options.source.ToString());
  if (options.shard_count > 1) {
    return fmt::format("Nothing to do: no .parquet or .parq file below {} in share {} of {}.", from,
                       options.shard_index, options.shard_count);
  }
  if (summary.other_objects == 0) return fmt::format("Nothing to do: {} is empty.", from);
  return fmt::format("Nothing to do: no .parquet or .parq file below {} ({} of other names).", from,
                     HumanCount(summary.other_objects, "object"));
}

std::string SummaryText(const Outcome& outcome, bool brief) {
  Lines out;
  const auto& digest = outcome.digest;
  const auto& summary = outcome.summary;
  const bool dry = outcome.options != nullptr && outcome.options->dry_run;
  if (!brief) {
    AddCounts(out, dry ? "Would be repaired:" : "Repaired:", digest.repairs);
    AddCounts(out, "Warnings:", digest.warnings);
    const bool asked = outcome.options != nullptr && outcome.options->engine == Engine::kReencode;
    if (!asked) {
      AddCounts(out, dry ? "Would take more than copying pages:" : "Took more than copying pages:",
                digest.reasons);
    }
    AddNames(out, "Without rows (schema only):", digest.empty);
    AddNames(out, "Stale, older than their sources (--update-stale rewrites them):", digest.stale);
    AddFailures(out, digest);
    out.Append(RequestsText(outcome));
    if (const auto nothing = NothingToDoText(outcome); !nothing.empty()) out.Add("{}", nothing);
    if (!dry && summary.completed > 0 && !outcome.options->target->hint.empty()) {
      out.Add("Load with: {}", outcome.options->target->hint);
    }
  }
  return out.Take() + CountsText(outcome);
}

}  // namespace pqpack::cli

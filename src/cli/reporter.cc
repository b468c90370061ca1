// SPDX-License-Identifier: Apache-2.0
#include "cli/reporter.h"

#include <utility>

#include "cli/render_json.h"
#include "cli/render_text.h"

namespace pqpack::cli {
namespace {

// A first retry is everyday life with S3; several in a row are news.
constexpr int kRetriesWorthALine = 3;

LogLevel LevelOf(const Event& event) {
  if (std::holds_alternative<FileFailed>(event)) return LogLevel::kError;
  if (std::holds_alternative<Warning>(event)) return LogLevel::kWarning;
  if (const auto* retry = std::get_if<Retrying>(&event)) {
    return retry->attempt >= kRetriesWorthALine ? LogLevel::kWarning : LogLevel::kDebug;
  }
  if (std::holds_alternative<FileQueued>(event)) return LogLevel::kDebug;
  return LogLevel::kInfo;
}

}  // namespace

Progress::Style StyleFor(const OutputOptions& output, const Context& context) {
  if (output.quiet) return Progress::Style::kNone;
  return context.console.IsSmart(context.environment.Get("TERM")) ? Progress::Style::kBar
                                                                  : Progress::Style::kLines;
}

Reporter::Options Reporter::OptionsFor(const OutputOptions& output, const Context& context) {
  Options options;
  options.json = output.json();
  options.level = output.level();
  options.progress = StyleFor(output, context);
  return options;
}

void Reporter::Emit(const Event& event) {
  progress_.Add(event);
  {
    std::lock_guard lock(mutex_);
    digest_.Add(event);
    if (options_.log != nullptr) options_.log->Add(event);
  }
  Say(event);
}

void Reporter::Advance(const std::string& uri) {
  FileDone done;
  done.uri = uri;
  progress_.Add(done);
}

void Reporter::Say(const Event& event) {
  if (options_.json) {
    if (const auto line = EventJson(event); !line.empty()) console_.Out(line);
  } else if (options_.dry_run) {
    if (const auto plan = PlanText(event); !plan.empty()) console_.Out(plan);
  }
  if (LevelOf(event) > options_.level) return;
  if (const auto line = LogText(event); !line.empty()) console_.Err(line);
}

Digest Reporter::Finish() {
  progress_.Finish();
  std::lock_guard lock(mutex_);
  return std::move(digest_);
}

}  // namespace pqpack::cli

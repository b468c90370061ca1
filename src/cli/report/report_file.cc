// SPDX-License-Identifier: Apache-2.0
#include "cli/report/report_file.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/location.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "store/local_store.h"

namespace pqpack::cli {
namespace {

Status Store(const Uri& file, const std::string& html) {
  const auto store = MakeLocalStore();
  PQ_ASSIGN(const auto writer, store->Create(file, {{WriteCondition::kOverwrite, {}},
                                                    static_cast<int64_t>(html.size())}));
  PQ_RETURN_NOT_OK(writer->Append(AsBytes(html)));
  return writer->Finish().status();
}

std::string Now() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(now));
}

}  // namespace

Flag ReportFlag(std::string* file) {
  return {.name = "report",
          .value = "FILE.html",
          .group = "Output",
          .help = "write a page with charts about the run",
          .notes =
              "One file that loads nothing from elsewhere: sizes of files before and after, "
              "failures, what was left and why, settings. Takes the place of an earlier one. "
              "Where it can't be written the work is done all the same, and the exit code of "
              "a run without other failures says so.",
          .set = SetText(file)};
}

Result<std::optional<Uri>> ReportPlace(const std::string& file,
                                       std::initializer_list<NamedPlace> apart_from) {
  if (file.empty()) return std::nullopt;
  PQ_ASSIGN(Uri uri, ParseLocation("--report", file));
  if (uri.scheme != Scheme::kLocal) {
    return Error(ErrorCode::kInvalid, "--report " + OneLine(file) + " is not on this machine",
                 "Give a local file, and copy it from there.");
  }
  if (!file.ends_with(".html") && !file.ends_with(".htm")) {
    return Error(ErrorCode::kInvalid, "--report " + OneLine(file) + " is no name of a page",
                 "Give a file that ends in .html: it is written anew.");
  }
  for (const NamedPlace& place : apart_from) {
    const Status apart = CheckApart(place, {"--report", uri});
    if (!apart.ok()) return Error(CodeOf(apart), apart.message(), "Give a file outside of it.");
  }
  return uri;
}

void WriteReport(const Uri& file, ReportPage page, const OutputOptions& output,
                 const Context& context, RunEnd* end) {
  page.when = fmt::format("{}, {}", Now(), HumanSeconds(end->seconds));
  page.version = fmt::format("pqpack {}", context.version);
  const Status status = Within("--report", Store(file, RenderPage(page)));
  if (status.ok()) {
    if (!output.quiet) context.console.Err("report: " + OneLine(file.ToString()));
  } else {
    context.console.Err(ErrorText(status));
    if (end->exit_code == kExitOk) end->exit_code = ExitCodeOf(status);
  }
  if (output.json()) context.console.Out(ReportJson(file.ToString(), status));
}

}  // namespace pqpack::cli
